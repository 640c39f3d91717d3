"""How a chapter notebook must read: each rule takes a chapter (``chapter.read``) and says where it is broken."""

import csv
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

from tests.notebooks import cells, outputs, sizes
from tests.notebooks.chapter import DEEPER, numbers_in

HEADINGS = Path(__file__).with_name("headings.tsv")
NEEDED_CLOSING = ("What we decided", "What we could not know", "Further reading")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENDS_IN_QUESTION = re.compile(r"[?？”\"」][*_]*$")
MARKS = re.compile(r"Decision|Claim check|Your turn \d+( · At home · 课后)?|Discuss \d+")


def textbook_headings(number):
    """The textbook's numbers of a chapter, in order."""
    with HEADINGS.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    return [row["number"] for row in rows if row["number"].partition(".")[0] == number]


def levels_of_headings(chapter):
    """x.y is ##, x.y.z ### or one of several #### under one question, a case of ours ###, ◆ ####."""
    faults = []
    for section in chapter.sections[1:]:
        dots = section.numbers[0].count(".") if section.is_numbered else 0
        allowed = {1: {2}, 2: {3, 4}}.get(dots, {4} if section.title.startswith("◆") else {3})
        if section is chapter.sections[1]:
            allowed = {1}
        # What deepens a ◆ section further stands under it, folded with it.
        if section.level not in allowed and not (section.deeper and section.level > 4):
            faults.append(f"{section.title!r} has {section.level} #, not {' or '.join(map(str, sorted(allowed)))}")
    return faults


def numbers_of_headings(chapter):
    """The textbook's numbers, in its order, each with its Chinese term."""
    known = textbook_headings(chapter.number)
    numbered = [section for section in chapter.sections[2:] if section.is_numbered]
    found = [number for section in numbered for number in section.numbers]
    faults = [f"{number} is no heading of chapter {chapter.number}" for number in found if number not in known]
    if not faults and sorted(found, key=known.index) != found:
        faults.append(f"headings out of order: {', '.join(found)}")
    faults += [f"{number} stands twice" for number, times in Counter(found).items() if times > 1]
    return faults + [f"{s.title!r} lacks its Chinese term" for s in numbered if not CHINESE.search(s.title)]


def all_headings(chapter):
    """Every heading of the textbook has its place."""
    found = {number for section in chapter.sections if section.is_numbered for number in section.numbers}
    return [f"no section {number}" for number in textbook_headings(chapter.number) if number not in found]


def opening_table(chapter):
    """The opening says where each heading is, with a link that leads somewhere."""
    table = "\n".join(text.text for text in chapter.paragraphs if text.section.level < 2 and "|" in text.text)
    source = "\n".join(cell.source for cell in chapter.notebook.cells if cell.cell_type == "markdown")
    targets = set(re.findall(r'id="([^"]+)"', source)) | {s.title.replace(" ", "-") for s in chapter.sections}
    rows = [line for line in table.splitlines() if "](#" in line]
    faults = []
    for number in textbook_headings(chapter.number):
        row = next((row for row in rows if number in numbers_in(row)), None)
        if row is None:
            faults.append(f"the opening table does not say where {number} is")
        elif not set(re.findall(r"\]\(#([^)]+)\)", row)) <= targets:
            faults.append(f"the link of {number} leads nowhere")
    return faults


def questions(chapter):
    """A ### section begins with one paragraph that holds only the manager's question."""
    faults = []
    for section in chapter.questions():
        first = section.begins_with
        if not hasattr(first, "text") or not ENDS_IN_QUESTION.search(first.text):
            faults.append(
                f"{section.title!r} does not begin with a paragraph that ends in a question mark or quotation"
            )
    return faults


def first_sentences(chapter):
    """A ## section begins with one sentence."""
    faults = []
    for section in chapter.sections:
        text = getattr(section.begins_with, "text", "")
        if section.level == 2 and len(re.findall(r"[.?!。？](?=\s|$)", text)) != 1:
            faults.append(f"{section.title!r} does not begin with one sentence")
    return faults


def cases(chapter):
    """A section is a case: something is calculated and shown, then decided."""
    faults = []
    for section in chapter.questions():
        pieces = chapter.within(section)
        if not any(piece.shown for piece in pieces if hasattr(piece, "shown")):
            faults.append(f"{section.title!r} shows nothing")
        if not any(piece.mark == "Decision" for piece in pieces if hasattr(piece, "mark")):
            faults.append(f"{section.title!r} decides nothing")
    return faults


def lead_ins(chapter):
    """A list, a formula or a table follows a paragraph that says what it is."""
    faults = []
    for section in chapter.sections[2:]:
        for above, piece in pairwise([None, *section.pieces]):
            if getattr(piece, "is_seen", False) and getattr(above, "is_seen", True):
                faults.append(f"{section.title!r}: {piece.text[:40]!r} has no sentence before it")
    return faults


def marks(chapter):
    """Paragraphs open with the fixed marks and no other bold words."""
    paragraphs = [text for text in chapter.paragraphs if text.section.level > 1 and text.mark]
    return [f"a paragraph opens with **{text.mark}**" for text in paragraphs if not MARKS.fullmatch(text.mark)]


def deeper_sections(chapter):
    """◆ sections stand last in their section and are collapsed in JupyterLab, no other section is."""
    faults = []
    for section, after in pairwise([*chapter.sections, None]):
        if section.title.startswith("◆") and not section.title.startswith(DEEPER):
            faults.append(f"{section.title!r} does not begin with {DEEPER!r}")
        if section.deeper and after is not None and not after.deeper and after.level > 3:
            faults.append(f"{after.title!r} stands after {section.title!r}: ◆ is last in its section")
    for cell in chapter.notebook.cells:
        if cell.cell_type != "markdown":
            continue
        first = cell.source.lstrip().splitlines()[0] if cell.source.strip() else ""
        folded = cell.metadata.get("jp-MarkdownHeadingCollapsed", False)
        if folded != (re.match(r"#+ ◆", first) is not None):
            faults.append(f"{first!r} is {'' if folded else 'not '}collapsed")
        if re.search(r"\n#+ ◆", cell.source):
            faults.append(f"a ◆ heading stands in the middle of the cell that begins with {first!r}")
    return faults


def closing(chapter):
    """The closing parts are ### each, and last."""
    parts = [section for section in chapter.sections if section.is_closing]
    faults = [f"{part.title!r} is not ###" for part in parts if part.level != 3]
    if parts != chapter.sections[len(chapter.sections) - len(parts) :]:
        faults.append("after the closing parts comes another section")
    missing = [title for title in NEEDED_CLOSING if not any(part.title.startswith(title) for part in parts)]
    return faults + [f"there is no {title!r}" for title in missing]


# --- Exercises, discussions, claims


def exercise_cells(chapter):
    """An exercise is a paragraph "Your turn n" and a tagged, named cell: answer = ... and its check."""
    faults = []
    names = Counter()
    for cell in chapter.code:
        asked = re.fullmatch(r"answer = \.\.\.[^\n]*\n[\w.]*exercises\.(\w+)\.check\(answer\)", cell.source)
        if cell.is_exercise != (cell.ending == "check"):
            faults.append(f"{cell} checks an answer without the tag 'exercise', or the other way round")
        elif cell.is_exercise and not asked:
            faults.append(f"{cell} is more than `answer = ...` and its check")
        elif cell.is_exercise:
            names[asked[1]] += 1
            if cell.metadata.get("name") != asked[1]:
                faults.append(f"{cell} has the name {cell.metadata.get('name')!r} in its metadata, not {asked[1]!r}")
            above = cell.section.pieces[cell.section.pieces.index(cell) - 1]
            if not getattr(above, "mark", "").startswith("Your turn"):
                faults.append(f"{cell} does not follow its paragraph 'Your turn'")
    for section in chapter.sections:
        for piece, after in pairwise([*section.pieces, None]):
            if getattr(piece, "mark", "").startswith("Your turn") and not getattr(after, "is_exercise", False):
                faults.append(f"after **{piece.mark}** comes no exercise cell")
    return faults + [f"the exercise {name} stands {times} times" for name, times in names.items() if times > 1]


def numbering(chapter):
    """Your turn 1, 2, 3 … and Discuss 1, 2 … without a gap."""
    faults = []
    for kind in ("Your turn", "Discuss"):
        found = [int(re.search(r"\d+", t.mark)[0]) for t in chapter.paragraphs if re.match(rf"{kind} \d", t.mark)]
        if found != list(range(1, len(found) + 1)):
            faults.append(f"{kind}: {found}")
    return faults


def number_of_exercises(chapter):
    turns = [text.mark for text in chapter.paragraphs if text.mark.startswith("Your turn")]
    in_class = sum("At home" not in mark for mark in turns)
    faults = [] if 8 <= len(turns) <= 12 else [f"{len(turns)} exercises, not 8 to 12"]
    return faults + ([] if in_class == 4 else [f"{in_class} exercises in class, not four"])


def claims(chapter):
    """Each claim has its paragraph "Claim check" before it."""
    faults = []
    for section in chapter.sections:
        said = sum(text.mark == "Claim check" for text in section.pieces if hasattr(text, "mark"))
        judged = sum(cell.shown.count("claim") for cell in section.pieces if hasattr(cell, "shown"))
        if said != judged:
            faults.append(f"{section.title!r}: {said} paragraphs 'Claim check', {judged} claims judged")
    return faults


# Rules for every notebook of the new form, however short.
RULES = [
    sizes.number_of_cells,
    sizes.lines_of_code,
    sizes.number_of_figures,
    sizes.number_of_tables,
    sizes.number_of_small_outputs,
    sizes.number_of_words,
    levels_of_headings,
    numbers_of_headings,
    questions,
    first_sentences,
    cases,
    lead_ins,
    marks,
    deeper_sections,
    exercise_cells,
    numbering,
    claims,
    outputs.one_output,
    outputs.warnings_and_errors,
    outputs.counts_in_order,
    outputs.stable_outputs,
    outputs.light_pictures,
    outputs.unbroken_figures,
    outputs.key_figures_in_words,
    cells.opening_cells,
    cells.parameters,
    cells.late_imports,
    cells.bound_once,
    cells.foreign_changes,
    sizes.cell_lengths,
    sizes.operations,
    cells.endings,
    cells.visible_calculation,
    cells.silenced_warnings,
    cells.instructors_only,
]
# Rules that only a complete chapter can keep.
CHAPTER_RULES = [sizes.lane_time, sizes.enough_code, all_headings, opening_table, closing, number_of_exercises]
