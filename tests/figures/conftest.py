"""Each test draws on figures of its own."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def _own_figures():
    mpl.use("Agg")
    yield
    plt.close("all")
