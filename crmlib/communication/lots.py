"""Two arms drawn by lot, one customer a row: what the contact changed, and for whom."""

import pandas as pd

from crmlib.estimate import enough


def versus_control(rows):
    """Share who ordered among the treated less that among the controls of one campaign.

    Newcombe's interval (hybrid score) and the p value of the score test, both by statsmodels.
    Parameters: rows - one row a customer: arm (treatment, control), ordered (0 or 1).
    Returns: Series: treated, controls (counts), difference_rate, low, high, p.
    Errors: TooFew with an arm of fewer than 5. Source: Newcombe (1998).
    """
    from statsmodels.stats import proportion

    arms = rows.groupby("arm")["ordered"].agg(["sum", "size"]).reindex(["treatment", "control"], fill_value=0)
    enough(range(arms["size"].min()), 5, "members of an arm")
    yes, n = arms.to_numpy().T
    counts = yes[0], n[0], yes[1], n[1]
    low, high = proportion.confint_proportions_2indep(*counts, method="newcomb")
    p = proportion.test_proportions_2indep(*counts, method="score").pvalue
    effect = {"difference_rate": yes[0] / n[0] - yes[1] / n[1], "low": low, "high": high, "p": p}
    return pd.Series({"treated": n[0], "controls": n[1], **effect})


def ways_in_words(ways):
    """Write what a response and an order gained cost, by the ends of the interval, as words.

    A response: cost / replied. An order gained: cost / high to cost / low, without an upper end where low is not above
    0. A gap says what is missing: contacts or replies that nobody counted, a gain that no lot tells.
    Parameters: ways - one row a way of talking: contacts, cost, replied, low, high (orders gained; NaN: no lot).
    Returns: DataFrame, same index: contacts, cost, cost_per_response, orders_gained, one_costs; all but cost are words.
    """
    gained = ways["low"].map("{:,.0f} to ".format) + ways["high"].map("{:,.0f}".format)
    dearest = (ways["cost"] / ways["low"]).map(" to {:,.2f}".format).where(ways["low"] > 0, " or more")
    price = (ways["cost"] / ways["high"].clip(lower=1)).map("{:,.2f}".format) + dearest
    response = (ways["cost"] / ways["replied"].clip(lower=1)).map("{:,.2f}".format)
    by_lot, counted = ways["low"].notna(), ways[["contacts", "replied"]].notna()
    return pd.DataFrame(
        {
            "contacts": ways["contacts"].map("{:,.0f}".format).where(counted["contacts"], "not counted"),
            "cost": ways["cost"],
            "cost_per_response": response.where(counted["replied"], "not counted"),
            "orders_gained": gained.where(by_lot, "no lot"),
            "one_costs": price.where(by_lot, "not known"),
        }
    )
