import pathlib
from collections.abc import Callable

import pytest

from imdb_keras_tfds.cli import keras_files
from imdb_keras_tfds.keras_compat import published
from imdb_keras_tfds.source import release
from tests.unit.cli.conftest import Command

PUBLISHED = published.PUBLISHED
SAMPLE = ["--archive", str(release.sample_path())]
NAMES = ["imdb_word_index.json", "imdb_full.pkl", "imdb_word_index.pkl", "imdb.npz"]


@pytest.mark.usefixtures("_proofs_of_the_sample")
def test_prove(imdb_keras: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    header, *rows = imdb_keras.lines("prove", *SAMPLE)
    assert header.split()[0] == "file"
    assert [(row.split()[0], row.split()[-1]) for row in rows] == [(name, "yes") for name in NAMES]
    proofs = imdb_keras.json("prove", *SAMPLE)
    assert [proof["file"] for proof in proofs] == NAMES
    assert all(proof["match"] is True for proof in proofs)
    # Keras's own hashes are not those of the sample.
    monkeypatch.setattr(published, "PUBLISHED", PUBLISHED)
    _, *rows = imdb_keras.lines("prove", *SAMPLE, status=1)
    assert [row.split()[-1] for row in rows] == ["NO"] * 4
    proofs = imdb_keras.json("prove", *SAMPLE, status=1)
    assert [proof["published"] for proof in proofs] == [file.digest for file in PUBLISHED]
    assert not any(proof["match"] for proof in proofs)


@pytest.mark.usefixtures("_proofs_of_the_sample")
def test_prove_from_prepared_data(imdb_keras: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    # Without an archive the prepared dataset that holds every word serves as well.
    monkeypatch.setattr(keras_files, "DEFAULT_CONFIG", "sample_full")
    assert len(imdb_keras.lines("prove")) == 5


@pytest.mark.usefixtures("_proofs_of_the_sample")
def test_export(
    imdb_keras: Command, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [str(tmp_path / "datasets" / name) for name in NAMES if "pkl" not in name]
    given = imdb_keras.lines("export", "keras", *SAMPLE, "--keras-home", str(tmp_path))
    assert given == paths
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert imdb_keras.lines("export", "keras", *SAMPLE) == paths


def test_export_of_other_data_than_keras_published_is_refused(
    imdb_keras: Command, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "STANFORD", release.SAMPLE)
    imdb_keras.error("export", "keras", *SAMPLE, "--keras-home", str(tmp_path))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("verb", ["prove", "export keras", "encode full a", "build full"])
def test_an_archive_that_is_not_there_is_one_line(
    verb: str, tmp_path: pathlib.Path, in_another_folder: Callable[[object], Command]
) -> None:
    error = in_another_folder(tmp_path).error(*verb.split(), "--archive", str(tmp_path / "nowhere"))
    assert "nowhere: cannot be read (No such file or directory)" in error
