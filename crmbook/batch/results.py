"""One table of all key figures."""

import io

COLUMNS = ["name", "value", "unit", "low", "high"]
CLAIM_COLUMNS = ["claim", "source", "verdict", "estimate", "low", "high"]
PREFIX = "parameter_"


def results_table(memos):
    """Collect the recorded figures of runs, one row a figure.

    Parameters: memos - what the store knows of each run. Returns: DataFrame with run, chapter, parameter_NAME for each
    setting, name, value, unit, low, high (the interval, missing when there is none), version (of crmlib).
    """
    rows = [
        (memo, record | dict(zip(("low", "high"), record.get("interval") or (), strict=False)))
        for memo in memos
        for record in memo["records"]
    ]
    table = _table(memos, rows, COLUMNS)
    return table.astype({"value": "float64", "low": "float64", "high": "float64"})


def claims_table(memos):
    """Collect the claims that runs judged, one row a claim, likewise."""
    return _table(memos, [(memo, claim) for memo in memos for claim in memo["claims"]], CLAIM_COLUMNS)


def left_out_table(memos):
    """Collect what runs left out because their data could not carry it, one row a sentence, likewise."""
    rows = [(memo, {"left_out": sentence}) for memo in memos for sentence in memo["left_out"]]
    return _table(memos, rows, ["left_out"])


def _table(memos, rows, columns):
    import pandas as pd

    settings = list(dict.fromkeys(name for memo in memos for name in memo["settings"]))
    values = [
        [
            memo["run"],
            memo["chapter"],
            *(memo["settings"].get(name) for name in settings),
            *(row.get(column) for column in columns),
            memo["version"],
        ]
        for memo, row in rows
    ]
    return pd.DataFrame(values, columns=["run", "chapter", *(PREFIX + n for n in settings), *columns, "version"])


def save_results(store, memos, table):
    """Write results.csv and results.parquet, claims.csv and left_out.csv; one without rows is not kept."""
    store.write("results.csv", table.to_csv(index=False, lineterminator="\n"))
    stream = io.BytesIO()
    _one_type_a_column(table).to_parquet(stream, index=False)
    store.write("results.parquet", stream.getvalue())
    for name, rows in (("claims.csv", claims_table(memos)), ("left_out.csv", left_out_table(memos))):
        if rows.empty:
            store.remove(name)
        else:
            store.write(name, rows.to_csv(index=False, lineterminator="\n"))


def _one_type_a_column(table):
    # A setting may be a list in one chapter and text in another; Parquet wants one type a column.
    mixed = [name for name in table if name.startswith(PREFIX) and table[name].dtype == object]
    return table.assign(
        **{name: table[name].map(lambda value: None if value is None else str(value)) for name in mixed}
    )
