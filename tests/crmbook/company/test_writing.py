"""The company on disk: complete or not at all, the same bytes for the same seed, sensible refusals."""

import hashlib

import pandas as pd
import pytest

from crmbook.company import simulate, write_company
from crmbook.company.randomness import stream
from crmbook.company.sheets import as_frame
from crmbook.company.truth import TRUTH
from crmlib.dictionary import SCHEMAS
from crmlib.errors import CrmError
from crmlib.places import default_data


def digests(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    write_company(folder, 300, 7)
    return folder


def test_the_same_seed_writes_the_same_bytes(written, tmp_path):
    write_company(tmp_path, 300, 7)
    assert digests(tmp_path) == digests(written)


def test_another_seed_writes_other_bytes(written, tmp_path):
    write_company(tmp_path, 300, 8)
    same = {name for name, digest in digests(tmp_path).items() if digests(written)[name] == digest}
    fixed = {"company", "products", "campaigns", "roster"}  # a small company has two agents at any time
    fixed |= {f"truth/{name}" for name in ("paths", "disconfirmation", "kano", "service_gaps", "ageing", "handling")}
    assert same == {f"{name}.csv" for name in fixed}


def test_every_table_is_a_file_and_nothing_else_is_left(written):
    names = (set(SCHEMAS) - {"contract_snapshot"}) | {f"truth/{name}" for name in TRUTH}
    assert set(digests(written)) == {f"{name}.csv" for name in names}


def test_files_are_plain_csv_that_reads_back_as_simulated(written):
    tables = simulate(300, 7)
    for name, table in tables.items():
        raw = (written / f"{name}.csv").read_bytes()
        assert b"\r" not in raw
        assert not raw.startswith(b"\xef\xbb\xbf")
        assert raw.endswith(b"\n")
        assert raw.decode("utf-8")
        read = pd.read_csv(written / f"{name}.csv", dtype="str", keep_default_na=False, na_values=[""])
        assert list(read) == list(table)
        assert len(read) == len(table)
        for column in table.select_dtypes("str"):
            pd.testing.assert_series_equal(read[column], table[column], check_dtype=False)
        for column in table.select_dtypes("number"):
            numbers = pd.to_numeric(read[column]).astype("float64")
            pd.testing.assert_series_equal(numbers, table[column].astype("float64"), check_dtype=False)


def test_parquet_holds_the_same_tables(written, tmp_path):
    write_company(tmp_path, 300, 7, format="parquet")
    import pyarrow.parquet as parquet

    for name, table in simulate(300, 7).items():
        pd.testing.assert_frame_equal(as_frame(parquet.read_table(tmp_path / f"{name}.parquet")), table)


def test_the_committed_files_are_what_the_default_call_writes(tmp_path):
    write_company(tmp_path)
    committed = digests(default_data())
    for name, digest in digests(tmp_path).items():
        assert committed[name] == digest, f"datasets/{name} is not what `crmbook data` writes"


def test_the_committed_files_are_small():
    assert sum(path.stat().st_size for path in default_data().rglob("*.csv")) < 20e6


def test_an_interrupted_run_leaves_nothing_behind(tmp_path, monkeypatch):
    from crmbook.company import company

    def broken(books):
        raise KeyboardInterrupt

    (tmp_path / "orders.csv").write_text("mine\n")
    monkeypatch.setattr(company.ratings, "kano_sheet", broken)
    with pytest.raises(KeyboardInterrupt):
        write_company(tmp_path, 100, 1, replace=True)
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]
    assert (tmp_path / "orders.csv").read_text() == "mine\n"


@pytest.mark.parametrize("there", ["orders.csv", "orders.parquet"])
def test_tables_that_are_there_are_replaced_only_when_told_so(there, tmp_path):
    (tmp_path / there).write_text("mine\n")
    with pytest.raises(CrmError, match=rf"has tables already \({there}.*--replace"):
        write_company(tmp_path, 100, 1)
    assert [path.name for path in tmp_path.iterdir()] == [there]
    write_company(tmp_path, 100, 1, replace=True)
    assert (tmp_path / "orders.csv").read_text() != "mine\n"


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(CrmError, match=r"Cannot write into '.*file'"):
        write_company(blocked, 100, 1)


@pytest.mark.parametrize("customers", [0, -5, 99, 100.5, "many", True, None])
def test_impossible_sizes_are_refused(customers, tmp_path):
    with pytest.raises(CrmError, match=r"customers is .* at least 100"):
        write_company(tmp_path / "out", customers, 1)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("seed", [-1, 1.5, "x", False])
def test_impossible_seeds_are_refused(seed):
    with pytest.raises(CrmError, match="seed is"):
        simulate(100, seed)


def test_impossible_formats_are_refused(tmp_path):
    with pytest.raises(CrmError, match="csv or parquet"):
        write_company(tmp_path / "out", 100, 1, format="xlsx")
    assert not (tmp_path / "out").exists()


def test_streams_of_subjects_do_not_depend_on_each_other():
    assert stream(1, "orders").random() == stream(1, "orders").random()
    draws = {stream(seed, subject).random() for seed in (1, 2) for subject in ("orders", "survey", "names")}
    assert len(draws) == 6


def test_no_global_random_state_is_used():
    import numpy as np

    before = np.random.get_state()[1].copy()  # noqa: NPY002
    simulate(100, 3)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
