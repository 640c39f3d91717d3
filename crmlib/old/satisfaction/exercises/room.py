"""The desk of chapter 8, and what several of its exercises compute from the database in use."""

from crmlib.old.exercises import Desk, Ids, Number
from crmlib.old.figures import Notice
from crmlib.old.satisfaction.kano import kano_table
from crmlib.old.satisfaction.mapping import satisfaction_index
from crmlib.old.satisfaction.notices import without_constructs
from crmlib.old.satisfaction.repurchase import later_purchases
from crmlib.old.satisfaction.service_quality import quality_gaps

PER_CENT = "That is per cent; the answer is a share, 0–1."

desk = Desk()
model_of = desk.once(satisfaction_index)
kano_of = desk.once(kano_table)
gaps_of = desk.once(quality_gaps)


class Share(Number):
    """A share from 0 to 1; whoever gives per cent is told so, however it was rounded."""

    def compare(self, answer, right):
        """Say how far off the answer is, or that it is in per cent."""
        return PER_CENT if answer > 1 else super().compare(answer, right)


class Features(Ids):
    """Names of features in the Kano survey, in English or Chinese, whatever their capitals."""

    def read(self, answer):
        """Turn the answer into a set of the names in the survey, or say why that cannot be."""
        names = {}
        for name, chinese in kano_of(desk.db)["chinese"].items():
            names |= {str(name).casefold(): str(name), str(chinese).strip(): str(name)}
        return {names.get(given.strip().casefold(), given) for given in super().read(answer)}

    def compare(self, answer, right):
        """Name what does not belong, and say how many are missing."""
        wrong, missing = sorted(answer - set(right)), len(set(right) - answer)
        parts = [f"{', '.join(map(repr, wrong))} {'does' if len(wrong) == 1 else 'do'} not belong"] if wrong else []
        if missing:
            parts.append(f"{missing} {'feature is' if missing == 1 else 'features are'} missing")
        return f"{'; '.join(parts)}."


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
