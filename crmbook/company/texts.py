"""Free texts put together from phrases, with the typing errors people make."""

import numpy as np

from crmbook.company.leaving import LEAVING_REASONS
from crmbook.company.names import take
from crmbook.company.products import product_sheet
from crmbook.company.service import CAUSES
from crmbook.company.words import phrases, positions

TWO_CAUSES = 0.30
"""Share of complaints with a side remark on a second cause."""
_TONES = ("criticism", "middling", "praise")


def _by_code(kind, names, language):
    """Return one list of phrases for each name; its position is the name's code."""
    return [phrases(kind, name, language) for name in names]


def _any(generator, options, size):
    """Choose phrases at random. Returns: array of objects."""
    return take(options, generator.randint(0, len(options), size))


def _chosen(generator, lists, codes):
    """Choose a phrase at random from the list that belongs to each code. Returns: array of objects."""
    out = np.empty(len(codes), dtype=object)
    for code, options in enumerate(lists):
        here = np.flatnonzero(codes == code)
        out[here] = _any(generator, options, len(here))
    return out


def complaint_texts(generator, cause, severity, product, chinese):
    """Write complaints: an opening, what went wrong, in a quarter of them a side remark on another cause, an ending.

    Grave cases end sharply. Parameters: arrays of cause, severity and product codes; ``chinese`` True for Chinese.
    Returns: array of texts; array with the position of what went wrong among all wordings.
    """
    size = len(cause)
    table = product_sheet().frame()
    things = np.where(chinese, take(table["chinese_name"], product), take(table["name"], product))
    days = generator.randint(3, 15, size)
    wording = np.empty(size, dtype=np.int64)
    for language, here in (("en", ~chinese), ("zh", chinese)):
        for code, name in enumerate(CAUSES):
            rows = np.flatnonzero(here & (cause == code))
            options = positions("complaint", name, language)
            wording[rows] = options[generator.randint(0, len(options), len(rows))]
    body = take(phrases("complaint"), wording)
    other = (cause + generator.randint(1, len(CAUSES), size)) % len(CAUSES)
    other = np.where(generator.random(size) < TWO_CAUSES, other, -1)
    grave = (severity >= 4) & (generator.random(size) < 0.7)
    parts = [
        [f"{o} {b} {a} {e}" for o, b, a, e in zip(opening, body, aside, end, strict=True)]
        for language in ("en", "zh")
        for aside, end in [(_asides(generator, other, language), _endings(generator, grave, language))]
        for opening in [_any(generator, phrases("opening", language=language), size)]
    ]
    texts = [
        text.format(thing=t, day=d).replace(" ", "") if c else " ".join(text.format(thing=t, day=d).split())
        for text, t, d, c in zip(np.where(chinese, parts[1], parts[0]), things, days, chinese, strict=True)
    ]
    return with_typos(generator, texts, 0.22), wording


def _asides(generator, other, language):
    """Return the side remarks on the other cause; without one (−1) the text is empty."""
    chosen = _chosen(generator, _by_code("aside", CAUSES, language), other)
    return np.where(other >= 0, chosen, "")


def _endings(generator, grave, language):
    kinds = ("grave ending", "ending")
    return np.where(grave, *(_any(generator, phrases(kind, language=language), len(grave)) for kind in kinds))


def survey_comments(generator, tone, cause, chinese, writes):
    """Write open answers: criticism, middling or praise by tone; half of those with a problem tell it."""
    size = len(tone)
    english, zh = (_by_code("comment", _TONES, language) for language in ("en", "zh"))
    general = np.where(chinese, _chosen(generator, zh, tone), _chosen(generator, english, tone))
    tells = (cause >= 0) & (generator.random(size) < 0.5) & (tone < 2)
    product = generator.randint(0, 30, size)
    problem, _ = complaint_texts(generator, np.maximum(cause, 0), np.full(size, 2), product, chinese)
    texts = np.where(tells, problem, general)
    texts[~writes] = None
    return texts


def leaving_texts(generator, reason, chinese):
    """Write what lost customers say. Returns: array of texts."""
    english = _chosen(generator, _by_code("leaving", LEAVING_REASONS, "en"), reason)
    return np.where(chinese, _chosen(generator, _by_code("leaving", LEAVING_REASONS, "zh"), reason), english)


def with_typos(generator, texts, share):
    """Give a share of the texts one slip of the keyboard: a letter dropped, doubled or swapped, or capitals lost."""
    texts = np.array(texts, dtype=object)
    for i in np.flatnonzero(generator.random(len(texts)) < share):
        texts[i] = slip(texts[i], generator.randint(0, 4), generator.random())
    return texts


def slip(text, kind, place):
    """Return a text with one slip at a relative place: 0 letter dropped, 1 doubled, 2 two swapped, 3 lower case."""
    if len(text) < 4:
        return text
    at = 1 + int(place * (len(text) - 3))
    if kind == 3:
        return text.lower()
    if not text[at].isalpha() or not text[at + 1].isalpha():
        return text
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
