"""Customer relationship management, executable: one room a textbook chapter."""

from importlib import import_module

_OFFERED = {
    "open_database": ("crmlib.database", "open_database"),
    "record": ("crmlib.records", "record"),
    "default_data": ("crmlib.places", "default_data"),
    "find_data": ("crmlib.places", "find_data"),
}
_ROOMS = ("information", "grading", "communication", "satisfaction", "loyalty", "churn")
_MODULES = (*_ROOMS, "batch", "errors", "exercises", "explorers", "figures", "simulator", "sources", "tables")

__all__ = sorted([*_OFFERED, *_MODULES])


def __getattr__(name):
    # Heavy libraries wait until a room is entered, so that `import crmlib` itself costs nothing.
    if name in _OFFERED:
        module, attribute = _OFFERED[name]
        value = getattr(import_module(module), attribute)
    elif name in _MODULES:
        value = import_module(f"crmlib.{name}")
    else:
        raise AttributeError(f"module 'crmlib' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *__all__})
