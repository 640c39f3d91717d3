import pytest

from crmlib.errors import DataFault
from crmlib.old import satisfaction
from crmlib.old.figures import Notice


def test_the_database_serves_as_well_as_its_table(db):
    from_db, from_table = satisfaction.quality_gaps(db), satisfaction.quality_gaps(db.service_ratings)
    assert from_db.equals(from_table)
    assert satisfaction.satisfaction_index(db).missing["respondents"] == len(db.survey)


@pytest.mark.parametrize(
    ("chain", "missing"),
    [
        (lambda db: satisfaction.plot_kano(satisfaction.kano_table(db)), "kano_survey"),
        (lambda db: satisfaction.plot_path_diagram(satisfaction.satisfaction_index(db)), "survey"),
        (lambda db: satisfaction.plot_competitors(satisfaction.competitor_gaps(db)), "competitor_ratings"),
        (lambda db: satisfaction.plot_house_of_quality(satisfaction.house_of_quality(db)), "service_ratings"),
        (
            lambda db: satisfaction.plot_repurchase(satisfaction.repurchase_by_class(satisfaction.later_purchases(db))),
            "survey",
        ),
        (lambda db: satisfaction.response_rates(satisfaction.invited_customers(db), "orders"), "survey_invitations"),
        (
            lambda db: satisfaction.claim_one_number(satisfaction.predictive_power(satisfaction.later_purchases(db))),
            "survey",
        ),
        (lambda db: satisfaction.what_if(satisfaction.satisfaction_index(db), {"image": 1}), "survey"),
        (lambda db: satisfaction.no_competitor(db), "competitor_ratings"),
    ],
)
def test_a_missing_table_is_said_and_handed_on(db, chain, missing):
    bare = db.without("survey", "kano_survey", "service_ratings", "competitor_ratings", "survey_invitations")
    shown = chain(bare)
    assert isinstance(shown, Notice)
    assert f"no table '{missing}'" in shown.text


def test_a_survey_that_carries_no_model_is_said_in_the_chapter_and_raised_in_code(db):
    few = db.without("survey")
    few._tables["survey"] = db.survey.head(12)
    assert "12 respondents are too few" in satisfaction.satisfaction_index(few).text
    with pytest.raises(DataFault, match="12 respondents are too few"):
        satisfaction.satisfaction_index(few.survey)


def test_every_name_of_the_vocabulary_is_there():
    assert all(hasattr(satisfaction, name) for name in satisfaction.__all__)
