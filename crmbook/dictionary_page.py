"""Write the data dictionary as a page: datasets/README.md, generated from crmlib/dictionary.csv."""

from __future__ import annotations

import sys
from pathlib import Path

from crmbook.company.truth import TRUTH
from crmlib.dictionary import SCHEMAS

INTRODUCTION = """# The teaching company's tables · 数据字典

Qingshan Tea (青山茶业) is an invented company that sells tea to persons (shops, web shop, app, call centre) and to
enterprises (offices, hotels, restaurants) from January 2021 to December 2024. Every person, firm, name, phone number,
address and event in these files is made up by `crmbook data`; no row describes anybody. The data are released under
CC0 1.0: do with them what you like.

The same names and rules hold for your own tables: put CSV (UTF-8) or Parquet files with these names in a folder,
run `crmbook check FOLDER`, and open it with `crmlib.open_database("FOLDER")`. No table is obligatory; each chapter says
what it needs. In a table, **bold** columns are obligatory; the others may be missing, and their cells may be empty.

- **Dates** are written 2024-03-07, **times** 2024-03-07 09:30:00, local, without a time zone.
- **Numbers** have a point for the decimals, no thousands separators and no currency sign. "Money" is in the currency
  that the table `company` names.
- **Identifiers** are texts: 00012 and 12 are two customers.
- **Yes/no** is True or False (yes, no, 1 and 0 are read too). An unknown value is an empty cell.
- **Choices** of kinds, arms and directions are fixed; other lists (regions, channels, causes) may be your own words:
  `crmbook check` notes them.
- A column that this page does not name is kept, unchecked. The teaching company has no `contract_snapshot`; `crmbook
  fetch telco` writes one. A table with a header and no rows counts as
  missing.
- **As of a day**: the database shows what was known at the end of a day. A table is cut by its time column; what
  became known later about an earlier row is hidden until its own date. Nothing may be dated after
  `company.observed_to`; only plans may (`renews_on`, `promised_by`, `promised_on`, `due_on`).
"""
HIDDEN = """# What cannot be observed · 真实情况

These tables stand in `truth/`. No company has them: they hold what the simulation knows and the company does not, so
that a method can be graded. The database does not open them with the others.
"""
KINDS = {"yes/no": "yes/no", "time": "date and time"}


def page():
    """Return the whole page in Markdown."""
    contents = "\n".join(
        f"- [{name}](#{name}) · {schema.metadata['chinese']}: {schema.description}" for name, schema in SCHEMAS.items()
    )
    parts = [INTRODUCTION, contents + "\n", *(_table(schema) for schema in SCHEMAS.values())]
    parts += [HIDDEN, *(_table(schema, truth=True) for schema in TRUTH.values())]
    return "\n".join(parts)


def _table(schema, truth=False):
    lines = [f"## {schema.name}", "", f"**{schema.metadata['chinese']}** · {schema.description}", ""]
    lines += [f"- {fact}" for fact in _facts(schema.metadata, truth)]
    lines += ["", "| column | 中文 | type | unit | values | meaning |", "|---|---|---|---|---|---|"]
    lines += [_row(name, column) for name, column in schema.columns.items()]
    return "\n".join(lines) + "\n"


def _facts(metadata, truth):
    if metadata["key"]:
        yield "One row for each " + " + ".join(f"`{name}`" for name in metadata["key"]) + "."
    if metadata["dated"]:
        yield f"Time column: `{metadata['dated']}`."
    elif not truth:
        yield "No time column: not cut by `as_of`."
    for date, known_then in metadata["later"].items():
        hidden = ", ".join(f"`{name}`" for name in known_then if name != date)
        yield f"Known from `{date}` on: {hidden or 'that date itself'}."
    references = sorted(metadata["references"].items(), key=lambda pair: pair[0] != "customer_id")  # the customer first
    for column, target in references:
        yield f"`{column}` is found in `{target}`, where that table exists."


def _row(name, column):
    metadata = column.metadata
    shown = f"**{name}**" if column.required else name
    kind = KINDS.get(metadata["kind"], metadata["kind"])
    cells = (shown, metadata["chinese"], kind, metadata["unit"], _values(metadata), column.description)
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _values(metadata):
    low, high = metadata["low"], metadata["high"]
    if metadata["choices"]:
        return ", ".join(metadata["choices"])
    if metadata["kind"] in ("date", "time") or (low is None and high is None):
        return ""
    if metadata["unit"] == "money":  # the largest amount is a guard against slips, not a fact about the column
        return "" if low < 0 else f"at least {low:,}"
    if low is None or high is None:
        return f"at least {low:,}" if high is None else f"at most {high:,}"
    return f"{_number(low)} to {_number(high)}" if metadata["unit"] != "year" else f"{low} to {high}"


def _number(value):
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,}"


def main():
    """Write the page to the file named on the command line, by default datasets/README.md."""
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "datasets/README.md")
    target.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
