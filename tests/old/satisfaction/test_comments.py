import numpy as np
import pandas as pd
import pytest

from crmlib.errors import DataFault
from crmlib.old.satisfaction.comments import comment_topics, comments_in, telling_words, tone_of_comments

ENGLISH = {
    True: ["The tea is fresh and fragrant", "Friendly staff in the shop", "Good selection of oolong tea"],
    False: ["Late delivery again, nobody called", "The tin arrived damaged", "Late delivery of my order"],
}
CHINESE = {
    True: ["茶叶很新鲜，味道好", "店员热情周到", "包装漂亮，送礼合适"],
    False: ["送货太慢，等了一周", "送货太慢，没人接电话", "包装破损，茶叶受潮"],
}


def survey_of_comments(texts, language, count=240, seed=1):
    generator = np.random.default_rng(seed)
    happy = generator.random(count) < 0.6
    comment = [texts[bool(mood)][generator.integers(3)] for mood in happy]
    return pd.DataFrame(
        {
            "comment": comment,
            "comment_language": language,
            "satisfaction_class": np.where(happy, "satisfied", "dissatisfied"),
        }
    )


@pytest.mark.parametrize(
    ("texts", "language", "unhappy", "content"),
    [(ENGLISH, "en", "late delivery", "fresh"), (CHINESE, "zh", "货太慢", "新鲜")],
)
def test_telling_words_of_both_sides(texts, language, unhappy, content):
    table = telling_words(survey_of_comments(texts, language), language)
    said = table.groupby("said_by")["word"].agg(" | ".join)
    assert unhappy in said["unhappy"]
    assert content in said["content"]
    assert unhappy not in said["content"]
    assert (
        table.loc[table["said_by"] == "unhappy", "unhappy"] > table.loc[table["said_by"] == "unhappy", "content"]
    ).all()


def test_words_without_difference_are_not_telling():
    survey = survey_of_comments(ENGLISH, "en")
    survey["satisfaction_class"] = np.where(np.arange(240) % 2 == 0, "satisfied", "dissatisfied")
    assert telling_words(survey, "en")["z"].abs().max() < 3


@pytest.mark.parametrize(("texts", "language"), [(ENGLISH, "en"), (CHINESE, "zh")])
def test_tone_is_told_from_unseen_comments(texts, language):
    result = tone_of_comments(survey_of_comments(texts, language), language)
    assert result["low"] > result["majority"]
    shuffled = survey_of_comments(texts, language)
    shuffled["comment"] = shuffled["comment"].sample(frac=1, random_state=1).to_numpy()
    assert tone_of_comments(shuffled, language)["accuracy"] < 0.65


@pytest.mark.parametrize(("texts", "language"), [(ENGLISH, "en"), (CHINESE, "zh")])
def test_topics_cover_the_comments_and_show_an_example(texts, language):
    survey = survey_of_comments(texts, language)
    table = comment_topics(survey, language, topics=4)
    assert table["comments"].sum() <= len(survey)
    assert table["share"].sum() > 0.9
    assert set(table["example"]) <= set(survey["comment"])
    assert table["comments"].is_monotonic_decreasing


def test_only_the_language_asked_for_is_read():
    both = pd.concat([survey_of_comments(ENGLISH, "en"), survey_of_comments(CHINESE, "zh", 100)], ignore_index=True)
    both.loc[0, "comment"] = None
    assert len(comments_in(both, "zh")) == 100
    assert len(comments_in(both, "en")) == 239


def test_few_or_one_sided_comments_are_said():
    with pytest.raises(DataFault, match="Only 20 comments"):
        telling_words(survey_of_comments(ENGLISH, "en", 20), "en")
    glad = survey_of_comments(ENGLISH, "en").assign(satisfaction_class="satisfied")
    with pytest.raises(DataFault, match="of one kind"):
        tone_of_comments(glad, "en")
