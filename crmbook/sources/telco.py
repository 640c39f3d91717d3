"""IBM's telephone company → contract_snapshot."""

from __future__ import annotations

import pandas as pd

from crmbook.sources.account import Conversion
from crmlib.errors import DataFault

SAME = {"customerID": "customer_id", "tenure": "months", "Contract": "plan", "PaymentMethod": "payment"}
AMOUNTS = {"MonthlyCharges": "monthly_price", "TotalCharges": "total_paid"}
YES_NO = {
    "Churn": "left",
    "PaperlessBilling": "paperless",
    "SeniorCitizen": "senior",
    "Partner": "partner",
    "Dependents": "dependents",
    "PhoneService": "telephone",
    "MultipleLines": "several_lines",
    "OnlineSecurity": "online_security",
    "OnlineBackup": "online_backup",
    "DeviceProtection": "device_protection",
    "TechSupport": "technical_support",
    "StreamingTV": "television",
    "StreamingMovies": "films",
}
ANSWERS = {"Yes": True, "No": False, "1": True, "0": False, "No phone service": False, "No internet service": False}


def to_tables(path):
    """Turn IBM's 21 columns into one table of customers under contract on one unknown day.

    Returns: Conversion; no row is dropped. Raises: DataFault when the columns or answers are others.
    """
    from crmbook.sources.fetching import require_columns

    try:
        raw = pd.read_csv(path, dtype="str", keep_default_na=False)
    except (ValueError, UnicodeDecodeError) as error:
        raise DataFault(f"{path} cannot be read as CSV: {error}") from None
    require_columns(raw, [*SAME, *AMOUNTS, *YES_NO, "gender", "InternetService"], path)
    table = raw.rename(columns=SAME)[[*SAME.values()]]
    table["gender"] = raw["gender"].str.lower()
    table["internet"] = raw["InternetService"].replace("No", "none")
    for theirs, ours in AMOUNTS.items():
        table[ours] = _numbers(raw[theirs].str.strip(), theirs, path)
    for theirs, ours in YES_NO.items():
        table[ours] = _answers(raw[theirs], theirs, path)
    return Conversion(
        tables={"contract_snapshot": table},
        main="contract_snapshot",
        rows_in=len(raw),
        remarks={
            "have no total paid yet: with the company for 0 months (left empty)": int(table["total_paid"].isna().sum())
        },
        changes=(
            "The file has no dates: orders, subscriptions or a company table would have had to be invented.",
            "'No phone service' and 'No internet service' became False; internet access 'No' became 'none'.",
            "Blank total charges (customers in their first month) stay empty.",
            "Columns were renamed to the words of the data dictionary.",
        ),
    )


def _numbers(cells, column, path):
    numbers = pd.to_numeric(cells.mask(cells == ""), errors="coerce").astype("float64")
    wrong = numbers.isna() & (cells != "")
    _refuse(wrong, cells, column, path, "is not a number")
    return numbers


def _answers(cells, column, path):
    known = cells.map(ANSWERS)
    _refuse(known.isna(), cells, column, path, "is not one of IBM's answers")
    return known.astype("bool")


def _refuse(wrong, cells, column, path, what):
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise DataFault(f"{path}, line {row + 2}, column {column}: '{cells.iloc[row]}' {what}; this is another file.")
