"""Small made-up files in the layout of the public ones."""

import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from crmbook.sources import catalogue

CDNOW = (
    " customer_id  date number_of_cds  dollar_value\r\n"
    " 00001 19970101  1   11.77\r\n"
    " 00002 19970112  1   12.00\r\n"
    " 00002 19970112  1   12.00\r\n"
    "\r\n"
    " 00003 19970102  2    0.00\r\n"
)
TELCO_HEADER = (
    "customerID,gender,SeniorCitizen,Partner,Dependents,tenure,PhoneService,MultipleLines,InternetService,"
    "OnlineSecurity,OnlineBackup,DeviceProtection,TechSupport,StreamingTV,StreamingMovies,Contract,PaperlessBilling,"
    "PaymentMethod,MonthlyCharges,TotalCharges,Churn\n"
)
TELCO = TELCO_HEADER + (
    "1-A,Female,0,Yes,No,0,No,No phone service,DSL,No,Yes,No,No,No,No,Month-to-month,Yes,Electronic check,29.85, ,No\n"
    "2-B,Male,1,No,No,34,Yes,No,No,No internet service,No internet service,No internet service,No internet service,"
    "No internet service,No internet service,One year,No,Mailed check,56.95,1889.5,Yes\n"
)
RETAIL = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    "536365,85123A,WHITE LANTERN,6,2010-12-01 08:26:00,2.55,17850,United Kingdom\n"
    "536365,71053,METAL MOON ,6,2010-12-01 08:26:00,3.39,17850,United Kingdom\n"
    "536365,71053,METAL MOON ,6,2010-12-01 08:26:00,3.39,17850,United Kingdom\n"
    "536370,71053,METAL MOON,1,2010-12-02 10:03:00,0,12583,France\n"
    "536370,POST,POSTAGE,3,2010-12-02 10:03:00,18,12583,France\n"
    "536380,71053,,-4,2010-12-02 10:20:00,0,,United Kingdom\n"
    "C536391,85123A,WHITE LANTERN,-2,2010-12-03 09:00:00,2.55,17850,United Kingdom\n"
)
MAIL = (
    "recency,history_segment,history,mens,womens,zip_code,newbie,channel,segment,visit,conversion,spend\n"
    "10,2) $100 - $200,142.44,1,0,Surburban,0,Phone,Womens E-Mail,0,0,0\n"
    "6,3) $200 - $350,329.08,1,1,Rural,1,Web,No E-Mail,1,1,29.99\n"
    "9,5) $500 - $750,675.83,1,0,Rural,1,Web,Mens E-Mail,1,1,115.5\n"
    '5,"6) $750 - $1,000",828.42,1,0,Surburban,1,Multichannel,Mens E-Mail,1,0,0\n'
    "2,1) $0 - $100,45.34,1,0,Urban,0,Web,No E-Mail,0,0,0\n"
)
FILES = {
    "cdnow": ("copy.txt", CDNOW),
    "telco": ("copy.csv", TELCO),
    "online_retail": ("copy.csv", RETAIL),
    "minethatdata": ("copy.csv", MAIL),
}


def write(folder, name):
    """Write the made-up copy of a data set and return its path."""
    file, text = FILES[name]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(text.encode())
    return folder / file


def mailing(customers, seed=1):
    """A larger made-up file in the layout of the e-mail test: thirds by lot, each e-mail sells to some."""
    chance = np.random.RandomState(seed)
    arm = chance.randint(0, 3, customers)
    ordered = chance.random_sample(customers) < np.array([0.04, 0.10, 0.07])[arm]
    table = pd.DataFrame({"recency": chance.randint(1, 13, customers), "history_segment": "1) $0 - $100"})
    table = table.assign(history=chance.randint(30, 900, customers) + 0.99, mens=chance.randint(0, 2, customers))
    table = table.assign(womens=1 - table["mens"], zip_code="Urban", newbie=chance.randint(0, 2, customers))
    table = table.assign(channel="Web", segment=np.array(["No E-Mail", "Mens E-Mail", "Womens E-Mail"])[arm])
    visit = ordered | (chance.random_sample(customers) < 0.1)
    spend = np.where(ordered, chance.randint(2000, 20000, customers) / 100, 0)
    return table.assign(visit=visit.astype(int), conversion=ordered.astype(int), spend=spend).to_csv(index=False)


def changed(name, **parts):
    """The data set of this name, with some of its parts changed."""
    return SimpleNamespace(**vars(catalogue()[name]) | parts)


def unverified(name):
    """The data set without its sum, so that a made-up copy passes for it."""
    return changed(name, sha256="")


def real(file):
    """The path of a real file in the folder that CRMBOOK_REAL_DATA names; skips the test where there is none."""
    path = Path(os.environ.get("CRMBOOK_REAL_DATA", "nowhere")) / file
    if not path.is_file():
        pytest.skip(f"CRMBOOK_REAL_DATA names no folder with {file}")
    return path
