"""What a questionnaire asks, as the data dictionary has it."""

import re

import pandas as pd

from crmlib.dictionary import SCHEMAS
from crmlib.errors import CrmError


def wording(*constructs, table="survey"):
    """List the questions of a questionnaire.

    Parameters: constructs - what is asked for, such as "image" for image_1 to image_4, or a column's own name; none:
    all columns; table - a table of the data dictionary.
    Returns: DataFrame, index column (the dictionary's order): question, chinese, scale.
    Errors: CrmError for a table or a construct that the dictionary does not know.
    """
    if table not in SCHEMAS:
        raise CrmError(f"The data dictionary has no table {table!r}.")
    rows = {name: _row(column) for name, column in SCHEMAS[table].columns.items()}
    listed = pd.DataFrame.from_dict(rows, orient="index", columns=["question", "chinese", "scale"])
    listed = listed.rename_axis("column")
    asked_for = listed.index.str.replace(r"_\d+$", "", regex=True)
    if unknown := [name for name in constructs if name not in {*listed.index, *asked_for}]:
        raise CrmError(f"{table} asks nothing about {unknown[0]!r}; its columns are {', '.join(listed.index)}.")
    return listed[listed.index.isin(constructs) | asked_for.isin(constructs)] if constructs else listed


def _row(column):
    choices = column.metadata["choices"]
    question = re.sub(r"^[A-Z][a-z ]+: ", "", column.description).rstrip(".")
    return question[0].upper() + question[1:], column.metadata["chinese"], " | ".join(choices or [_scale(column)])


def _scale(column):
    low, high = column.metadata["low"], column.metadata["high"]
    return column.metadata["unit"] or (f"{low}–{high}" if isinstance(low, int) else "")
