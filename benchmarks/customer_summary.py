"""Customer summary at 10⁵, 10⁶ and 10⁷ orders: crmlib beside hand-written SQL, pandas and lifetimes, in one run.

Each contender reads the same Parquet file in a process of its own and ends with one pandas frame. They take turns, so
that a busy machine burdens all alike; the best of the repeats counts. Results must be equal, or the run fails.

    python benchmarks/customer_summary.py [--sizes 1e5 1e6 1e7] [--repeats 3]
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

AS_OF = "2024-12-31"
COMMON = ["frequency", "recency", "T", "monetary"]  # what every contender yields


def ours():
    """crmlib: the Ibis expression of `facts.customer_summary`, all columns."""
    from types import SimpleNamespace

    import ibis
    import ibis.backends.duckdb
    import pandas as pd

    from crmlib.facts import customer_summary

    def work(path):
        orders = ibis.duckdb.connect().read_parquet(path)
        return customer_summary(SimpleNamespace(table=lambda name: orders, as_of=pd.Timestamp(AS_OF)))

    return work


SQL = """
select customer_id, purchase_days - 1 as frequency,
       (last_day - first_day)::double as recency, (date '{as_of}' - first_day)::double as T,
       (date '{as_of}' - last_day)::double as since_last, first_day::timestamp as first_order,
       last_day::timestamp as last_order, orders::bigint as orders,
       round((purchase_value - first_value) / nullif(purchase_days - 1, 0), 6) as monetary, round(revenue, 6) as revenue
from (select customer_id, count(*) filter (value >= 1e-6) as purchase_days,
             min(day) filter (value >= 1e-6) as first_day, max(day) filter (value >= 1e-6) as last_day,
             arg_min(value, day) filter (value >= 1e-6) as first_value,
             sum(value) filter (value >= 1e-6) as purchase_value, sum(value) as revenue, sum(orders) as orders
      from (select customer_id, order_date::date as day, sum(amount) as value, count(*) filter (amount > 0) as orders
            from '{path}'
            where order_date::date <= date '{as_of}' and customer_id is not null and amount is not null
              and not isnan(amount)
            group by all)
      group by customer_id)
where purchase_days > 0
"""

SHORT_SQL = """
select customer_id, count(*) - 1 as frequency, (max(day) - min(day))::double as recency,
       (date '{as_of}' - min(day))::double as T,
       (sum(value) - arg_min(value, day)) / nullif(count(*) - 1, 0) as monetary
from (select customer_id, order_date::date as day, sum(amount) as value from '{path}'
      where order_date::date <= date '{as_of}' group by all)
where value > 0
group by customer_id
"""


def hand_written_sql(text=SQL):
    """DuckDB SQL by hand with the same columns, rules and order."""
    import duckdb
    import pandas  # noqa: F401

    def compute(path):
        table = duckdb.sql(text.format(path=path, as_of=AS_OF)).to_arrow_table()
        return table.to_pandas().set_index("customer_id").sort_index()

    return compute


def shortest_sql():
    """DuckDB SQL by hand with the four columns of lifetimes only and no rule for returns."""
    return hand_written_sql(SHORT_SQL)


def plain_pandas():
    """pandas: two group-bys, the four columns."""
    import pandas as pd

    def compute(path):
        orders = pd.read_parquet(path)
        orders = orders[orders["order_date"] < pd.Timestamp(AS_OF) + pd.Timedelta(days=1)]
        days = orders.groupby(["customer_id", orders["order_date"].dt.normalize()])["amount"].sum().reset_index()
        days = days[days["amount"] > 0]
        one = days.groupby("customer_id").agg(
            first=("order_date", "first"),
            last=("order_date", "last"),
            days=("amount", "size"),
            total=("amount", "sum"),
            first_value=("amount", "first"),
        )
        table = pd.DataFrame(
            {"frequency": one["days"] - 1, "recency": (one["last"] - one["first"]).dt.days.astype(float)}
        )
        table["T"] = (pd.Timestamp(AS_OF) - one["first"]).dt.days.astype(float)
        table["monetary"] = ((one["total"] - one["first_value"]) / table["frequency"]).where(table["frequency"] > 0)
        return table

    return compute


def lifetimes():
    """lifetimes.utils.summary_data_from_transaction_data, the four columns."""
    import warnings

    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifetimes.utils import summary_data_from_transaction_data

    def compute(path):
        table = summary_data_from_transaction_data(
            pd.read_parquet(path), "customer_id", "order_date", "amount", observation_period_end=AS_OF
        ).sort_index()
        monetary = table["monetary_value"].where(table["frequency"] > 0)
        return table.assign(monetary=monetary)

    return compute


CONTENDERS = {
    "crmlib": ours,
    "SQL by hand": hand_written_sql,
    "SQL by hand, 4 columns": shortest_sql,
    "pandas": plain_pandas,
    "lifetimes": lifetimes,
}


def work(name, path, result):
    """Inside the contender's process: prepare, compute, report."""
    started = time.perf_counter()
    compute = CONTENDERS[name]()
    before, cpu = time.perf_counter(), time.process_time()
    table = compute(path)
    seconds, cpu_seconds = time.perf_counter() - before, time.process_time() - cpu
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if result:
        table[COMMON].astype(float).to_parquet(result)
    report = {"importing": before - started, "computing": seconds, "processor": cpu_seconds, "megabytes": megabytes}
    print(json.dumps(report))


def make_orders(path, size, seed=2026):
    """Orders of size/10 customers over four years, amounts in cents, no returns (lifetimes has no rule for them)."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(seed)
    days = np.datetime64("2021-01-01", "us") + rng.integers(0, 1461, size).astype("m8[D]")
    columns = {
        "customer_id": rng.integers(0, size // 10, size),
        "order_date": days.astype("M8[us]"),
        "amount": np.round(rng.gamma(2, 40, size), 2) + 0.01,
    }
    pq.write_table(pa.table(columns), path)


def run(name, path, result=""):
    """One contender, once, in a process of its own; whole time added."""
    command = [sys.executable, __file__, "--work", name, str(path), str(result)]
    started = time.perf_counter()
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return json.loads(output.splitlines()[-1]) | {"whole": time.perf_counter() - started}


def check_equal(folder):
    """All contenders' tables say the same, or the run ends here."""
    import numpy as np
    import pandas as pd

    expected = pd.read_parquet(folder / "crmlib.parquet")
    for name in CONTENDERS:
        found = pd.read_parquet(folder / f"{name}.parquet")
        if not found.index.equals(expected.index):
            raise SystemExit(f"{name} has other customers than crmlib")
        np.testing.assert_allclose(found[COMMON], expected[COMMON], rtol=1e-9, atol=2e-6, err_msg=name)


def compare(size, repeats, folder):
    """All contenders at one size: best of the repeats, and ratios to crmlib and to SQL by hand."""
    import pandas as pd

    path = folder / "orders.parquet"
    make_orders(path, size)
    rows = [
        {"contender": name, **run(name, path, folder / f"{name}.parquet" if turn == 0 else "")}
        for turn in range(repeats)
        for name in CONTENDERS
    ]
    check_equal(folder)
    best = pd.DataFrame(rows).groupby("contender", sort=False).min()
    best["computing / crmlib"] = best["computing"] / best.loc["crmlib", "computing"]
    best["processor / crmlib"] = best["processor"] / best.loc["crmlib", "processor"]
    best["whole / crmlib"] = best["whole"] / best.loc["crmlib", "whole"]
    best["MB over SQL"] = best["megabytes"] - best.loc["SQL by hand", "megabytes"]
    print(f"\n{size:,} orders, {size // 10:,} customers, equal results, best of {repeats}; seconds and megabytes")
    print(best.round(2).to_string())
    return best


def import_time(repeats=15):
    """Median seconds of bare Python and of Python that imports crmlib."""
    times = {"pass": [], "import crmlib": []}
    for _ in range(repeats):
        for code, found in times.items():
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            found.append(time.perf_counter() - started)
    bare, ours = (sorted(found)[repeats // 2] for found in times.values())
    print(f"\nimport crmlib: {ours:.3f} s, bare Python {bare:.3f} s, difference {ours - bare:.3f} s (target 0.3)")


def targets(best):
    """The three targets at the largest size, reached or not."""
    ours = best.loc["crmlib"]
    ratios = best["computing / crmlib"]
    over = ours["MB over SQL"]
    lines = [
        (f"{ratios['lifetimes']:.1f} × as fast as lifetimes (target 5)", ratios["lifetimes"] >= 5),
        (f"{1 / ratios['SQL by hand']:.2f} × the time of SQL by hand (target 1.3)", ratios["SQL by hand"] >= 1 / 1.3),
        (f"{over:.0f} MB more than SQL by hand (target 300)", over <= 300),
    ]
    print("\nAt the largest size, computing time:")
    for text, reached in lines:
        print(f"  {'reached    ' if reached else 'NOT reached'}  {text}")


def main():
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", type=float, default=[1e5, 1e6, 1e7])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    choice = parser.parse_args()
    if choice.work:
        return work(*choice.work)
    import_time()
    with tempfile.TemporaryDirectory() as folder:
        for size in sorted(choice.sizes):
            best = compare(int(size), choice.repeats, Path(folder))
    return targets(best)


if __name__ == "__main__":
    main()
