"""Public data sets and a company's own exports as tables of the customer database."""

from crmbook.sources.fetching import fetch
from crmbook.sources.importing import import_files
from crmbook.sources.registry import catalogue

__all__ = ["catalogue", "fetch", "import_files"]
