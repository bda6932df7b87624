import pathlib
from collections.abc import Callable

import pytest

import imdb_keras_tfds
from imdb_keras_tfds.cli import tables
from imdb_keras_tfds.export import parquet
from tests.helpers.exports import names_in
from tests.unit.cli.conftest import Command


def test_export_parquet(
    imdb_keras: Command, data_dir: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    export = ["export", "parquet", "imdb_keras/sample_top500_val20"]
    assert imdb_keras.lines(*export, "-o", "imdb") == ["imdb"]
    same = imdb_keras_tfds.export_parquet(export[-1], tmp_path / "same", data_dir=data_dir)
    assert names_in(tmp_path / "imdb") == names_in(same)
    for path in same.iterdir():
        assert path.read_bytes() == (tmp_path / "imdb" / path.name).read_bytes()

    error = imdb_keras.error(*export, "-o", "imdb")
    assert error.endswith(
        "imdb: is not empty; name another folder, or replace an earlier export with --force"
    )
    assert imdb_keras.lines(*export, "-o", "imdb", "--force", "--max-shard-size", "4 kB") == [
        "imdb"
    ]
    assert len(list((tmp_path / "imdb").glob("train-*-of-*.parquet"))) > 2
    # Nothing has come into the dataset folder.
    imdb_keras.lines("verify", "sample_top500_val20")


def test_a_dataset_of_ones_own_reviews_and_an_earlier_one(
    in_another_folder: Callable[[object], Command], repository: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    earlier = in_another_folder(repository / "tests/prepared")
    output = str(tmp_path / "earlier")
    assert earlier.lines("export", "parquet", "sample_full/1.0.0", "-o", output) == [output]
    assert "imdb_keras/sample_full 1.0.0" in (tmp_path / "earlier/README.md").read_text()

    config = imdb_keras_tfds.ImdbKerasConfig(name="mine", corpus=repository / "dummy_data")
    imdb_keras_tfds.Builder(config=config, data_dir=tmp_path / "data").download_and_prepare()
    mine = in_another_folder(tmp_path / "data")
    output = str(tmp_path / "mine")
    assert mine.lines("export", "parquet", "mine", "-o", output) == [output]


def test_an_output_that_cannot_be_fails_before_the_work(
    tmp_path: pathlib.Path, in_another_folder: Callable[[object], Command]
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").touch()
    imdb_keras = in_another_folder(tmp_path / "data")
    for path in ("missing/x", "file", "file/x", "full"):
        output = str(tmp_path / path)
        assert output in imdb_keras.error("export", "parquet", "sample", "-o", output)
    assert names_in(tmp_path) == ["file", "full"]


def test_the_output_has_to_be_named(imdb_keras: Command) -> None:
    error = imdb_keras.error("export", "parquet", "sample")
    assert "the following arguments are required: -o/--output" in error


def test_a_failure_leaves_nothing(
    tmp_path: pathlib.Path, in_another_folder: Callable[[object], Command]
) -> None:
    imdb_keras = in_another_folder(tmp_path / "data")
    missing, output = str(tmp_path / "nowhere"), str(tmp_path / "imdb")
    imdb_keras.error("export", "parquet", "full", "--archive", missing, "-o", output)
    assert not [name for name in names_in(tmp_path) if name != "data"]


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1", 1),
        ("500MB", 500_000_000),
        ("500 mb", 500_000_000),
        ("2kB", 2_000),
        ("64MiB", 64 << 20),
        ("1gib", 1 << 30),
        ("3TB", 3 * 10**12),
        ("7B", 7),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert tables._size(text) == size


@pytest.mark.parametrize("text", ["", "0", "0MB", "MB", "-1", "1.5GB", "1XB", "1e9", "٣MB", "1 0"])
def test_a_size_that_is_none_is_one_line(text: str, imdb_keras: Command) -> None:
    error = imdb_keras.error("export", "parquet", "sample", "-o", "x", f"--max-shard-size={text}")
    assert f"{text!r} is no size; give a number of bytes, or one with a unit, as in 500MB" in error


def test_the_default_size_is_that_of_the_function() -> None:
    assert tables._size(tables._DEFAULT) == parquet.MAX_SHARD_SIZE
