"""CDNOW master file → company, orders."""

from __future__ import annotations

import pandas as pd

from crmbook.sources.account import Conversion
from crmlib.errors import DataFault

LINE = r"^\s*(\S+)\s+(\d{8})\s+(\d+)\s+(-?\d+\.?\d*)\s*$"


def to_tables(path):
    """Turn lines of customer, day (YYYYMMDD), number of CDs and dollars into tables.

    Returns: Conversion; no line is dropped. Raises: DataFault that names the first line of another form.
    """
    orders, blank = _parsed(path)
    days = orders["order_date"]
    company = pd.DataFrame(
        {
            "name": ["CDNOW"],
            "sells": ["CDs"],
            "currency": ["USD"],
            "observed_from": [days.min()],
            "observed_to": [max(days.max(), pd.Timestamp("1998-06-30"))],
        }
    )
    line = ["customer_id", "order_date", "amount", "quantity"]
    same = orders.duplicated(["customer_id", "order_date", "amount"], keep=False)
    return Conversion(
        tables={"company": company, "orders": orders[line]},
        main="orders",
        rows_in=len(orders) + blank,
        dropped={"blank lines": blank},
        remarks={
            "cost 0.00 dollars (kept: they are purchases)": int((orders["amount"] == 0).sum()),
            "look like another one: same customer, day and amount (kept: two equal purchases are possible)": int(
                same.sum()
            ),
        },
        changes=(
            "Customer numbers are kept as text, with their leading zeros.",
            "Days are written YYYY-MM-DD; dollars become `amount`, the number of CDs becomes `quantity`.",
            "The file has no order numbers, products or customer records; none were made up.",
            "The company table states what the authors publish: purchases were observed until 30 June 1998.",
        ),
    )


def _parsed(path):
    lines = pd.Series(path.read_text("ascii", "replace").splitlines(), dtype="str")
    first = 1 if len(lines) and "customer" in lines.iloc[0].lower() else 0
    lines = lines.iloc[first:]
    blank = lines.str.strip().eq("")
    lines = lines[~blank]
    cells = lines.str.extract(LINE)
    days = pd.to_datetime(cells[1], format="%Y%m%d", errors="coerce")
    wrong = cells[0].isna() | days.isna()
    if wrong.any() or lines.empty:
        place = f"line {wrong.idxmax() + 1}: '{lines[wrong.idxmax()]}'" if wrong.any() else "the file is empty:"
        raise DataFault(f"{path}, {place} is not 'customer YYYYMMDD number dollars'; this is another file.")
    orders = pd.DataFrame(
        {
            "customer_id": cells[0],
            "order_date": days,
            "amount": cells[3].astype("float64"),
            "quantity": cells[2].astype("int64"),
        }
    )
    return orders.reset_index(drop=True), int(blank.sum())
