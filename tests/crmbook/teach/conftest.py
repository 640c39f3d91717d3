"""A small chapter with one of everything, and the browser."""

import nbformat
import pytest

from tests.notebooks.test_browser import browser as browser

TABLE = "<table><thead><tr></tr></thead><tbody>{}</tbody></table>"
VERDICT = "<p>Often said. <strong>Smaller: 5.</strong> It means 6.</p>"


def code(source, *bundles, **metadata):
    outputs = [nbformat.v4.new_output("display_data", {"text/plain": "words", **bundle}) for bundle in bundles]
    return nbformat.v4.new_code_cell(source, outputs=outputs, metadata=metadata)


@pytest.fixture
def small():
    text = nbformat.v4.new_markdown_cell
    return nbformat.v4.new_notebook(
        cells=[
            text("# 6 Grading · 客户分级\n\n*Who?*"),
            code("data = 'x'", tags=["parameters"]),
            text("## 6.1 Why · 为什么\n\nOne sentence."),
            text('### 6.1.1 They differ · 不同\n\n> "Do they\n> pay alike?"\n\nPrice is:\n\n$$p = q$$\n\n- a\n- b'),
            code("import pandas as pd"),
            code("def rate(x):\n    return x"),
            code("hand = pd.DataFrame({'a': [1]})\nrate(hand)", {"text/html": TABLE.format("<tr></tr>" * 3)}),
            code("rows = pd.DataFrame(db.orders)\nrows", {"text/html": TABLE.format("<tr></tr>" * 5)}),
            code("draw()", {"image/png": "AAA\n"}, {"text/html": "<details>what it says</details>"}),
            text("**Claim check** Is it so?"),
            code("claim()", {"application/vnd.crmlib.claim+json": {}, "text/html": VERDICT}),
            text("**Decision** Look.\n\n**Your turn 1** How many?"),
            code("answer = ...\ngrading.exercises.many.check(answer)", tags=["exercise"], name="many"),
            text("**Your turn 2 · At home · 课后** And when?\n\n**Discuss 1** Who?"),
            text("#### ◆ Deeper · 选读: more\n\nBeyond."),
            text("##### Below\n\nFolded with it."),
            text("**What a good answer contains** secret", metadata={"tags": ["rubric"]}),
            text("### What we decided · 小结\n\nThis."),
        ]
    )
