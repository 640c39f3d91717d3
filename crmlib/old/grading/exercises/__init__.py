"""Your turn: the exercises of chapter 6. `use(db)` binds them to the company at hand; nothing of it is stored."""

from crmlib.old.grading.exercises.grades import abc_a_customers, champions, pampered, recency_scores
from crmlib.old.grading.exercises.management import concentration, next_unit, small_to_inactive
from crmlib.old.grading.exercises.room import desk
from crmlib.old.grading.exercises.value import (
    expected_length,
    losing_customers,
    relationship_share,
    simple_lifetime_value,
    top_decile_share,
)

use = desk.use

__all__ = [
    "abc_a_customers",
    "champions",
    "concentration",
    "desk",
    "expected_length",
    "losing_customers",
    "next_unit",
    "pampered",
    "recency_scores",
    "relationship_share",
    "simple_lifetime_value",
    "small_to_inactive",
    "top_decile_share",
    "use",
]
