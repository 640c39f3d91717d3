"""How large a chapter and its steps may be: each rule takes a chapter and says what is too much."""

import ast
import statistics

MINUTES = 160
OPERATION = ast.Call | ast.Subscript | ast.Compare


def _above(figures, limits):
    """Sentences for the figures that lie above their limits."""
    return [f"{what}: {value}, at most {limits[what]}" for what, value in figures.items() if value > limits[what]]


def lane_time(chapter):
    """The core lane fits the class."""
    words = chapter.words(core=True) / 100
    code = sum(cell.lines for cell in chapter.cells(core=True)) / 10
    figures = 3 * chapter.shown("figure", "explorer", core=True)
    tables = 2 * chapter.shown("table", core=True)
    small = chapter.shown("small table", "record", "claim", core=True)
    exercises = 8 * sum(text.mark.startswith("Your turn") and "At home" not in text.mark for text in chapter.paragraphs)
    minutes = words + code + figures + tables + small + exercises
    return [f"the core lane takes {minutes:.0f} minutes, at most {MINUTES}"] if minutes > MINUTES else []


def number_of_cells(chapter):
    found = {"code cells in the core": len(chapter.cells(core=True)), "code cells": len(chapter.cells())}
    return _above(found, {"code cells in the core": 54, "code cells": 85})


def lines_of_code(chapter):
    found = {
        "code lines in the core": sum(cell.lines for cell in chapter.cells(core=True)),
        "code lines": sum(cell.lines for cell in chapter.cells()),
    }
    return _above(found, {"code lines in the core": 340, "code lines": 500})


def enough_code(chapter):
    lines = sum(cell.lines for cell in chapter.cells(core=True))
    return [f"{lines} code lines in the core, at least 180"] if lines < 180 else []


def number_of_figures(chapter):
    found = {
        "figures in the core": chapter.shown("figure", "explorer", core=True),
        "figures": chapter.shown("figure", "explorer"),
    }
    return _above(found, {"figures in the core": 11, "figures": 18})


def number_of_tables(chapter):
    found = {"tables in the core": chapter.shown("table", core=True), "tables": chapter.shown("table")}
    return _above(found, {"tables in the core": 8, "tables": 16})


def number_of_small_outputs(chapter):
    found = {"small outputs in the core": chapter.shown("small table", "record", "claim", core=True)}
    return _above(found, {"small outputs in the core": 23})


def number_of_words(chapter):
    found = {"words in the core": chapter.words(core=True), "words": chapter.words()}
    return _above(found, {"words in the core": 2200, "words": 4000})


def cell_lengths(chapter):
    """Lines a cell: median at most 5, nine in ten at most 10, none over 15; a cell that is one function 20."""
    faults = []
    for cell in chapter.cells():
        most = 20 if cell.is_one_function else 15
        if cell.lines > most:
            faults.append(f"{cell} has {cell.lines} lines, at most {most}")
    for lane, core in (("core", True), ("chapter", False)):
        sizes = [cell.lines for cell in chapter.cells(core)]
        if sizes and statistics.median(sizes) > 5:
            faults.append(f"median of the {lane}: {statistics.median(sizes)} lines a cell, at most 5")
        if sum(size <= 10 for size in sizes) < 0.9 * len(sizes):
            faults.append(f"{sum(size > 10 for size in sizes)} of {len(sizes)} cells of the {lane} have over 10 lines")
    return faults


def operations(chapter):
    """Calls, subscripts and comparisons: at most 8 a statement, 25 a cell."""
    faults = []
    for cell in chapter.cells():
        total = sum(isinstance(node, OPERATION) for node in ast.walk(cell.tree))
        if total > 25:
            faults.append(f"{cell} holds {total} operations, at most 25")
        for node in ast.walk(cell.tree):
            if isinstance(node, ast.stmt) and _operations(node) > 8:
                faults.append(f"{cell}, line {node.lineno}: {_operations(node)} operations in a statement, at most 8")
    return faults


def _operations(node):
    """Operations of one statement, without those of the statements inside it."""
    inner = [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]
    return isinstance(node, OPERATION) + sum(_operations(child) for child in inner)
