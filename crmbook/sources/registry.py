"""The public data sets that can be fetched: address, sum, licence, citation."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from types import SimpleNamespace

from crmlib.errors import CrmError


@cache
def catalogue():
    """Return all data sets that can be fetched: name → what registry.toml says of it, its parts as attributes."""
    text = files("crmbook.sources").joinpath("registry.toml").read_text("utf-8")
    return {name: SimpleNamespace(name=name, **entry) for name, entry in tomllib.loads(text).items()}


def find_source(name):
    """Return the data set of this name. Raises: CrmError that lists the names there are."""
    plain = str(name).lower().replace("-", "_")
    if plain not in catalogue():
        raise CrmError(f"There is no public data set '{name}'; choose one of: {', '.join(catalogue())}.")
    return catalogue()[plain]
