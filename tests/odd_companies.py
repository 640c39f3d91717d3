"""Companies that a chapter was not written for: twelve odd ones, made of the teaching company, and ten other seeds.

An odd company keeps the rows of its customers in every table that names one, and nothing that refers to what is gone.
They lie in ``build/elsewhere`` under a digest of what they are made of, so that they are made once.
"""

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import crmlib
from crmbook.company import write_company
from crmlib.database import check_folder
from crmlib.dictionary import SCHEMAS
from crmlib.errors import DataFault

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "elsewhere"
PEOPLE = {"customer_id", "referrer_id"}
# A shop with one customer has the same goods and campaigns as one with 4,000.
OF_NOBODY = {"company", "products", "campaigns", "advertising", "publicity", "roster"}
REGISTRATIONS = "registrations_"
SEEDS = range(1, 11)


@dataclass(frozen=True)
class OtherCompany:
    """A company by name: ``change`` makes its tables of the teaching company's, a seed writes its own."""

    name: str
    change: object = None
    seed: int | None = None
    as_of: str = "last"


def folder_of(name, build=BUILD):
    """The folder of a company's tables, made where there is none yet. Raises: DataFault where they break a rule."""
    company = COMPANIES[name]
    if company.change is None and company.seed is None:
        return crmlib.default_data()
    folder = Path(build) / _digest() / name.replace(" ", "-")
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        for outdated in set(folder.parents[1].iterdir()) - {folder.parent}:
            shutil.rmtree(outdated, ignore_errors=True)
        draft = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder.parent))
        if company.seed is None:
            write(company.change(teaching_company()), draft)
        else:
            write_company(draft, seed=company.seed)
            shutil.rmtree(draft / "truth")
        if not check_folder(draft).ok:
            raise DataFault(f"{name}: {check_folder(draft)}")
        draft.rename(folder)
    return folder


def _digest():
    """A digest of whatever the companies are made of."""
    made_of = [Path(__file__), *crmlib.default_data().rglob("*.csv"), *(ROOT / "crmbook" / "company").rglob("*.*")]
    digest = hashlib.sha256()
    for path in sorted(path for path in made_of if path.suffix != ".pyc"):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def teaching_company():
    """The teaching company's tables, cells as written; registrations, pairs and deliveries know whose they are."""
    folder = crmlib.default_data()
    tables = {path.stem: _read(path) for path in sorted(folder.glob("*.csv"))}
    owners = _read(folder / "truth" / "registrations.csv").set_index(["source", "row"])["customer_id"]
    bought = _read(folder / "truth" / "indirect.csv").assign(source="indirect")
    owners = pd.concat([owners, bought.set_index(["source", "row"])["customer_id"]])
    for name in tables:
        if name.startswith(REGISTRATIONS):
            rows = [(name.removeprefix(REGISTRATIONS), row) for row in tables[name]["row"]]
            tables[name] = tables[name].assign(customer_id=owners.reindex(rows).to_numpy())
    pairs = tables["checked_pairs"]
    ends = {end: pd.MultiIndex.from_frame(pairs[[f"source_{end}", f"row_{end}"]]) for end in "ab"}
    both = {name: owners.reindex(ends[end]).to_numpy() for name, end in (("customer_id", "a"), ("referrer_id", "b"))}
    tables["checked_pairs"] = pairs.assign(**both)
    buyers = tables["orders"].drop_duplicates("order_id").set_index("order_id")["customer_id"]
    tables["deliveries"] = tables["deliveries"].assign(customer_id=tables["deliveries"]["order_id"].map(buyers))
    return tables


def _read(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def write(tables, folder):
    """Write tables into a folder; an empty one is none."""
    for name, table in tables.items():
        table = table[[column for column in table if column not in PEOPLE or column in SCHEMAS[name].columns]]
        if len(table):
            table.to_csv(folder / f"{name}.csv", index=False)


def only(tables, customers):
    """What a company with these customers alone would have."""
    kept = {}
    for name, table in tables.items():
        people = PEOPLE.intersection(table.columns)
        if not people and name not in OF_NOBODY:
            raise ValueError(f"The table {name} names no customer: say in OF_NOBODY or here what becomes of it.")
        rows = np.logical_and.reduce([table[column].isin(set(customers)) for column in people] or [[True] * len(table)])
        kept[name] = table[rows]
    return kept


def with_orders(tables, orders):
    """The company with these orders instead; what was said about an order that is gone goes with it."""
    kept = {}
    for name, table in tables.items():
        lost = ~table["order_id"].isin({*orders["order_id"], ""}) if "order_id" in table else np.full(len(table), False)
        kept[name] = table[~lost]
    return kept | {"orders": orders}


def some(count):
    """A function that keeps so many of the customers who ever ordered, drawn by lot."""

    def change(tables):
        buyers = np.unique(tables["orders"]["customer_id"])
        return only(tables, np.random.RandomState(count).choice(buyers, count, replace=False))

    return change


def of_kind(kind):
    """A function that keeps persons, or enterprise accounts."""
    return lambda tables: only(tables, tables["customers"].query(f"kind == '{kind}'")["customer_id"])


def one_day(tables):
    """All orders and returns of four years on the last day: nobody came back, nobody was ever away."""
    return tables | {"orders": tables["orders"].assign(order_date=tables["orders"]["order_date"].max())}


def one_amount(tables):
    """Every line costs the same; nothing comes back."""
    sold = tables["orders"][_amounts(tables) > 0]
    return with_orders(tables, sold.assign(amount="100", quantity="1", discount="0", cost_of_goods="20"))


def only_returns(tables):
    """The lines that came back, without those that had been sold."""
    return with_orders(tables, tables["orders"][_amounts(tables) < 0])


def no_profit(tables):
    """Goods cost a tenth more than they bring, so that the company's total profit is below zero."""
    cost = (_amounts(tables) * 1.1).round(2).astype(str)
    return with_orders(tables, tables["orders"].assign(cost_of_goods=cost))


def one_has_all(tables):
    """One customer brings all revenue, enough to pay for the company; the others' goods are free and cost nothing."""
    orders, amounts = tables["orders"], _amounts(tables)
    mine = orders["customer_id"] == amounts.groupby(orders["customer_id"]).sum().idxmax()
    money = pd.DataFrame({"amount": amounts, "cost_of_goods": orders["cost_of_goods"].astype(float)})
    return with_orders(tables, orders.assign(**money.mul(20 * mine, axis=0).round(2).astype(str)))


def orders_alone(tables):
    """One table, as a shop would export it."""
    return {"orders": tables["orders"]}


def _amounts(tables):
    return tables["orders"]["amount"].astype(float)


TEACHING = OtherCompany("teaching company")
ODD = [
    OtherCompany("1 customer", some(1)),
    OtherCompany("6 customers", some(6)),
    OtherCompany("30 customers", some(30)),
    OtherCompany("persons only", of_kind("person")),
    OtherCompany("enterprises only", of_kind("enterprise")),
    OtherCompany("early day", as_of="2021-01-31"),
    OtherCompany("one day", one_day),
    OtherCompany("one amount", one_amount),
    OtherCompany("only returns", only_returns),
    OtherCompany("no profit", no_profit),
    OtherCompany("one has all revenue", one_has_all),
    OtherCompany("orders alone", orders_alone),
]
COMPANIES = {company.name: company for company in [TEACHING, *ODD, *(OtherCompany(f"seed {s}", seed=s) for s in SEEDS)]}
