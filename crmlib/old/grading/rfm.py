"""RFM: recency, frequency and monetary value, cut into scores and named segments by rules that are all written down."""

import itertools

import pandas as pd

from crmlib.errors import CrmError
from crmlib.old.grading.summary import customer_summary

BINS = 5
_RULES = [
    ("Champions", "核心客户", (4, 5), (4, 5), (4, 5), "bought lately, often and much"),
    ("Loyal, small orders", "忠诚小单", (4, 5), (4, 5), (1, 3), "come often, spend little"),
    ("Promising, large orders", "潜力大单", (4, 5), (2, 3), (4, 5), "spend much, come seldom"),
    ("Promising", "潜力客户", (4, 5), (2, 3), (1, 3), "bought lately, not yet often"),
    ("New or rare", "新客户", (4, 5), (1, 1), (1, 5), "bought lately for the first time or rarely"),
    ("Needs attention", "需要关注", (2, 3), (4, 5), (1, 5), "used to come often"),
    ("Slipping, large orders", "流失边缘大单", (2, 3), (1, 3), (4, 5), "used to spend much"),
    ("About to sleep", "即将沉睡", (2, 3), (1, 3), (1, 3), "below average and getting older"),
    ("Cannot lose", "不可失去", (1, 1), (4, 5), (1, 5), "came often, not for long now"),
    ("Cannot lose", "不可失去", (1, 1), (1, 3), (4, 5), "spent much, not for long now"),
    ("Lost", "已流失", (1, 1), (1, 3), (1, 3), "long ago, seldom, little"),
]


def rfm_scores(orders, as_of, bins=BINS):
    """Score customers by recency, frequency and monetary value.

    recency = days since the last purchase day; frequency = number of purchase days; monetary = money spent in all, net
    of returns. Cut rule: score = 1 + ⌊bins × (share of customers who are strictly worse)⌋. The best score is `bins`
    (for recency: fewest days); equal values get equal scores, so a score may hold more or fewer than 1/bins of the
    customers; the order of the rows does not matter.
    Parameters: orders - as for `customer_summary`; as_of - last day that counts; bins - number of scores, ≥ 2.
    Returns: DataFrame, index customer_id: recency (days), frequency (days), monetary (money), R, F, M (1 … bins), RFM
    (their sum). Source: Hughes (1994); the rule for ties is ours.
    """
    if int(bins) != bins or bins < 2:
        raise CrmError(f"RFM needs at least two scores; bins = {bins} does not give them.")
    summary = customer_summary(orders, as_of, unit="days")
    table = pd.DataFrame(
        {
            "recency": summary["since_last"].astype(int),
            "frequency": summary["frequency"] + 1,
            "monetary": summary["revenue"],
        }
    )
    table["R"] = cut_scores(-table["recency"], bins)
    table["F"] = cut_scores(table["frequency"], bins)
    table["M"] = cut_scores(table["monetary"], bins)
    table["RFM"] = table[["R", "F", "M"]].sum(axis=1)
    table.attrs = {"bins": bins}
    return table


def cut_scores(values, bins=BINS):
    """Cut numbers into scores 1 … bins, larger is better, by the rule of `rfm_scores`. Returns: Series of integers."""
    worse = values.rank(method="min").sub(1)
    return (1 + (bins * worse) // len(values)).clip(upper=bins).astype(int)


def segment_rules():
    """Return the rules of the segments as a table you may edit: lowest and highest R, F and M of each, both included.

    A segment may have several rows. The rows must cover each of the 5 × 5 × 5 cells once.
    """
    rows = [(name, chinese, *r, *f, *m, meaning) for name, chinese, r, f, m, meaning in _RULES]
    names = ["segment", "chinese", "R_low", "R_high", "F_low", "F_high", "M_low", "M_high", "meaning"]
    return pd.DataFrame(rows, columns=names)


def rfm_segments(scores, rules=None):
    """Name the segment of each customer.

    Parameters: scores - result of `rfm_scores`; rules - a table like `segment_rules()`.
    Returns: Series of ordered segment names (in the order of the rules), index customer_id.
    Raises: CrmError that lists cells which no rule or several rules cover.
    """
    rules = segment_rules() if rules is None else rules
    cells = rule_cells(rules, scores.attrs.get("bins", BINS))
    cell = pd.MultiIndex.from_frame(scores[["R", "F", "M"]])
    order = list(dict.fromkeys(rules["segment"]))
    names = pd.Categorical(cells.reindex(cell).to_numpy(), categories=order, ordered=True)
    return pd.Series(names, index=scores.index, name="segment")


def rule_cells(rules, bins=BINS):
    """Spell out the rules: the segment of each cell (R, F, M).

    Returns: Series of names, one for each of bins³ cells. Raises: CrmError unless each cell has exactly one rule.
    """
    cells = {}
    for rule in rules.itertuples(index=False):
        spans = [range(getattr(rule, f"{axis}_low"), getattr(rule, f"{axis}_high") + 1) for axis in "RFM"]
        for cell in itertools.product(*spans):
            cells.setdefault(cell, []).append(rule.segment)
    every = list(itertools.product(range(1, bins + 1), repeat=3))
    none = [cell for cell in every if cell not in cells]
    several = [cell for cell in every if len(cells.get(cell, [])) > 1]
    if none or several:
        said = [f"{len(none)} cells without a rule, e.g. (R, F, M) = {none[0]}"] if none else []
        said += [f"{len(several)} cells with several rules, e.g. (R, F, M) = {several[0]}"] if several else []
        raise CrmError(f"The segment rules leave {' and '.join(said)}; each of the {bins**3} cells needs exactly one.")
    return pd.Series([cells[cell][0] for cell in every], index=pd.MultiIndex.from_tuples(every, names=list("RFM")))


def segment_table(scores, segments):
    """Sum up each segment: customers, their share, share of money spent, and median recency, frequency and spending.

    Returns: DataFrame, index segment (in the order of the rules).
    """
    groups = scores.groupby(segments, observed=False)
    table = pd.DataFrame({"customers": groups.size()})
    table["customer_share"] = table["customers"] / len(scores)
    table["revenue_share"] = groups["monetary"].sum() / scores["monetary"].sum()
    medians = groups[["recency", "frequency", "monetary"]].median()
    return table.join(medians.add_prefix("median_"))
