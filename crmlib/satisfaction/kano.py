"""Kano's evaluation table: what two answers about one feature say together."""

import pandas as pd

ANSWERS = ("like", "expect", "neutral", "tolerate", "dislike")
# Rows: how it is if the feature is there; columns: if it is not. M must-be, O one-dimensional, A attractive,
# I indifferent, R reverse, Q questionable. Source: Kano et al. (1984); the table is Berger et al. (1993).
KANO = pd.DataFrame(
    [list(row) for row in ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")],
    index=pd.Index(ANSWERS, name="functional"),
    columns=pd.Index(ANSWERS, name="dysfunctional"),
)
