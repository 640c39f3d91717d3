"""Expectation against perception: SERVQUAL gaps, product dimensions, and what a rival does better."""

import numpy as np
import pandas as pd

from crmlib.old.notices import hands_on_notices, reads
from crmlib.old.satisfaction.intervals import mean_with_interval
from crmlib.old.satisfaction.notices import without_constructs
from crmlib.old.satisfaction.path_model import PathModel

CHINESE_DIMENSIONS = {
    "reliability": "可靠性",
    "assurance": "保证性",
    "tangibles": "有形性",
    "empathy": "移情性",
    "responsiveness": "响应性",
    "performance": "性能",
    "features": "特色",
    "conformance": "一致性",
    "durability": "耐用性",
    "serviceability": "可维修性",
    "aesthetics": "美感",
}
COMPARED = ("expected_quality", "perceived_quality", "satisfaction")
CLASS_NAMES = ["below expectation", "as expected", "above expectation"]


@reads("service_ratings")
def quality_gaps(ratings, side="service", by="dimension", confidence=0.95):
    """Perception minus expectation by dimension, with an interval from the differences of the same respondents.

    gap = mean over respondents of (perceived − expected); a respondent's items of a dimension are averaged first.
    Below 0: the company falls short.

    Parameters: ``ratings`` the table service_ratings (scales 1–7, importance 1–10); ``side`` "service" for the five
    service dimensions, "product" for the product's, None for all; ``by`` "dimension" or "item".
    Returns one row a dimension, worst gap first: chinese, expected, perceived, gap, low, high, importance, respondents,
    weighted_gap (gap · importance / mean importance). Source: Parasuraman, Zeithaml & Berry 1988.
    """
    part = ratings if side is None else ratings[ratings["side"] == side]
    numbers = ["expected", "perceived", "importance"]
    answers = part.dropna(subset=["expected", "perceived"]).astype(dict.fromkeys(numbers, float))
    own = answers.groupby([by, "customer_id"], observed=True)[numbers].mean()
    rows = {}
    for name, people in own.groupby(level=0, observed=True):
        gap, low, high = mean_with_interval(people["perceived"] - people["expected"], confidence=confidence)
        means = people.mean()
        rows[name] = (*means[["expected", "perceived"]], gap, low, high, means["importance"], len(people))
    columns = ["expected", "perceived", "gap", "low", "high", "importance", "respondents"]
    table = pd.DataFrame(rows, index=columns).T.astype({"respondents": int}).rename_axis(by)
    table.insert(0, "chinese", [CHINESE_DIMENSIONS.get(name, "") for name in table.index])
    table["weighted_gap"] = table["gap"] * table["importance"] / table["importance"].mean()
    return table.sort_values("gap")


@reads("competitor_ratings")
def competitor_gaps(ratings, confidence=0.95):
    """Our rating minus that of the best rival, attribute by attribute, from respondents who rated both.

    Parameters: ``ratings`` the table competitor_ratings. Returns one row an attribute, worst first: ours, best_rival
    (who), rival (rating), difference, low, high, respondents. The best rival is the one with the highest mean.
    """
    wide = (
        ratings.dropna(subset=["rating"])
        .astype({"rating": float})
        .pivot_table(index=["attribute", "customer_id"], columns="supplier", values="rating", observed=True)
    )
    rivals = [supplier for supplier in wide.columns if supplier != "ours"]
    rows = {}
    for attribute, answers in wide.groupby(level=0, observed=True):
        best = answers[rivals].mean().idxmax()
        both = answers[["ours", best]].dropna()
        difference = mean_with_interval(both["ours"] - both[best], confidence=confidence)
        rows[attribute] = (both["ours"].mean(), best, both[best].mean(), *difference, len(both))
    columns = ["ours", "best_rival", "rival", "difference", "low", "high", "respondents"]
    table = pd.DataFrame(rows, index=columns).T.rename_axis("attribute").infer_objects()
    return table.sort_values("difference")


@hands_on_notices
def disconfirmation(index_scores, tolerance=5.0):
    """Satisfaction of those who got less than, as much as, or more than they expected.

    Disconfirmation = perceived quality − expected quality in index points; within ± tolerance counts as confirmed.

    Parameters: ``index_scores`` a PathModel, or scores 0–100 with expected_quality, perceived_quality, satisfaction.
    Returns three rows: respondents, share, satisfaction, low, high. Source: Oliver 1980.
    """
    if isinstance(index_scores, PathModel):
        return without_constructs(index_scores, *COMPARED) or disconfirmation(index_scores.index_scores, tolerance)
    gap = index_scores["perceived_quality"] - index_scores["expected_quality"]
    classes = pd.cut(gap, [-np.inf, -tolerance, tolerance, np.inf], labels=CLASS_NAMES)
    rows = {}
    for name in CLASS_NAMES:
        values = index_scores.loc[classes == name, "satisfaction"]
        rows[name] = (len(values), len(values) / len(gap), *mean_with_interval(values))
    table = pd.DataFrame(rows, index=["respondents", "share", "satisfaction", "low", "high"]).T
    return table.astype({"respondents": int}).rename_axis("disconfirmation")


@hands_on_notices
def same_perception_other_expectation(index_scores, classes=4):
    """Among customers who perceived the same quality: how satisfied are those who had expected less or more?

    Respondents are cut into classes of equal perceived quality. Who perceives more has, as a rule, expected more,
    within a class too; "less" and "more" is therefore counted from the expectation usual for one's own perception (the
    line of least squares within the class).

    Parameters: ``index_scores`` a PathModel, or its scores 0–100; ``classes`` how many.
    Returns one row a class and half ("expected less", "expected more"): perceived_quality, expected_quality,
    satisfaction, low, high, respondents.
    """
    if isinstance(index_scores, PathModel):
        lacking = without_constructs(index_scores, *COMPARED)
        return lacking or same_perception_other_expectation(index_scores.index_scores, classes)
    bands = pd.qcut(index_scores["perceived_quality"].rank(method="first"), classes, labels=False) + 1
    rows = []
    for band, part in index_scores.groupby(bands):
        perceived = part["perceived_quality"] - part["perceived_quality"].mean()
        slope = perceived @ part["expected_quality"] / max(perceived @ perceived, 1e-12)
        unusual = part["expected_quality"] - slope * perceived
        more = unusual > unusual.median()
        for half, members in (("expected less", ~more), ("expected more", more)):
            people = part[members]
            means = people[["perceived_quality", "expected_quality"]].mean()
            rows.append((int(band), half, *means, *mean_with_interval(people["satisfaction"]), len(people)))
    columns = ["class", "half", "perceived_quality", "expected_quality", "satisfaction", "low", "high", "respondents"]
    return pd.DataFrame(rows, columns=columns)
