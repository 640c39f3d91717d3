"""One fault for each rule, and for each way to break it: what a rule cannot catch it does not hold."""

import nbformat

from tests.notebooks import anatomy, cells, outputs, sizes
from tests.notebooks.sample import function, picture, structured, table

FAULTS = []
FIRST, LAST = "def second_1", "hazard ="


def spoils(*rules):
    """Name the rules that a change of the sample breaks: one, but where one cannot be broken alone."""

    def keep(change):
        FAULTS.append((set(rules), change))
        return change

    return keep


def markdown(sample, behind, *sources, **metadata):
    place = sample.cells.index(sample.find(behind)) + 1
    sample.cells[place:place] = [nbformat.v4.new_markdown_cell(source, metadata=metadata) for source in sources]


def functions(number, lines):
    return [function(f"extra_{lines}_{k}", lines) for k in range(number)]


# --- Sizes


# All other limits used up, with four exercises in class, make 160 minutes: only more exercises can exceed them.
@spoils(sizes.lane_time, anatomy.number_of_exercises)
def too_long_for_the_class(sample):
    for turn in (5, 6, 7, 8):
        sample.replace(f"**Your turn {turn} · At home · 课后**", f"**Your turn {turn}**")
    sample.add(FIRST, *['crmlib.show(rate_1, "Rates")'] * 8, outputs=[table(9)])
    sample.add(FIRST, *['crmlib.show(axes, "Again")'] * 3, outputs=[picture()])
    sample.add(FIRST, 'crmlib.record("other", rate_1)', outputs=[structured("record", name="other_rate")] * 10)
    markdown(sample, FIRST, "word " * 1500)


@spoils(sizes.number_of_cells)
def too_many_cells_in_the_core(sample):
    sample.add(FIRST, *functions(20, 2))


@spoils(sizes.number_of_cells)
def too_many_cells(sample):
    sample.add(LAST, *functions(48, 2))


@spoils(sizes.lines_of_code)
def too_many_lines_in_the_core(sample):
    sample.add(FIRST, *functions(16, 10))


@spoils(sizes.lines_of_code)
def too_many_lines(sample):
    sample.add(LAST, *functions(16, 5), *functions(24, 10))


@spoils(sizes.enough_code)
def too_little_code(sample):
    for kind in ("first", "second"):
        for n in range(1, 9):
            sample.cells.remove(sample.find(f"def {kind}_{n}("))


@spoils(sizes.number_of_figures)
def too_many_figures_in_the_core(sample):
    sample.add(FIRST, *['crmlib.show(axes, "Again")'] * 4, outputs=[picture()])


@spoils(sizes.number_of_figures)
def too_many_figures(sample):
    sample.add(LAST, *["crmlib.explore(draw, call=(5, 60, 5, 15))"] * 11, outputs=[picture()])


@spoils(sizes.number_of_tables)
def too_many_tables_in_the_core(sample):
    sample.add(FIRST, *['crmlib.show(rate_1, "Rates")'] * 9, outputs=[table(5)])


@spoils(sizes.number_of_tables)
def too_many_tables(sample):
    sample.add(LAST, *['crmlib.show(rate_1, "Rates")'] * 16, outputs=[table(5)])


@spoils(sizes.number_of_small_outputs)
def too_many_small_outputs(sample):
    sample.add(FIRST, 'crmlib.record("other", rate_1)', outputs=[structured("record", name="other_rate")] * 14)


@spoils(sizes.number_of_words)
def too_many_words_in_the_core(sample):
    markdown(sample, FIRST, "客户满意，满意度 don't " * 1000)


@spoils(sizes.number_of_words)
def too_many_words(sample):
    markdown(sample, LAST, "word " * 3700)


@spoils(sizes.cell_lengths)
def a_long_cell(sample):
    sample.add(FIRST, "\n".join(f"step_{k} = rate_1 + {k}" for k in range(15)) + '\ncrmlib.show(step_1, "m")')


@spoils(sizes.cell_lengths)
def a_long_function(sample):
    sample.add(FIRST, *functions(1, 21))


@spoils(sizes.cell_lengths)
def many_longish_cells(sample):
    sample.add(FIRST, *functions(5, 11))


@spoils(sizes.cell_lengths)
def a_high_median(sample):
    sample.add(LAST, *functions(30, 6))


@spoils(sizes.cell_lengths)
def a_line_that_ruff_breaks(sample):
    rows = ", ".join(f'"a rather long name {k}"' for k in range(16))
    sample.add(FIRST, f'crmlib.show([{rows}], "m")')


@spoils(sizes.operations)
def a_dense_statement(sample):
    sample.add(FIRST, f'crmlib.show({"+".join(f"rate_1[{k}]" for k in range(8))}, "m")')


@spoils(sizes.operations)
def a_dense_cell(sample):
    steps = "\n".join(f"step_{k} = rate_1[rows_1[{k}] > 1].mean()" for k in range(7))
    sample.add(FIRST, f'{steps}\ncrmlib.show(step_1, "m")')


# --- Sections and prose


@spoils(anatomy.levels_of_headings)
def a_number_at_the_wrong_level(sample):
    sample.replace("### 10.3.1", "##### 10.3.1")


@spoils(anatomy.levels_of_headings)
def a_case_of_ours_at_the_wrong_level(sample):
    markdown(sample, "answer = ...\nchurn.exercises.task_1.", "#### Small\n\nText.")


@spoils(anatomy.numbers_of_headings)
def a_heading_without_chinese(sample):
    sample.replace("### 10.4.1 Causes · 调查原因", "### 10.4.1 Causes")


@spoils(anatomy.numbers_of_headings)
def a_heading_of_another_chapter(sample):
    sample.replace("### Who tells us", "### 9.1.1 Who tells us · 谁")


@spoils(anatomy.numbers_of_headings)
def headings_out_of_order(sample):
    sample.replace("### 10.4.1 Causes", "### 10.4.9 Causes")
    sample.replace("### 10.4.2 The remedy", "### 10.4.1 The remedy")
    sample.replace("### 10.4.9 Causes", "### 10.4.2 Causes")


@spoils(anatomy.all_headings)
def a_heading_missing(sample):
    sample.replace("### 10.3.2–10.3.3 Can it", "### 10.3.2 Can it")


@spoils(anatomy.opening_table)
def a_heading_missing_in_the_opening(sample):
    sample.replace("10.3.2–10.3.3 挽回 |", "10.3.2 挽回 |")


@spoils(anatomy.opening_table)
def a_link_that_leads_nowhere(sample):
    sample.replace("(#101)", "(#102)")


@spoils(anatomy.questions)
def a_section_without_question(sample):
    sample.replace('> "Which of them, and when?"\n\n', "")


@spoils(anatomy.questions)
def a_question_with_an_explanation(sample):
    sample.replace('> "Which of them, and when?"', '> "Which of them, and when?" It is not easy.')


@spoils(anatomy.first_sentences)
def a_part_that_begins_with_two_sentences(sample):
    sample.replace("buying tea.", "buying tea. He just stops.")


@spoils(anatomy.first_sentences)
def a_part_without_a_sentence(sample):
    sample.replace("\n\nNobody sends a letter who stops buying tea.", "")


@spoils(anatomy.cases)
def a_section_without_decision(sample):
    sample.replace("**Decision** We", "We")


@spoils(anatomy.lead_ins)
def a_formula_out_of_nowhere(sample):
    sample.replace("It is counted like this:\n\n$$", "It is counted.\n\n$$ a $$\n\n$$")


@spoils(anatomy.lead_ins)
def a_list_under_its_heading(sample):
    sample.replace("In short:\n\n", "")


@spoils(anatomy.marks)
def another_mark(sample):
    sample.replace("Where a bar is longer", "**Note** Where a bar is longer")


@spoils(anatomy.marks)
def a_mark_of_another_form(sample):
    sample.replace("**Your turn 5 · At home · 课后**", "**Your turn 5 · At home**")


@spoils(anatomy.deeper_sections)
def an_open_deeper_section(sample):
    sample.find("#### ◆").metadata.clear()


@spoils(anatomy.deeper_sections)
def a_core_section_collapsed(sample):
    sample.find("### 10.4.1").metadata["jp-MarkdownHeadingCollapsed"] = True


@spoils(anatomy.deeper_sections)
def a_deeper_section_not_named_so(sample):
    sample.replace("◆ Deeper · 选读: hazard", "◆ Hazard")


@spoils(anatomy.deeper_sections)
def a_deeper_section_in_the_middle(sample):
    sample.replace("### 10.4.3 Grades", "#### 10.4.3 Grades")
    folded = {"jp-MarkdownHeadingCollapsed": True}
    markdown(sample, "churn.exercises.task_6.", "#### ◆ Deeper · 选读: more", **folded)


@spoils(anatomy.closing)
def a_closing_part_missing(sample):
    sample.cells.remove(sample.find("### Further reading"))


@spoils(anatomy.closing)
def a_closing_part_in_the_middle(sample):
    part = sample.find("### What we decided")
    sample.cells.remove(part)
    sample.cells.insert(sample.cells.index(sample.find("### 10.4.4")), part)


# --- Exercises, discussions, claims


@spoils(anatomy.exercise_cells)
def an_exercise_without_tag(sample):
    sample.find("task_2.check").metadata["tags"] = []


@spoils(anatomy.exercise_cells)
def an_exercise_without_name(sample):
    del sample.find("task_2.check").metadata["name"]


@spoils(anatomy.exercise_cells)
def an_exercise_that_is_answered(sample):
    sample.replace("answer = ...\nchurn.exercises.task_2.", "answer = 3\nchurn.exercises.task_2.")


@spoils(anatomy.exercise_cells)
def an_exercise_twice(sample):
    cell = sample.find("task_2.check")
    cell.source, cell.metadata["name"] = cell.source.replace("task_2", "task_1"), "task_1"


@spoils(anatomy.exercise_cells)
def an_exercise_without_cell(sample):
    sample.cells.remove(sample.find("task_2.check"))


@spoils(anatomy.exercise_cells)
def an_exercise_that_nobody_sets(sample):
    place = sample.cells.index(sample.find("task_2.check"))
    sample.cells.insert(place, nbformat.v4.new_markdown_cell("Go on."))


@spoils(anatomy.numbering)
def a_number_left_out(sample):
    sample.replace("**Discuss 2**", "**Discuss 9**")


@spoils(anatomy.number_of_exercises)
def too_few_exercises(sample):
    sample.replace("**Your turn 8 · At home · 课后** Count the accounts.", "")
    sample.cells.remove(sample.find("task_8.check"))


@spoils(anatomy.number_of_exercises)
def too_many_exercises_in_class(sample):
    sample.replace("**Your turn 5 · At home · 课后**", "**Your turn 5**")


@spoils(anatomy.claims)
def a_claim_without_its_paragraph(sample):
    sample.replace("**Claim check** It", "It")


# --- Outputs


@spoils(outputs.one_output)
def two_pictures(sample):
    sample.find("rate_2 =").outputs.append(picture())


@spoils(outputs.warnings_and_errors)
def a_warning(sample):
    sample.find("rate_2 =").outputs.append(nbformat.v4.new_output("stream", name="stderr", text="UserWarning"))


@spoils(outputs.warnings_and_errors)
def an_error(sample):
    sample.find("rate_2 =").outputs.append(nbformat.v4.new_output("error", ename="KeyError", evalue="x"))


@spoils(outputs.counts_in_order)
def a_cell_run_twice(sample):
    sample.find("rate_2 =").execution_count = 99


@spoils(outputs.stable_outputs)
def an_address(sample):
    sample.find("rate_2 =").outputs[0].data["text/plain"] = "<Model object at 0x7f00deadbeef>"


@spoils(outputs.stable_outputs)
def a_picture_that_says_nothing(sample):
    del sample.find("rate_2 =").outputs[0].data["text/plain"]


@spoils(outputs.light_pictures)
def a_heavy_picture(sample):
    sample.find("rate_2 =").outputs[0].data["image/png"] = "A" * 90_000


@spoils(outputs.unbroken_figures)
def a_figure_that_may_break(sample):
    data = sample.find("few_2 =").outputs[0].data
    data["text/html"] = data["text/html"].replace("\u00a0", " ")


@spoils(outputs.key_figures_in_words)
def a_key_figure_by_its_storage_name(sample):
    sample.find("crmlib.record").outputs[0].data["text/plain"] = "churn_rate: 20 %"


# --- Code


@spoils(cells.opening_cells)
def the_database_opened_with_the_imports(sample):
    database = sample.find("open_database")
    sample.find("import numpy").source += "\n" + database.source
    sample.cells.remove(database)


@spoils(cells.opening_cells)
def an_import_that_students_need(sample):
    sample.replace("import seaborn as sns\n", "")


@spoils(cells.opening_cells)
def a_room_that_does_not_begin(sample):
    sample.replace("churn.begin(db)", "churn.start(db)")


@spoils(cells.parameters)
def two_parameters_on_a_line(sample):
    sample.find("as_of =").source += "\nlow, high = 1, 2"


@spoils(cells.parameters)
def parameters_without_tag(sample):
    sample.find("as_of =").metadata["tags"] = []


@spoils(cells.parameters)
def other_parameters_first(sample):
    sample.replace('data = "datasets"\nas_of', 'region = "all"\ndata = "datasets"\nas_of')


@spoils(cells.late_imports)
def a_late_import(sample):
    sample.replace("    step_0 = rows + 0", "    import math\n    step_0 = rows + 0")


@spoils(cells.bound_once)
def a_name_bound_twice(sample):
    sample.replace("few_2 =", "few_1 =")
    sample.replace("few_2.head", "few_1.head")


@spoils(cells.bound_once)
def a_name_of_python(sample):
    sample.add(FIRST, 'sum = rate_1.mean()\ncrmlib.show(rate_1, "m")')


@spoils(cells.bound_once)
def a_table_rebound_in_its_cell(sample):
    sample.replace("few_2.head(3)", "few_2 = few_2.dropna()\nfew_2.head(3)")


@spoils(cells.foreign_changes)
def a_column_added_to_a_table_of_another_cell(sample):
    sample.replace("few_2.head", 'rows_1.loc[:, "x"] = 1\nfew_2.head')


@spoils(cells.foreign_changes)
def a_row_appended_to_a_list_of_another_cell(sample):
    sample.replace("few_2.head", "rows_1.append(3)\nfew_2.head")


@spoils(cells.foreign_changes)
def a_sum_over_two_cells(sample):
    sample.replace("few_2.head", "rate_1 += 3\nfew_2.head")


@spoils(cells.endings)
def a_bare_number(sample):
    sample.add(FIRST, "rate_1.mean()")


@spoils(cells.endings)
def a_cell_that_shows_nothing(sample):
    sample.add(FIRST, "half = rate_1 / 2")


@spoils(cells.visible_calculation)
def a_section_that_only_calls_the_package(sample):
    for part in ("rate_3 = ", "few_3 = ", "def first_3", "def second_3"):
        sample.cells.remove(sample.find(part))
    sample.add("10.3.1 The damage", "rate_3 = churn.damage(db)\ncrmlib.show(rate_3, 'm')", outputs=[table(3)])
    sample.add("def second_4", *functions(2, 10))


@spoils(cells.silenced_warnings)
def a_warning_silenced(sample):
    sample.replace("    step_0 = rows + 0", "    warnings.simplefilter('ignore')\n    step_0 = rows + 0")


@spoils(cells.instructors_only)
def a_look_at_the_truth(sample):
    sample.replace("    step_0 = rows + 0", '    step_0 = pd.read_csv("datasets/truth/customers.csv")')


# What is no fault: kept here so that a rule that grows too strict is noticed.
def harmless(sample):
    sample.replace("few_2.head", "for day in rows_2:\n    few_2.total = day\nfew_2.head")
    sample.add(FIRST, 'total = 0\nfor day in [1, 2]:\n    total = total + day\ntotal += 1\ncrmlib.show(total, "m")')
    sample.add(LAST, "churn.path_diagram(rate_1)", outputs=[picture()])
    sample.add(LAST, 'crmlib.record("other", rate_1)', outputs=[structured("record", name="other_rate")])
