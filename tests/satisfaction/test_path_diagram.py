"""The path diagram says what it draws, and Kano's table is the published one."""

import pandas as pd
import pytest
from matplotlib import pyplot

from crmlib.errors import CrmError
from crmlib.satisfaction import KANO, draw_paths

PATHS = pd.DataFrame(
    {
        "cause": ["image", "image", "satisfaction"],
        "effect": ["satisfaction", "continued_business", "continued_business"],
        "value": [0.2, -0.004, 0.88],
        "low": [0.1, -0.05, 0.8],
        "high": [0.3, 0.04, 0.95],
    }
)
INDEX = pd.Series({"image": 84.3, "satisfaction": 84.14, "continued_business": 86.8, "perceived_value": 80})


def test_it_says_each_box_and_arrow_and_leaves_no_figure_open():
    pyplot.close("all")
    beside = pd.Series({("satisfaction", "continued_business"): 0.92})
    picture = draw_paths(
        PATHS, INDEX, "Satisfaction {satisfaction} moves it by {satisfaction → continued business}", beside
    )
    assert picture.text == (
        "Satisfaction 84.1 moves it by 0.88. Boxes and arrows: image 84.3; satisfaction 84.1; continued business 86.8; "
        "image → satisfaction 0.20, 0.10 to 0.30; image → continued business 0.00, −0.05 to 0.04 (grey); "
        "satisfaction → continued business 0.88 (0.92), 0.80 to 0.95."
    )
    assert picture.png.startswith(b"\x89PNG") and not pyplot.get_fignums()


def test_what_it_does_not_know_it_says():
    with pytest.raises(CrmError, match="knows no 'price'; it knows image, "):
        draw_paths(PATHS, INDEX, "{price}")
    with pytest.raises(CrmError, match="no place for 'price'"):
        draw_paths(PATHS.replace("image", "price"), INDEX, "")
    assert not pyplot.get_fignums()


def test_kanos_table_is_the_published_one():
    assert ["".join(row) for row in KANO.to_numpy()] == ["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"]
    assert list(KANO.index) == list(KANO.columns) == ["like", "expect", "neutral", "tolerate", "dislike"]
    assert (
        KANO.loc["like", "dislike"] == "O"
        and KANO.loc["expect", "dislike"] == "M"
        and KANO.loc["like", "neutral"] == "A"
    )
