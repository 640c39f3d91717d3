"""Your turn: the exercises of chapter 8. `use(db)` binds them to the company at hand; nothing of it is stored."""

from crmlib.old.satisfaction.exercises.index import (
    cronbach_alpha,
    disappointed,
    index_by_hand,
    reputation,
    satisfied_repurchase,
    total_effect,
)
from crmlib.old.satisfaction.exercises.practice import (
    enough_answers,
    must_be,
    net_promoters,
    opportunity_by_hand,
    service_gaps,
)
from crmlib.old.satisfaction.exercises.room import desk

use = desk.use

__all__ = [
    "cronbach_alpha",
    "desk",
    "disappointed",
    "enough_answers",
    "index_by_hand",
    "must_be",
    "net_promoters",
    "opportunity_by_hand",
    "reputation",
    "satisfied_repurchase",
    "service_gaps",
    "total_effect",
    "use",
]
