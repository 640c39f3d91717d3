import numpy as np
import pandas as pd
import pytest

from crmlib.old.satisfaction.nps import (
    compare_last_waves,
    compare_nps,
    interval_of_counts,
    net_promoter_score,
    net_variance,
    nps_by_group,
)

from .company import Database


def answers(promoters, passives, detractors):
    return [10] * promoters + [8] * passives + [3] * detractors


def test_plain_interval_from_the_formula():
    table = net_promoter_score(answers(50, 30, 20), method="plain")
    spread = 1.959964 * np.sqrt((0.5 + 0.2 - 0.3**2) / 100)
    assert table["nps"] == pytest.approx(30)
    assert (table["low"], table["high"]) == pytest.approx((100 * (0.3 - spread), 100 * (0.3 + spread)), abs=1e-3)
    assert table["promoters"] + table["passives"] + table["detractors"] == pytest.approx(1)


def test_variance_is_that_of_the_three_values():
    values = np.array([1] * 5 + [0] * 3 + [-1] * 2)
    assert net_variance(0.5, 0.2) == pytest.approx(values.var())


@pytest.mark.parametrize("counts", [(12, 2, 50), (9, 1, 20), (3, 30, 60)])
def test_score_limits_are_where_the_test_starts_to_reject(counts):
    promoters, detractors, count = counts
    for net in interval_of_counts(*counts, method="score"):
        # The most likely share of detractors under the supposed net share, found by search instead of by formula.
        supposed = np.linspace(max(0, -net) + 1e-7, (1 - net) / 2 - 1e-7, 400_001)
        likelihood = (
            promoters * np.log(supposed + net)
            + detractors * np.log(supposed)
            + (count - promoters - detractors) * np.log(1 - 2 * supposed - net)
        )
        unhappy = supposed[likelihood.argmax()]
        variance = net_variance(unhappy + net, unhappy) / count
        assert abs((promoters - detractors) / count - net) / np.sqrt(variance) == pytest.approx(1.959964, abs=1e-3)


@pytest.mark.parametrize("method", ["score", "adjusted"])
@pytest.mark.parametrize(("share", "count"), [((0.5, 0.3, 0.2), 30), ((0.9, 0.08, 0.02), 40)])
def test_intervals_cover_in_small_samples(method, share, count):
    generator = np.random.default_rng(5)
    draws = generator.multinomial(count, share, size=1500)
    truth = share[0] - share[2]
    hits = [low <= truth <= high for low, high in (interval_of_counts(d[0], d[2], count, 0.95, method) for d in draws)]
    assert 0.93 < np.mean(hits) < 0.985


def test_extreme_counts_stay_within_the_scale():
    for counts in (answers(20, 0, 0), answers(0, 0, 20), answers(0, 20, 0)):
        for method in ("score", "adjusted", "plain"):
            table = net_promoter_score(counts, method=method)
            assert -100 <= table["low"] <= table["nps"] <= table["high"] <= 100
    assert net_promoter_score(answers(20, 0, 0))["low"] < 100  # twenty promoters do not prove that there is no other


def test_the_limits_of_the_classes():
    assert net_promoter_score([9, 6, 7, 8])["nps"] == 0
    assert net_promoter_score([0, 1, 2, np.nan])["nps"] == -100
    assert np.isnan(net_promoter_score([])["nps"])


def test_wrong_scale_and_method_are_refused():
    with pytest.raises(ValueError, match="0 to 10"):
        net_promoter_score([1, 99])
    with pytest.raises(ValueError, match="method is one of"):
        net_promoter_score([1], method="best")


def test_overlapping_intervals_can_still_differ():
    one, other = answers(550, 240, 210), answers(510, 240, 250)
    assert net_promoter_score(other)["high"] > net_promoter_score(one)["low"]
    difference = compare_nps(one, other)
    assert difference["difference"] == pytest.approx(8)
    assert difference["low"] > 0
    assert difference["p_value"] < 0.05


def test_customers_who_answer_in_both_waves_are_not_strangers():
    before, now = answers(50, 30, 20), answers(60, 20, 20)
    strangers = compare_nps(now, before)
    assert compare_nps(now, before, people=(range(100), range(100, 200))).to_numpy() == pytest.approx(
        strangers.to_numpy()
    )
    same = compare_nps(now, before, people=(range(100), range(100)))  # ten of a hundred went from passive to promoter
    spread = 1.959964 * np.sqrt(0.1 * 0.9 / 100) * 100
    assert same["high"] - same["difference"] == pytest.approx(spread, abs=1e-3)
    assert spread < (strangers["high"] - strangers["low"]) / 2

    rows = [(n, "2024H1", r) for n, r in enumerate(before)] + [(n, "2024H2", r) for n, r in enumerate(now)]
    survey = pd.DataFrame([*rows, (0, "2024H2", None)], columns=["customer_id", "wave", "recommend"])
    table = compare_last_waves(Database({"survey": survey}))
    assert table.loc["2024H2 against 2024H1"].to_numpy(dtype=float) == pytest.approx(same.to_numpy())


def test_by_group_keeps_to_each_group():
    recommend = pd.Series(answers(10, 0, 0) + answers(0, 0, 10))
    table = nps_by_group(recommend, pd.Series(["a"] * 10 + ["b"] * 10))
    assert list(table["nps"]) == [100, -100]
