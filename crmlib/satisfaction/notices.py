"""A chapter goes on when a table is missing: the sentence that says so is handed on instead of a result."""

from functools import wraps

from crmlib.errors import DataFault
from crmlib.figures import Notice


def hands_on_notices(function):
    """Let a function return the first Notice among its arguments instead of working on it."""

    @wraps(function)
    def wrapper(*arguments, **options):
        for argument in (*arguments, *options.values()):
            if isinstance(argument, Notice):
                return argument
        return function(*arguments, **options)

    return wrapper


def reads(table):
    """Let a function that takes a table take the customer database as well.

    Given the database it works on the table of that name; where the company has no such table, or the table cannot
    carry the analysis (DataFault), it returns a Notice. Given a table itself, it works on that, and faults are raised.
    """

    def decorate(function):
        @wraps(function)
        def wrapper(source, *arguments, **options):
            if isinstance(source, Notice):
                return source
            if not hasattr(source, "has"):
                return function(source, *arguments, **options)
            if not source.has(table):
                return Notice(f"Left out: this company has no table {table!r}.")
            try:
                return function(getattr(source, table), *arguments, **options)
            except DataFault as fault:
                return Notice(f"Left out: {fault}")

        return hands_on_notices(wrapper)

    return decorate


def needs(*tables):
    """Let a function of the customer database return a Notice where the company lacks one of the tables."""

    def decorate(function):
        @wraps(function)
        def wrapper(db, *arguments, **options):
            if isinstance(db, Notice):
                return db
            missing = [name for name in tables if not db.has(name)]
            if missing:
                return Notice(f"Left out: this company has no table {missing[0]!r}.")
            return function(db, *arguments, **options)

        return hands_on_notices(wrapper)

    return decorate
