"""Exercises: three states, kinds of answers, hints, diagnosis; nothing that is handed in ends in a traceback."""

from decimal import Decimal
from types import SimpleNamespace

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot

from crmlib import exercises
from crmlib.errors import CrmError, MissingTable, TooFew
from crmlib.exercises import Column, Drawing, Ids, Money, Number, Share, Table, exercise
from tests import exercise_rules

matplotlib.use("Agg")  # no window on a desk with a screen

BOUGHT = pd.DataFrame(
    {
        "customer_id": [f"C{number:05}" for number in range(1, 9)],
        "region": ["North", "East", "North", "South", "East", "South", "North", "West"],
        "kind": ["person"] * 6 + ["enterprise"] * 2,
        "revenue": [120.0, 80.5, 310.0, 45.0, 260.0, 95.0, 9_000.0, 4_000.0],
        "profit": [12.0, -8.0, 31.0, -20.0, 50.0, 9.0, 700.0, 410.0],
    }
)


@pytest.fixture
def db():
    company = SimpleNamespace(bought=BOUGHT.copy())
    exercises.use(company)
    return company


# ---- one exercise of each kind, as a room's exercises.py has them


@exercise(
    Share(),
    hints=["Who loses money?", "Their revenue, over all revenue."],
    right="Revenue alone does not show who earns.",
    mistakes={"That is their share of customers.": lambda db: (db.bought["profit"] < 0).mean()},
)
def revenue_at_a_loss(db):
    """Which share of revenue comes from customers who cost more than they bring?"""
    losing = db.bought["profit"] < 0
    # their revenue, over all of it
    return db.bought.loc[losing, "revenue"].sum() / db.bought["revenue"].sum()


@exercise(
    Money(),
    hints=["Enterprise accounts apart."],
    right="A few accounts hide the persons.",
    mistakes={"That is for all customers.": lambda db: db.bought["profit"].mean()},
)
def profit_a_person(db):
    """What does a person bring on average, in CNY?"""
    return db.bought.query("kind == 'person'")["profit"].mean()


@exercise(Number("a number of customers", precision=1), hints=["Count."], right="Half of them.")
def customers_above_100(db):
    """How many customers bought for more than 100 CNY?"""
    return (db.bought["revenue"] > 100).sum()


@exercise(
    Ids(),
    hints=["Filter, then take the column."],
    right="Two in eight.",
    mistakes={"Those are the customers who earn.": lambda db: db.bought.loc[db.bought["profit"] > 0, "customer_id"]},
)
def losers(db):
    """Which customers cost more than they bring?"""
    return db.bought.loc[db.bought["profit"] < 0, "customer_id"]


@exercise(
    Column("revenue by region", unit="CNY"),
    hints=["groupby."],
    right="The accounts lead.",
    mistakes={"That is profit.": lambda db: db.bought.groupby("region")["profit"].sum()},
)
def revenue_by_region(db):
    """What is the revenue of each region, in CNY?"""
    return db.bought.groupby("region")["revenue"].sum()


@exercise(
    Table(by="region"),
    hints=["agg."],
    right="Revenue and profit do not rank alike.",
    mistakes={
        "Those are means.": lambda db: db.bought.groupby("region")[["revenue", "profit"]].mean(),
    },
)
def regions(db):
    """What are revenue and profit of each region?"""
    return db.bought.groupby("region")[["revenue", "profit"]].sum()


@exercise(
    Drawing("thousand CNY"),
    hints=["Sum by region, then sort."],
    right="North leads.",
    mistakes={
        "Enterprise accounts are not asked for.": lambda db: drawn(db.bought, "revenue"),
        "That is profit.": lambda db: drawn(db.bought[db.bought["kind"] == "person"], "profit"),
    },
)
def persons_by_region(db):
    """How much do persons buy in each region, largest first, in thousand CNY?"""
    persons = db.bought[db.bought["kind"] == "person"]
    money = persons.groupby("region")["revenue"].sum().sort_values(ascending=False) / 1000
    return money.plot.bar(ylabel="Revenue, thousand CNY")


def drawn(bought, what):
    return (bought.groupby("region")[what].sum().sort_values(ascending=False) / 1000).plot.bar()


ALL = [
    revenue_at_a_loss,
    profit_a_person,
    customers_above_100,
    losers,
    revenue_by_region,
    regions,
    persons_by_region,
]


def fixed(kind, right, **mistakes):
    """An exercise whose right answer is given; checked on a company of its own."""

    def asked(db):
        """Which?"""
        return right

    known = {f"{says}.": lambda db, value=value: value for says, value in mistakes.items()}
    made = exercise(kind, ["Look."], "Well done.", known)(asked)
    return lambda answer: made.judge(answer, "any company").message


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: asked.name)
def test_every_kind_keeps_the_rules_of_all_chapters(asked, db):
    exercise_rules.rules_of(asked, db)


def test_the_rules_can_fail(db):
    with pytest.raises(AssertionError, match="That is their share"):
        db.bought["profit"] = -1.0  # everybody loses: the mistake is none on these data, and the exercise asks nothing
        exercise_rules.known_mistakes_are_diagnosed(revenue_at_a_loss, SimpleNamespace(bought=db.bought))
    assert exercise_rules.code_lines(losers.worked) == 8
    assert exercise_rules.exercises_of(SimpleNamespace(a=losers, b=1)) == [losers]


def test_three_states(db):
    assert revenue_at_a_loss.check(...).state == "not answered"
    result = revenue_at_a_loss.check(0.5)
    assert (result.state, result.message) == ("not yet", "Your number is too large.") and not result
    result = revenue_at_a_loss.check(125.5 / 13910.5)
    assert (result.state, result.message) == ("right", "Revenue alone does not show who earns.") and result


def test_structured_output_beside_the_readable_one(db):
    bundle = persons_by_region.check("<script>alert(1)</script>")._repr_mimebundle_()
    assert bundle["text/plain"].startswith("◐ Not yet. The answer is a drawing")
    content = bundle["application/vnd.crmlib.exercise+json"]
    assert content == {"name": "persons_by_region", "state": "not yet", "message": content["message"]}
    shown = exercises.Result("x", "right", "a < b & <i>c</i>")._repr_mimebundle_()["text/html"]
    assert "a &lt; b &amp; &lt;i&gt;c&lt;/i&gt;" in shown and "<i>" not in shown


def test_the_right_answer_is_that_of_the_database_at_hand_and_computed_once():
    calls = []

    @exercise(Number(), hints=["Look."], right="Well done.")
    def asked(db):
        """Which?"""
        calls.append(db)
        return db.value

    first, second = SimpleNamespace(value=1.0), SimpleNamespace(value=2.0)
    exercises.use(first)
    assert asked.check(...).state == "not answered" and calls == []
    assert asked.check(1.0) and not asked.check(2.0) and calls == [first]
    exercises.use(second)
    assert asked.check(2.0) and not asked.check(1.0) and calls == [first, second]


def test_without_a_database_the_way_out_is_named():
    exercises.use(None)
    assert losers.check(...).state == "not answered"  # a notebook may be read before it is run
    with pytest.raises(CrmError, match="run the cell that opens it"):
        losers.check(["C00002"])


def test_data_that_cannot_answer_raise_what_the_boundary_says():
    def missing(db):
        """Which?"""
        raise MissingTable("There is no survey.")

    with pytest.raises(MissingTable, match="no survey"):
        exercise(Number(), ["Look."], "Well done.")(missing).judge(1, "any")
    with pytest.raises(TooFew, match="no answer to asked"):
        fixed(Share(), np.nan)(0.4)
    assert fixed(Share(), 0.4, none=np.nan)(0.4) == "Well done."  # a mistake nobody can make here


def test_hints_are_staged_and_start_afresh_with_another_database(db, monkeypatch):
    said = [revenue_at_a_loss.hint().text for _ in range(3)]
    assert [text[:12] for text in said] == ["Hint 1 of 2:", "Hint 2 of 2:", "Hint 2 of 2:"]
    exercises.use(db)
    assert revenue_at_a_loss.hint().text.endswith("Who loses money?")
    monkeypatch.setattr(revenue_at_a_loss, "hints", ["a < b"])
    assert revenue_at_a_loss.hint()._repr_mimebundle_() == {
        "text/plain": "Hint 1 of 1: a < b",
        "text/html": "<p>Hint 1 of 1: a &lt; b</p>",
    }


def test_solution_is_the_body_of_the_worked_function():
    code = (
        'losing = db.bought["profit"] < 0\n'
        "# their revenue, over all of it\n"
        'answer = db.bought.loc[losing, "revenue"].sum() / db.bought["revenue"].sum()'
    )
    shown = revenue_at_a_loss.solution()._repr_mimebundle_()
    assert shown == {"text/plain": code, "text/markdown": f"```python\n{code}\n```"}


def test_progress_lists_the_exercises_of_the_rooms_begun(db):
    @exercise(Number(), hints=["Look."], right="Well done.")
    def elsewhere(db):
        """Which?"""
        return 1

    exercises._every.pop(elsewhere.room, None)
    elsewhere.room = "another room"
    losers.check(["C00002", "C00004"]), regions.check(3), revenue_at_a_loss.hint()
    listed = exercises.progress()
    assert listed.loc["losers", "state"] == "● right" and listed.loc["regions", "state"] == "◐ not yet"
    assert listed.loc["revenue_at_a_loss"].tolist() == ["○ not answered", 1]
    assert "elsewhere" not in listed.index and listed.index[:2].tolist() == ["revenue_at_a_loss", "profit_a_person"]
    exercises.use(db)
    assert set(exercises.progress()["state"]) == {"○ not answered"}


# ---- the nearest is meant


def test_the_nearest_of_right_answer_and_mistakes_is_meant():
    says = fixed(Share(), 0.660, close=0.663, same=0.660)
    assert says(0.6630) == "close."  # within tolerance of the right answer, but a mistake all the same
    assert says(0.66) == "Well done." and says(0.661) == "Well done."
    assert says(0.6) == "Your number is too small."


def test_a_column_close_to_the_right_one_is_a_mistake_too():
    right = pd.Series({"A": 100.0, "B": 200.0})
    says = fixed(Column(), right, close=right * 1.004)
    assert says(right * 1.004) == "close." and says(right * 1.001) == "Well done."


# ---- numbers

SHARE = 0.66342


@pytest.mark.parametrize(
    "answer",
    [
        SHARE,
        0.66,
        np.float32(SHARE),
        np.float64(SHARE),
        np.array(SHARE),
        np.array([[SHARE]]),
        [SHARE],
        (SHARE,),
        pd.Series([SHARE]),
        pd.Series([SHARE], dtype=object, index=["x"]),
        pd.Index([SHARE]),
        pd.array([SHARE]),
        pd.array([SHARE], dtype="double[pyarrow]"),
        pd.DataFrame([[SHARE]]),
        Decimal("0.6634"),
        pd.Categorical([SHARE]),
        "66.3%",
        "66.3 %",
        "66.3\u00a0%",
        "６６.３％",
        "0.663",
    ],
    ids=repr,
)
def test_a_share_in_every_wrapping(answer):
    assert fixed(Share(), SHARE)(answer) == "Well done."


@pytest.mark.parametrize(
    "answer, start",
    [
        (complex(SHARE), "The answer is a share between 0 and 1, a single number; yours is of the type complex."),
        (pd.NA, "Your number is missing or not finite"),
        (np.ma.masked, "Your number is missing or not finite"),
        (pd.NaT, "Your number is missing or not finite"),
        (-np.inf, "Your number is missing or not finite"),
        (10**400, "Your number is missing or not finite"),
        (np.timedelta64(5, "D"), "The answer is a share between 0 and 1, a single number; yours is a span of time"),
        (None, "Your answer is None"),
        (np.True_, "The answer is a share between 0 and 1, a single number; yours is yes or no."),
        ("two thirds", "The answer is a share between 0 and 1, a single number; yours is a text."),
        ("0,663", "The answer is a share between 0 and 1, a single number; yours is a text."),
        ([0.1, 0.2], "The answer is a share between 0 and 1, a single number; yours is a collection (list) of 2"),
        (66.342, "That is per cent; a share lies between 0 and 1."),
        (-0.66342, "The sign is the wrong way round."),
        (1 - SHARE, "That is the share of the others."),
        (0.9, "Your number is too large."),
    ],
    ids=repr,
)
def test_slips_of_a_share(answer, start):
    assert fixed(Share(), SHARE)(answer).startswith(start)


def test_a_number_is_right_at_the_precision_of_the_chapter():
    whole = fixed(Number(precision=1), 1234)
    assert whole(1234.4) == "Well done." and whole(1235) == "Your number is too large."
    assert whole("1,234") == "Well done." and whole("−1,234") == "The sign is the wrong way round."
    money = fixed(Money(), 12345.67)
    assert money(12300) == "Well done." and money(12200) == "Your number is too small."
    assert money(12.34567) == "That is 1/1,000 of what it should be: look at the unit, CNY."
    assert money(123456700) == "That is 10,000 times what it should be: look at the unit, CNY."
    assert fixed(Number(), 0)(0) == "Well done." and fixed(Number(), 0)(0.1) == "Your number is too large."
    # With a wide precision a hundredth of anything small looks like 0; only what explains the answer is said.
    assert fixed(Share(), 0.004)(0.7) == "Your number is too large."


# ---- identifiers


@pytest.mark.parametrize(
    "answer",
    [
        ["A", "B"],
        ("B", "A", "A"),
        pytest.param({"A", "B"}, id="set"),
        pd.Index(["A", "B"]),
        pd.Series(["B", "A"]),
        pd.Series(["B", "A"]).unique(),
        pd.Series(["B", "A"]).values,  # noqa: PD011
        pd.Series(["B", "A"], dtype="string[pyarrow]").array,
        pd.Series(["B", "A"], dtype="category"),
        np.array(["A", "B"], dtype=object),
        {"A": 1, "B": 2}.keys(),
        {1: "A", 2: "B"}.values(),
    ],
    ids=repr,
)
def test_ids_in_every_collection(answer):
    assert fixed(Ids(), {"A", "B"})(answer) == "Well done."


def test_slips_of_ids():
    says = fixed(Ids(), {"A", "B"}, one={"A"})
    assert says(["A"]) == "one."
    assert says(["A", "C", "D"]) == "These are not the customers asked for: 1 missing, 2 too many."
    assert says(["A", "B", pd.NA]) == "Identifiers missing (NaN): 1 of 3."
    assert says(pd.Series([True, False])).endswith("yours holds yes or no. Of a filtered table take the index.")
    assert says("AB").endswith("yours is a text.") and "dictionary" in says({"A": 1})
    assert fixed(Ids(), [1, 2])(np.array([2, 1])) == "Well done."
    assert fixed(Ids(), [])([]) == "Well done."
    ordered = fixed(Ids(ordered=True), ["B", "A"])
    assert ordered(pd.Index(["B", "A"])) == "Well done." and "order" in ordered(["A", "B"])
    assert ordered({"A", "B"}).startswith("The answer is a list")


# ---- columns

GAPS = pd.Series({"reliability": -0.3126, "tangibles": 0.1042, "empathy": -0.2218})


@pytest.mark.parametrize(
    "answer",
    [
        GAPS[::-1],
        GAPS.to_frame("gap"),
        GAPS.rename_axis("dimension"),
        GAPS.round(3).astype(object),
        GAPS.astype("category"),
        GAPS.astype("float32"),
        GAPS.astype("double[pyarrow]"),
        GAPS.map(lambda gap: Decimal(str(gap))),
        GAPS.map("{:.2%}".format),
        GAPS.set_axis(pd.CategoricalIndex(GAPS.index)),
    ],
    ids=repr,
)
def test_a_column_of_every_type(answer):
    assert fixed(Column(), GAPS)(answer) == "Well done."


def test_slips_of_a_column():
    says = fixed(Column(), GAPS)
    assert says(GAPS[:2]) == "The rows are not those asked for: 1 missing, 0 too many."
    two_levels = pd.concat({"service": GAPS})
    assert "3 missing, 3 too many; one is named 'empathy'" in says(two_levels)
    assert says(GAPS * 100).startswith("That is per cent") and says(-GAPS).startswith("The sign")
    assert says(GAPS.add([0, 0, 1])) == "1 of 3 values differ."
    assert says(GAPS.where(GAPS < 0)) == "Values missing or not finite: 1 of 3; look for empty cells."
    assert "come twice" in says(GAPS.set_axis(["a", "a", "b"]))
    assert "a pandas Series; yours is a collection (ndarray) of 3 values" in says(GAPS.to_numpy())
    years = pd.Series([1.0, 2.0], index=[2023, 2024])
    assert fixed(Column(), years)(years.set_axis([2023.0, 2024.0])) == "Well done."
    days = years.set_axis(pd.to_datetime(["2023-01-01", "2024-01-01"]))
    assert fixed(Column(), days)(days.set_axis(days.index.date)) == "Well done."
    grades = pd.Series(["key", "small"], index=["A", "B"], dtype="category")
    assert fixed(Column(), grades)(grades.astype(str)) == "Well done."
    assert fixed(Column(), grades)(pd.Series([1, 2], index=["A", "B"])) == "2 of 2 values differ."
    churned = pd.Series([True, False], index=["A", "B"])
    assert fixed(Column(), churned)(churned.astype(int)) == "Well done."
    ranked = fixed(Column(ordered=True), GAPS)
    assert ranked(GAPS) == "Well done." and ranked(GAPS[::-1]) == "The rows stand in another order."


# ---- tables

REGIONS = BOUGHT.groupby("region").agg(revenue=("revenue", "sum"), customers=("revenue", "size"))


@pytest.mark.parametrize(
    "answer",
    [
        REGIONS[::-1],
        REGIONS[["customers", "revenue"]],
        REGIONS.rename_axis("anything"),
        REGIONS.reset_index(),
        REGIONS.reset_index().sort_values("revenue"),
        REGIONS.astype(object),
        REGIONS.convert_dtypes(dtype_backend="pyarrow"),
    ],
    ids=str,
)
def test_a_table_in_every_order(answer):
    assert fixed(Table(by="region"), REGIONS)(answer) == "Well done."
    assert fixed(Table(by="region"), REGIONS.reset_index())(answer) == "Well done."


def test_slips_of_a_table():
    says = fixed(Table(by="region"), REGIONS)
    assert "1 missing, 0 too many; one is named 'customers'" in says(REGIONS[["revenue"]])
    assert says(REGIONS.assign(more=1)).startswith("The columns are not those asked for: 0 missing, 1 too many")
    assert says(REGIONS[:3]) == "The rows are not those asked for: 1 missing, 0 too many."
    assert says(REGIONS.add([1.0, 0])) == "1 of 8 values differ."  # a CNY is seen only in the smallest region
    assert says(REGIONS[:0]).endswith("yours is a table of 0 rows and 2 columns.")
    assert says(REGIONS["revenue"]).startswith("The answer is a table, a pandas DataFrame")
    assert says(pd.concat([REGIONS, REGIONS[:1]])).startswith("Your rows or columns are not named one by one")
    ranked = REGIONS.sort_values("revenue")
    assert fixed(Table(by="region", ordered=True), ranked)(ranked.reset_index()) == "Well done."
    assert fixed(Table(by="region", ordered=True), ranked)(REGIONS) == "The rows stand in another order."
    two = BOUGHT.groupby(["region", "kind"])[["revenue"]].sum()
    assert fixed(Table(by=("region", "kind")), two)(two.reset_index()[::-1]) == "Well done."


# ---- drawings

MONEY = pd.Series({"North": 430.0, "East": 340.5, "South": 140.0})


def seaborn_lying(money):
    import seaborn as sns

    axes = sns.barplot(x=money.to_numpy(), y=money.index.to_list(), hue=money.index.to_list(), errorbar=None)
    axes.set(xlabel="CNY")
    return axes


def seaborn_grid(money):
    import seaborn as sns

    grid = sns.catplot(x=money.index.to_list(), y=money.to_numpy(), kind="bar", errorbar=None)
    return grid.set_axis_labels("", "Revenue (CNY)")


def line_and_rule(money):
    axes = pyplot.figure().subplots()
    axes.plot([1, 2, 3], money, "o-")
    axes.axhline(100)
    axes.set_ylabel("Revenue in cny")
    return axes


def with_intervals(money):
    axes = pyplot.figure().subplots()
    axes.errorbar([1, 2, 3], money, yerr=50, fmt="o", capsize=4)
    axes.set_ylabel("CNY")
    return axes


def seaborn_points(money):
    import seaborn as sns

    axes = sns.pointplot(x=[*money.index] * 2, y=[*(money - 9), *(money + 9)], errorbar="sd", capsize=0.1)
    axes.set(ylabel="CNY")
    return axes


def cloud(money):
    axes = pyplot.figure().subplots()
    axes.scatter([3, 2, 1], money[::-1])
    axes.set_ylabel("CNY")
    return axes


def artists(money):
    pyplot.figure()
    pyplot.ylabel("CNY")
    return pyplot.bar(money.index, money)


DRAWN = {
    "pandas standing": lambda money: money.plot.bar(ylabel="CNY"),
    "pandas lying": lambda money: money[::-1].plot.barh(xlabel="CNY"),
    "seaborn lying": seaborn_lying,
    "seaborn grid": seaborn_grid,
    "line": line_and_rule,
    "points with intervals": with_intervals,
    "seaborn points": seaborn_points,
    "points": cloud,
    "bars of pyplot": artists,
    "figure": lambda money: money.plot.bar(ylabel="CNY").figure,
}


@pytest.fixture
def no_figures():
    pyplot.close("all")
    yield
    pyplot.close("all")


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
def test_what_was_drawn_counts_not_how(draw, no_figures):
    says = fixed(Drawing("CNY"), MONEY.plot.bar(ylabel="Revenue, CNY"))
    pyplot.figure()
    assert says(draw(MONEY)) == "Well done."
    pyplot.figure()
    assert says(draw(MONEY[["East", "North", "South"]])) == "The heights are right; they stand in another order."


def test_slips_of_a_drawing(no_figures):
    says = fixed(Drawing("CNY"), MONEY.plot.bar(ylabel="CNY"))

    def bars(money, unit="CNY"):
        pyplot.figure()
        return money.plot.bar(ylabel=unit)

    assert says(bars(MONEY[:2])) == "3 bars or points are asked for; yours has 2."
    assert says(bars(MONEY, "money")) == "The heights are right; no axis says in what: CNY."
    assert says(bars(MONEY / 1000, "")) == "That is 1/1,000 of what it should be: look at the unit, CNY."
    assert says(bars(MONEY * 10)) == "That is 10 times what it should be: look at the unit, CNY."
    assert says(bars(MONEY.add([0, 100, 100]))) == "2 of 3 heights differ."
    assert says(pyplot.figure().subplots()).startswith("Nothing is drawn")
    assert says(pyplot.figure().subplots(1, 2)).endswith("yours has 2 panels.")
    assert says(MONEY).endswith("yours is a collection (Series) of 3 values.")


def test_a_mistake_is_named_whatever_the_axis_says(db, no_figures):
    answer = drawn(db.bought, "revenue")
    assert persons_by_region.check(answer).message == "Enterprise accounts are not asked for."


def test_worked_drawings_never_land_on_the_readers_figure(db, no_figures):
    mine = pyplot.figure()
    axes = mine.subplots()
    other = pyplot.figure().number
    pyplot.figure(mine.number)
    assert persons_by_region.check(axes).state == "not yet"
    assert not axes.patches and not axes.get_ylabel()
    assert pyplot.get_fignums() == [mine.number, other] and pyplot.gcf() is mine

    def breaks(db):
        """Which?"""
        MONEY.plot.bar()
        raise TooFew("Only three.")

    with pytest.raises(TooFew):
        exercise(Drawing("CNY"), ["Look."], "Well done.")(breaks).judge(axes, "any")
    assert pyplot.get_fignums() == [mine.number, other] and not axes.patches
