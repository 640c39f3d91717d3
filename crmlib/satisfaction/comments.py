"""The customer's own words: what the content say, what the unhappy say, in English and Chinese."""

import numpy as np
import pandas as pd
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from crmlib.errors import DataFault
from crmlib.satisfaction.intervals import share_with_interval

FEWEST_COMMENTS = 30
PRIOR = 10.0


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


def telling_words(survey, language, words=10):
    """The words that best tell the unhappy from the content.

    log-odds of a word among the unhappy against the content, both drawn a little towards the overall use, divided
    by its standard error (z). English: words and pairs of words; Chinese is written without spaces, so pieces of two to
    four characters; a piece that is always part of a longer listed one is dropped.

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
    return pd.concat([_longest(side, words) for _, side in table.groupby("said_by", sort=False)], ignore_index=True)


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
            listed = _without_parts(names[np.argsort(-model.components_[topic])[: words * 4]])[:words]
            rows.append((", ".join(listed), len(members), len(members) / len(comments), *map(float, happy), example))
    columns = ["words", "comments", "share", "satisfied", "low", "high", "example"]
    return pd.DataFrame(rows, columns=columns).sort_values("comments", ascending=False, ignore_index=True)


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


def _pieces(language):
    if language == "zh":
        return {"analyzer": _chinese_pieces}
    return {"ngram_range": (1, 2), "stop_words": "english", "token_pattern": r"(?u)\b[a-zA-Z][a-zA-Z'-]+\b"}


def _chinese_pieces(text):
    """All runs of two to four Chinese characters that do not cross a punctuation mark."""
    runs = "".join(sign if "\u4e00" <= sign <= "\u9fff" else " " for sign in text).split()
    return [run[i : i + n] for run in runs for n in (2, 3, 4) for i in range(len(run) - n + 1)]


def _log_odds_z(one, other):
    """Difference of log-odds with a prior in proportion to overall use, in standard errors."""
    total = one + other
    prior = PRIOR * total / total.sum() * len(total) / 10
    sums = one.sum() + prior.sum(), other.sum() + prior.sum()
    odds = [(count + prior) / (size - count - prior) for count, size in zip((one, other), sums, strict=True)]
    return (np.log(odds[0]) - np.log(odds[1])) / np.sqrt(1 / (one + prior) + 1 / (other + prior))


def _longest(side, words):
    ordered = side.reindex(side["z"].abs().sort_values(ascending=False).index)
    kept = _without_parts(ordered["word"].to_numpy()[: words * 6])
    return ordered[ordered["word"].isin(kept)].head(words)


def _without_parts(words):
    """Drop what is contained in another word of the list, in the order given."""
    return [word for word in words if not any(word != other and word in other for other in words)]
