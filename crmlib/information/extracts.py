"""Registrations as five extracts hold them, brought into one layout and cleaned."""

import re

import pandas as pd

from crmlib.errors import MissingTable

LAYOUTS = {
    "web": {"name": "full_name", "phone": "mobile", "email": "email", "birth": "birthday", "city": "city"},
    "store": {"name": ["surname", "given_name"], "phone": "tel", "email": "mail", "birth": "birth"},
    "callcentre": {"name": "caller", "phone": "phone", "city": "town"},
    "fair": {"name": "contact", "phone": "cell", "email": "e_mail"},
    "sales": {"name": "company", "phone": "telephone", "email": "mail", "city": "town"},
}
DAYS = {
    "web": ("signed_up", "%Y-%m-%d %H:%M"),
    "store": ("card_date", "%d/%m/%Y"),
    "callcentre": ("first_call", "%Y%m%d"),
    "fair": ("date", "%B %d, %Y"),
    "sales": ("opened", "%Y/%m/%d"),
}
BIRTHDAYS = {"web": "%Y-%m-%d", "store": "%d/%m/%Y"}
TYPED = ["name", "phone", "email", "city"]
EMAIL = r"[^@\s]+@[^@\s]+\.\w+"
PHONE = r"1\d{10}"
ALIKE = "|".join(f"{digit}{{8}}" for digit in range(10))  # no back-reference: Arrow's expressions have none
EARLIEST_BIRTH = 1910
NOBODY = {"test test", "x x", "unknown", "n/a", ""}


def registrations(db):
    """Stack the raw extracts in one layout, each value as it was typed.

    Parameters: db - customer database (any of the registrations_*). Returns: DataFrame, one row a registration, sorted
    by source and row: source, row, name, phone, email, city (texts), birth, day (dates; what is no date is empty).
    Only rows of days up to db.as_of. Errors: MissingTable without any extract.
    """
    parts = [_stacked(db.frame(f"registrations_{source}"), source) for source in LAYOUTS if _has(db, source)]
    if not parts:
        raise MissingTable(
            "There are no raw registrations: the tables registrations_web, _store and so on are missing."
        )
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[~(rows["day"] > db.as_of)]
    return rows.sort_values(["source", "row"], ignore_index=True)


def clean(rows, chinese=None):
    """Write what was typed in one way, and empty what cannot be right.

    phone: digits only, without +86; 11 digits, the first a 1, not all alike at the end. E-mail: small letters, one @, a
    dot behind it. Name: small letters, no title, words in alphabetical order. Birthday: from 1910. City: small letters;
    one in characters is empty. Parameters: rows - as from `registrations`; chinese - dict character → pinyin, such as
    from `pinyin_of`. Returns: DataFrame, same rows and columns; missing where nothing usable was given.
    """
    chinese = chinese or {}
    digits = rows["phone"].str.replace(r"\D", "", regex=True).str.removeprefix("86")
    real = digits.str.fullmatch(PHONE, na=False) & ~digits.str[3:].str.fullmatch(ALIKE, na=False)
    email, city = rows["email"].str.lower().str.strip(), rows["city"].str.lower().str.strip()
    name = rows["name"].fillna("").map(lambda text: _plain_name(text, chinese))
    return rows.assign(
        name=name.where(~name.isin(NOBODY)),
        phone=digits.where(real),
        email=email.where(email.str.fullmatch(EMAIL, na=False)),
        city=city.where(city.str.fullmatch(r"[a-z' ]+", na=False)),
        birth=rows["birth"].where(rows["birth"].dt.year >= EARLIEST_BIRTH),
    )


def pinyin_of(names):
    """Learn how characters are written in pinyin from names that show both, as "Du Zhonghua 杜忠华".

    Parameters: names - Series of texts. Returns: dict, such as "杜" → "Du" for surnames and
    "+忠华" → "Zhonghua" for given names.
    """
    both = names.dropna().astype("str").str.extract(r"^(\S+) (\S+) ([\u4e00-\u9fff])([\u4e00-\u9fff]+)$").dropna()
    both = both.sort_values([0, 1, 2, 3])
    return dict(zip(both[2], both[0], strict=True)) | dict(zip("+" + both[3], both[1], strict=True))


def _has(db, source):
    return db.has(f"registrations_{source}")


def _stacked(raw, source):
    layout = LAYOUTS[source]
    part = pd.DataFrame({"source": source, "row": raw["row"].astype("int64")})
    for field in TYPED:
        columns = layout.get(field, [])
        columns = [columns] if isinstance(columns, str) else columns
        there = raw.reindex(columns=columns).astype("str").fillna("")
        joined = there.agg(" ".join, axis=1).str.strip() if columns else pd.Series("", raw.index, dtype="str")
        part[field] = joined.where(joined != "").astype("str")
    column, form = DAYS[source]
    part["birth"] = pd.to_datetime(_column(raw, layout.get("birth")), format=BIRTHDAYS.get(source), errors="coerce")
    part["day"] = pd.to_datetime(_column(raw, column), format=form, errors="coerce").dt.normalize()
    return part.astype({"birth": "datetime64[us]", "day": "datetime64[us]"})


def _column(raw, name):
    return raw[name] if name in raw else pd.Series(None, raw.index, dtype="str")


def _plain_name(text, chinese):
    text = re.sub(r"^(Mr|Ms|Mrs|Dr)\.? ", "", text.strip())
    if re.fullmatch(r"[\u4e00-\u9fff ]{2,5}", text):
        text = text.replace(" ", "")
        text = f"{chinese.get(text[0], text[0])} {chinese.get('+' + text[1:], text[1:])}"
    return " ".join(sorted(text.lower().replace(",", " ").split()))
