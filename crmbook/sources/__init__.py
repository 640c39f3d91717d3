"""Public data sets and a company's own exports as tables of the customer database."""

from crmbook.sources.account import Account
from crmbook.sources.fetching import fetch
from crmbook.sources.importing import import_files
from crmbook.sources.registry import Source, catalogue

__all__ = ["Account", "Source", "catalogue", "fetch", "import_files"]
