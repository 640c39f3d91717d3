"""Numbers that textbooks and consultants repeat, tested on the company's own customers."""

import html
from dataclasses import dataclass

import numpy as np

from crmlib.figures import percent
from crmlib.grading.measures import best_measure
from crmlib.grading.shares import _how_many, pareto_shares

VERDICTS = (
    "holds here",
    "holds, but smaller",
    "holds, but larger",
    "does not hold",
    "cannot be tested with these data",
)


@dataclass(frozen=True)
class ClaimCheck:
    """A claim, what the data say (share 0–1 with a 95 % interval), and the verdict.

    text, source - the claim; measured - what was estimated, in words; claimed - (low, high) share that the claim means;
    neutral - the share that would be found if the claim were empty; estimate, low, high - None when untestable.
    """

    text: str
    source: str
    measured: str
    claimed: tuple
    neutral: float
    estimate: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def verdict(self):
        """Judge by the interval.

        It reaches into the claimed range: holds here. Wholly above: holds, but larger. Wholly below: holds, but
        smaller, if it lies nearer to the claim than to the neutral share; otherwise it does not hold.
        """
        if self.estimate is None:
            return VERDICTS[4]
        low, high = self.claimed
        if self.low > high:
            return VERDICTS[2]
        if self.high >= low:
            return VERDICTS[0]
        return VERDICTS[1] if self.low > (self.neutral + low) / 2 else VERDICTS[3]

    @property
    def sentence(self):
        """The verdict with its figures, as one sentence."""
        if self.estimate is None:
            return f"“{self.text}” ({self.source}) {self.verdict}: {self.measured}."
        span = "–".join(f"{share * 100:.0f}" for share in dict.fromkeys(self.claimed))
        return (
            f"“{self.text}” ({self.source}) {self.verdict}: {self.measured} is {percent(self.estimate)} "
            f"(95 % interval {percent(self.low)} to {percent(self.high)}); the claim means {span} %."
        )

    def _repr_mimebundle_(self, include=None, exclude=None):
        text = html.escape(self.sentence)
        return {"text/plain": self.sentence, "text/html": f"<p><strong>Claim check.</strong> {text}</p>"}


def claim_80_20(profit, repeats=400, seed=2026):
    """Test "20 % of customers bring 80 % of profit" by the best measure of value there is.

    The share that the best fifth brings; "80 %" is taken as 75 to 85 %. Source: the Pareto principle as Koch (1997)
    popularised it. Parameters: profit - result of `customer_profit`. Returns: ClaimCheck.
    """
    measure = best_measure(profit)
    found = pareto_shares(profit, measure, (0.20,), repeats, seed).loc[0.20]
    text = "20 % of customers bring 80 % of profit"
    what = measure if measure == "profit" else f"{measure} (profit is not known here)"
    measured = f"the share of {what} that the best fifth of customers bring"
    return ClaimCheck(text, "Koch 1997", measured, (0.75, 0.85), 0.20, found["share"], found["low"], found["high"])


def claim_top_tenth(profit, repeats=400, seed=2026):
    """Test "the top 10 % of customers bring 30–50 % of revenue". Source: the course on valuable customers.

    Parameters: profit - result of `customer_profit`. Returns: ClaimCheck.
    """
    found = pareto_shares(profit, "revenue", (0.10,), repeats, seed).loc[0.10]
    text = "the top 10 % of customers bring 30–50 % of revenue"
    measured = "the share of revenue that the largest tenth of customers bring"
    return ClaimCheck(text, "course text", measured, (0.30, 0.50), 0.10, found["share"], found["low"], found["high"])


def claim_big_are_best(profit, top=0.05, repeats=400, seed=2026):
    """Test "big customers are the best customers": does a unit of their revenue earn more than other customers' does?

    share = |{largest by revenue with profit / revenue above the median customer's}| / |largest|, the largest 5 %. If
    size had nothing to do with it this would be 50 %; the claim is taken to mean 90 % or more. Interval: percentile
    bootstrap over customers, the largest and the median found anew in each sample. Customers without positive revenue
    are left out.
    Parameters: profit - result of `customer_profit`; top - share of customers. Returns: ClaimCheck.
    """
    text, claimed = "big customers are the best customers", (0.90, 1.0)
    source = "common belief, questioned by Kaplan & Narayanan 2001"
    if "profit" not in profit:
        return ClaimCheck(text, source, "profit after cost to serve is not known", claimed, 0.50)
    measured = (
        f"the share of the largest {percent(top)} whose profit per unit of revenue is above the median customer's"
    )
    frame = profit[profit["revenue"] > 0].sort_index()
    size, rate = frame["revenue"].to_numpy(float), (frame["profit"] / frame["revenue"]).to_numpy(float)
    random = np.random.default_rng(seed)
    estimate = _better_than_median(size, rate, top)
    draws = (random.integers(0, len(size), len(size)) for _ in range(repeats))
    low, high = np.quantile([_better_than_median(size[drawn], rate[drawn], top) for drawn in draws], [0.025, 0.975])
    return ClaimCheck(text, source, measured, claimed, 0.50, estimate, float(low), float(high))


def _better_than_median(size, rate, top):
    number = _how_many(top, len(size))
    largest = np.argpartition(-size, number - 1)[:number]
    return float((rate[largest] > np.median(rate)).mean())
