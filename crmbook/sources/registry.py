"""The public data sets that can be fetched: address, sum, licence, citation."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from crmlib.errors import CrmError


@dataclass(frozen=True)
class Source:
    """One public data set, as registry.toml describes it."""

    name: str
    title: str
    url: str
    file: str
    sha256: str
    licence: str
    citation: str
    about: str
    mapping: dict = field(default_factory=dict)
    company: dict = field(default_factory=dict)
    changes: tuple = ()


@cache
def catalogue():
    """Return all data sets that can be fetched: name → Source."""
    text = files("crmbook.sources").joinpath("registry.toml").read_text("utf-8")
    return {name: Source(name=name, **entry) for name, entry in tomllib.loads(text).items()}


def find_source(name):
    """Return the Source of this name. Raises: CrmError that lists the names there are."""
    plain = str(name).lower().replace("-", "_")
    if plain not in catalogue():
        raise CrmError(f"There is no public data set '{name}'; choose one of: {', '.join(catalogue())}.")
    return catalogue()[plain]
