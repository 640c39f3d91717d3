"""The desk of chapter 6, and what several of its exercises compute from the database in use."""

from crmlib.old.exercises import Desk
from crmlib.old.grading.migration import grade_moves
from crmlib.old.grading.profit import customer_profit, latest_profit, retention_by_grade, without_costs
from crmlib.old.grading.relationship import RelationshipRule, relationship_customers, relationship_table
from crmlib.old.grading.rfm import rfm_scores, rfm_segments

desk = Desk()
profit_of = desk.once(customer_profit)
retention_of = desk.once(retention_by_grade)
latest_of = desk.once(latest_profit)
moves_of = desk.once(grade_moves)
kinds_of = desk.once(lambda db: relationship_table(relationship_customers(db)))
strict_kinds_of = desk.once(lambda db: relationship_table(relationship_customers(db, RelationshipRule(fewest_days=6))))
scores_of = desk.once(lambda db: rfm_scores(db.table("orders"), db.as_of))
segments_of = desk.once(lambda db: rfm_segments(scores_of(db)))


def needs_profit(answer):
    """Let an exercise on profit say in one sentence that the cost to serve is unknown, where it is."""

    def asked(db):
        table = profit_of(db)
        return answer(table) if "profit" in table else without_costs(db, "the answer to this exercise")

    return asked
