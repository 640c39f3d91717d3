"""The jump at a threshold: a published example, the field's package, known worlds, refusals."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crmlib.errors import DataFault, TooFew
from crmlib.loyalty import jump

SENATE_WIDTH = 17.754
"""The bandwidth that the package chooses for the example."""


@pytest.fixture(scope="module")
def senate():
    """Margin of victory of US Senate candidates, and the vote six years later (Cattaneo, Frandsen & Titiunik 2015)."""
    package = importlib.util.find_spec("rdrobust")
    if package is None:
        pytest.skip("rdrobust is not installed")
    table = pd.read_csv(Path(package.origin).with_name("data") / "rdrobust_RDsenate.csv")
    return table.dropna(subset=["vote", "margin"]).reset_index(drop=True)


def members(seed=5, rows=3000, effect=2.0):
    chance = np.random.RandomState(seed)
    over = chance.uniform(-900, 900, rows)
    orders = 3 + 0.002 * over + effect * (over >= 0) + chance.normal(0, 2, rows)
    return pd.DataFrame({"customer_id": chance.randint(0, 1200, rows), "over": over, "orders": orders})


def test_published_senate_example(senate):
    assert jump(senate, "margin", "vote", SENATE_WIDTH)["value"].item() == pytest.approx(7.414, abs=5e-4)


@pytest.mark.parametrize("rows", ["senate", "members"])
def test_the_field_s_package_agrees(rows, senate):
    from rdrobust import rdrobust

    table, x, y, width = (senate, "margin", "vote", 15.0) if rows == "senate" else (members(), "over", "orders", 600.0)
    theirs = rdrobust(y=table[y].to_numpy(), x=table[x].to_numpy(), h=width, b=width)
    ours = jump(table, x, y, width)
    assert ours["value"].item() == pytest.approx(float(np.ravel(theirs.coef)[0]), rel=1e-6)
    low, high = np.ravel(theirs.ci)[:2]
    assert (ours["low"].item(), ours["high"].item()) == (pytest.approx(low, rel=0.06), pytest.approx(high, rel=0.06))


def test_heights_are_those_of_two_weighted_lines():
    rows = members()
    found, near = jump(rows, "over", "orders", 500).iloc[0], rows[rows["over"].abs() < 500]
    for side, name in ((near["over"] < 0, "below"), (near["over"] >= 0, "above")):
        weight = np.sqrt(1 - near.loc[side, "over"].abs() / 500)
        line = np.polyfit(near.loc[side, "over"], near.loc[side, "orders"], 1, w=weight)
        assert found[name] == pytest.approx(line[1])
    assert found["value"] == pytest.approx(found["above"] - found["below"])


def test_the_interval_holds_the_truth_in_most_worlds():
    held = [jump(members(seed, 800), "over", "orders", 600, "customer_id").iloc[0] for seed in range(60)]
    assert 53 <= sum(one["low"] <= 2 <= one["high"] for one in held) <= 60


def test_rows_of_one_customer_count_as_one():
    rows = members(rows=600)
    twice = pd.concat([rows, rows], ignore_index=True).assign(customer_id=[*range(600), *range(600)])
    wide, narrow = (jump(twice, "over", "orders", 600, cluster) for cluster in ("customer_id", None))
    assert wide["value"].item() == pytest.approx(narrow["value"].item())
    assert (wide["high"] - wide["low"]).item() > 1.3 * (narrow["high"] - narrow["low"]).item()


def test_order_of_rows_changes_nothing():
    rows = members()
    pd.testing.assert_frame_equal(
        jump(rows, "over", "orders", 600, "customer_id"),
        jump(rows.sample(frac=1, random_state=1), "over", "orders", 600, "customer_id"),
    )


def test_who_stands_on_the_threshold_has_reached_it():
    rows = pd.DataFrame({"over": [*range(-40, 40)], "orders": [1.0] * 40 + [3.0] * 40})
    assert jump(rows, "over", "orders", 50)["value"].item() == pytest.approx(2)


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        (members().query("over > 0"), TooFew),
        (members(rows=20), TooFew),
        (members().assign(orders=1.0), TooFew),
        (members().assign(orders=np.nan), DataFault),
    ],
)
def test_refusals(rows, kind):
    with pytest.raises(kind):
        jump(rows, "over", "orders", 600)
