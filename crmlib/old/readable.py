"""Tables for readers: texts, shown in full."""

import pandas as pd


class ReadableTable:
    """A table of texts that shows all of each text; ``.frame`` is the DataFrame behind it."""

    def __init__(self, frame):
        self.frame = frame

    def __repr__(self):
        return self.frame.to_string(max_colwidth=None)

    def _repr_html_(self):
        with pd.option_context("display.max_colwidth", None):
            return self.frame.to_html(border=0, escape=True)
