"""Six classic mistakes of satisfaction surveys, each made and then avoided on the same data."""

import html
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.old.figures import Notice
from crmlib.old.notices import hands_on_notices, reads
from crmlib.old.satisfaction.drivers import rank_correlation, relative_importance
from crmlib.old.satisfaction.intervals import mean_with_interval, share_with_interval
from crmlib.old.satisfaction.repurchase import repurchase_by_class
from crmlib.old.satisfaction.sample_size import sample_size_for_difference
from crmlib.old.satisfaction.service_quality import competitor_gaps

FEWEST_LOST = 5
CONTENT = ["satisfied", "very satisfied"]


@dataclass(frozen=True)
class Mistake:
    """A mistake: the wrong conclusion, the right one, what the difference costs, and the figures behind them."""

    name: str
    chinese: str
    wrong: str
    right: str
    cost: str
    table: pd.DataFrame

    def lines(self):
        """The four lines of the display, as (label, text)."""
        texts = {
            "Mistake": f"{self.name} · {self.chinese}",
            "Wrong": self.wrong,
            "Right": self.right,
            "Cost": self.cost,
        }
        # A minus before a number, not the hyphen of a word.
        return [(label, re.sub(r"(?<![\w-])-(?=\d)", "\u2212", text)) for label, text in texts.items()]

    def _repr_mimebundle_(self, include=None, exclude=None):
        plain = "\n".join(f"{label}: {text}" for label, text in self.lines())
        rows = "".join(f"<tr><th>{label}</th><td>{html.escape(text)}</td></tr>" for label, text in self.lines())
        return {"text/plain": plain, "text/html": f"<table>{rows}</table>"}


@hands_on_notices
def bad_design(survey, index_scores, points=3.0):
    """One question in words instead of several on a scale: everybody looks satisfied, and differences cannot be seen.

    Parameters: ``survey`` with satisfaction_class and satisfaction_1; ``index_scores`` of the path model on the same
    index; ``points`` a change of the index that the manager would want to notice.
    """
    classes = survey["satisfaction_class"].dropna()
    content, low, high = share_with_interval(classes.isin(CONTENT).sum(), len(classes))
    index = mean_with_interval(index_scores["satisfaction"])
    one_question = (survey["satisfaction_1"].astype(float) - 1) / 9 * 100
    needed = [
        sample_size_for_difference(points, values.std()) for values in (one_question, index_scores["satisfaction"])
    ]
    table = _two_rows("share satisfied or better", (content, low, high), "satisfaction index", index)
    return Mistake(
        "A badly designed questionnaire",
        "问卷设计不合理",
        f"Of {len(classes):,} answers, {_percent(content)} say satisfied or very satisfied, so all is well.",
        f"Only {_percent((classes == CONTENT[1]).mean())} say very satisfied. On several questions the satisfaction "
        f"index is {_span(index)} of 100 (points on a scale, not a share of customers): it can be followed over time.",
        f"To notice a change of {points:g} points, one question takes {needed[0]} answers in each wave, "
        f"the index {needed[1]}.",
        table.assign(answers_needed=needed),
    )


@hands_on_notices
def wrong_dimensions(drivers, outcome, asked):
    """Only what the company thinks matters was asked: the rest cannot come out as important.

    Parameters: ``drivers`` one column a dimension; ``outcome`` satisfaction; ``asked`` the columns that the poor
    questionnaire would have had.
    """
    # Only order and shares are used, no limits: two resamples are enough.
    everything = relative_importance(drivers, outcome, resamples=2)
    few = relative_importance(drivers[list(asked)], outcome, resamples=2)
    seen, there = few.attrs["r_squared"], everything.attrs["r_squared"]
    first, first_asked = everything.index[0], few.index[0]
    unseen = everything.drop(index=list(asked))["part"].sum()
    table = pd.DataFrame(
        {"explained": [seen, there], "first_driver": [first_asked, first], "dimensions": [len(few), len(everything)]},
        index=["the mistake", "done right"],
    )
    change = "another driver comes first" if first != first_asked else "the first driver happens to be the same"
    return Mistake(
        "The wrong dimensions",
        "调查维度不对",
        f"Asked only about {', '.join(asked)}, customers seem to care most about {first_asked}.",
        f"Asked about all {len(everything)} dimensions, {first} matters most; the questions explain {_percent(there)} "
        f"of the differences in satisfaction instead of {_percent(seen)}.",
        f"Shared out fairly, of these {_percent(there)} only {_percent((1 - unseen) * there)} belong to the dimensions "
        f"asked and {_percent(unseen * there)} to the others; {change}. Asked alone, the few explain {_percent(seen)}, "
        "because perceptions rise and fall together and they stand in for the others.",
        table,
    )


@hands_on_notices
def wrong_weights(comparison, performance, best=7.0):
    """Weights from what customers say instead of from what moves their satisfaction: the wrong thing is fixed first.

    Priority = weight · shortfall (``best`` − mean perception).

    Parameters: ``comparison`` from ``drivers.stated_against_derived``; ``performance`` Series driver → mean perception.
    """
    shortfall = best - performance.reindex(comparison.index)
    by_stated = comparison["stated"] / comparison["stated"].sum() * shortfall
    by_derived = comparison["derived"] / comparison["derived"].sum() * shortfall
    said, moves = by_stated.idxmax(), by_derived.idxmax()
    order = comparison["derived"] / comparison["derived"].max()
    table = pd.DataFrame({"priority_by_stated": by_stated, "priority_by_derived": by_derived})
    if said == moves:
        cost = (
            f"None this time for the first place; the two orders agree only to {_correlation(by_stated, by_derived)}."
        )
    else:
        cost = (
            f"{said.capitalize()} explains {_percent(order[said] / order[moves])} as much of satisfaction as {moves}: "
            "the rest of the effort is lost."
        )
    return Mistake(
        "The wrong weights",
        "权重不合理",
        f"Stated importance × shortfall ({best:g} − mean perception): fix {said} first.",
        f"Derived importance × the same shortfall: fix {moves} first.",
        cost,
        table.sort_values("priority_by_derived", ascending=False),
    )


@reads("competitor_ratings")
def no_competitor(ratings, overall="satisfaction"):
    """Own marks without the rival's: what is rated lowest need not be where customers find better elsewhere.

    Parameters: ``ratings`` the table competitor_ratings; ``overall`` the attribute that is a verdict, not a cause.
    """
    gaps = competitor_gaps(ratings[ratings["attribute"] != overall])
    lowest, behind = gaps["ours"].idxmin(), gaps["difference"].idxmin()
    low, gap = gaps.loc[lowest], gaps.loc[behind]
    standing = "clearly behind" if gap["high"] < 0 else "not clearly behind anywhere"
    same = "; this time it is also the lowest mark" if lowest == behind else ""
    cost = f"On {lowest} we stand {low['difference']:+.1f} points from the best rival: money spent there would not "
    cost += "close the widest gap." if low["high"] < 0 else "close a gap."
    if lowest == behind:
        cost = "None this time: the lowest mark is also the widest gap."
    return Mistake(
        "No comparison with competitors",
        "没有与竞争者比较",
        f"Our lowest mark is {lowest} ({low['ours']:.1f} of 10), so that is where we are weak.",
        f"Against the best rival we are {standing}: the widest gap is {behind} with {gap['difference']:+.1f} points "
        f"({gap['low']:+.1f} to {gap['high']:+.1f}, {gap['best_rival']}){same}.",
        cost,
        gaps,
    )


@hands_on_notices
def lost_customers_not_asked(last_index, orders, as_of, lost_after=12, truth=None):
    """Only those are asked who still buy: the survey speaks for the faithful.

    Lost: no order for ``lost_after`` months. What the lost had said when they were last asked stands in for them, each
    kind weighted to its share among all customers who ever bought.

    Parameters: ``last_index`` Series customer_id → satisfaction index at the customer's last answer; ``orders`` the
    table; ``as_of`` the day; ``truth`` the mean over all customers where it is known.
    """
    last_order = orders[orders["amount"] > 0].groupby("customer_id")["order_date"].max()
    lost = last_order < as_of - pd.DateOffset(months=lost_after)
    gone = lost.reindex(last_index.index).fillna(True).astype(bool)
    if gone.sum() < FEWEST_LOST:
        return Notice(f"Left out: {gone.sum()} of those who ever answered are lost, too few to speak for the lost.")
    wrong, absent = mean_with_interval(last_index[~gone]), mean_with_interval(last_index[gone])
    share = lost.mean()
    weights = gone.map({True: share / gone.mean() if gone.any() else 0.0, False: (1 - share) / (~gone).mean()})
    right = mean_with_interval(last_index, weights)
    table = _two_rows("customers who still buy", wrong, "all who ever bought", right)
    table.loc["the lost alone"] = ["last answers of the lost", *absent]
    checked = "" if truth is None else f" The truth, known here because the company is simulated, is {truth:.1f}."
    return Mistake(
        "Lost customers were not asked",
        "没有调查流失的客户",
        f"The satisfaction index is {_span(wrong)}: the answers of those who still buy.",
        f"With the last answers of the {_percent(share)} who are lost it is {_span(right)}.{checked}",
        f"The lost had an index of {_span(absent)}: {wrong[0] - absent[0]:.1f} points lower. The index of the "
        f"faithful is {wrong[0] - right[0]:.1f} points too good, and gets better each time an unhappy customer leaves.",
        table,
    )


@hands_on_notices
def satisfaction_taken_for_loyalty(later):
    """Satisfied is said, loyal is done: how many of the satisfied did not buy again.

    Parameters: ``later`` from ``repurchase.later_purchases``.
    """
    classes = repurchase_by_class(later)
    if isinstance(classes, Notice):
        return classes
    content = classes.loc[CONTENT]
    share, low, high = share_with_interval(content["answers"].sum(), classes["answers"].sum())
    again = share_with_interval(content["bought"].sum(), content["answers"].sum())
    lost = content["answers"].sum() - content["bought"].sum()
    table = _two_rows("share satisfied or better", (share, low, high), "of these bought again", again)
    months = later.attrs.get("months", 6)
    return Mistake(
        "Satisfaction taken for loyalty",
        "把满意当忠诚",
        f"Of the {classes['answers'].sum():,} answers whose {months} months are over, {_percent(share)} are satisfied "
        f"or very satisfied, so {_percent(share)} will stay.",
        f"Of these, {_percent(again[0])} ({_percent(again[1])} to {_percent(again[2])}) bought again within {months} "
        "months.",
        f"{lost:,} of these {content['answers'].sum():,} answers came from satisfied customers who did not buy again: "
        "no survey of satisfaction would have raised the alarm.",
        table,
    )


def _two_rows(wrong_figure, wrong, right_figure, right):
    table = pd.DataFrame([wrong, right], index=["the mistake", "done right"], columns=["estimate", "low", "high"])
    table.insert(0, "figure", [wrong_figure, right_figure])
    return table.astype({"estimate": float, "low": float, "high": float})


def _percent(share):
    return f"{share * 100:.0f} %"


def _span(triple):
    return f"{triple[0]:.1f} ({triple[1]:.1f} to {triple[2]:.1f})"


def _correlation(one, other):
    estimate, low, high = rank_correlation(one, other)
    span = f", 95 % interval {low:.2f} to {high:.2f}" if np.isfinite(low) else ""
    return f"{estimate:.2f} (rank correlation of {len(one)} drivers{span})"
