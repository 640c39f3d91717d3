"""From the same notebooks: slides, a class's folders, marks and a site, all read off the chapters' fixed anatomy."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

_LOADER = FileSystemLoader([Path(__file__).with_name(name) for name in ("templates", "reveal")])
PAGES = Environment(loader=_LOADER, autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True)
