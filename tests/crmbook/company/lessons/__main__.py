"""Print how well the company's data carry the lessons: `python -m tests.crmbook.company.lessons [NAME …]`."""

import os
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor

from tests.crmbook.company.lessons import DEFAULT, SEEDS, all_lessons, measured


def main(names):
    """Measure the default company and forty others, two at a time; one line a lesson."""
    chosen = [one for one in all_lessons() if not names or any(word in (one.name, one.item) for word in names)]
    wanted = {one.name for one in chosen}
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        default, *others = pool.map(measured, [DEFAULT, *SEEDS], [wanted] * (1 + len(SEEDS)))
    print(f"{'item':<22} {'lesson':<44} {'default':>9}  {'seeds':>7}  {'range':<19} target")
    for one in chosen:
        values = sorted(found[one.name][0] for found in others)
        reached = sum(bool(found[one.name][1]) for found in others)
        value, right = default[one.name]
        span = f"{values[2]:.3g} … {values[-3]:.3g}"
        print(
            f"{one.item:<22} {one.name:<44} {value:>8.3g}{' ' if right else '!'}  {reached:>2}/{len(SEEDS)}  "
            f"{span:<19} {one.target}"
        )


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # each table's library warnings would be printed forty times
    main(sys.argv[1:])
