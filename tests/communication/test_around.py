import numpy as np
import pandas as pd

from crmlib.communication import around


def test_around_counts_and_adds_up():
    rows = pd.DataFrame(
        {"customer_id": ["A", "B", "A"], "day": pd.to_datetime(["2024-01-10", "2024-01-10", "2024-03-01"])}
    )
    events = pd.DataFrame(
        {"customer_id": ["A", "A", "A"], "on": pd.to_datetime(["2024-01-01", "2024-01-10", "2024-02-01"])}
    )
    events["paid"] = [1.0, 2.0, 4.0]
    assert around(events, rows, (-30, 0), "on", "day").tolist() == [1, 0, 1]
    assert around(events, rows, (-30, 1), "on", "day", "paid").tolist() == [3, 0, 4]
    assert around(events, rows.set_axis([7, 3, 9]), (-30, 0), "on", "day").index.tolist() == [7, 3, 9]
    assert not np.isnan(around(events, rows, (0, 1), "on", "day", "paid")).any()
