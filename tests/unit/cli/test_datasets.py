import json
import os
import pathlib
import shutil
from collections.abc import Callable

import pytest

from imdb_keras_tfds import Builder, ImdbKerasConfig
from imdb_keras_tfds.cli import command
from imdb_keras_tfds.source import release
from tests.unit.cli.conftest import Command

FOLDER = "imdb_keras/sample_full/1.1.0"


@pytest.fixture
def folder(imdb_keras: Command, data_dir: str) -> pathlib.Path:
    """That of the sample, prepared."""
    imdb_keras.lines("build", "sample")
    return pathlib.Path(data_dir, FOLDER)


def test_build(
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
    in_another_folder: Callable[[object], Command],
) -> None:
    imdb_keras = in_another_folder(tmp_path)
    folders = [
        tmp_path / "imdb_keras" / name / "1.1.0" for name in ("sample_full", "sample_top500")
    ]
    names = ["sample", "imdb_keras/sample_top500"]
    assert imdb_keras.lines("build", *names) == list(map(str, folders))
    before = [folder.stat().st_ino for folder in folders]
    assert imdb_keras.lines("build", *names) == list(map(str, folders))
    assert [folder.stat().st_ino for folder in folders] == before
    imdb_keras.lines("build", "sample", "--overwrite")
    assert folders[0].stat().st_ino != before[0]
    assert imdb_keras.lines("verify", "sample") == [f"{folders[0]}: all is well"]
    # No name is built where one of them is none.
    assert "did you mean 'top5k'?" in imdb_keras.error("build", "sample_top400", "topp5k")
    assert not (tmp_path / "imdb_keras/sample_top400").exists()


def test_what_is_prepared_is_told_in_one_line(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for told in (f"imdb-keras: prepared imdb_keras/sample_top300 in {tmp_path}/imdb_keras/", ""):
        assert command.main(["encode", "sample_top300", "a", "--data-dir", str(tmp_path)]) == 0
        error = capsys.readouterr().err
        assert error.startswith(told)
        assert len(error.splitlines()) == bool(told)


def test_list(tmp_path: pathlib.Path, in_another_folder: Callable[[object], Command]) -> None:
    imdb_keras = in_another_folder(tmp_path)
    assert imdb_keras.lines("list") == [f"no dataset of imdb_keras is prepared in {tmp_path}"]
    assert imdb_keras.json("list") == []
    imdb_keras.lines("build", "sample", "sample_top500")
    older = shutil.copytree(tmp_path / FOLDER, tmp_path / "imdb_keras/sample_full/0.9.0")
    for unfinished in ("imdb_keras/sample_top9/1.1.0", "imdb_keras/sample_full/1.1.0x"):
        (tmp_path / unfinished).mkdir(parents=True)
    listed = imdb_keras.json("list")
    assert [(found["name"], found["version"]) for found in listed] == [
        ("imdb_keras/sample_full", "0.9.0"),
        ("imdb_keras/sample_full", "1.1.0"),
        ("imdb_keras/sample_top500", "1.1.0"),
    ]
    assert listed[0]["folder"] == str(older)
    assert listed[0]["size"] == sum(path.stat().st_size for path in older.iterdir())
    header, *rows = imdb_keras.lines("list")
    assert header.split() == ["name", "version", "size", "folder"]
    assert [row.split()[0] for row in rows] == [found["name"] for found in listed]
    assert [row.split()[-1] for row in rows] == [found["folder"] for found in listed]


def test_info(imdb_keras: Command, folder: pathlib.Path) -> None:
    told = "\n".join(imdb_keras.lines("info", "imdb_keras/sample"))
    for text in [
        "imdb_keras/sample_full/1.1.0",
        str(folder),
        "1,083 words",
        "num_words=None",
        "train: 48 reviews in 1 shards, 48 with their movie, 1 copies",
        "train/unsup: 24 reviews",
        release.SAMPLE.contents["test/neg"].digest,
    ]:
        assert text in told
    told_of = imdb_keras.json("info", "sample")
    assert told_of["prepared"] is True
    assert told_of["folder"] == str(folder)
    assert told_of["settings"] == ImdbKerasConfig(corpus="sample").settings
    assert told_of["splits"]["unsupervised"] == {
        "reviews": 24,
        "shards": 1,
        "with_movie": 24,
        "copies": 1,
    }
    assert told_of["vocabulary_size"] == 1083


def test_info_prepares_nothing(
    tmp_path: pathlib.Path, in_another_folder: Callable[[object], Command]
) -> None:
    imdb_keras = in_another_folder(tmp_path)
    told = imdb_keras.lines("info", "sample_top500", status=1)
    how = f"imdb-keras build sample_top500 --data-dir {tmp_path}"
    assert f"prepared  no; prepare it by: {how}" in told
    assert "setting   num_words=500" in told
    told_of = imdb_keras.json("info", "sample_top500", status=1)
    assert (told_of["prepared"], told_of["prepare_by"]) == (False, how)
    assert list(tmp_path.iterdir()) == []


def test_verify(
    imdb_keras: Command,
    folder: pathlib.Path,
    tmp_path: pathlib.Path,
    in_another_folder: Callable[[object], Command],
) -> None:
    assert imdb_keras.lines("verify", "imdb_keras/sample") == [f"{folder}: all is well"]
    assert imdb_keras.json("verify", "sample") == {"folder": str(folder), "problems": []}
    copy = shutil.copytree(folder, tmp_path / FOLDER)
    (copy / "label.labels.txt").write_text("pos\nneg\n")
    imdb_keras = in_another_folder(tmp_path)
    problem = f"{copy / 'label.labels.txt'}: differs from SHA256SUMS"
    assert problem in imdb_keras.lines("verify", "sample", status=1)
    assert problem in imdb_keras.json("verify", "sample", status=1)["problems"]
    assert "there is no such folder" in imdb_keras.lines("verify", "top10k", status=1)[0]
    assert "'nonsense' is not a config name" in imdb_keras.error("verify", "nonsense")


def test_a_dataset_of_ones_own_reviews(
    tmp_path: pathlib.Path, in_another_folder: Callable[[object], Command]
) -> None:
    config = ImdbKerasConfig(name="mine_500", num_words=500, corpus=release.sample_path())
    builder = Builder(config=config, data_dir=tmp_path)
    builder.download_and_prepare()
    imdb_keras = in_another_folder(tmp_path)
    assert imdb_keras.lines("verify", "mine_500") == [f"{builder.data_dir}: all is well"]
    assert imdb_keras.lines("build", "mine_500") == [builder.data_dir]
    told = imdb_keras.lines("info", "imdb_keras/mine_500")
    assert "setting     name='mine_500'" in told
    assert "setting     corpus=None" in told
    ids = imdb_keras.lines("encode", "mine_500", "A wonderful film")[0].split()
    assert imdb_keras.lines("decode", "mine_500", *ids) == ["[START] a wonderful film"]
    error = imdb_keras.error("export", "croissant", "mine_500")
    assert "imdb_keras/mine_500/1.1.0 is a dataset of one's own reviews" in error
    assert "did you mean 'mine_500'?" in imdb_keras.error("info", "mine_50")
    assert "'other' is not a config name" in imdb_keras.error("info", "other")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("top10000", "config name 'top10000' is not spelt right; use 'top10k'"),
        ("topp10k", "'topp10k' is not a config name; did you mean 'top10k'?"),
        ("imdb_keras/ful", "'ful' is not a config name; did you mean 'full'?"),
        ("nonsense", "'nonsense' is not a config name; names are made like"),
        ("imdb_reviews/top10k", "'imdb_reviews/top10k' names no dataset of this package"),
        ("../x", "'../x' names no dataset of this package"),
        ("full/0.9.0", "'full/0.9.0' names another version than 1.1.0"),
    ],
)
@pytest.mark.parametrize("verb", ["build", "info", "verify", "report", "export croissant"])
def test_a_name_that_is_none(verb: str, name: str, message: str, imdb_keras: Command) -> None:
    assert message in imdb_keras.error(*verb.split(), name)


def test_the_version_may_stand_behind_the_name(imdb_keras: Command, folder: pathlib.Path) -> None:
    assert imdb_keras.lines("info", "imdb_keras/sample_full/1.1.0") == imdb_keras.lines(
        "info", "sample"
    )


def test_another_metadata_is_one_line(
    folder: pathlib.Path, tmp_path: pathlib.Path, in_another_folder: Callable[[object], Command]
) -> None:
    copy = shutil.copytree(folder, tmp_path / FOLDER)
    (copy / "metadata.json").write_text(json.dumps({"settings": {}}))
    error = in_another_folder(tmp_path).error("info", "sample")
    assert f"{copy}/metadata.json is not one of imdb_keras; build the dataset again" in error


def test_a_data_folder_that_cannot_be_written_to_names_the_option(
    tmp_path: pathlib.Path, in_another_folder: Callable[[object], Command]
) -> None:
    (tmp_path / "file").touch()
    for root in (tmp_path / "file", tmp_path / "file" / "below"):
        for verb in ("build", "encode"):
            error = in_another_folder(root).error(verb, "sample", *(["a"] * (verb == "encode")))
            assert "cannot be written to (" in error
            assert error.endswith("name another data folder by --data-dir or TFDS_DATA_DIR")


def test_a_folder_that_others_may_not_write_to_names_the_option(
    tmp_path: pathlib.Path,
    in_another_folder: Callable[[object], Command],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home, mkdir = str(tmp_path / "home"), os.mkdir

    def refuse(path: "os.PathLike[str]", mode: int = 0o777) -> None:
        if os.fspath(path).startswith(home):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        mkdir(path, mode)

    monkeypatch.setattr(os, "mkdir", refuse)  # Root may write anywhere.
    error = in_another_folder(home).error("build", "sample")
    assert "cannot be written to (Permission denied); name another data folder by" in error
