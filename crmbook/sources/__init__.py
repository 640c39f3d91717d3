"""Public data sets as tables of the customer database."""

from crmbook.sources.account import Account
from crmbook.sources.fetching import fetch
from crmbook.sources.registry import Source, catalogue

__all__ = ["Account", "Source", "catalogue", "fetch"]
