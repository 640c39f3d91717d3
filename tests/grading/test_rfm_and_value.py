"""RFM scores by their published rule, with any number of scores; a customer's value by the best measure there is."""

import pandas as pd
import pytest

import crmlib
from crmlib.errors import CrmError, DataFault
from crmlib.grading import customer_value, rfm_scores

TEN = pd.DataFrame(
    {
        "recency": [1, 2, 3, 4, 5, 6, 7, 8, 9, 9],
        "frequency": [9, 8, 7, 6, 5, 4, 1, 1, 1, 1],
        "monetary": [900.0, 800, 700, 600, 500, 400, 300, 200, 100, -5],
    },
    index=pd.Index([f"c{number}" for number in range(10)], name="customer_id"),
)


def test_scores_by_hand():
    scores = rfm_scores(TEN)
    assert scores["recency"].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert scores["frequency"].tolist() == [5, 5, 4, 4, 3, 3, 1, 1, 1, 1]  # who is alike is scored alike
    assert scores["monetary"].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]


@pytest.mark.parametrize("scores", [2, 3, 4, 5, 10])
def test_the_best_and_the_worst_have_the_ends_of_any_scale(scores):
    found = rfm_scores(TEN, scores)
    assert found.loc["c0"].tolist() == [scores] * 3
    assert found.loc["c9"].tolist() == [1, 1, 1]
    assert rfm_scores(TEN.sample(frac=1, random_state=3), scores).sort_index().equals(found)


@pytest.mark.parametrize("scores", [1, 0, -3, 2.5, True, "5", None])
def test_what_is_no_number_of_scores_is_refused(scores):
    with pytest.raises(CrmError, match="scores is a whole number"):
        rfm_scores(TEN, scores)


def test_gaps_are_refused():
    with pytest.raises(DataFault, match="1 of 10"):
        rfm_scores(TEN.assign(monetary=TEN["monetary"].where(TEN.index != "c3")))


def test_value_by_the_best_measure(teaching, orders_only):
    value = customer_value(teaching)
    assert value.name == "profit" and value.equals(crmlib.customer_profit(teaching)["profit"])
    revenue = customer_value(orders_only, 2024)
    assert revenue.name == "revenue" and revenue.equals(crmlib.customer_revenue(orders_only, 2024)["revenue"])
    tables = {name: getattr(teaching, name) for name in ("customers", "orders")}
    tables["orders"] = tables["orders"].drop(columns=["product_id", "campaign_id"])
    without_costs = crmlib.open_database(tables)
    assert customer_value(without_costs).name == "gross_profit"
