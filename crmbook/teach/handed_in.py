"""An answer on its way out of a student's kernel, as JSON: nothing that could run comes with it."""

import inspect
import json

MIME = "application/vnd.crmbook.answer"
LONGEST = 3_000_000  # characters


def probe():
    """The code that runs after each exercise in the student's kernel, and shows the answer as JSON text."""
    return f"{inspect.getsource(as_json)}\nget_ipython().display_pub.publish({{'{MIME}': as_json(answer)}})"


def as_json(answer):
    """Write any answer as JSON: tables and collections cell by cell, a drawing as what its axes say, unrounded."""
    import json
    import numbers
    from decimal import Decimal

    import numpy as np
    import pandas as pd

    from crmlib.answers import COLLECTIONS, NotAnAnswer
    from crmlib.drawings import Drawing

    def plain(value):
        if isinstance(value, tuple):
            return {"row": [plain(part) for part in value]}
        if isinstance(value, np.timedelta64 | pd.Timedelta):
            return {"span": str(pd.Timedelta(value))}
        if isinstance(value, bool | np.bool_):
            return bool(value)
        if isinstance(value, numbers.Real | Decimal):
            return int(value) if isinstance(value, numbers.Integral) else float(value)
        return float("nan") if value is pd.NA or value is pd.NaT else None if value is None else str(value)

    if answer is ...:
        return "{}"
    if isinstance(answer, pd.DataFrame | pd.Series):
        frame = answer.to_frame("") if isinstance(answer, pd.Series) else answer
        rows = [[plain(value) for value in row] for row in frame.itertuples(index=False, name=None)]
        held = {"rows": rows, "index": [*map(plain, frame.index)], "columns": [*map(plain, frame.columns)]}
        return json.dumps(held | {"series": isinstance(answer, pd.Series)})
    try:
        drawn = Drawing("").read(answer)
        return json.dumps({"heights": drawn.heights.tolist(), "words": drawn.words})
    except (NotAnAnswer, TypeError, ValueError) as no_drawing:
        said = str(no_drawing)
    if "panels" in said or "drawn" in said:
        return json.dumps({"panels": int(said.split()[-2]) if "panels" in said else 1})
    if isinstance(answer, COLLECTIONS):
        members = [plain(value) for value in (answer.ravel() if isinstance(answer, np.ndarray) else answer)]
        return json.dumps({"set" if isinstance(answer, set | frozenset) else "list": members})
    return json.dumps({"value": plain(answer)})


def judged(exercise, text, db):
    """Judge an answer that was taken out as JSON. Returns: (state, message). A text that is no such answer is none."""
    from crmlib.own_figure import own_figure

    if text is None or len(text) > LONGEST:
        return "no answer", "The cell did not come to an answer." if text is None else "The answer is too large."
    try:
        with own_figure():
            result = exercise.judge(rebuilt(text), db)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):  # made up by a tamperer
        return "no answer", "The answer could not be read."
    return result.state, result.message


def rebuilt(text):
    """Read what `as_json` wrote, for the judge: the same answer, of plain types; a drawing as bars on this figure."""
    import pandas as pd
    from matplotlib import pyplot

    held = json.loads(text)

    def value(plain):
        if not isinstance(plain, dict):
            return plain
        return pd.Timedelta(plain["span"]) if "span" in plain else tuple(map(value, plain["row"]))

    if "panels" in held:
        return pyplot.gcf().subplots(1, 1 if held["panels"] == 1 else 2)
    if "heights" in held:
        axes = pyplot.gca()
        heights = list(map(float, held["heights"]))[:1000]  # more bars than that would only keep the judge busy
        axes.bar(range(len(heights)), heights)
        axes.set_xlabel(str(held["words"]))
        return axes
    if "rows" in held:
        index = pd.Index([*map(value, held["index"])], tupleize_cols=False)
        cells = [[*map(value, row)] for row in held["rows"]]
        frame = pd.DataFrame(cells, index, [*map(value, held["columns"])], dtype=object)
        return frame[frame.columns[0]] if held["series"] else frame
    for kind, made in (("set", set), ("list", list)):
        if kind in held:
            return made(map(value, held[kind]))
    return value(held["value"]) if held else ...
