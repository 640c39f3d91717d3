"""Tables as people really send them. Each case: what was done to a good folder, and every fault it must give."""

from tests.database.small_company import TABLES, replaced

ORDERS = TABLES["orders"]
HEADER = ORDERS.split("\n", 1)[0]
ROW = "c1,2024-08-01,10.00,o6,1,p1,1,shop"


def order(**cells):
    """One more order line, with some cells as given; it stands on line 7."""
    values = dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | cells
    return {"orders.csv": ORDERS + ",".join(values.values()) + "\n"}


def orders(text):
    return {"orders.csv": text}


def encoded(table, encoding):
    return {f"{table}.csv": TABLES[table].encode(encoding)}


# case: (changes to the good folder, [(file, line, column, part of the rule), …]); None: the whole file or line
CASES = {
    # columns
    "column missing": (
        orders(ORDERS.replace("amount", "colour", 1)),
        [("orders.csv", 1, "amount", "the column is missing: add the column")],
    ),
    "column renamed": (
        orders(ORDERS.replace("order_date", "Order Date", 1)),
        [("orders.csv", 1, "order_date", "rename column 'Order Date' to 'order_date'")],
    ),
    "column in capitals": (
        orders(ORDERS.replace("customer_id", "CUSTOMER_ID", 1)),
        [("orders.csv", 1, "customer_id", "rename column 'CUSTOMER_ID' to 'customer_id'")],
    ),
    "column twice": (
        orders(ORDERS.replace("channel", "amount", 1)),
        [("orders.csv", 1, "amount", "the column stands here 2 times; keep one")],
    ),
    "column without a name": (
        orders("\n".join(f"{n},{line}" for n, line in enumerate(ORDERS.splitlines())).replace("0,", ",", 1) + "\n"),
        [("orders.csv", 1, None, "column 1 has no name")],
    ),
    "no header": (
        orders(ORDERS.split("\n", 1)[1]),
        [("orders.csv", 1, None, "line 1 must hold the column names: customer_id, order_date, amount")],
    ),
    "column needed to cut": (
        replaced("complaints", "solved_at", "solved_when"),
        [("complaints.csv", 1, "remedy", "needs column 'solved_at'")],
    ),
    "columns in Chinese": (
        orders("客户编号,订单日期,金额\nc1,2024-08-01,10\n"),
        [("orders.csv", 1, None, "for a company's own export: crmbook import orders.csv --to FOLDER")],
    ),
    # the file
    "semicolons": (
        orders(ORDERS.replace(",", ";")),
        [("orders.csv", 1, None, "separated by semicolons: save it with")],
    ),
    "tabs": (orders(ORDERS.replace(",", "\t")), [("orders.csv", 1, None, "separated by tabs")]),
    "bars": (orders(ORDERS.replace(",", "|")), [("orders.csv", 1, None, "separated by bars")]),
    "empty file": (orders(""), [("orders.csv", None, None, "the file is empty")]),
    "only spaces": (orders(" \n\n"), [("orders.csv", None, None, "the file is empty")]),
    "GBK": (encoded("company", "gbk"), [("company.csv", 2, "chinese_name", "encoded as GBK, not UTF-8")]),
    "GBK in the header": (
        orders("客户编号,订单日期,金额\nc1,2024-08-01,10\n".encode("gbk")),
        [("orders.csv", 1, "客户编号", "encoded as GBK, not UTF-8")],
    ),
    "pasted twice": (
        orders(ORDERS + ORDERS.split("\n", 1)[1]),
        [("orders.csv", None, None, "all rows stand here twice")],
    ),
    "text after a closing quote": (
        orders(ORDERS.replace("shop", '"sh"op', 1)),
        [("orders.csv", 2, None, "a quotation mark is not closed, or one inside a text")],
    ),
    "UTF-16": (encoded("orders", "utf-16"), [("orders.csv", None, None, "encoded as UTF-16; save it as 'CSV UTF-8'")]),
    "Latin-1": (
        {"customers.csv": TABLES["customers"].replace("Li Na", "Zoë").encode("latin-1")},
        [("customers.csv", 2, "name", "not encoded as UTF-8")],
    ),
    "cut off in a character": (
        {"company.csv": TABLES["company"].encode().split("茶".encode())[0] + "茶".encode()[:2]},
        [("company.csv", 2, "chinese_name", "ends in the middle of a character: it was cut off")],
    ),
    "cut off in a line": (
        orders(ORDERS[: ORDERS.index("o5")]),
        [("orders.csv", 6, None, "4 values, the header has 8 columns; the line is cut off")],
    ),
    "cut off in quotes": (
        {"customers.csv": TABLES["customers"][: TABLES["customers"].index(" West Wing")]},
        [("customers.csv", 4, None, "a quotation mark is not closed")],
    ),
    "zero bytes": (orders(ORDERS.replace("o3", "o\0")), [("orders.csv", 4, None, "holds zero bytes")]),
    "a workbook called csv": (
        {"orders.csv": b"PK\x03\x04rest of an archive"},
        [("orders.csv", None, None, "is a spreadsheet or zip archive with the wrong ending")],
    ),
    "a Parquet file called csv": (
        {"orders.csv": b"PAR1rest"},
        [("orders.csv", None, None, "is a Parquet file with the wrong ending")],
    ),
    "text called parquet": (
        {"orders.csv": None, "orders.parquet": ORDERS},
        [("orders.parquet", None, None, "cannot be read as Parquet")],
    ),
    "a workbook": (
        {"orders.csv": None, "orders.xlsx": b"PK\x03\x04"},
        [("orders.xlsx", None, None, ".xlsx files are not read: save it as 'orders.csv'")],
    ),
    "table name in capitals": (
        {"orders.csv": None, "Orders.csv": ORDERS},
        [("Orders.csv", None, None, "table names are in lower case: rename to orders.csv")],
    ),
    "table twice": (
        {"orders.parquet": b"PAR1"},
        [("orders.parquet", None, None, "'orders' is already in orders.csv; keep one of the two")],
    ),
    "a line too short": (order(channel="shop\nc1,2024-08-02"), [("orders.csv", 8, None, "2 values, the header has 8")]),
    "a comma without quotes": (
        order(amount="1,200.00"),
        [("orders.csv", 7, None, "9 values, the header has 8 columns; put quotation marks around")],
    ),
    "a quotation mark not closed": (
        orders(ORDERS.replace("o3", '"o3')),
        [("orders.csv", 4, None, "a quotation mark is not closed")],
    ),
    "line breaks inside quotes before the fault": (
        {
            "complaints.csv": TABLES["complaints"].replace("Too late", '"Too late,\nand\r\n""wet"""')
            + "k3,c1,2024-02-30 10:00:00,3,Late again,,\n"
        },
        [("complaints.csv", 6, "recorded_at", "there is no such time")],
    ),
    "blank lines before the fault": (
        orders(ORDERS.replace("c2,2023", "\n\nc2,2023") + ROW.replace("10.00", "ten") + "\n"),
        [("orders.csv", 9, "amount", "not a number")],
    ),
    # numbers
    "thousands separators": (
        order(amount='"1,200.00"'),
        [("orders.csv", 7, "amount", "write digits only, e.g. 1200.50; crmbook import reads")],
    ),
    "spaces as separators": (
        order(amount="1 200.00"),
        [("orders.csv", 7, "amount", "write digits only, e.g. 1200.50; crmbook import reads")],
    ),
    "decimal comma": (
        order(amount='"12,5"'),
        [("orders.csv", 7, "amount", "write digits only, e.g. 1200.50; crmbook import reads")],
    ),
    "German number": (
        order(amount='"1.200,50"'),
        [("orders.csv", 7, "amount", "write digits only, e.g. 1200.50; crmbook import reads")],
    ),
    "yuan sign": (
        order(amount="¥12.00"),
        [("orders.csv", 7, "amount", "write digits only, e.g. 1200.50; crmbook import reads")],
    ),
    "dollar sign": (
        order(amount="$12.00"),
        [("orders.csv", 7, "amount", "write digits only, e.g. 1200.50; crmbook import reads")],
    ),
    "yuan in words": (
        order(amount="12元"),
        [("orders.csv", 7, "amount", "write digits only, e.g. 1200.50; crmbook import reads")],
    ),
    "per cent": (
        order(amount="5%"),
        [("orders.csv", 7, "amount", "write digits only, e.g. 1200.50; crmbook import reads")],
    ),
    "brackets for minus": (
        order(amount="(12.00)"),
        [("orders.csv", 7, "amount", "write digits only, e.g. 1200.50; crmbook import reads")],
    ),
    "plus sign": (
        order(amount="+12"),
        [("orders.csv", 7, "amount", "write digits only, e.g. 1200.50; crmbook import reads")],
    ),
    "hexadecimal": (order(line="0x1F"), [("orders.csv", 7, "line", "not a whole number")]),
    "words": (order(amount="twelve"), [("orders.csv", 7, "amount", "not a number: write digits only")]),
    "NaN": (order(amount="NaN"), [("orders.csv", 7, "amount", "leave the cell empty where the value is unknown")]),
    "NULL": (order(quantity="NULL"), [("orders.csv", 7, "quantity", "leave the cell empty")]),
    "infinite": (order(amount="inf"), [("orders.csv", 7, "amount", "infinite or too large")]),
    "minus infinity": (order(amount="-Infinity"), [("orders.csv", 7, "amount", "infinite or too large")]),
    "beyond floating point": (order(amount="1e999"), [("orders.csv", 7, "amount", "infinite or too large")]),
    "huge": (order(amount="1e12"), [("orders.csv", 7, "amount", "must be at most 1000000000")]),
    "negative price": (replaced("products", "80", "-80"), [("products.csv", 3, "list_price", "must be at least 0")]),
    "half a child": (
        replaced("customers", ",1,True", ",1.5,True"),
        [("customers.csv", 2, "children", "a whole number")],
    ),
    "beyond whole numbers": (order(line="99999999999999999999"), [("orders.csv", 7, "line", "at most 18 digits")]),
    "amount empty": (order(amount=""), [("orders.csv", 7, "amount", "must not be empty")]),
    "spaces around a number": (order(amount=" 12.00"), [("orders.csv", 7, "amount", "spaces before or after")]),
    # dates
    "mixed date formats": (
        orders(ORDERS.replace("2023-06-01,160", "06/01/2023,160") + ROW.replace("2024-08-01", "2024/08/01") + "\n"),
        [
            ("orders.csv", 4, "order_date", "write year-month-day, e.g. 2024-03-07; crmbook import reads"),
            ("orders.csv", 7, "order_date", "write year-month-day, e.g. 2024-03-07; crmbook import reads"),
        ],
    ),
    "two-digit year": (
        order(order_date="01/08/24"),
        [("orders.csv", 7, "order_date", "write year-month-day, e.g. 2024-03-07; crmbook import reads")],
    ),
    "date in one piece": (
        order(order_date="20240801"),
        [("orders.csv", 7, "order_date", "write year-month-day, e.g. 2024-03-07; crmbook import reads")],
    ),
    "date with dots": (
        order(order_date="1.8.2024"),
        [("orders.csv", 7, "order_date", "write year-month-day, e.g. 2024-03-07; crmbook import reads")],
    ),
    "date in Chinese": (
        order(order_date="2024年8月1日"),
        [("orders.csv", 7, "order_date", "write year-month-day, e.g. 2024-03-07; crmbook import reads")],
    ),
    "date in words": (order(order_date='"Aug 1, 2024"'), [("orders.csv", 7, "order_date", "not a date")]),
    "day number of a spreadsheet": (
        order(order_date="45505"),
        [("orders.csv", 7, "order_date", "write year-month-day, e.g. 2024-03-07; crmbook import reads")],
    ),
    "one digit": (
        order(order_date="2024-8-1"),
        [("orders.csv", 7, "order_date", "write year-month-day, e.g. 2024-03-07; crmbook import reads")],
    ),
    "no such day": (order(order_date="2023-02-29"), [("orders.csv", 7, "order_date", "no such day in the calendar")]),
    "day with a time": (
        order(order_date="2024-08-01 10:00"),
        [("orders.csv", 7, "order_date", "write year-month-day, e.g. 2024-03-07; crmbook import reads")],
    ),
    "time zone": (
        replaced("complaints", "2024-01-20 18:05:00", "2024-01-20T18:05:00+08:00"),
        [("complaints.csv", 3, "recorded_at", "has a time zone")],
    ),
    "before anybody lived": (
        order(order_date="1024-08-01"),
        [
            ("orders.csv", 7, "order_date", "at least 1900-01-01"),
            ("orders.csv", 7, "order_date", "before the first day of the data, 2023-01-01 (company.observed_from)"),
        ],
    ),
    "before the first day": (
        order(order_date="2022-12-31"),
        [("orders.csv", 7, "order_date", "before the first day of the data, 2023-01-01 (company.observed_from)")],
    ),
    "future order": (
        order(order_date="2025-01-01"),
        [("orders.csv", 7, "order_date", "after the last day of the data, 2024-12-31 (company.observed_to)")],
    ),
    "born in the future": (
        replaced("customers", "registered_on", "birth_date,registered_on")
        | {
            "customers.csv": "customer_id,kind,birth_date,registered_on\nc1,person,2031-05-05,2023-01-05\n"
            "c2,person,,2023-01-05\nc3,enterprise,,2024-03-01\n"
        },
        [("customers.csv", 2, "birth_date", "after the last day of the data")],
    ),
    "ended before it began": (
        replaced("subscriptions", "2024-05-31", "2022-05-31"),
        [("subscriptions.csv", 2, "ended_on", "must not be before started_on")],
    ),
    "a result without its day": (
        replaced("complaints", "tea,,", "tea,,refund"),
        [("complaints.csv", 3, "remedy", "has a value while solved_at is empty")],
    ),
    "an hour without minutes": (
        replaced("complaints", "2024-01-20 18:05:00", "2024-01-20 18"),
        [("complaints.csv", 3, "recorded_at", "there is no such time")],
    ),
    "company without a name": (
        replaced("company", "Hill Tea", "  "),
        [("company.csv", 2, "name", "must not be blank")],
    ),
    "HTML as currency": (
        replaced("company", "CNY", "<b>CNY</b>"),
        [("company.csv", 2, "currency", "must be the code of three letters")],
    ),
    "company observed backwards": (
        replaced("company", "2023-01-01", "2025-01-01"),
        [
            ("company.csv", 2, "observed_to", "must not be before observed_from"),
            *[("orders.csv", line, "order_date", "before the first day of the data") for line in range(2, 7)],
        ],
    ),
    # choices, identifiers, keys
    "unknown choice": (
        replaced("customers", "person", "alien"),
        [("customers.csv", 2, "kind", "must be one of: person, enterprise")],
    ),
    "choice in capitals": (
        replaced("customers", "person", "Person"),
        [("customers.csv", 2, "kind", "must be one of: person, enterprise; write 'person'")],
    ),
    "not yes or no": (
        replaced("customers", "True", "perhaps"),
        [("customers.csv", 2, "consent_email", "True or False")],
    ),
    "formula as identifier": (
        order(order_id="=cmd|'/C calc'!A0"),
        [("orders.csv", 7, "order_id", "spreadsheet formula")],
    ),
    "spaces around an identifier": (
        order(customer_id="c1 "),
        [("orders.csv", 7, "customer_id", "spaces before or after")],
    ),
    "line break in an identifier": (order(order_id='"o\n6"'), [("orders.csv", 7, "order_id", "one line of ordinary")]),
    "duplicate key": (
        {"products.csv": TABLES["products"] + "p1,Dragon Well again,green,99\n"},
        [("products.csv", 4, "product_id", "same product_id as in line 2: keep one")],
    ),
    "dangling customer": (order(customer_id="c9"), [("orders.csv", 7, "customer_id", "not found in customers.csv")]),
    "dangling product": (order(product_id="p9"), [("orders.csv", 7, "product_id", "not found in products.csv")]),
    "two companies": (
        {"company.csv": TABLES["company"] + "Other,,tea,CNY,2023-01-01,2024-12-31\n"},
        [("company.csv", 3, "name", "one row only")],
    ),
    # nothing there
    "no table": (
        {f"{name}.csv": None for name in TABLES},
        [(None, None, None, "holds no table; see datasets/README.md")],
    ),
    "only unknown tables": (
        {f"{name}.csv": None for name in TABLES} | {"order.csv": ORDERS},
        [(None, None, None, "holds no table")],
    ),
    "headers only": (
        {f"{name}.csv": None for name in TABLES} | {"orders.csv": HEADER + "\n"},
        [(None, None, None, "no table has a row")],
    ),
    # several at once, in several files
    "everything at once": (
        order(amount="¥1", order_date="1/8/24") | replaced("customers", "person", "alien") | encoded("company", "gbk"),
        [
            ("company.csv", 2, "chinese_name", "GBK"),
            ("customers.csv", 2, "kind", "one of"),
            ("orders.csv", 7, "order_date", "write year-month-day, e.g. 2024-03-07; crmbook import reads"),
            ("orders.csv", 7, "amount", "write digits only, e.g. 1200.50; crmbook import reads"),
        ],
    ),
}
