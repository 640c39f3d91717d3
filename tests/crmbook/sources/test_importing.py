"""A company's own export: what it is read as, what is asked, what is refused, and the account of it."""

import gzip
import io
import subprocess
import sys

import pandas as pd
import pytest
import yaml

import crmlib
from crmbook.sources import import_files, styles
from crmbook.sources.reading import read_sheets
from crmbook.sources.vocabulary import meanings
from crmlib.database import check_folder
from crmlib.errors import CrmError, DataFault

ROWS = [("0017", "2024-03-05", "1,234.50"), ("0018", "2024-03-15", "12"), ("0017", "2024-04-01", "(12.50)")]
BUYS = "customer_id,order_date"
PLAIN = f"{BUYS},amount\n0017,2024-03-05,12.5\n0018,2024-03-15,7\n"


def write(folder, text, name="orders.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def imported(folder, text, name="orders.csv", encoding="utf-8"):
    """The table of orders that becomes of an export, and the Conversion."""
    account = import_files([write(folder, text, name, encoding)], folder / "out")
    assert check_folder(folder / "out").ok
    return crmlib.open_database(folder / "out").orders, next(iter(account.made.values()))


def asked(folder, text, name="orders.csv"):
    with pytest.raises(CrmError, match="look at") as caught:
        import_files([write(folder, text, name)], folder / "out")
    assert [path.name for path in (folder / "out").iterdir()] == ["mapping.yaml"]
    return str(caught.value), yaml.safe_load((folder / "out" / "mapping.yaml").read_text("utf-8"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_encoding_and_separator(tmp_path, encoding, separator):
    head = separator.join(["会员号", "下单时间", "实付金额（元）", "门店"])
    lines = [separator.join([who, day, f'"{paid}"', "城西店"]) for who, day, paid in ROWS]
    orders, _ = imported(tmp_path, "\r\n".join(["订单导出", "", head, *lines, ""]), encoding=encoding)
    assert orders["customer_id"].tolist() == ["0017", "0018", "0017"]
    assert orders["amount"].tolist() == [1234.5, 12.0, -12.5]
    assert orders["channel"].unique().tolist() == ["城西店"]


@pytest.mark.parametrize("text", ["Müller", "Grüße", "Zoë", "12 €"])
def test_western_letters_are_not_read_as_chinese(tmp_path, text):
    path = write(tmp_path, f"Kunde;Datum;Ort\n{text};5.3.2024;Köln\n".encode("cp1252"))
    (sheet,) = read_sheets(path, {})
    assert sheet.how == {"encoding": "cp1252", "separator": "semicolon"} and sheet.rows[1][0] == text


DAYS = {
    "2024-03-05": ["2024/3/5", "2024.3.5", "20240305", "2024年3月5日", "2024-03-05T10:22:33Z", "２０２４／３／５"],
    "2024-03-15": ["15.3.2024", "15/03/24", "15-Mar-24", "Mar 15, 2024", "3/15/2024 2:05 PM", "45366", "15 March 2024"],
    None: ["2024-02-30", "1001", "Tea 5", "13/13/2024", "tomorrow", "2024", "Mar", "138001234567"],
}


@pytest.mark.parametrize(("day", "cell"), [(day, cell) for day, cells in DAYS.items() for cell in cells])
def test_days(day, cell):
    cells = pd.Series([styles.plain(cell)])
    fitting, odd = styles.judged(cells, "dates")
    read = [str(styles.days(cells, order)[0].date()) for order in fitting]
    assert (read == [] and odd) if day is None else day in read and not odd


NUMBERS = {
    "¥1,234.50": [1234.5], "1.234,50 €": [1234.5], "(12.50)": [-12.5], "１２．５": [12.5], "12.50-": [-12.5],
    "1 234,50": [1234.5], "−5": [-5], "1.234": [1.234, 1234], "0.125": [0.125], "1,234,567": [1234567], "12 元": [12],
    "12%": [], "1.2.3": [], "12a": [], "18 89": [], "": [], "&pound;12.00": [12],
}  # fmt: skip


@pytest.mark.parametrize("cell", NUMBERS)
def test_numbers(cell):
    cells = pd.Series([styles.plain(cell)])
    fitting, _ = styles.judged(cells, "decimals")
    assert [styles.numbers(cells, mark)[0] for mark in fitting] == NUMBERS[cell]


def test_names_are_known_by_their_end_and_the_longest_term_counts():
    assert meanings("买家实际付款金额(元)", "orders") == {"amount": 1.5}
    assert set(meanings("订单发货时间", "orders")) == {"other"}
    assert set(meanings("Order date", "orders")) == {"order_date"}
    assert meanings("Favourite colour", "orders") == {}


@pytest.mark.parametrize(
    ("text", "part", "said"),
    [
        ("customer_id,order_date,amount\n1,03/04/2024,5\n2,05/06/2024,7\n", "dates", "day first or month first"),
        ("customer_id,order_date,amount\n1,2024-03-04,1.234\n", "decimals", "point or comma"),
        ("customer_id,order_date,amount\n1,3/14/2024,5\n2,14/3/2024,7\n", "dates", "No one suits all"),
        (f"{BUYS},Net sales,Gross sales\n1,2024-03-05,5,6\n", "columns", "Net sales (5) or Gross sales (6)"),
        ("Kundenname;Datum;Betrag\nLi Na;2024-03-05;5\n", "columns", "two customers may share one"),
        (PLAIN + "".join(f"3,2024-03-{n:02},5\n" for n in range(1, 20)) + "3,2024-03-20,soon\n", "missing", "'soon'"),
        (f"{BUYS},amount,status\n1,2024-03-05,5,half paid\n", "drop", "half paid"),
        (PLAIN.replace("12.5", "$12.5").replace("7\n", "€7\n"), "currency", "$ and €"),
        (f"{BUYS},amount,is return\n1,2024-03-05,$5,Y\n2,2024-03-06,€6,\n", "currency", "$ and €"),
        (f"{BUYS},amount,order_id,sku\n1,2024-03-05,5,9,x\n1,2024-03-05,5,9,y\n", "amount_of", "line or order"),
        ("customer,date\nx,2024-03-05\n", "columns", "amount: none is called so"),
        (f"{BUYS},amount\n1,2024-03-05,5\n2,,6\n", "columns", "1 rows have none and would be dropped"),
        ("nothing,at,all\n1,2,3\n", "header", "no line holds"),
    ],
)  # fmt: skip
def test_what_is_unsure_is_asked_and_nothing_else_written(tmp_path, text, part, said):
    question, told = asked(tmp_path, text)
    assert f"{part} – " in question and said in question
    assert "?" in str(told["orders.csv"])


def test_identifiers_stay_text_and_spoilt_ones_are_told(tmp_path):
    head = "customer_id,order_date,amount,order_id\n"
    orders, made = imported(tmp_path, head + '="0017",2024-03-05,5,1.2E+17\n\'18.0,2024-03-06,5,1.2E+17\n')
    assert orders["customer_id"].tolist() == ["0017", "18"] and "order_id" not in orders
    assert any("a spreadsheet made numbers" in change for change in made.changes)
    assert any("such as '=\"0017\"' as '0017'" in change for change in made.changes)
    with pytest.raises(DataFault, match=r"'1.38001E\+11' – a spreadsheet made a number"):
        import_files([write(tmp_path, head + "1.38001E+11,2024-03-05,5,1\n")], tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_nobody_is_no_customer(tmp_path):
    rows = [f"{who},2024-03-05,5\n" for who in ("guest", "NULL", "散客", "", "0.0", "7", "8.0")]
    orders, made = imported(tmp_path, "customer_id,order_date,amount\n" + "".join(rows))
    assert orders["customer_id"].tolist() == ["7", "8"] and sum(made.dropped.values()) == 5


@pytest.mark.parametrize(("sale", "back"), [("", "Y"), ("收入", "支出")])
def test_a_column_that_says_what_came_back_gives_the_amounts_their_sign(tmp_path, sale, back):
    rows = [f"a,2024-03-05,5,{sale}", f"b,2024-03-06,7,{back}", f"c,2024-03-07,2,{sale}"]
    orders, made = imported(tmp_path, "\n".join([f"{BUYS},amount,is return", *rows, ""]))
    assert orders["amount"].tolist() == [5, -7, 2]
    assert any("amount × is return, 1 cells written anew, such as '7' as '-7'" in change for change in made.changes)
    (tmp_path / "other").mkdir()
    more = "\n".join([f"{BUYS},amount,is return", *rows, "d,2024-03-08,3,perhaps", ""])
    question, told = asked(tmp_path / "other", more)
    assert "words – what do perhaps stand for" in question and told["orders.csv"]["words"]["amount"][back] == "-1"


def test_one_customer_with_a_share_that_none_can_have_is_told(tmp_path):
    rows = [f"{100 + n % 9 * (n % 3)},2024-03-05,{n}\n" for n in range(60)]
    _, made = imported(tmp_path, f"{BUYS},amount\n" + "".join(rows))
    assert any("are of one customer, '100'" in remark for remark in made.remarks)


def test_every_row_is_accounted_for_and_the_dropped_ones_are_kept_aside(tmp_path):
    text = "March\n\norder no,member,date,pay\n1,a,2024/3/5,5\n2,b,2024/3/6,6\n"
    text += "小计,,,11\n\n3,,2024/3/7,7\n合计,,,18\nby Li\n"
    orders, made = imported(tmp_path, text)
    assert len(orders) == 2 and made.rows_in == 9 == 2 + sum(made.dropped.values())
    rows = pd.read_csv(tmp_path / "out" / "dropped_rows.csv")
    assert rows["line"].tolist() == [1, 2, 6, 7, 8, 9, 10] and rows["cells"].iloc[4] == '["3", "", "2024/3/7", "7"]'
    assert "no customer_id: member is empty" in (tmp_path / "out" / "SOURCE.md").read_text("utf-8")


def test_a_file_pasted_twice_counts_once_and_a_line_bought_twice_counts_twice(tmp_path):
    head, rows = f"order_id,{BUYS},amount\n", "1,a,2024-03-05,5\n1,a,2024-03-05,5\n2,b,2024-03-06,6\n"
    orders, made = imported(tmp_path, head + rows + head + rows)
    assert made.dropped == {"the header again": 1, "repeats an earlier row in every column": 3}
    assert orders["line"].tolist() == [1, 2, 1]


def test_no_cell_is_executed_and_a_workbook_has_a_table_a_sheet(tmp_path):
    with pd.ExcelWriter(tmp_path / "book.xlsx") as book:
        names = ["客户编号", "订单日期", "金额", "渠道"]
        orders = pd.DataFrame([(17, pd.Timestamp("2024-03-05"), 5.5, "=1+1")], columns=names)
        orders.to_excel(book, sheet_name="订单", index=False)
        goods = pd.DataFrame([("001", "绿茶", "tea")], columns=["产品编号", "品名", "类别"])
        goods.to_excel(book, sheet_name="产品", index=False)
        pd.DataFrame({"note": ["hello"]}).to_excel(book, sheet_name="说明", index=False)
    account = import_files([tmp_path / "book.xlsx"], tmp_path / "out")
    db = crmlib.open_database(tmp_path / "out")
    assert db.orders[["customer_id", "amount"]].to_numpy().tolist() == [["17", 5.5]]
    assert db.products["product_id"].tolist() == ["001"]
    assert "Left aside, being none of the tables: book.xlsx/说明" in str(account)


def test_several_files_gz_and_next_month(tmp_path):
    first = write(tmp_path, gzip.compress(PLAIN.encode()), "orders.csv.gz")
    members = "会员编号,姓名,性别,注册时间\n0017,张三,男,2023/5/1\n0018,李四,女,2023/5/2\n"
    second = write(tmp_path, members, "会员.csv", "gb18030")
    with pytest.raises(CrmError, match="kind: are these customers person or enterprise"):
        import_files([first, second], tmp_path / "out")
    mapping = tmp_path / "out" / "mapping.yaml"
    mapping.write_text(mapping.read_text("utf-8").replace("kind: '?'", "kind: person"), "utf-8")
    import_files([first, second], tmp_path / "out", mapping)
    assert crmlib.open_database(tmp_path / "out").customers["gender"].tolist() == ["male", "female"]
    with pytest.raises(CrmError, match="There is a mapping from before"):
        import_files([first], tmp_path / "out")
    with pytest.raises(DataFault, match="Two of the sheets are orders"):
        import_files([first, write(tmp_path, PLAIN)], tmp_path / "both")
    import_files([write(tmp_path, PLAIN, "march.csv")], tmp_path / "march")
    import_files([write(tmp_path, PLAIN, "april.csv")], tmp_path / "march", tmp_path / "march" / "mapping.yaml")
    assert "# april.csv" in (tmp_path / "march" / "SOURCE.md").read_text("utf-8")


def test_nothing_takes_the_place_of_another(tmp_path):
    for month in ("jan", "feb"):
        (tmp_path / month).mkdir()
        write(tmp_path / month, PLAIN)
    with pytest.raises(DataFault, match=r"Two of the sheets are orders\.csv"):
        import_files([tmp_path / "jan" / "orders.csv", tmp_path / "feb" / "orders.csv"], tmp_path / "out")
    import_files([write(tmp_path, PLAIN, "a.csv")], tmp_path / "a")
    one = yaml.safe_load((tmp_path / "a" / "mapping.yaml").read_text("utf-8"))["a.csv"]
    both = write(tmp_path, yaml.safe_dump({"a.csv": one, "b.csv": one}, allow_unicode=True), "map.yaml")
    with pytest.raises(DataFault, match="Two of the sheets are orders:"):
        import_files([tmp_path / "a.csv", write(tmp_path, PLAIN, "b.csv")], tmp_path / "out", both)


def test_a_mapping_of_last_month_decides_the_encoding_too(tmp_path):
    mapping = {"table": "orders", "encoding": "cp1250", "separator": "comma", "header": 1, "dates": "year first"}
    mapping |= {"decimals": "point", "columns": {name: name for name in ("customer_id", "order_date", "amount")}}
    told = write(tmp_path, yaml.safe_dump({"march.csv": mapping}), "map.yaml")
    april = write(tmp_path, PLAIN.replace("0017", "Łódź"), "april.csv", "cp1250")
    import_files([april], tmp_path / "out", told)
    assert crmlib.open_database(tmp_path / "out").orders["customer_id"].tolist() == ["Łódź", "0018"]


def test_an_order_counts_once_and_rows_without_a_number_all_count(tmp_path):
    text = "no,customer_id,order_date,amount\n1,A,2024-03-05,9\n1,A,2024-03-05,9\n,B,2024-03-05,5\n,C,2024-03-06,6\n"
    mapping = {"table": "orders", "header": 1, "dates": "year first", "decimals": "point", "amount_of": "order"}
    columns = {name: name for name in ("customer_id", "order_date", "amount")}
    told = write(tmp_path, yaml.safe_dump({"orders.csv": mapping | {"columns": columns}}), "map.yaml")
    with pytest.raises(DataFault, match="needs the column order_id"):
        import_files([write(tmp_path, text)], tmp_path / "out", told)
    told = write(
        tmp_path, yaml.safe_dump({"orders.csv": mapping | {"columns": columns | {"order_id": "no"}}}), "map.yaml"
    )
    import_files([write(tmp_path, text)], tmp_path / "out", told)
    assert crmlib.open_database(tmp_path / "out").orders["amount"].tolist() == [9, 5, 6]


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("orders.csv: [", "cannot be read: while parsing"),
        ("- a", "must name each file or sheet"),
        ("orders.csv: {table: orders, colums: {}}", "the part 'colums' is unknown"),
        ("orders.csv: {table: orders, header: 1, columns: {amount: '? x'}}", "still holds a question mark"),
        ("orders.csv: {table: orders, header: 1, columns: {colour: amount}}", "has no column orders.colour"),
        ("orders.csv: {table: orders, header: 1, columns: {amount: Total}}", "has no column 'Total'"),
        ("orders.csv: {table: orders, header: 1, columns: }", "the part 'columns' is unknown or misshapen"),
        ("orders.csv: {table: orders, header: 1, drop: [x]}", "the part 'drop' is unknown or misshapen"),
        ("orders.csv: {table: orders, header: 1, drop: {amount: x}}", "the part 'drop' is unknown"),
        ("orders.csv: {table: orders, header: 99, columns: {}}", "stands on line 99"),
        ("orders.csv: {table: orders, header: 1, decimals: comma, columns: {amount: amount}}", "'12.5' is none of"),
        ("orders.csv: {table: orders, header: 1, columns: {amount: amount}}", "needs the part decimals"),
        ("orders.csv: {table: orders, header: 1, columns: {customer_id: customer_id}}", "the column is missing"),
    ],
)  # fmt: skip
def test_a_mapping_that_does_not_fit_is_refused(tmp_path, mapping, said):
    with pytest.raises(DataFault, match=said):
        import_files([write(tmp_path, PLAIN)], tmp_path / "out", write(tmp_path, mapping, "map.yaml"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"<html><table>", "is a page or XML"),
        (b"PK\x03\x04rest", "cannot be read as a workbook"),
        (b"\x1f\x8brest", "cannot be read"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + b"?" * 99, "cannot be read"),
        (b'customer_id,order_date,amount\n"1"2,2024-03-05,5\n', "line 2: a quotation mark is out of place"),
        (b"customer_id,order_date,amount\n1,2024-03-05,5,6\n", "line 2: 4 values, the header has 3 columns"),
        (b"customer_id,order_date,amount\n1,2024-03-05,9999999999\n", "must be at most 1000000000"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, data, said):
    with pytest.raises(CrmError, match=said):
        import_files([write(tmp_path, data)], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_other_peoples_folders_are_left_alone(tmp_path):
    with pytest.raises(CrmError, match="is no file"):
        import_files([tmp_path / "none.csv"], tmp_path / "out")
    path = write(tmp_path, PLAIN)
    with pytest.raises(CrmError, match="already holds other files"):
        import_files([path], tmp_path)


def test_a_survey_is_read_by_the_form_that_chapter_8_has(tmp_path):
    text = "Timestamp,Email Address,happy,as hoped\n" + "".join(f"2024/3/{n},a{n}@x.org,{n},10\n" for n in range(1, 10))
    question, told = asked(tmp_path, text, "answers.csv")
    assert told["answers.csv"]["scale"] == ["?", "?"] and "constructs – " in question
    told["answers.csv"]["scale"], told["answers.csv"]["constructs"] = [1, 10], {"satisfaction": ["happy", "as hoped"]}
    mapping = write(tmp_path, yaml.safe_dump(told), "map.yaml")
    import_files([tmp_path / "answers.csv"], tmp_path / "out", mapping)
    assert crmlib.open_database(tmp_path / "out").survey["satisfaction_1"].tolist() == [*range(1, 10)]
    told["answers.csv"]["scale"] = [0, 10]
    with pytest.raises(DataFault, match="read_own_survey"):
        import_files([tmp_path / "answers.csv"], tmp_path / "out", write(tmp_path, yaml.safe_dump(told), "map.yaml"))


def test_the_command_says_what_it_took(tmp_path):
    write(tmp_path, PLAIN)
    command = [sys.executable, "-m", "crmbook.cli", "import", "orders.csv", "--to", "mine"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0 and "order_date: order_date, as it is." in done.stdout, done.stderr
    assert io.StringIO(done.stdout).readline() == "orders.csv → mine\n"
