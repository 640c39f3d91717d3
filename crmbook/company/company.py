"""All tables of the company, one after the other, so that none stays in memory longer than needed."""

import numpy as np

from crmbook.company import (
    abuse,
    answers,
    club,
    contacts,
    costs,
    deliveries,
    hotline,
    invoices,
    names,
    profiles,
    ratings,
    registrations,
    truth,
    voices,
)
from crmbook.company import books as accounts_books
from crmbook.company.campaigns import campaign_sheet
from crmbook.company.products import product_sheet
from crmbook.company.randomness import stream


def tables(customers, seed):
    """Yield (name, Sheet) for every table and, under "truth/…", for every table of what cannot be observed."""
    books = accounts_books.keep_books(customers, seed)
    people = books.people
    generator = stream(seed, "company names")
    firms = np.flatnonzero(people.enterprise)
    company_names = names.enterprise_names(generator, people.industry[firms], people.city[firms])
    bills = invoices.keep_bills(books)
    details = profiles.contact_details(people, seed)
    yield "company", profiles.company_sheet()
    yield "customers", profiles.customer_sheet(books, details, company_names)
    yield "accounts", profiles.account_sheet(books, bills)
    sheets, known = registrations.registration_sheets(books, details, company_names)
    yield from sheets.items()
    yield "truth/registrations", known
    del details, sheets, known
    yield "products", product_sheet()
    yield "campaigns", campaign_sheet()
    yield "orders", accounts_books.order_sheet(books)
    yield "invoices", invoices.invoice_sheet(books, bills)
    yield "deliveries", deliveries.delivery_sheet(books)
    members = _sorted_members(books.state.log.take("members"))
    yield "campaign_members", accounts_books.member_sheet(books, members)
    rows = contacts.all_contacts(books, members, bills)
    yield "contacts", contacts.contact_sheet(books, rows)
    outgoing = rows["incoming"] == 0
    spent = {
        "customer": rows["customer"][outgoing],
        "day": rows["minute"][outgoing] // 1440,
        "channel": rows["channel"][outgoing],
    }
    del rows, members, bills
    yield "cost_to_serve", costs.cost_sheet(books, spent)
    del spent
    yield from _voice_tables(books)
    yield from truth.truth_sheets(books)


def _voice_tables(books):
    """What customers said, signed, collected and answered."""
    yield "complaints", voices.complaint_sheet(books)
    yield "abuse_checks", abuse.check_sheet(books)
    yield "call_log", hotline.call_sheet(books)
    sheet, invitations = answers.invitation_sheet(books)
    yield "survey_invitations", sheet
    yield "survey", answers.survey_sheet(books, invitations)
    yield "kano_survey", ratings.kano_sheet(books)
    yield "service_ratings", ratings.service_sheet(books)
    yield "competitor_ratings", ratings.competitor_sheet(books)
    yield "subscriptions", accounts_books.subscription_sheet(books)
    yield "loyalty_ledger", club.ledger_sheet(books)
    yield "referrals", accounts_books.referral_sheet(books)
    yield "exit_interviews", voices.interview_sheet(books)
    yield "retention_trial", accounts_books.retention_sheet(books)
    yield "winback_trial", accounts_books.winback_sheet(books)


def _sorted_members(members):
    order = np.lexsort((members["customer"], members["campaign"]))
    return {name: values[order] for name, values in members.items()}
