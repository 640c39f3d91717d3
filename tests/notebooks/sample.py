"""A complete chapter that keeps every rule, as small as one can be; the tests spoil one thing in it at a time."""

import nbformat

from tests.notebooks.chapter import OUTPUT

SECTIONS = {
    "## 10.1 Reasons · 流失原因": ["### Who tells us"],
    "## 10.2 How to see it · 如何看待": ["### What went with them"],
    "## 10.3 Why care · 认真对待": ["### 10.3.1 The damage · 负面影响", "### 10.3.2–10.3.3 Can it be undone · 挽回"],
    "## 10.4 Win back · 挽回": [
        "### 10.4.1 Causes · 调查原因",
        "### 10.4.2 The remedy · 对症下药",
        "### 10.4.3 Grades · 不同级别",
        "### 10.4.4 Let go · 彻底放弃",
    ],
}
OPENING = """# 10 Churn · 客户流失

Whom should we ask back?

| heading | where |
|---|---|
| 10.1 流失原因 · 10.2 如何看待 | [Reasons](#101) |
| 10.3 认真对待 | [Why care](#10.3-Why-care-·-认真对待) |
| 10.3.1 负面影响 · 10.3.2–10.3.3 挽回 | [The damage](#10.3.1-The-damage-·-负面影响) |
| 10.4 挽回 · 10.4.1–10.4.4 | [Win back](#10.4-Win-back-·-挽回) |"""
IMPORTS = """import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns

import crmlib
from crmlib import churn"""
HOME = " · At home · 课后"


def picture(text="It falls."):
    return nbformat.v4.new_output("execute_result", {"image/png": "AAAA", "text/plain": text}, execution_count=1)


def table(rows):
    body = "<tr><td>5\u00a0%</td></tr>" * rows
    html = f"<table><thead><tr></tr></thead><tbody>{body}</tbody></table>"
    return nbformat.v4.new_output("execute_result", {"text/html": html, "text/plain": "5 %"}, execution_count=1)


def structured(kind, **data):
    bundle = {OUTPUT.format(kind): data, "text/plain": "the rate in words"}
    return nbformat.v4.new_output("execute_result", bundle, execution_count=1)


def function(name, lines):
    """A function of so many lines, one name a step."""
    steps = "\n".join(f"    step_{k} = rows + {k}" for k in range(lines - 2))
    return f"def {name}(rows):\n{steps}\n    return rows"


class Sample:
    """Collects the cells of a notebook; ``add`` puts cells behind the one that holds a text."""

    def __init__(self):
        self.cells = []

    def text(self, source, **metadata):
        self.cells.append(nbformat.v4.new_markdown_cell(source, metadata=metadata))

    def code(self, source, *outputs, **metadata):
        self.cells.append(nbformat.v4.new_code_cell(source, outputs=list(outputs), metadata=metadata))

    def find(self, text):
        return next(cell for cell in self.cells if text in cell.source)

    def add(self, behind, *sources, outputs=(), **metadata):
        place = self.cells.index(self.find(behind)) + 1
        new = [nbformat.v4.new_code_cell(source, outputs=list(outputs), metadata=metadata) for source in sources]
        self.cells[place:place] = new
        return new

    def replace(self, old, new):
        cell = self.find(old)
        cell.source = cell.source.replace(old, new)

    def notebook(self):
        for count, cell in enumerate((cell for cell in self.cells if cell.cell_type == "code"), 1):
            cell.setdefault("execution_count", count)
            cell.execution_count = cell.execution_count or count
        return nbformat.v4.new_notebook(cells=self.cells)


def complete_chapter():
    sample = Sample()
    sample.text(OPENING)
    sample.code('data = "datasets"\nas_of = "2024-12-31"', tags=["parameters"])
    sample.code(IMPORTS)
    sample.code("db = crmlib.open_database(data, as_of)\nchurn.begin(db)")
    turn = 0
    for heading, cases in SECTIONS.items():
        anchor = '<a id="101"></a>\n' if "10.1" in heading else ""
        sample.text(f"{anchor}{heading}\n\nNobody sends a letter who stops buying tea.")
        for case in cases:
            turn += 1
            _case(sample, case, turn)
    sample.text("#### ◆ Deeper · 选读: hazard", **{"jp-MarkdownHeadingCollapsed": True})
    sample.code('hazard = db.orders["hazard"].mean()\ncrmlib.show(hazard, "Hazard")', table(9))
    for part in ("What we decided", "What we could not know", "Further reading"):
        sample.text(f"### {part}\n\nIn short:\n\n- a rule.")
    return sample


def _case(sample, heading, n):
    sample.text(f'{heading}\n\n> "Which of them, and when?"\n\nIt is counted like this:\n\n$$ s = k / n $$')
    sample.code(
        f'rows_{n} = db.orders[db.orders["n"] == {n}]\n'
        f'kinds_{n} = rows_{n}.groupby("kind")\n'
        f'rate_{n} = crmlib.share_interval(kinds_{n}["left"])\n'
        f'axes = sns.barplot(rate_{n}, x="share", y="kind")\n'
        f'crmlib.show(axes, "{{min}} to {{max}}", rate_{n})',
        picture(),
    )
    for kind, lines in (("first", 5), ("second", 10)):
        sample.code(function(f"{kind}_{n}", lines))
    sample.code(f'few_{n} = rows_{n}.sort_values("day")\nfew_{n}.head(3)', table(3))
    if n == 1:
        sample.text("**Claim check** It is often said that two thirds leave for want of care.")
        sample.code('crmlib.claim("two thirds", rate_1, rate_1)', structured("claim", claim="two thirds"))
        sample.code('crmlib.record("churn_rate", rate_1)', structured("record", name="churn_rate", value=0.2))
    sample.text(f"Where a bar is longer, more left.\n\n**Decision** We ask them all, or none.\n\n{_turn(n)}")
    sample.code(f"answer = ...\nchurn.exercises.task_{n}.check(answer)", tags=["exercise"], name=f"task_{n}")


def _turn(n):
    return f"**Discuss {n}** Who would disagree?\n\n**Your turn {n}{HOME if n > 4 else ''}** Count the accounts."
