"""A company small enough to read: every test states only what it changes."""

import pandas as pd

TABLES = {
    "company": (
        "name,chinese_name,sells,currency,observed_from,observed_to\nHill Tea,山茶,tea,CNY,2023-01-01,2024-12-31\n"
    ),
    "customers": (
        "customer_id,kind,name,region,registered_on,children,consent_email\n"
        "c1,person,Li Na,East,2023-01-05,1,True\n"
        "c2,person,Wang Wei,North,2023-02-10,0,False\n"
        'c3,enterprise,"Lake Hotel, West Wing",West,2024-03-01,,True\n'
    ),
    "products": "product_id,name,category,list_price\np1,Dragon Well,green,120\np2,Keemun,black,80\n",
    "orders": (
        "customer_id,order_date,amount,order_id,line,product_id,quantity,channel\n"
        "c1,2023-01-05,120.00,o1,1,p1,1,shop\n"
        "c1,2023-06-01,80.00,o2,1,p2,1,web\n"
        "c2,2023-06-01,160.00,o3,1,p2,2,app\n"
        "c1,2024-02-29,-80.00,o4,1,p2,-1,web\n"
        "c3,2024-07-15,1200.00,o5,1,p1,10,account manager\n"
    ),
    "complaints": (
        "complaint_id,customer_id,recorded_at,severity,text,solved_at,remedy\n"
        "k1,c1,2023-06-03 09:30:00,2,Too late,2023-06-10 16:00:00,voucher\n"
        "k2,c2,2024-01-20 18:05:00,4,Wrong tea,,\n"
    ),
    "subscriptions": (
        "subscription_id,customer_id,plan,started_on,renews_on,ended_on,end_reason\n"
        "s1,c1,monthly box,2023-03-01,2025-03-01,2024-05-31,price\n"
        "s2,c3,office supply,2024-03-01,2025-03-01,,\n"
    ),
}


def write(folder, changes=None):
    """Write the tables as CSV; ``changes``: file name → text or bytes to write instead, or None to leave it out."""
    files = {f"{name}.csv": text for name, text in TABLES.items()} | (changes or {})
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        if content is not None:
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def replaced(table, old, new, times=1):
    """The text of a table with one piece replaced; the piece must be there."""
    text = TABLES[table]
    assert old in text
    return {f"{table}.csv": text.replace(old, new, times)}


def as_parquet(database, folder):
    """Write all tables of a database as Parquet files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in database.tables:
        database.frame(name).to_parquet(folder / f"{name}.parquet")
    return folder


def same_rows(left, right):
    """Assert that two frames hold the same rows, in any order."""
    columns = list(left.columns)
    pd.testing.assert_frame_equal(
        left.sort_values(columns, ignore_index=True), right[columns].sort_values(columns, ignore_index=True)
    )
