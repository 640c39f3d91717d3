"""The committed tables, as the database sees them."""

import crmlib
from crmlib.database import check_folder
from crmlib.dictionary import SCHEMAS

SIZE = 20_000_000


def test_the_committed_tables_are_clean():
    report = check_folder(crmlib.default_data())
    aside = "left aside, because not named like a table of the data dictionary: README.md, truth."
    assert report.ok and report.notes == (aside,), str(report)


def test_the_committed_tables_are_all_there_and_small():
    files = {path.stem: path.stat().st_size for path in crmlib.default_data().glob("*.csv")}
    assert set(files) == set(SCHEMAS) - {"contract_snapshot"}
    assert sum(files.values()) < SIZE


def test_every_table_can_be_asked_in_sql():
    database = crmlib.open_database(crmlib.default_data())
    for name in database.tables:
        assert database.sql(f"select count(*) as n from {name}")["n"].iloc[0] == len(database.frame(name))
