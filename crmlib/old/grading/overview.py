"""What a chapter is about to look at, in words."""

from crmlib.errors import CrmError
from crmlib.old.figures import Notice
from crmlib.old.grading.profit import booked_years, has_cost_of_goods, value_period, value_windows

NOUNS = {"all": "customers", "person": "persons", "enterprise": "enterprise accounts"}
WHOLE_YEAR = 0.99


def company_in_words(db):
    """Say whose customers these are, how many, until when, and what the chapter will have to do without.

    Parameters: db - customer database. Returns: Notice.
    """
    orders, company = db.orders, db.company
    name = f"{company.name} {company.chinese_name}".strip()
    name = name[:1].upper() + name[1:]
    number = orders["customer_id"].nunique()
    kind = getattr(db, "chosen", {}).get("kind", ["all"])[0]
    money = f" in {company.currency}" if company.currency else ""
    text = (
        f"{name} sells {company.sells}. As known on {db.as_of:%Y-%m-%d}: {number:,} "
        f"{NOUNS[kind]} with {len(orders):,} order lines, all money{money}."
    )
    if not has_cost_of_goods(db.table("orders")):
        text += " The cost of goods is unknown, so customers are valued by revenue and profit cannot be shown."
    elif not booked_years(db):
        text += " No cost to serve is booked, so customers are valued by margin and profit cannot be shown."
    elif value_period(db).end < db.as_of.normalize():
        text += (
            f" Costs to serve are booked to {value_period(db).end:%Y-%m-%d}; wherever profit is used, orders and "
            "customers after that day are left out."
        )
    if _window_years(db) < WHOLE_YEAR:
        text += " Periods shorter than a year are compared; rates a year are worked out from them."
    return Notice(text)


def _window_years(db):
    try:
        return value_windows(db)[1].years
    except CrmError:
        return 0.0
