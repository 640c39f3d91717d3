"""All tables of the company, one after the other, so that none stays in memory longer than needed."""

import numpy as np

from crmbook.company import (
    abuse,
    advertising,
    answers,
    cases,
    club,
    contacts,
    costs,
    deliveries,
    histories,
    hotline,
    indirect,
    invoices,
    linkage,
    messages,
    names,
    profiles,
    promises,
    ratings,
    registrations,
    silent,
    suggestions,
    truth,
    voices,
)
from crmbook.company import books as accounts_books
from crmbook.company.campaigns import campaign_sheet
from crmbook.company.products import product_sheet
from crmbook.company.randomness import stream
from crmbook.company.rows import chosen, sorted_by, stacked


def tables(customers, seed):
    """Yield (name, Sheet) for every table and, under "truth/…", for every table of what cannot be observed."""
    books = accounts_books.keep_books(customers, seed)
    people = books.people
    generator = stream(seed, "company names")
    firms = np.flatnonzero(people.enterprise)
    company_names = names.enterprise_names(generator, people.industry[firms], people.city[firms])
    bills = invoices.keep_bills(books)
    yield "company", profiles.company_sheet()
    yield from _profile_tables(books, company_names, bills)
    yield "products", product_sheet()
    yield "campaigns", campaign_sheet()
    yield "orders", accounts_books.order_sheet(books)
    yield "invoices", invoices.invoice_sheet(books, bills)
    yield "deliveries", deliveries.delivery_sheet(books)
    members = sorted_by(books.state.log.take("members"), "campaign", "customer")
    yield "campaign_members", accounts_books.member_sheet(books, members)
    rows = contacts.all_contacts(books, members, bills)
    yield "contacts", contacts.contact_sheet(books, rows)
    outgoing = rows["incoming"] == 0
    spent = {"customer": rows["customer"], "day": rows["minute"] // 1440, "channel": rows["channel"]}
    spent = stacked([chosen(spent, outgoing), messages.messages_sent(books.lots["messages"])])
    del rows, members, bills
    yield "cost_to_serve", costs.cost_sheet(books, spent)
    del spent
    yield from _lot_tables(books)
    yield from _voice_tables(books)
    yield from truth.truth_sheets(books)


def _profile_tables(books, company_names, bills):
    """Who the customers are, how they were registered, and what was known of them when."""
    people, seed = books.people, books.seed
    plan = linkage.register_again(people, seed)
    details = profiles.contact_details(people, seed)
    details |= linkage.new_phones(people, details, plan, seed)
    customers = profiles.customer_sheet(books, details, company_names)
    accounts = profiles.account_sheet(books, bills)
    yield "customers", customers
    yield "accounts", accounts
    sheets, known = registrations.registration_sheets(books, details, company_names, plan)
    yield from sheets.items()
    bought, theirs = indirect.bought_sheet(books, details)
    yield "registrations_indirect", bought
    yield "truth/registrations", known
    yield "truth/indirect", theirs
    managers, since = histories.manager_changes(books, accounts)
    yield "account_people", histories.people_sheet(books, accounts, since)
    yield "profile_history", histories.profile_sheet(books, details, customers, managers)
    yield "truth/ageing", histories.ageing_sheet()
    yield "consent_history", histories.consent_sheet(books)


def _lot_tables(books):
    """What was drawn by lot in the last year, and the ways of talking beside it."""
    yield "message_trial", messages.trial_sheet(books)
    yield "advertising", advertising.advertising_sheet(books)
    yield "package_inserts", advertising.insert_sheet(books)
    yield "publicity", advertising.publicity_sheet(books)
    yield "suggestions", suggestions.suggestion_sheet(books)
    yield "truth/message_trial", messages.truth_sheet(books)
    yield "truth/ways_of_talking", advertising.truth_sheet(books)


def _voice_tables(books):
    """What customers said, signed, collected and answered."""
    yield "complaints", voices.complaint_sheet(books)
    yield "abuse_checks", abuse.check_sheet(books)
    yield "service_cases", cases.case_sheet(books)
    yield from hotline.hotline_sheets(books).items()
    sheet, invitations = answers.invitation_sheet(books)
    yield "survey_invitations", sheet
    log = answers.answer_log(books)
    yield "survey", answers.survey_sheet(books, invitations, log)
    yield "callbacks", silent.callback_sheet(books, invitations)
    yield "nonbuyer_survey", silent.nonbuyer_sheet(books)
    yield "kano_survey", ratings.kano_sheet(books)
    yield "service_ratings", ratings.service_sheet(books)
    yield "competitor_ratings", ratings.competitor_sheet(books, log)
    del log
    contracts = accounts_books.subscription_sheet(books)
    yield "subscriptions", contracts
    yield "contract_terms", histories.contract_sheet(books, contracts)
    yield "club_members", club.member_sheet(books)
    yield "loyalty_ledger", club.ledger_sheet(books)
    yield "referrals", accounts_books.referral_sheet(books)
    yield "exit_interviews", voices.interview_sheet(books)
    sheet, known = promises.promise_sheets(books)
    yield "promise_trial", sheet
    yield "truth/promises", known
    yield "retention_trial", accounts_books.retention_sheet(books)
    yield "winback_trial", accounts_books.winback_sheet(books)
