"""What a message changes, customer by customer: two regressions, each judged on customers that it has not seen."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from crmlib.errors import TooFew
from crmlib.estimate import random_state


def expected_change(trial, columns, penalty=0.03, seed=7):
    """Expect for each row what a message changes in the chance of an order, learned on the other half of the customers.

    change = P(order | message, x) − P(order | none, x), each P a logistic regression of its own.
    Parameters: trial - customer_id, messages, ordered; columns - table of numbers, index customer_id (0 for a customer
    who is not in it); penalty - sklearn's C; seed - of the halves. Returns: array, one change a row.
    Errors: TooFew where an arm of a half has no order, or orders only. Source: Hansotia & Rukstales (2002).
    """
    customers = np.unique(trial["customer_id"])
    halves = pd.Series(random_state(seed).permutation(len(customers)) % 2, customers)
    half = halves[trial["customer_id"]].to_numpy()
    x = columns.reindex(trial["customer_id"]).fillna(0).to_numpy(float)
    written, ordered = (trial["messages"] > 0).to_numpy(), trial["ordered"].to_numpy(bool)
    change = np.zeros(len(trial))
    for held_out in (0, 1):
        for sign, arm in ((1, written), (-1, ~written)):
            learn = arm & (half != held_out)
            if len(set(ordered[learn])) < 2:
                raise TooFew("Half of the trial has no orders to learn from: it takes a larger trial.")
            model = LogisticRegression(C=penalty, max_iter=500).fit(x[learn], ordered[learn])
            change[half == held_out] += sign * model.predict_proba(x[half == held_out])[:, 1]
    return change
