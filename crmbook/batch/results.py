"""One table of all key figures."""

import io

COLUMNS = ["name", "value", "unit", "low", "high"]
PREFIX = "parameter_"


def results_table(memos):
    """Collect the recorded figures of runs, one row a figure.

    Parameters: memos - what the store knows of each run. Returns: DataFrame with run, chapter, parameter_NAME for each
    setting, name, value, unit, low, high (the interval, missing when there is none).
    """
    import pandas as pd

    settings = list(dict.fromkeys(name for memo in memos for name in memo["settings"]))
    rows = [_row(memo, record, settings) for memo in memos for record in memo["records"]]
    columns = ["run", "chapter", *(PREFIX + name for name in settings), *COLUMNS]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype({"value": "float64", "low": "float64", "high": "float64"})


def _row(memo, record, settings):
    low, high = record.get("interval") or (None, None)
    values = [memo["settings"].get(name) for name in settings]
    return [memo["run"], memo["chapter"], *values, record["name"], record["value"], record["unit"], low, high]


def save_results(store, table):
    """Write results.csv and results.parquet."""
    store.write("results.csv", table.to_csv(index=False, lineterminator="\n"))
    stream = io.BytesIO()
    _one_type_a_column(table).to_parquet(stream, index=False)
    store.write("results.parquet", stream.getvalue())


def _one_type_a_column(table):
    # A setting may be a list in one chapter and text in another; Parquet wants one type a column.
    mixed = [name for name in table if name.startswith(PREFIX) and table[name].dtype == object]
    return table.assign(
        **{name: table[name].map(lambda value: None if value is None else str(value)) for name in mixed}
    )
