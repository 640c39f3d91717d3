"""How fast facts about customers grow old."""

import numpy as np


def rate_of_change(rows):
    """Estimate how many times a year a fact changes, from pairs of answers to one question.

    P(changed after t years) = 1 − exp(−rate · t): a binomial model with complementary log-log link and offset ln t.
    Parameters: rows - changed (yes/no) and years between the answers (above 0). Returns: array: rate, low, high.
    """
    import statsmodels.api as sm

    family = sm.families.Binomial(sm.families.links.CLogLog())
    model = sm.GLM(rows["changed"].astype(float), np.ones(len(rows)), family=family, offset=np.log(rows["years"]))
    fit = model.fit()
    return np.exp([fit.params.iloc[0], *fit.conf_int().iloc[0]])
