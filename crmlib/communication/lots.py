"""Two arms drawn by lot, one customer a row: what the contact changed, and for whom."""

import numpy as np
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


def two_models(rows, facts, seed=7):
    """Chance of an order without and with a contact: a logistic regression for each arm.

    Customers are dealt into halves; each half is judged by models that learned from the other one.
    Parameters: rows - customer_id, treated (0 or 1, by lot), ordered (0 or 1); facts - numbers known before, index
    customer_id, on comparable scales. Returns: DataFrame, index as rows: without, with, uplift (with − without).
    Errors: TooFew below 300 rows of an arm and half. Source: Radcliffe & Surry (1999).
    """
    from sklearn.linear_model import LogisticRegression

    customers = np.unique(rows["customer_id"])
    dealt = pd.Series(np.random.RandomState(seed).permutation(len(customers)) % 2, customers)
    half = rows["customer_id"].map(dealt)
    chance = pd.DataFrame(0.0, rows.index, ["without", "with"])
    for other in (0, 1):
        judged = rows.loc[half != other, "customer_id"]
        for arm, name in enumerate(chance):
            learn = enough(rows[(half == other) & (rows["treated"] == arm)], 300, "rows to learn from")
            model = LogisticRegression(C=0.03, max_iter=500).fit(facts.loc[learn["customer_id"]], learn["ordered"])
            chance.loc[judged.index, name] = model.predict_proba(facts.loc[judged])[:, 1]
    return chance.assign(uplift=chance["with"] - chance["without"])


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
