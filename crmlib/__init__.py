"""Customer relationship management, executable: the vocabulary that the chapter notebooks share."""

from importlib import import_module

from crmlib.explore import explore as explore  # at once: the module has the same name

_OFFERED = {
    "open_database": "database",
    "default_data": "places",
    "find_data": "places",
    **dict.fromkeys(["record", "claim", "source"], "records"),
    **dict.fromkeys(["interval", "share_interval", "by_group", "within", "observed", "enough"], "estimate"),
    **dict.fromkeys(["regression", "marginal_effects"], "regressions"),
    **dict.fromkeys(["purchase_days", "customer_summary", "customer_revenue", "customer_margin"], "facts"),
    **dict.fromkeys(["customer_profit", "booked_years", "grades", "share_of_total"], "facts"),
    **dict.fromkeys(["show", "points", "scatter"], "figures"),
    "survival": "durations",
    "uplift": "two_models",
    "progress": "exercises",
}
_ROOMS = ("information", "grading", "communication", "satisfaction", "loyalty", "churn")

__all__ = sorted(["explore", *_OFFERED, *_ROOMS])


def __getattr__(name):
    # Heavy libraries wait until they are called for, so that `import crmlib` itself costs nothing.
    if name in _OFFERED:
        value = getattr(import_module(f"crmlib.{_OFFERED[name]}"), name)
    elif name in _ROOMS:
        value = import_module(f"crmlib.{name}")
    else:
        raise AttributeError(f"module 'crmlib' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *__all__})
