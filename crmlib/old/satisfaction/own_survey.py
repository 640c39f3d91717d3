"""A company whose survey may come from a file of its own, with its own questions."""

from pathlib import Path

import pandas as pd

from crmlib.database import Company, open_database
from crmlib.errors import CrmError, DataFault, MissingTable
from crmlib.old.figures import Notice
from crmlib.old.notices import not_yet
from crmlib.old.satisfaction.mapping import paths_measured, read_mapping, survey_faults, translate_survey
from crmlib.old.satisfaction.repurchase import CHINESE_CLASSES, CLASSES

USED_WHERE_PRESENT = ["orders", "survey", "survey_invitations", "kano_survey", "service_ratings", "competitor_ratings"]
WORDS_OF_CLASSES = dict(zip(CHINESE_CLASSES, CLASSES, strict=True))
ENCODINGS = ("utf-8-sig", "gb18030")


def open_with_survey(data, as_of="last", own_survey="", survey_mapping=""):
    """Open a company's tables, with the survey from a file of your own where one is named.

    The items are put on the scale 1–10 by a straight line, which changes neither index scores nor coefficients. A
    survey whose customers are not those of ``data`` stands alone: nothing of the other tables is mixed in.

    Parameters: ``data``, ``as_of`` as for ``open_database``; ``own_survey`` CSV or Parquet file, one row a respondent;
    ``survey_mapping`` the mapping file (see ``mapping.EXAMPLE``), or "" when the columns have our names.
    Returns a CustomerDatabase, or a SurveyedCompany, which has the same tables and methods. Raises CrmError, DataFault.
    """
    if not own_survey:
        if survey_mapping:
            raise CrmError("survey_mapping says how to read a survey, but own_survey names none: name both.")
        return open_database(data, as_of)
    db = open_database(data, "last")
    mapping = read_mapping(_found(survey_mapping)) if survey_mapping else None
    answers = _canonical(_read(_found(own_survey)), mapping, db.as_of)
    known = set(db.orders["customer_id"]) if db.has("orders") else set()
    alone = answers["customer_id"].isin(known).mean() < 0.5
    latest = answers["answered_on"].max() if alone else db.as_of
    day = latest if as_of == "last" else pd.Timestamp(as_of).normalize()
    return SurveyedCompany(db, answers, alone, day)


class SurveyedCompany:
    """A customer database whose survey is another one; made by ``open_with_survey``."""

    def __init__(self, db, answers, alone, as_of):
        self._db = db if alone or db.as_of == as_of else db.at(as_of)
        self._answers, self._alone, self.as_of = answers, alone, as_of
        self.survey = answers[answers["answered_on"] <= as_of].reset_index(drop=True)
        if self.survey.empty:
            raise CrmError(f"No answer is known on {as_of:%Y-%m-%d}; the first came {answers['answered_on'].min():%F}.")

    def has(self, name):
        """Return whether there is a table of this name, with rows on this day."""
        # Invitations are to the company's own survey, not to this one.
        return name == "survey" or (not self._alone and name != "survey_invitations" and self._db.has(name))

    @property
    def tables(self):
        """The names of the tables that have rows on this day."""
        return tuple(sorted({"survey", *(name for name in self._db.tables if self.has(name))}))

    @property
    def company(self):
        """Whose survey it is, as a Company; neutral words where only the survey is known."""
        return Company() if self._alone else self._db.company

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if not self.has(name):
            raise MissingTable(f"There is no table {name!r} beside this survey.")
        return getattr(self._db, name)

    def table(self, name):
        """The Ibis table. Raises MissingTable."""
        if name == "survey" or not self.has(name):
            raise MissingTable(f"There is no Ibis table {name!r} beside this survey.")
        return self._db.table(name)

    def at(self, date):
        """The same company on an earlier day."""
        return SurveyedCompany(self._db, self._answers, self._alone, pd.Timestamp(date).normalize())


def survey_in_words(db):
    """Say whose customers were asked, how many answered and when, and what the chapter will have to do without.

    Parameters: ``db`` customer database. Returns a Notice.
    """
    company = db.company
    name = f"{company.name} {company.chinese_name}".strip()
    text = f"{name[:1].upper()}{name[1:]} sells {company.sells}."
    if db.has("survey"):
        survey = db.survey
        text += (
            f" As known on {db.as_of:%Y-%m-%d}: {len(survey):,} answers to the satisfaction survey by "
            f"{survey['customer_id'].nunique():,} customers, {survey['answered_on'].min():%Y-%m-%d} to "
            f"{survey['answered_on'].max():%Y-%m-%d}."
        )
    absent = [name for name in USED_WHERE_PRESENT if not db.has(name)]
    early = [name for name in absent if not_yet(db, name)]
    missing = [f"'{name}'" for name in absent if name not in early]
    if early:
        names = ", ".join(f"'{name}'" for name in early)
        text += f" Nothing was recorded yet in {names}: sections that need it say so in a sentence."
    if missing:
        text += f" There is no table {', '.join(missing)}: sections that need one say so in a sentence."
    return Notice(text)


def _found(file):
    given = Path(file).expanduser()
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / given).is_file():
            return folder / given
    raise CrmError(f"There is no file '{file}' here or above {Path.cwd()}.")


def _read(path):
    if path.suffix.lower() == ".parquet":
        return pd.read_parquet(path)
    for encoding in ENCODINGS:
        try:
            return pd.read_csv(path, encoding=encoding)
        except UnicodeDecodeError:
            continue
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as fault:
            raise DataFault(f"{path.name} is not a table of comma-separated values: {fault}.") from fault
    raise DataFault(f"{path.name} is neither UTF-8 nor GB 18030 text: save it as CSV UTF-8.")


def _canonical(answers, mapping, day):
    """The answers under our names and on our scales. Raises DataFault with all faults of the items."""
    faults = survey_faults(answers, mapping)
    if faults:
        raise DataFault(" ".join(faults))
    if mapping is not None:
        items = [f"{name}_{n}" for name, block in mapping.items.items() for n in range(1, len(block) + 1)]
        answers = translate_survey(answers, mapping)
        low, high = mapping.scale
        answers[items] = 1 + (answers[items].astype(float) - low) / (high - low) * 9
    else:
        paths_measured(answers)
    answers = answers.reset_index(drop=True)
    if "customer_id" not in answers:
        answers["customer_id"] = [f"R{number:05d}" for number in range(1, len(answers) + 1)]
    answers["customer_id"] = answers["customer_id"].astype(str)
    answers["answered_on"] = _days(answers.get("answered_on", pd.Series(day, answers.index)))
    _check_other_answers(answers)
    if mapping is not None:
        answers.attrs["paths"] = mapping.paths
    return answers


def _days(column):
    days = pd.to_datetime(column, errors="coerce")
    if days.isna().any():
        odd = column[days.isna()]
        raise DataFault(f"answered_on: {odd.iloc[0]!r} (row {odd.index[0]}) is no day, such as 2024-05-31.")
    return days.dt.normalize()


def _check_other_answers(answers):
    """Bring the other questions to our words, in place. Raises DataFault where that cannot be."""
    if "recommend" in answers:
        recommend = pd.to_numeric(answers["recommend"], errors="coerce")
        if not recommend.dropna().between(0, 10).all() or recommend.isna().all():
            raise DataFault("recommend: the net promoter question needs answers from 0 to 10; leave the column out.")
        answers["recommend"] = recommend
    if "satisfaction_class" in answers:
        answers["satisfaction_class"] = answers["satisfaction_class"].replace(WORDS_OF_CLASSES)
        odd = answers["satisfaction_class"].dropna()[lambda column: ~column.isin(CLASSES)]
        if len(odd):
            raise DataFault(f"satisfaction_class: {odd.iloc[0]!r} is none of {', '.join(CLASSES)}.")
    if "comment" in answers and "comment_language" not in answers:
        chinese = answers["comment"].astype(str).str.contains("[\u4e00-\u9fff]")
        answers["comment_language"] = chinese.map({True: "zh", False: "en"}).where(answers["comment"].notna())
