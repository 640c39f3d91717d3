import re

import pytest

from crmbook.sources import catalogue


@pytest.mark.parametrize("name", catalogue())
def test_every_data_set_says_where_it_is_from(name):
    source = catalogue()[name]
    assert re.match(r"https?://[^/]+/.+", source.url)
    assert source.title and source.licence and source.about
    assert re.search(r"(19|20)\d\d|IBM", source.citation)
    assert re.fullmatch(r"[0-9a-f]{64}|", source.sha256)
    assert source.url.endswith((".zip", source.file))


def test_the_three_data_sets_of_the_course_are_there():
    assert {"cdnow", "online_retail", "telco"} <= set(catalogue())
