"""Your own survey: a short file says which of its columns ask for which construct."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import yaml

from crmlib.errors import DataFault
from crmlib.old.notices import reads
from crmlib.old.satisfaction.answers import check_answers
from crmlib.old.satisfaction.path_model import CHINESE, SATISFACTION_PATHS, fit_path_model

EXAMPLE = """\
# Which columns of your survey belong to which construct, and on which scale they were asked.
scale: [1, 5]
constructs:
  image: [q1, q2, q3]
  expected_quality: [q4, q5]
  perceived_quality: [q6, q7, q8]
  perceived_value: [q9, q10]
  satisfaction: [q11, q12, q13]
  continued_business: [q14, q15]
columns:                 # optional: our name for a column → yours
  customer_id: member
  answered_on: date
  recommend: q16
# paths:                 # optional: your own arrows
#   - [image, satisfaction]
"""


@dataclass(frozen=True)
class SurveyMapping:
    """What a mapping file says: construct → items, the scale, other columns (our name → yours), and the paths."""

    items: dict
    scale: tuple = (1, 10)
    columns: dict = field(default_factory=dict)
    paths: tuple = SATISFACTION_PATHS


def read_mapping(path):
    """Read a mapping file, YAML (see ``EXAMPLE``) or CSV with the columns construct and item.

    A CSV may have scale_low and scale_high as well; without them the scale is 1–10. Constructs that the file does not
    name are left out of the model, and the arrows with them.

    Returns a SurveyMapping. Raises DataFault naming the file and what is wrong in it.
    """
    path = Path(path)
    if not path.exists():
        raise DataFault(f"There is no mapping file {path}.")
    content = _from_csv(path) if path.suffix.lower() == ".csv" else _from_yaml(path)
    items = {str(name): [str(item) for item in columns] for name, columns in content["constructs"].items()}
    repeated = pd.Series([item for columns in items.values() for item in columns], dtype=object)
    if repeated.duplicated().any():
        raise DataFault(f"{path.name}: {repeated[repeated.duplicated()].iloc[0]!r} belongs to two constructs.")
    scale = tuple(content.get("scale", (1, 10)))
    if len(scale) != 2 or not all(isinstance(end, int | float) for end in scale) or scale[0] >= scale[1]:
        raise DataFault(f"{path.name}: scale must be the lowest and the highest answer, such as [1, 5]; it is {scale}.")
    paths = content.get("paths")
    arrows = paths_among(items) if paths is None else tuple((str(one), str(other)) for one, other in paths)
    lonely = [name for pair in arrows for name in pair if name not in items]
    if lonely:
        raise DataFault(f"{path.name}: the path to or from {lonely[0]!r} has no items.")
    if not arrows:
        known = ", ".join(CHINESE)
        raise DataFault(f"{path.name}: no path joins its constructs; use names such as {known}, or state paths.")
    return SurveyMapping(items, scale, dict(content.get("columns") or {}), arrows)


def paths_among(constructs):
    """The arrows of the satisfaction model whose two ends are both measured."""
    return tuple(pair for pair in SATISFACTION_PATHS if set(pair) <= set(constructs))


def paths_measured(survey):
    """The arrows among the constructs that the survey has columns for."""
    there = [name for name in CHINESE if any(str(c).removeprefix(f"{name}_").isdigit() for c in survey.columns)]
    if not paths_among(there):
        raise DataFault("The survey has no two constructs that an arrow joins; name its columns in a mapping file.")
    return paths_among(there)


def translate_survey(survey, mapping):
    """The survey under our names: items ``<construct>_<number>``, other columns as the mapping says.

    Columns that the mapping does not mention stay as they are. Returns a new table; raises DataFault for a column that
    the survey does not have.
    """
    wanted = [item for columns in mapping.items.values() for item in columns] + list(mapping.columns.values())
    absent = [column for column in wanted if column not in survey.columns]
    if absent:
        have = ", ".join(str(column) for column in survey.columns[:8])
        raise DataFault(f"The survey has no column {absent[0]!r}, which the mapping names; it has {have} …")
    names = {
        item: f"{construct}_{n}"
        for construct, columns in mapping.items.items()
        for n, item in enumerate(columns, start=1)
    }
    return survey.rename(columns=names | {theirs: ours for ours, theirs in mapping.columns.items()})


def survey_faults(survey, mapping=None, scale=(1, 10)):
    """Everything that would keep the index from being computed, one sentence each; an empty list is good news."""
    if mapping is None:
        constructs = [name for name in CHINESE if any(str(column).startswith(f"{name}_") for column in survey.columns)]
        blocks = {name: [c for c in survey.columns if str(c).removeprefix(f"{name}_").isdigit()] for name in constructs}
        return check_answers(survey, blocks, scale)
    absent = [item for columns in mapping.items.values() for item in columns if item not in survey.columns]
    if absent:
        return [f"The survey has no column {item!r}, which the mapping names." for item in absent]
    return check_answers(survey, mapping.items, mapping.scale)


@reads("survey")
def satisfaction_index(survey, mapping=None, **options):
    """The path model of a survey, the company's own or one with a mapping.

    Parameters: ``survey`` table; ``mapping`` a SurveyMapping, the name of a mapping file, or None for columns under our
    names; options as in ``fit_path_model``. Returns a PathModel.
    """
    if mapping is None:
        return fit_path_model(survey, survey.attrs.get("paths") or paths_measured(survey), **options)
    if not isinstance(mapping, SurveyMapping):
        mapping = read_mapping(mapping)
    return fit_path_model(survey, mapping.paths, mapping.items, scale=mapping.scale, **options)


def _from_yaml(path):
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as fault:
        raise DataFault(f"{path.name} is not valid YAML: {str(fault).splitlines()[0]}.") from fault
    if not isinstance(content, dict) or not isinstance(content.get("constructs"), dict):
        raise DataFault(f"{path.name}: there must be a part 'constructs', each with a list of columns.")
    for name, columns in content["constructs"].items():
        if not isinstance(columns, list) or not columns:
            raise DataFault(f"{path.name}: the construct {name!r} needs a list of columns, such as [q1, q2].")
    return content


def _from_csv(path):
    table = pd.read_csv(path, dtype={"construct": str, "item": str})
    if not {"construct", "item"} <= set(table.columns) or table[["construct", "item"]].isna().any(axis=None):
        raise DataFault(f"{path.name}: needs the columns construct and item, filled in every line.")
    content = {"constructs": table.groupby("construct", sort=False)["item"].agg(list).to_dict()}
    if {"scale_low", "scale_high"} <= set(table.columns):
        content["scale"] = [float(table["scale_low"].iloc[0]), float(table["scale_high"].iloc[0])]
    return content
