import json
import pathlib
import sys
from collections.abc import Callable

import pytest

from imdb_keras_tfds import Builder, ImdbKerasConfig, describe
from imdb_keras_tfds.source import release
from tests.unit.cli.conftest import Command

VERBS = pytest.mark.parametrize("verb", [["report"], ["card"], ["export", "croissant"]])


def test_export_croissant(
    imdb_keras: Command, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    export = ["export", "croissant", "imdb_keras/sample"]
    assert imdb_keras.lines(*export) == ["imdb_keras-sample_full.croissant.json"]
    assert imdb_keras.lines(*export, "-o", "other.json") == ["other.json"]
    one, other = (path.read_bytes() for path in sorted(tmp_path.iterdir()))
    assert one == other
    assert json.loads(one)["name"] == "imdb_keras/sample_full"
    # Nothing has come into the dataset folder.
    imdb_keras.lines("verify", "sample")


def test_export_croissant_of_a_parquet_export(
    imdb_keras: Command, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    imdb_keras.lines("export", "parquet", "sample", "-o", "imdb")
    export = ["export", "croissant", "sample", "--parquet", "imdb"]
    assert imdb_keras.lines(*export) == ["imdb_keras-sample_full.croissant.json"]
    described = json.loads(pathlib.Path("imdb_keras-sample_full.croissant.json").read_text())
    urls = [node["contentUrl"] for node in described["distribution"]]
    assert urls[0] == "imdb/train-00000-of-00001.parquet"
    # In the place of the export's own it is the same file.
    assert imdb_keras.lines(*export, "-o", "imdb/again.json") == ["imdb/again.json"]
    again = pathlib.Path("imdb/again.json").read_bytes()
    assert again == pathlib.Path("imdb/croissant.json").read_bytes()
    imdb_keras.lines("build", "sample_top500")
    other = ["export", "croissant", "sample_top500", "--parquet", "imdb", "-o", "other.json"]
    error = imdb_keras.error(*other)
    assert "imdb: is no Parquet export of imdb_keras/sample_top500/1.1.0 (" in error
    assert error.endswith("write one with: imdb-keras export parquet sample_top500 -o imdb")
    assert not pathlib.Path("other.json").exists()


def test_card(imdb_keras: Command, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = imdb_keras.lines("card", "imdb_keras/sample")
    assert lines[0] == "# imdb_keras/sample_full 1.1.0"
    assert "## Motivation" in lines
    assert imdb_keras.lines("card", "sample", "-o", "card.md") == ["card.md"]
    assert pathlib.Path("card.md").read_text().splitlines() == lines
    # Nothing has come into the dataset folder.
    imdb_keras.lines("verify", "sample")


def test_a_card_of_what_was_built_before(
    in_another_folder: Callable[[object], Command], tmp_path: pathlib.Path
) -> None:
    builder = Builder(
        config=ImdbKerasConfig(name="mine", corpus=release.sample_path()), data_dir=tmp_path
    )
    builder.download_and_prepare()
    imdb_keras = in_another_folder(tmp_path)
    assert imdb_keras.lines("card", "mine")[0] == "# imdb_keras/mine 1.1.0"
    prepared = pathlib.Path(__file__).parents[2] / "prepared"
    of_1_0 = in_another_folder(prepared).lines("card", "sample_full/1.0.0")
    assert of_1_0[0] == "# imdb_keras/sample_full 1.0.0"


def test_report(
    imdb_keras: Command,
    data_dir: str,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    report = ["report", "imdb_keras/sample_top500"]
    assert imdb_keras.lines(*report) == ["imdb_keras-sample_top500.html"]
    # Words that the dataset cuts come out of the cache, or else of the one that cuts none.
    monkeypatch.setenv("IMDB_KERAS_CACHE", "")
    assert imdb_keras.lines(*report, "-o", "other.html") == ["other.html"]
    one, other = (path.read_text() for path in sorted(tmp_path.iterdir()))
    assert one == other
    assert "<h1>imdb_keras/sample_top500</h1>" in one
    assert pathlib.Path(data_dir, "imdb_keras/sample_full").is_dir()


@VERBS
def test_an_output_that_cannot_be_fails_before_the_work(
    verb: list[str], tmp_path: pathlib.Path, in_another_folder: Callable[[object], Command]
) -> None:
    (tmp_path / "file").touch()
    imdb_keras = in_another_folder(tmp_path / "data")
    for path in ("missing/x", "file/x", ""):
        output = str(tmp_path / path)
        error = imdb_keras.error(*verb, "sample", "-o", output)
        assert f"{output}: no file can be written there (" in error
        assert error.endswith("name another by -o")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@VERBS
def test_a_failure_leaves_the_old_output(
    verb: list[str], tmp_path: pathlib.Path, in_another_folder: Callable[[object], Command]
) -> None:
    output = tmp_path / "output"
    output.write_text("old")
    imdb_keras = in_another_folder(tmp_path / "data")
    imdb_keras.error(*verb, "full", "--archive", str(tmp_path / "nowhere"), "-o", str(output))
    assert output.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["output"]


def test_a_report_without_matplotlib_is_one_line(
    imdb_keras: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for module in ("charts", "report"):
        monkeypatch.delitem(sys.modules, f"{describe.__name__}.{module}", raising=False)
        monkeypatch.delattr(describe, module, raising=False)
    assert "pip install 'imdb-keras-tfds[report]'" in imdb_keras.error("report", "sample")
