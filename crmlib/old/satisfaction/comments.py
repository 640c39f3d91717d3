"""The customers' own words: what the content and the unhappy say, in English and Chinese."""

import re

import numpy as np
import pandas as pd
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from crmlib.errors import DataFault
from crmlib.old.notices import reads
from crmlib.old.satisfaction.intervals import share_with_interval

FEWEST_COMMENTS = 30
PRIOR = 10.0
LONGEST_PHRASE = 12


def comments_in(survey, language):
    """The answered comments in one language: text and satisfied (satisfaction class "satisfied" or better).

    Parameters: ``survey`` table with comment, comment_language and satisfaction_class; ``language`` "en" or "zh".
    Returns one row a comment. Raises DataFault when there are fewer than 30.
    """
    there = survey["comment"].notna() & (survey["comment_language"] == language) & survey["satisfaction_class"].notna()
    part = survey[there.to_numpy(dtype=bool)]
    if len(part) < FEWEST_COMMENTS:
        raise DataFault(f"Only {len(part)} comments in {language!r}: read them, there is nothing to count.")
    satisfied = part["satisfaction_class"].isin(["satisfied", "very satisfied"])
    return pd.DataFrame({"text": part["comment"].astype(str), "satisfied": satisfied}, index=part.index)


@reads("survey", "comment", "comment_language", "satisfaction_class")
def telling_words(survey, language, words=10):
    """The words that best tell the unhappy from the content.

    log-odds of a word among the unhappy against the content, both drawn a little towards the overall use, divided
    by its standard error (z). English: words and runs of two or three; Chinese is written without spaces, so pieces of
    two to four characters. Pieces that occur in the same comments are named once, by the phrase that they make.

    Parameters: ``words`` how many on each side. Returns rows word, said_by ("unhappy" or "content"), z, unhappy and
    content (share of comments that contain it, with unhappy_low/high by Wilson). Source: Monroe, Colaresi & Quinn 2008.
    """
    comments = comments_in(survey, language)
    counter = CountVectorizer(binary=True, min_df=5, **_pieces(language))
    present = counter.fit_transform(comments["text"])
    names = counter.get_feature_names_out()
    satisfied = comments["satisfied"].to_numpy(dtype=bool)
    content, unhappy = (np.asarray(present[rows].sum(axis=0)).ravel() for rows in (satisfied, ~satisfied))
    z = _log_odds_z(unhappy, content)
    share, low, high = share_with_interval(unhappy, max((~satisfied).sum(), 1))
    table = pd.DataFrame(
        {
            "word": names,
            "said_by": np.where(z > 0, "unhappy", "content"),
            "z": z,
            "unhappy": share,
            "unhappy_low": low,
            "unhappy_high": high,
            "content": content / max(satisfied.sum(), 1),
        }
    )
    present = present.tocsc()
    sides = [_most_telling(side, present, words, language) for _, side in table.groupby("said_by", sort=False)]
    return pd.concat(sides, ignore_index=True)


@reads("survey", "comment", "comment_language", "satisfaction_class")
def comment_topics(survey, language, topics=5, words=5, seed=1):
    """What the comments are about: topics as groups of words that occur together.

    TF-IDF weights of words (Chinese: pieces of two to four characters), factored into non-negative topics; each comment
    goes to its strongest one.

    Returns one row a topic, most frequent first: words, comments, share, satisfied (share), low, high, example (the
    comment closest to the topic). Source: Lee & Seung 1999.
    """
    comments = comments_in(survey, language)
    weights = TfidfVectorizer(min_df=5, sublinear_tf=True, **_pieces(language))
    matrix = weights.fit_transform(comments["text"])
    model = NMF(n_components=min(topics, *matrix.shape), init="nndsvda", random_state=seed, max_iter=600)
    strength = model.fit_transform(matrix)
    strongest = np.where(strength.max(axis=1) > 0, strength.argmax(axis=1), -1)
    names, rows = weights.get_feature_names_out(), []
    for topic in range(strength.shape[1]):
        members = comments[strongest == topic]
        if len(members):
            happy = share_with_interval(members["satisfied"].sum(), len(members))
            example = comments["text"].iloc[strength[:, topic].argmax()]
            listed = _topic_words(names[np.argsort(-model.components_[topic])[: words * 6]], words, language)
            rows.append((", ".join(listed), len(members), len(members) / len(comments), *map(float, happy), example))
    columns = ["words", "comments", "share", "satisfied", "low", "high", "example"]
    return pd.DataFrame(rows, columns=columns).sort_values("comments", ascending=False, ignore_index=True)


@reads("survey", "comment", "comment_language", "satisfaction_class")
def tone_of_comments(survey, language, folds=5, seed=1):
    """Can the words alone tell whether a customer is satisfied? Checked on comments not used for learning.

    TF-IDF and a linear (logistic) model, five-fold cross-validation.

    Returns a Series: comments, accuracy, low, high (Wilson), majority (accuracy of always giving the more frequent
    answer), found (share of the unhappy that are recognised), false_alarms (share of alarms that are none).
    """
    comments = comments_in(survey, language)
    unhappy = ~comments["satisfied"].to_numpy(dtype=bool)
    if min(unhappy.sum(), (~unhappy).sum()) < folds:
        raise DataFault(
            f"Only {int(min(unhappy.sum(), (~unhappy).sum()))} comments of one kind: nothing to learn from."
        )
    model = make_pipeline(
        TfidfVectorizer(min_df=2, sublinear_tf=True, **_pieces(language)),
        LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000),
    )
    split = StratifiedKFold(folds, shuffle=True, random_state=seed)
    said = cross_val_predict(model, comments["text"], unhappy, cv=split)
    accuracy, low, high = share_with_interval((said == unhappy).sum(), len(comments))
    return pd.Series(
        {
            "comments": len(comments),
            "accuracy": float(accuracy),
            "low": float(low),
            "high": float(high),
            "majority": float(max(unhappy.mean(), 1 - unhappy.mean())),
            "found": float(said[unhappy].mean()),
            "false_alarms": float((~unhappy[said]).mean()) if said.any() else 0.0,
        }
    )


def _topic_words(heaviest, words, language):
    """The heaviest pieces of a topic; overlapping Chinese ones are joined first."""
    if language != "zh":
        return _without_parts(heaviest)[:words]
    left, phrases = list(heaviest), []
    while left and len(phrases) < words:
        phrase = _grown(left[0], left)
        phrases.append(phrase)
        left = [piece for piece in left if piece not in phrase]
    return _without_parts(phrases)


def _pieces(language):
    return {"analyzer": _chinese_pieces if language == "zh" else _english_pieces}


def _chinese_pieces(text):
    """All runs of two to four Chinese characters that do not cross a punctuation mark."""
    runs = re.findall(r"[\u4e00-\u9fff]+", text)
    return [run[i : i + n] for run in runs for n in (2, 3, 4) for i in range(len(run) - n + 1)]


def _english_pieces(text):
    """Words, and runs of two or three words that do not cross a punctuation mark; none begins or ends with a filler."""
    pieces = []
    for clause in re.split(r"[^\w\s'’-]+", text.lower()):
        spoken = re.findall(r"[^\W\d_][\w'’-]*", clause)
        for n in (1, 2, 3):
            runs = [spoken[i : i + n] for i in range(len(spoken) - n + 1)]
            pieces += [" ".join(run) for run in runs if not {run[0], run[-1]} & ENGLISH_STOP_WORDS]
    return pieces


def _log_odds_z(one, other):
    """Difference of log-odds with a prior in proportion to overall use, in standard errors."""
    total = one + other
    prior = PRIOR * total / total.sum() * len(total) / 10
    sums = one.sum() + prior.sum(), other.sum() + prior.sum()
    odds = [(count + prior) / (size - count - prior) for count, size in zip((one, other), sums, strict=True)]
    return (np.log(odds[0]) - np.log(odds[1])) / np.sqrt(1 / (one + prior) + 1 / (other + prior))


def _most_telling(side, present, words, language):
    """The most telling pieces, each set of comments named once: by the phrase that its pieces make together."""
    ordered = side.reindex(side["z"].abs().sort_values(ascending=False).index)
    phrases, rows = {}, {}
    for row in ordered.itertuples():
        where = present[:, row.Index].indices.tobytes()
        phrases.setdefault(where, []).append(row.word)
        rows.setdefault(where, row.Index)
        if len(phrases) > words * 3:
            break
    named = ordered.loc[list(rows.values())].copy()
    named["word"] = [_joined(pieces, language) for pieces in phrases.values()]
    return named[named["word"].isin(_without_parts(named["word"].to_numpy()))].head(words)


def _joined(pieces, language):
    """One phrase from pieces that occur together: the longest, in Chinese lengthened by those that overlap it."""
    phrase = max(pieces, key=len)
    return _grown(phrase, pieces) if language == "zh" else phrase


def _grown(phrase, pieces):
    """A Chinese phrase lengthened, character by character, by pieces that overlap its ends."""
    grown = True
    while grown and len(phrase) < LONGEST_PHRASE:
        grown = False
        for piece in pieces:
            if piece not in phrase and piece[:-1] and phrase.endswith(piece[:-1]):
                phrase, grown = phrase + piece[-1], True
            elif piece not in phrase and piece[1:] and phrase.startswith(piece[1:]):
                phrase, grown = piece[0] + phrase, True
    return phrase


def _without_parts(words):
    """Drop what is contained in another word of the list, in the order given."""
    return [word for word in words if not any(word != other and word in other for other in words)]
