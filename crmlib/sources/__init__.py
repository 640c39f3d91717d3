"""Public data sets as tables of the customer database."""

from crmlib.sources.account import Account
from crmlib.sources.fetching import fetch
from crmlib.sources.registry import Source, catalogue

__all__ = ["Account", "Source", "catalogue", "fetch"]
