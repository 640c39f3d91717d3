"""A chapter goes on when an optional table is missing: the sentence that says so is handed on instead of a result."""

from functools import wraps

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
