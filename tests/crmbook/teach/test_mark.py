"""Marks on submissions with known truth, judged on a hidden company outside of the student's kernel."""

import csv
import json

import numpy as np
import pandas as pd
import pytest

from crmbook.teach import box, handed_in, mark
from crmlib import exercises
from crmlib.errors import CrmError, TooFew
from crmlib.exercises import Ids, Number, Share, exercise
from tests.crmbook.teach import submissions

SEED, SIZE = 31337, 1500
boxed = pytest.mark.skipif(not box.usable(), reason="bubblewrap is not here, or may not make a box (make box)")


@pytest.fixture(scope="module")
def handed():
    return submissions.fixture(submissions.public_company())


@pytest.fixture(scope="module")
def marked(handed, tmp_path_factory):
    """The fixture, marked once; by student."""
    folder = tmp_path_factory.mktemp("class")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(box, "CELL_SECONDS", 30)
        patch.setitem(box.LIMITS, "output_bytes", 2**20)
        found = mark.mark(
            submissions.write(folder / "in", handed), SEED, folder / "marks", customers=SIZE, tell=lambda line: None
        )
    return {one.student: one for one in found}, folder / "marks"


@boxed
def test_known_truth(marked, handed):
    found = {
        name: [one.results[e][0] for e in submissions.FOUR] if one.results else None for name, one in marked[0].items()
    }
    assert found == {name: truth for name, (_, truth) in handed.items()}


@boxed
def test_what_went_wrong_is_said(marked):
    faults = {name: " ".join(one.faults) for name, one in marked[0].items() if one.faults}
    assert set(faults) == {"exit", "loud", "patched", "text", "empty"}
    assert "os._exit" in faults["exit"] and "more than 1 MB" in faults["loud"]
    signs = {name: " ".join(one.signs) for name, one in marked[0].items()}
    assert not signs["right"] and not signs["files"] and not signs["crashed"]
    assert ".check =" in signs["patched"] and ".worked" in signs["asks"]
    assert signs["no_check"] == "no check: cards_for_new"
    assert signs["typed"].count("typed:") >= 2


@boxed
def test_files_that_a_teacher_opens(marked):
    handed, out = marked
    text = (out / "marks.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = {row["student"]: row for row in csv.DictReader(text.decode("utf-8-sig").splitlines())}
    assert len(rows) == len(handed)
    assert [rows["half"][name] for name in submissions.FOUR] == ["1", "0", "1", "0"]
    assert (rows["right"]["right"], rows["right"]["of"]) == ("4", "10")
    page = next((out / "feedback").glob("*_half.html")).read_text(encoding="utf-8")
    assert handed["half"].results["more_unsubscribed"][1] in page.replace("&#39;", "'")
    assert "def worked(db)" in page, "the student's own code stands beside what was found"
    assert len(list((out / "feedback").iterdir())) == len(handed)


def test_without_a_box_only_by_express_wish(tmp_path, monkeypatch, handed):
    monkeypatch.setattr(box, "usable", lambda: False)
    folder = submissions.write(tmp_path / "in", {"right": handed["right"]})
    with pytest.raises(CrmError, match="--unprotected"):
        mark.mark(folder, SEED, tmp_path / "out")
    (one,) = mark.mark(folder, SEED, tmp_path / "out", unprotected=True, customers=SIZE, tell=lambda line: None)
    assert one.right == 4


def test_one_that_cannot_be_run_costs_nobody_else_a_mark(tmp_path, monkeypatch, handed):
    """A name that is not UTF-8, half a character, a run that raises: all are marked, and the table is written."""

    class Now:
        submit = staticmethod(lambda run, *given: type("Job", (), {"result": lambda self: run(*given)})())
        shutdown = staticmethod(lambda **options: None)

    def run(notebook, *rest):
        if "half" in str(notebook):
            raise RecursionError
        return {}, [], 0.0

    monkeypatch.setattr(mark, "ProcessPoolExecutor", lambda workers: Now)
    monkeypatch.setattr(box, "run", run)
    folder = submissions.write(tmp_path / "in", {"right": handed["right"], "half": handed["half"]})
    for place in folder.rglob("*half*.ipynb"):
        notebook = json.loads(place.read_text("utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = ["".join(cell["source"]) + "\n# \ud83d half"]
        place.write_text(json.dumps(notebook), "utf-8")
        place.rename(place.with_name("\udcff half.ipynb"))
    found = mark.mark(folder, SEED, tmp_path / "out", unprotected=True, customers=SIZE, tell=lambda line: None)
    assert sorted(" ".join(one.faults) for one in found) == ["", "could not be run (RecursionError)"]
    assert len((tmp_path / "out" / "marks.csv").read_text("utf-8-sig").splitlines()) == 3


@pytest.mark.slow
@boxed
def test_sixty(tmp_path):
    chance = np.random.RandomState(3)
    handed, truth = {}, {}
    for number in range(60):
        kinds = chance.choice(["right", "mistaken", "none", "crash"], 4, p=[0.5, 0.2, 0.15, 0.15])
        code = {"none": lambda name: None, "crash": lambda name: "answer = 1 / 0"}
        code |= {"right": submissions.right, "mistaken": submissions.mistaken}
        answers = {name: code[kind](name) for name, kind in zip(submissions.FOUR, kinds, strict=True)}
        handed[f"s{number:02d}"] = submissions.notebook(**answers), None
        truth[f"s{number:02d}"] = [kind == "right" for kind in kinds]
    found = mark.mark(submissions.write(tmp_path / "in", handed), SEED, tmp_path / "out", customers=SIZE)
    assert {o.student: [o.results[e][0] == "right" for e in submissions.FOUR] for o in found} == truth


# --- Without a kernel


def test_a_seed_on_which_a_mistake_would_pass_is_refused():
    @exercise(Share(), hints=[], right="", mistakes={"the others": lambda db: 1 - db, "twice": lambda db: 2 * db})
    def part(db):
        """Which part?"""
        if db > 1:
            raise TooFew("Too few.")
        return db

    exercises._every.pop((part.room, part.name))
    mark.check_seed(5, [part], 0.3)
    for db, said in ((0.5, "the others would be"), (2, "the worked answer would not be"), (1, "the guess 1 would be")):
        with pytest.raises(CrmError, match=f"Seed 5 .*\npart: {said} right"):
            mark.check_seed(5, [part], db)


ANSWERS = [
    ...,
    None,
    0.25,
    np.float32(0.5),
    np.int64(3),
    True,
    "66.3 %",
    10**400,
    float("nan"),
    pd.NA,
    np.timedelta64(3, "D"),
    pd.Timestamp("2024-01-31"),
    [1, 2],
    {"C1", "C2"},
    np.array([[1.0, 2.0]]),
    pd.Index(["C1", "C2"]),
    pd.Series(["C1", "C2"], dtype="string").array,
    pd.Series({"a": 1.5, "b": np.nan}),
    pd.Series([True, False], index=pd.MultiIndex.from_tuples([("x", 1), ("y", 2)])),
    pd.Series([1, 2], index=pd.to_datetime(["2024-01-01", "2024-02-01"])),
    pd.DataFrame({"kind": ["p", "e"], 2024: [1.0, 2.0]}),
    pd.DataFrame(),
    {"a": 1},
    len,
]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: type(answer).__name__)
@pytest.mark.parametrize("kind", [Number(), Ids(), Ids(ordered=True), exercises.Column(), exercises.Table()], ids=str)
def test_an_answer_is_read_outside_as_inside(kind, answer):
    def read(given):
        try:
            found = kind.read(given)
        except exercises.NotAnAnswer as said:
            return "no", str(said).partition("; yours")[0]
        except (TypeError, ValueError):
            return "no", ""
        return found.to_dict() if isinstance(found, pd.Series) else found

    held = json.loads(handed_in.as_json(answer, kind))
    outside = read(handed_in.rebuilt(held)) if "said" not in held else ("no", held["said"].partition("; yours")[0])
    assert str(outside) == str(read(answer))


def test_a_drawing_is_read_outside_as_inside():
    import seaborn as sns

    with exercises.own_figure():
        axes = sns.barplot(x=["a", "b", "c"], y=[1 / 3, 2.0, -1.5])
        axes.set(xlabel="Kind", ylabel="Profit, CNY")
        kind = exercises.Drawing(unit="CNY")
        held, before = json.loads(handed_in.as_json(axes, kind)), kind.read(axes)
    with exercises.own_figure():
        after = kind.read(handed_in.rebuilt(held))
    assert (before.heights == after.heights).all() and kind.slip(after, before) == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"rows": 3}',
        '{"heights": ["x"]}',
        '{"columns": 3}',
        '{"columns": {"value": [[1]]}}',
        "x" * 4_000_000,
    ],
)
@pytest.mark.parametrize("kind", [Share(), exercises.Column()], ids=str)
def test_a_made_up_answer_is_none(text, kind):
    @exercise(kind, hints=[], right="")
    def part(db):
        """Which part?"""
        return 0.3 if isinstance(kind, Share) else pd.Series({"a": 0.3})

    exercises._every.pop((part.room, part.name))
    assert handed_in.judged(part, text, 1)[0] in ("no answer", "not yet", "not answered")


@pytest.mark.parametrize(
    ("source", "typed"),
    [("answer = 0.31", True), ("answer = '3 %'", True), ("answer = ...", False), ("answer = x", False)],
)
def test_an_answer_that_was_typed_in_is_noted(source, typed):
    assert bool(mark.TYPED.search(source)) is typed
