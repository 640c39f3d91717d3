"""The word lists hold what the simulator looks up in them."""

import pytest

from crmbook.company import names
from crmbook.company.words import phrases, table
from crmlib.dictionary import choices


@pytest.mark.parametrize("language", ["en", "zh"])
def test_there_are_words_for_every_cause_reason_and_tone(language):
    for cause in choices("complaints", "cause"):
        assert len(phrases("complaint", cause, language)) > 20  # texts in unseen wordings are to be told by others
        assert len(phrases("aside", cause, language)) > 1
    for reason in choices("exit_interviews", "reason"):
        assert len(phrases("leaving", reason, language)) > 1
    for text in table("phrases")["text"][(table("phrases")["language"] == language)]:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text) == (language == "zh") or not text
        text.format(thing="Longjing", day=3, days=10)


def test_lists_fit_the_dictionary_and_the_order_that_draws_rely_on():
    genders = table("given_names")["gender"].to_list()
    assert genders == ["female"] * names.FEMALE_NAMES + ["male"] * (len(genders) - names.FEMALE_NAMES)
    assert choices("customers", "region") == names.REGIONS
    assert choices("accounts", "industry") == names.INDUSTRIES
    assert len(set(names.CITY_NAMES)) == len(names.CITY_NAMES)


def test_a_phrase_that_is_not_there_is_an_error_not_an_empty_list():
    with pytest.raises(KeyError, match="complant"):
        phrases("complant")
