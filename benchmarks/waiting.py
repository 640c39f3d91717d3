"""What a reader waits for: importing crmlib, opening the tables, redrawing an explorer, resampling a path model.

    python benchmarks/waiting.py

The best of several repeats, wall-clock, beside the limit that the design states. Nothing here fails: on a busy machine
times are longer, and only a quiet machine can say whether a limit is kept.
"""

import subprocess
import sys
import time

import crmlib
from crmlib.database import check_folder, loading
from crmlib.old import grading, satisfaction


def best(work, repeats=7):
    """The shortest of several times, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def open_afresh():
    loading._recent.clear()
    check_folder(crmlib.default_data())


def redraws():
    """Every explorer of the chapters with one control moved."""
    db = crmlib.open_database(crmlib.default_data())
    model = satisfaction.satisfaction_index(db)
    yield "grade cut-offs", grading.explore_grade_cut_offs(db), {"budget": 0.02}
    levers = grading.explore_lifetime_value(500.0, 0.7, 0.1, 500.0, "CNY")
    yield "lifetime-value levers", levers, {"discount": 0.2}
    yield "path model", satisfaction.explore_path_model(model), {"image": 3.0}
    fields = satisfaction.explore_importance_performance(db, satisfaction.driver_importance(db, model))
    yield "importance and performance", fields, {"importance": "stated"}


def rows():
    bare = best(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))
    light = best(lambda: subprocess.run([sys.executable, "-c", "import crmlib"], check=True))
    yield "import crmlib, beyond bare Python", light - bare, 0.3
    yield "read and check the default tables", best(open_afresh, 3), None
    for name, explorer, change in redraws():
        yield f"redraw: {name}", best(lambda e=explorer, c=change: e(**c).quick_png()), 0.15
    survey = crmlib.open_database(crmlib.default_data()).survey
    people = survey.sample(2000, replace=True, random_state=1).reset_index(drop=True)
    model = satisfaction.fit_path_model(people)
    yield "500 resamples of 2,000 respondents", best(lambda: satisfaction.bootstrap_path_model(model, 500), 3), 10


def main():
    print(f"{'what':42}{'seconds':>9}{'limit':>8}")
    for what, seconds, limit in rows():
        print(f"{what:42}{seconds:9.3f}{limit if limit else '':>8}")


if __name__ == "__main__":
    main()
