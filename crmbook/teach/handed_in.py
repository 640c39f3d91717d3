"""An answer on its way out of a student's kernel, as JSON: read there as the exercise's kind reads it, judged here."""

import json

from crmlib.answers import NotAnAnswer
from crmlib.own_figure import own_figure

MIME = "application/vnd.crmbook.answer"
PROBE = """
import crmlib.exercises, crmlib.handed_in
get_ipython().display_pub.publish({{"{mime}": crmlib.handed_in.as_json(answer, crmlib.exercises.{kind!r})}})
"""


def as_json(answer, kind):
    """Write an answer as JSON: a number, identifiers, a table's cells, or what a drawing's axes say; all unrounded."""
    if answer is ...:
        return "{}"
    try:
        read = kind.read(answer)
    except (NotAnAnswer, TypeError, ValueError) as said:
        return json.dumps({"said": str(said)})
    if hasattr(read, "heights"):
        return json.dumps({"heights": read.heights.tolist(), "words": read.words})
    if hasattr(read, "items"):
        columns = {column: dict(cells.droplevel(1).items()) for column, cells in read.groupby(level=1, sort=False)}
        return json.dumps({"columns": columns})
    return json.dumps({"plain": read})


def judged(exercise, text, db):
    """Judge an answer that was taken out as JSON, whoever wrote it. Returns: (state, message)."""
    try:
        held = json.loads(text)
        if "said" in held:
            return "not yet", str(held["said"])[:300]
        with own_figure():
            result = exercise.judge(rebuilt(held), db)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return "no answer", "The cell did not come to an answer that can be read."
    return result.state, result.message


def rebuilt(held):
    """The answer again, of plain types; a drawing as bars on the current figure."""
    import pandas as pd
    from matplotlib import pyplot

    if "heights" in held:
        heights = [float(height) for height in held["heights"][:1000]]  # more bars would only keep the judge busy
        pyplot.bar(range(len(heights)), heights)
        pyplot.xlabel(str(held["words"]))
        return pyplot.gca()
    if "columns" in held:
        return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in held["columns"].items()})
    return held.get("plain", ...)
