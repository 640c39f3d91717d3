"""Figures and tables: drawn in the cell, shown under a message, said in words."""

from crmlib.figures.house import use_house_style
from crmlib.figures.labels import points, scatter
from crmlib.figures.saying import describe
from crmlib.figures.show import show

__all__ = ["describe", "points", "scatter", "show", "use_house_style"]
