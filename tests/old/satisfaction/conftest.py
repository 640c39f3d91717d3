import pytest

from crmlib.old.satisfaction.path_intervals import bootstrap_path_model
from crmlib.old.satisfaction.path_model import fit_path_model

from . import company


@pytest.fixture(scope="session")
def small_company():
    return company.company()


@pytest.fixture(scope="session")
def db(small_company):
    return small_company[0]


@pytest.fixture(scope="session")
def truth(small_company):
    return small_company[1]


@pytest.fixture(scope="session")
def survey_model(db):
    return fit_path_model(db.survey)


@pytest.fixture(scope="session")
def survey_intervals(survey_model):
    return bootstrap_path_model(survey_model, 200)
