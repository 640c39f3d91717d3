"""CDNOW as the literature uses it, read from the files that the lifetimes package carries."""

from importlib.metadata import files

import pandas as pd


def _path(name):
    return next(entry for entry in files("lifetimes") if entry.name == name).locate()


def orders():
    """All 69,659 orders of the 23,570 customers who first bought in early 1997."""
    names = ["customer_id", "order_date", "discs", "amount"]
    table = pd.read_csv(_path("CDNOW_master.txt"), sep=r"\s+", skiprows=1, header=None, names=names)
    table["order_date"] = pd.to_datetime(table["order_date"].astype(str), format="%Y%m%d")
    return table


def calibration_summary():
    """The 2,357 customers of the one-in-ten sample after 39 weeks; times in weeks, money in dollars."""
    table = pd.read_csv(_path("cdnow_customers_summary_with_transactions.csv"))
    table = table.rename(columns={"ID": "customer_id", "x": "frequency", "t_x": "recency", "zbar": "monetary"})
    table["monetary"] = table["monetary"].where(table["frequency"] > 0)
    return table.set_index("customer_id")
