"""The desk of chapter 8, and what several of its exercises compute from the database in use."""

from crmlib.exercises import Desk
from crmlib.figures import Notice
from crmlib.satisfaction.kano import kano_table
from crmlib.satisfaction.mapping import satisfaction_index
from crmlib.satisfaction.notices import without_constructs
from crmlib.satisfaction.repurchase import later_purchases
from crmlib.satisfaction.service_quality import quality_gaps

desk = Desk()
model_of = desk.once(satisfaction_index)
kano_of = desk.once(kano_table)
gaps_of = desk.once(quality_gaps)


@desk.once
def later_of(db):
    """Answers with the half-year after them."""
    return later_purchases(db)


def asks_of(table, *constructs):
    """Let an exercise on one of the tables above say in one sentence why it cannot be asked of these data.

    Parameters: table - function of the database that returns a table, a model or a Notice; constructs - those that a
    model must have. The decorated function is given the table.
    """

    def decorate(function):
        def asked(db):
            found = table(db)
            if isinstance(found, Notice):
                return found
            lacking = without_constructs(found, *constructs) if constructs else None
            return lacking or function(found)

        return asked

    return decorate
