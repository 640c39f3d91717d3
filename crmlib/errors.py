"""What can go wrong, said in one sentence."""


class CrmError(Exception):
    """A fault the reader can mend; notebooks and the command line show its sentence, never a traceback."""

    def _render_traceback_(self):
        """IPython asks an exception how it wants to be shown: as one line."""
        return [f"{type(self).__name__}: {self}"]


class DataFault(CrmError):
    """The data break a rule of the data dictionary: the message names file, column, value and the way out."""


class MissingTable(CrmError):
    """A chapter needs a table that this company does not have."""


class NotConverged(CrmError):
    """A model found no trustworthy estimate in these data."""


class TooFew(CrmError):
    """There are too few rows for a statement: the message says how many there are, of what, and how many are needed."""


class Unreadable(CrmError):
    """A drawing or a table that cannot be said in words: no one could check it, compare it or read it aloud."""


# What data cannot carry, rather than what a reader got wrong: a notebook's cell says it in a sentence and goes on.
CANNOT_CARRY = (MissingTable, TooFew, DataFault, NotConverged)
