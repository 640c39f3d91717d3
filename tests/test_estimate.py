import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmlib.errors import CrmError, DataFault, TooFew
from crmlib.estimate import by_group, enough, interval, observed, random_state, share_interval, within

SAMPLES = 400
FEWEST, MOST = stats.binom.interval(0.999, SAMPLES, 0.95)  # how often 400 honest 95 % intervals hold the truth


def shuffled(data, seed=1):
    return data.sample(frac=1, random_state=seed)


def many_samples(customers, answers, between, seed=3):
    """400 samples side by side, one a column: normal values whose customers differ by ``between``; truth 0."""
    chance = np.random.RandomState(seed)
    who = np.repeat(np.arange(customers), answers)
    values = between * chance.normal(size=(customers, SAMPLES))[who] + chance.normal(size=(len(who), SAMPLES))
    return pd.DataFrame(values).add_prefix("sample_").assign(who=who)


def trial():
    chance = np.random.RandomState(7)
    rows = pd.DataFrame({"customer_id": [f"C{n:03d}" for n in chance.randint(0, 250, 600)]})
    rows["arm"] = np.where(chance.uniform(size=600) < 0.5, "offer", "control")
    rows["risk"] = chance.randint(1, 6, 600)
    rows["stayed"] = pd.array(chance.uniform(size=600) < 0.4 + 0.2 * (rows["arm"] == "offer"), dtype="boolean")
    return rows.assign(margin_after=chance.lognormal(4, 1, 600))


def changed(rows):
    stayed = rows.pivot_table(index="risk", columns="arm", values="stayed", aggfunc="mean")
    return stayed["offer"] - stayed["control"]


# ---- where chance comes from ----------------------------------------------------------------------------------------


def test_draws_are_those_that_numpy_has_frozen():
    # The classic Mersenne Twister: first words for seed 5489 are published by its authors (Matsumoto & Nishimura 1998).
    assert random_state(5489).randint(0, 2**32, 2, dtype=np.uint32).tolist() == [3499211612, 581869302]


@pytest.mark.parametrize("seed", [-1, 2**32, 1.0, True, None, "1"])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(CrmError, match="seed"):
        random_state(seed)


# ---- bootstrap ------------------------------------------------------------------------------------------------------


def test_interval_is_the_percentile_bootstrap_of_the_sorted_values():
    values = pd.Series(np.random.RandomState(5).lognormal(4, 1, 200))
    chance, in_order = np.random.RandomState(9), np.sort(values.to_numpy())
    means = [in_order[chance.randint(0, 200, 200, dtype=np.int64)].mean() for _ in range(500)]
    found = interval(values, np.mean, resamples=500, seed=9, confidence=0.9)
    assert list(found) == ["value", "low", "high"]
    expected = [values.mean(), *np.quantile(means, [0.05, 0.95])]
    assert found.to_numpy().tolist() == [pytest.approx(expected, rel=1e-12)]


@pytest.mark.parametrize(("customers", "answers", "between", "cluster"), [(100, 1, 0.0, None), (80, 4, 1.0, "who")])
def test_interval_covers_the_truth_as_often_as_it_says(customers, answers, between, cluster):
    rows = many_samples(customers, answers, between)
    found = interval(rows, lambda drawn: drawn.drop(columns="who").mean(), cluster, resamples=400)
    assert FEWEST <= (found["low"].le(0) & found["high"].ge(0)).sum() <= MOST


def test_rows_of_one_customer_drawn_one_by_one_would_cover_too_seldom():
    rows = many_samples(80, 4, 1.0)
    found = interval(rows, lambda drawn: drawn.drop(columns="who").mean(), resamples=400)
    assert (found["low"].le(0) & found["high"].ge(0)).sum() < FEWEST


def test_groups_of_the_statistic_become_columns():
    rows = trial()
    effect = interval(rows, changed, cluster="customer_id", resamples=100)
    assert list(effect) == ["risk", "value", "low", "high"]
    assert effect["risk"].tolist() == [1, 2, 3, 4, 5]
    assert effect["value"].to_numpy() == pytest.approx(changed(rows).to_numpy(dtype=float))
    two = interval(rows, lambda rows: rows.groupby(["arm", "risk"])["margin_after"].mean(), resamples=100)
    assert list(two) == ["arm", "risk", "value", "low", "high"]
    named = interval(rows, lambda rows: pd.Series({"mean": rows["margin_after"].mean()}), resamples=100)
    assert named.loc[0, "group"] == "mean"


def test_one_group_numbered_0_keeps_its_name():
    rows = trial().assign(risk=0)
    found = interval(rows, lambda rows: rows.groupby("risk")["margin_after"].mean(), resamples=100)
    assert list(found) == ["risk", "value", "low", "high"]


@pytest.mark.parametrize("cluster", [None, "customer_id"])
def test_the_same_rows_in_another_order_give_the_same_interval(cluster):
    rows = trial()
    rows.loc[5, "margin_after"] = np.nan  # a gap in a column is the statistic's business

    def total(rows):
        return rows.groupby("arm")["margin_after"].sum()

    first = interval(rows, total, cluster, resamples=100)
    for again in (shuffled(rows), shuffled(rows, 2).reset_index(drop=True)):
        pd.testing.assert_frame_equal(interval(again, total, cluster, resamples=100), first, check_exact=True)


def test_a_series_in_another_order_gives_the_same_interval():
    value = trial().groupby("customer_id")["margin_after"].sum()
    who = pd.Series(value.index.str[1:].astype(int) // 3, value.index)
    for cluster in (None, who):
        first = interval(value, lambda v: v.nlargest(5).sum() / v.sum(), cluster, resamples=100)
        again = interval(shuffled(value), lambda v: v.nlargest(5).sum() / v.sum(), cluster, resamples=100)
        pd.testing.assert_frame_equal(again, first, check_exact=True)


def test_a_cluster_of_a_series_is_the_same_as_of_a_frame():
    rows = trial()
    of_series = interval(rows["margin_after"], np.mean, rows["customer_id"], resamples=100)
    of_frame = interval(rows[["customer_id", "margin_after"]], lambda r: r["margin_after"].mean(), "customer_id", 100)
    pd.testing.assert_frame_equal(of_series, of_frame)


def test_a_customer_drawn_twice_counts_as_two():
    def customers(rows):
        return pd.Series({"customers": rows["customer_id"].nunique(), "margin": rows["margin_after"].mean()})

    rows = trial()
    count = interval(rows, customers, cluster="customer_id", resamples=100).iloc[0]
    assert count["value"] == count["low"] == count["high"] == rows["customer_id"].nunique()


def test_a_statistic_that_looks_customers_up_elsewhere_is_refused():
    rows = trial()
    gold = rows["customer_id"].unique()[:50]
    with pytest.raises(CrmError, match="join first"):
        interval(rows, lambda rows: rows["customer_id"].isin(gold).mean(), cluster="customer_id")


def test_a_group_that_a_resample_can_lack_is_too_few():
    rows = trial()
    rows.loc[3, "risk"] = 9
    with pytest.raises(TooFew, match="risk 9"):
        interval(rows, lambda rows: rows.groupby("risk")["margin_after"].mean(), resamples=100)
    rows.loc[3, "arm"] = "gift"
    with pytest.raises(TooFew, match="gift"):
        interval(rows, lambda rows: rows.groupby("arm")["margin_after"].mean()["gift"], resamples=100)


def test_what_cannot_be_resampled_is_said():
    value = pd.Series(np.arange(40.0), name="amount")
    for data, statistic, kind, words in (
        (value[:29], np.mean, TooFew, "Too few rows to draw from: 29,"),
        (value[:0], np.mean, TooFew, "Too few values: 0,"),
        (value.where(value > 1), np.mean, DataFault, "2 of 40 rows have no 'amount'"),
        (value.replace(3, np.inf), np.mean, DataFault, "infinite"),
        (value * 0 + 7, np.mean, TooFew, "alike"),
        (value, lambda _: np.nan, TooFew, "no value"),
        (value, lambda _: np.inf, TooFew, "no value"),
        (value, lambda _: pd.NA, TooFew, "no value"),
        (value, lambda v: v.to_numpy(), CrmError, "a number or a Series"),
        (value, lambda v: "many", CrmError, "numbers"),
        (value, lambda v: v[:0], TooFew, "groups"),
        (value > 3, np.mean, CrmError, "share_interval"),
        ([1, 2, 3], np.mean, CrmError, "Series"),
    ):
        with pytest.raises(kind, match=words):
            interval(data, statistic, resamples=100)


def test_clusters_are_named_complete_and_enough():
    rows = trial()
    mean = lambda rows: rows["margin_after"].mean()  # noqa: E731
    with pytest.raises(CrmError, match="names a column of the frame; it has customer_id"):
        interval(rows, mean, cluster="customer")
    with pytest.raises(TooFew, match=r"Too few customers \(clusters\) to draw from: 5,"):
        interval(rows, mean, cluster="risk")
    with pytest.raises(DataFault, match="1 of 600 rows have no 'customer_id'"):
        interval(rows.assign(customer_id=rows["customer_id"].where(rows.index > 0)), mean, cluster="customer_id")


@pytest.mark.parametrize("confidence", [0, 1, 0.0, 1.0, 95, -0.5, np.nan, "0.95", None])
def test_confidence_is_a_share(confidence):
    rows = trial()
    for call in (
        lambda: interval(rows["margin_after"], np.mean, confidence=confidence),
        lambda: share_interval(rows["stayed"], confidence=confidence),
        lambda: by_group(rows["margin_after"], rows["arm"], confidence=confidence),
    ):
        with pytest.raises(CrmError, match="confidence"):
            call()


def test_resamples_are_a_count():
    for resamples in (0, 99, 1000.0, True):
        with pytest.raises(CrmError, match="resamples"):
            interval(pd.Series(np.arange(40.0)), np.mean, resamples=resamples)


# ---- shares ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("yes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_published_wilson_intervals(yes, n, low, high):
    # Newcombe 1998, table I, method 3; and mirrored: the share of no.
    answers = pd.Series(np.arange(n) < yes)
    assert share_interval(answers).to_numpy() == pytest.approx(np.array([[yes / n, low, high]]), abs=5e-5)
    assert share_interval(~answers).to_numpy() == pytest.approx(np.array([[1 - yes / n, 1 - high, 1 - low]]), abs=5e-5)


def test_shares_of_groups_matched_by_index():
    rows = trial()
    alone = share_interval(rows["stayed"], by=shuffled(rows["arm"]))
    assert list(alone) == ["arm", "share", "low", "high"]
    assert alone["arm"].tolist() == ["control", "offer"]
    for arm, row in alone.set_index("arm").iterrows():
        part = rows.loc[rows["arm"] == arm, "stayed"].astype(int)
        limits = stats.binomtest(int(part.sum()), len(part)).proportion_ci(method="wilson")
        assert row.tolist() == pytest.approx([part.mean(), limits.low, limits.high])
    both = share_interval(rows["stayed"], by=[rows["risk"], rows["arm"]])
    assert list(both) == ["risk", "arm", "share", "low", "high"]
    assert len(both) == 10
    pd.testing.assert_frame_equal(share_interval(rows["stayed"].astype(int), by=rows["arm"].to_numpy())[["share"]],
                                  alone[["share"]])  # fmt: skip


def test_share_of_one_answer_and_of_all_yes():
    # One yes of one: Wilson's lower limit is 1 / (1 + z²).
    assert share_interval([True]).to_numpy() == pytest.approx(np.array([[1, 1 / (1 + 1.959964**2), 1]]), abs=1e-6)
    whole = share_interval(pd.Series([True] * 50))
    assert whole.loc[0, "high"] == 1 > whole.loc[0, "low"]


def clustered_answers(customers, answers, alpha, beta, seed=4):
    """400 samples: each customer has a probability of yes of their own, from a beta distribution."""
    chance = np.random.RandomState(seed)
    who = np.repeat(np.arange(SAMPLES * customers), answers)
    yes = chance.uniform(size=len(who)) < chance.beta(alpha, beta, SAMPLES * customers)[who]
    return pd.Series(yes), pd.Series(who // customers, name="sample"), pd.Series(who, name="customer")


@pytest.mark.parametrize(("customers", "answers", "alpha", "beta"), [(60, 5, 1.2, 2.8), (15, 6, 1, 1)])
def test_share_covers_the_truth_where_customers_answer_often(customers, answers, alpha, beta):
    yes, sample, who = clustered_answers(customers, answers, alpha, beta)
    truth = alpha / (alpha + beta)
    found = share_interval(yes, by=sample, cluster=who)
    assert FEWEST <= (found["low"].le(truth) & found["high"].ge(truth)).sum() <= MOST
    naive = share_interval(yes, by=sample)
    assert (naive["low"].le(truth) & naive["high"].ge(truth)).sum() < FEWEST


def test_one_answer_a_customer_needs_no_correction():
    rows = trial().drop_duplicates("customer_id")
    pd.testing.assert_frame_equal(
        share_interval(rows["stayed"], rows["arm"], rows["customer_id"]), share_interval(rows["stayed"], rows["arm"])
    )


def test_answers_repeated_word_for_word_count_once():
    once = pd.Series(np.arange(200) < 60)
    thrice, who = pd.concat([once] * 3, ignore_index=True), pd.Series(np.tile(np.arange(200), 3))
    repeated, single = share_interval(thrice, cluster=who).iloc[0], share_interval(once).iloc[0]
    assert repeated["share"] == single["share"]
    # Wilson with 199 · 600 / 599 answers, less Student's t of 199 degrees for the normal 1.96.
    z, n, p = stats.norm.ppf(0.975), 199 * 600 / 599 * (stats.norm.ppf(0.975) / stats.t.ppf(0.975, 199)) ** 2, 0.3
    spread = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    assert repeated["high"] - repeated["low"] == pytest.approx(2 * spread)


def test_customers_who_all_agree_count_once_each():
    yes, who = pd.Series([True] * 90), pd.Series(np.repeat(np.arange(30), 3))
    low = share_interval(yes, cluster=who).loc[0, "low"]
    assert low == pytest.approx(1 / (1 + stats.t.ppf(0.975, 29) ** 2 / 30))  # Wilson at p = 1: n / (n + z²)
    with pytest.raises(TooFew, match="one customer"):
        share_interval(yes, cluster=pd.Series(["C1"] * 90))


def test_gaps_and_other_answers_are_never_a_no():
    yes = pd.Series(pd.array([True, False, None], dtype="boolean"), name="returned")
    for gappy in (yes, yes.astype(object), yes.astype(float), yes.tolist()):
        with pytest.raises(DataFault, match="1 of 3 rows have no"):
            share_interval(gappy)
    full = pd.Series([True, False, True])
    with pytest.raises(DataFault, match="1 of 3 rows have no 'arm'"):
        share_interval(full, by=pd.Series(["a", None, "b"], name="arm"))
    with pytest.raises(DataFault, match="2 of 3 rows have no 'arm'"):
        share_interval(full, by=pd.Series(["a", "b"], index=[2, 5], name="arm"))
    for other in (["yes", "no"], [0, 2], [0.5], pd.Series(pd.to_datetime(["2024-01-01"]))):
        with pytest.raises(DataFault):
            share_interval(other)
    with pytest.raises(TooFew, match="Too few values: 0,"):
        share_interval(pd.Series([], dtype=bool))


def test_groups_are_series_with_names_of_their_own():
    rows = trial()
    with pytest.raises(CrmError, match="not the name 'arm'"):
        share_interval(rows["stayed"], by="arm")
    with pytest.raises(CrmError, match="not the name 'customer_id'"):
        share_interval(rows["stayed"], cluster="customer_id")
    with pytest.raises(CrmError, match="names of their own"):
        share_interval(rows["stayed"], by=rows["arm"].rename("low"))
    with pytest.raises(CrmError, match="several values for one index label"):
        share_interval(rows["stayed"], by=pd.concat([rows["arm"], rows["arm"]]))
    with pytest.raises(CrmError, match="2 values for 600 rows"):
        share_interval(rows["stayed"], by=np.array(["a", "b"]))


# ---- means ----------------------------------------------------------------------------------------------------------


def test_means_of_groups_are_students_interval():
    rows = trial()
    found = by_group(rows["margin_after"], shuffled(rows["arm"]))
    assert list(found) == ["arm", "value", "low", "high"]
    for arm, row in found.set_index("arm").iterrows():
        part = rows.loc[rows["arm"] == arm, "margin_after"]
        limits = stats.t.interval(0.95, len(part) - 1, part.mean(), stats.sem(part))
        assert row.tolist() == pytest.approx([part.mean(), *limits])


def test_means_with_clusters_agree_with_statsmodels():
    import statsmodels.api as sm

    rows = trial()
    found = by_group(rows["margin_after"], [rows["arm"], rows["risk"]], rows["customer_id"]).set_index(["arm", "risk"])
    for group, part in rows.groupby(["arm", "risk"]):
        groups = {"groups": part["customer_id"].factorize()[0]}
        fit = sm.OLS(part["margin_after"], np.ones(len(part))).fit(cov_type="cluster", cov_kwds=groups, use_t=True)
        assert found.loc[group].tolist() == pytest.approx([fit.params.iloc[0], *fit.conf_int().iloc[0]])


def test_means_and_shares_do_not_depend_on_the_order_of_rows():
    rows = trial()
    rows["margin_after"] = np.random.RandomState(2).lognormal(0, 10, 600)  # of all magnitudes: sums show their order
    for mixed in (shuffled(rows, seed) for seed in range(10)):
        pd.testing.assert_frame_equal(
            by_group(rows["margin_after"], rows["arm"], rows["customer_id"]),
            by_group(mixed["margin_after"], mixed["arm"], mixed["customer_id"]),
            check_exact=True,
        )
    pd.testing.assert_frame_equal(
        share_interval(rows["stayed"], rows["arm"], rows["customer_id"]),
        share_interval(mixed["stayed"], mixed["arm"], mixed["customer_id"]),
        check_exact=True,
    )


def test_groups_without_a_mean_worth_an_interval():
    value, group = pd.Series([1.0, 2.0, 7.0], name="margin"), pd.Series(["a", "a", "b"], name="grade")
    with pytest.raises(TooFew, match="grade b has no interval, as it has one value"):
        by_group(value, group)
    with pytest.raises(TooFew, match="grade a has no interval, as nothing in it varies"):
        by_group(pd.Series([0.1, 0.1, 0.1, 3.0, 4.0]), pd.Series(list("aaabb"), name="grade"))
    with pytest.raises(TooFew, match="one customer"):
        by_group(value, pd.Series(list("aaa")), cluster=pd.Series(list("xxx")))
    with pytest.raises(DataFault, match="1 of 3 rows have no 'margin'"):
        by_group(value.where(value < 5), group)
    with pytest.raises(DataFault, match="infinite"):
        by_group(value.replace(7, -np.inf), group)
    with pytest.raises(CrmError, match="share_interval"):
        by_group(value > 1, group)
    with pytest.raises(DataFault, match="no number"):
        by_group(pd.Series(["many", "few", "2"]), group)
    with pytest.raises(TooFew):
        by_group(value[:0], group)


# ---- rows -----------------------------------------------------------------------------------------------------------


def days(*texts):
    return pd.to_datetime(list(texts), format="ISO8601")


def test_a_window_is_half_open_and_counts_calendar_days():
    anchors = pd.DataFrame({"customer_id": ["A"], "answered_at": days("2024-03-10 15:00")})
    when = days("2024-03-07 23:59", "2024-03-08", "2024-03-09 23:59", "2024-03-10", "2024-03-11 00:01", "2024-03-12")
    events = pd.DataFrame({"customer_id": "A", "called_at": when})
    before, after = within(events, anchors, (-2, 0)), within(events, anchors, (0, 2))
    assert before["days"].tolist() == [-2, -1]
    assert after["days"].tolist() == [0, 1]
    assert list(after) == ["customer_id", "called_at", "answered_at", "anchor", "days"]


def test_anchors_alike_stay_apart_and_those_without_events_can_be_counted():
    anchors = pd.DataFrame(
        {"customer_id": ["A", "A", "B", "A"], "asked_on": days("2024-01-01", "2024-01-01", "2024-01-01", "2024-01-05")},
        index=[10, 11, 12, 13],
    )
    events = pd.DataFrame({"customer_id": ["A", "A", None], "day": pd.to_datetime(["2024-01-06", None, "2024-01-06"])})
    found = within(events, anchors, (0, 30))
    assert found["anchor"].tolist() == [10, 11, 13]
    assert found.groupby("anchor").size().reindex(anchors.index, fill_value=0).tolist() == [1, 1, 0, 1]


def test_dates_are_found_or_named():
    trial = pd.DataFrame({"customer_id": ["A"], "assigned_on": days("2024-01-01"), "observed_on": days("2024-06-30")})
    orders = pd.DataFrame({"customer_id": ["A", "A"], "order_date": days("2023-12-31", "2024-07-01")})
    with pytest.raises(CrmError, match="since= which date is meant; the table has assigned_on, observed_on"):
        within(orders, trial)
    assert within(orders, trial, since="assigned_on")["order_date"].tolist() == [pd.Timestamp("2023-12-31")]
    same = within(orders, orders, days=(-365, 0))
    assert same["order_date_anchor"].tolist() == [pd.Timestamp("2024-07-01")]
    with pytest.raises(CrmError, match="has none"):
        within(orders.astype({"order_date": str}), trial, since="assigned_on")


def test_windows_that_mean_nothing_are_refused():
    events = pd.DataFrame({"customer_id": ["A", "B"], "day": days("2024-01-01", "2024-01-02")})
    for window in ((0, 0), (5, -5), (0, np.inf), (0.5, 3), 30, ("a", "b"), (1, 2, 3)):
        with pytest.raises(CrmError, match="days are"):
            within(events, events, window)
    with pytest.raises(CrmError, match="reset_index"):
        within(events, events.set_axis([0, 0]))
    with pytest.raises(DataFault, match="1 of 2 rows have no 'day'"):
        within(events, events.assign(day=events["day"].where([True, False])))
    with pytest.raises(CrmError, match="anchors have no column 'customer_id'"):
        within(events, events.drop(columns="customer_id"))
    with pytest.raises(CrmError, match="rename"):
        within(within(events, events, (0, 1)), events, on="day")


def test_observed_keeps_what_had_been_read_by_the_day():
    rows = pd.DataFrame(
        {
            "customer_id": ["A", "B", "C"],
            "observed_on": pd.to_datetime(["2024-06-30", None, "2024-06-30"]),
            "stayed": pd.array([True, None, False], dtype="boolean"),
        }
    )
    known = observed(rows)
    assert known["customer_id"].tolist() == ["A", "C"]
    assert known["stayed"].dtype == bool
    assert share_interval(known["stayed"]).loc[0, "share"] == 0.5
    with pytest.raises(TooFew, match="of the 1 rows drawn"):
        observed(rows[1:2])
    with pytest.raises(DataFault, match="'observed_on'"):
        observed(rows.drop(columns="observed_on"))


def test_enough_returns_the_rows_or_says_how_many_there_are():
    rows = trial()
    assert enough(rows, 600, "rows of the trial") is rows
    with pytest.raises(TooFew, match="Too few customers who bought last year: 3, where it takes at least 30"):
        enough(rows[:3], 30, "customers who bought last year")


def test_last_bits_of_a_statistic_may_differ_from_call_to_call():
    """As they do where rows lie otherwise in memory, and are added up in another order."""
    rows, calls = trial(), []

    def mean(rows):
        calls.append(len(rows))
        return rows["margin_after"].mean() * (1 + 4e-16 * (len(calls) % 2))

    found = interval(rows, mean, cluster="customer_id", resamples=100)
    assert found["low"].iloc[0] < found["value"].iloc[0] < found["high"].iloc[0]


def test_last_bits_of_a_sum_do_not_change_the_draws():
    chance = np.random.RandomState(5)
    parts = chance.randint(1, 4, (60, 3)) / 10  # in tenths: sums of three are often alike, but for their last bits
    group = chance.randint(0, 2, 60)
    one, other = (
        pd.DataFrame({"money": money, "group": group})
        for money in (parts.T[0] + parts.T[1] + parts.T[2], parts.T[2] + parts.T[1] + parts.T[0])
    )
    assert (one["money"] != other["money"]).any()

    def ratio(rows):
        means = rows.groupby("group")["money"].mean()
        return means[1] / means[0]

    assert np.allclose(interval(one, ratio)[["low", "high"]], interval(other, ratio)[["low", "high"]], rtol=1e-9)
