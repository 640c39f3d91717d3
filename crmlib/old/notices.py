"""A chapter goes on when a table is missing: the sentence that says so is handed on instead of a result."""

from functools import wraps

from crmlib.errors import CrmError, DataFault, MissingTable
from crmlib.old.figures import Notice


def hands_on_notices(function):
    """Let a function return the first Notice among its arguments instead of working on it."""

    @wraps(function)
    def wrapper(*arguments, **options):
        for argument in (*arguments, *options.values()):
            if isinstance(argument, Notice):
                return argument
        return function(*arguments, **options)

    return wrapper


def reads(table, *columns):
    """Let a function that takes a table take the customer database as well.

    Given the database it works on the table of that name; where the company has no such table, or none of the columns
    named, or the table cannot carry the analysis (DataFault), it returns a Notice. Given a table itself, it works on
    that, and faults are raised.
    """

    def decorate(function):
        @wraps(function)
        def wrapper(source, *arguments, **options):
            if isinstance(source, Notice):
                return source
            if not hasattr(source, "has"):
                return function(source, *arguments, **options)
            lacking = without(source, table) or without_columns(source, table, columns)
            if lacking:
                return lacking
            try:
                return function(getattr(source, table), *arguments, **options)
            except DataFault as fault:
                return Notice(f"Left out: {fault}")

        return hands_on_notices(wrapper)

    return decorate


def needs(*tables, **columns):
    """Let a function of the customer database return a Notice where its tables cannot carry the analysis.

    A table of ``tables`` is missing, a column is (``survey=("recommend",)``), or the answers are too few or too odd
    (CrmError): each time one sentence.
    """

    def decorate(function):
        @wraps(function)
        def wrapper(db, *arguments, **options):
            if isinstance(db, Notice):
                return db
            lacking = without(db, *tables)
            for table, names in columns.items():
                lacking = lacking or without_columns(db, table, names)
            if lacking:
                return lacking
            try:
                return function(db, *arguments, **options)
            except CrmError as fault:
                return Notice(f"Left out: {fault}")

        return hands_on_notices(wrapper)

    return decorate


def without(db, *tables):
    """The sentence that says which of the tables the company lacks, or None."""
    missing = [name for name in tables if not db.has(name)]
    if not missing:
        return None
    early = not_yet(db, missing[0])
    return Notice(
        f"Left out: {early[:1].lower()}{early[1:]}" if early else f"Left out: this company has no table {missing[0]!r}."
    )


def not_yet(db, table):
    """The sentence that a table is there but has no rows before the database's date, or ""."""
    try:
        getattr(db, table)
    except (AttributeError, MissingTable) as gap:
        return str(gap) if "no rows yet" in str(gap) else ""
    return ""


def without_columns(db, table, columns):
    """The sentence that says which column of a table nobody filled in, or None."""
    frame = getattr(db, table) if columns else {}
    missing = [name for name in columns if name not in frame or frame[name].isna().all()]
    return Notice(f"Left out: the table {table!r} has nothing in the column {missing[0]!r}.") if missing else None
