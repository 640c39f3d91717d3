"""UCI Online Retail → company, products, orders."""

from __future__ import annotations

from zipfile import BadZipFile

import pandas as pd

from crmbook.sources.account import Conversion
from crmlib.errors import CrmError, DataFault

COLUMNS = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
ARTICLE = r"^\d{5}"
CHANGES = (
    "`amount` is quantity times unit price, in pounds, rounded to pence; the time of day was cut off.",
    "`line` counts the lines of an invoice in the order of the file.",
    "A product's name is the description it carries most often; the file has no categories, so `category` says "
    "'not stated'.",
    "The country was left out: the data dictionary has no column for it.",
    "Returns, postage, manual corrections and lines that look repeated were kept and counted.",
)


def to_tables(path):
    """Turn invoice lines into orders with products; a return is a line with negative quantity.

    Returns: Conversion; lines that name no customer are dropped and counted. Raises: DataFault for another file.
    """
    raw = _read(path)
    days, quantity, price = _typed(raw, path)
    orders = pd.DataFrame(
        {
            "customer_id": raw["CustomerID"].str.replace(r"\.0$", "", regex=True),
            "order_date": days.dt.normalize(),
            "amount": (quantity * price).round(2),
            "order_id": raw["InvoiceNo"],
            "line": raw.groupby("InvoiceNo").cumcount() + 1,
            "product_id": raw["StockCode"].str.strip(),
            "quantity": quantity,
        }
    )
    unnamed = orders["customer_id"].isna()
    kept = orders[~unnamed]
    company = pd.DataFrame(
        {
            "name": ["the web shop of UCI Online Retail"],
            "sells": ["gifts"],
            "currency": ["GBP"],
            "observed_from": [kept["order_date"].min()],
            "observed_to": [kept["order_date"].max()],
        }
    )
    return Conversion(
        tables={"company": company, "products": _products(raw[~unnamed]), "orders": kept},
        main="orders",
        rows_in=len(raw),
        dropped={"no customer named": int(unnamed.sum())},
        remarks=_remarks(raw[~unnamed], kept),
        changes=CHANGES,
    )


def _read(path):
    try:
        if path.suffix.lower() == ".csv":
            raw = pd.read_csv(path, dtype="str", keep_default_na=False, encoding_errors="strict")
        else:
            raw = pd.read_excel(path, dtype="str", keep_default_na=False, engine="openpyxl")
    except ImportError:
        raise CrmError(
            "Reading the workbook needs the package openpyxl; install it, or save it as CSV first."
        ) from None
    except (ValueError, OSError, KeyError, BadZipFile) as error:
        raise DataFault(f"{path} cannot be read as a workbook or UTF-8 CSV ({error}); this is another file.") from None
    from crmbook.sources.fetching import require_columns

    require_columns(raw, COLUMNS, path)
    return raw.mask(raw == "")


def _typed(raw, path):
    days = pd.to_datetime(raw["InvoiceDate"], format="mixed", errors="coerce")
    numbers = [pd.to_numeric(raw[name], errors="coerce") for name in ("Quantity", "UnitPrice")]
    for name, cells in zip(("InvoiceDate", "Quantity", "UnitPrice"), (days, *numbers), strict=True):
        if cells.isna().any():
            row = int(cells.isna().to_numpy().argmax())
            raise DataFault(f"{path}, line {row + 2}, column {name}: '{raw[name].iloc[row]}' cannot be read.")
    return days.astype("datetime64[us]"), *(cells.astype("float64") for cells in numbers)


def _products(raw):
    names = raw.assign(Description=raw["Description"].str.strip(), StockCode=raw["StockCode"].str.strip())
    counted = names.groupby(["StockCode", "Description"]).size().reset_index(name="times")
    counted = counted.sort_values(["StockCode", "times", "Description"], ascending=[True, False, True])
    named = counted.drop_duplicates("StockCode").set_index("StockCode")["Description"]
    codes = pd.Index(sorted(names["StockCode"].dropna().unique()), name="product_id")
    products = pd.DataFrame({"name": named.reindex(codes)}, index=codes).reset_index()
    products["name"] = products["name"].fillna(products["product_id"])
    return products.assign(category="not stated")


def _remarks(raw, kept):
    goods = raw["StockCode"].str.match(ARTICLE).fillna(False).astype("bool")
    repeated = raw.duplicated(COLUMNS, keep="first")
    return {
        "are returns or corrections: negative quantity": int((kept["quantity"] < 0).sum()),
        "are not goods: postage, discounts, manual lines": int((~goods).sum()),
        "cost 0.00 pounds": int((kept["amount"] == 0).sum()),
        "repeat an earlier line of the same invoice in every column": int(repeated.sum()),
    }
