import pathlib

import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder, ImdbKerasConfig, ImdbKerasError
from imdb_keras_tfds.source import release
from imdb_keras_tfds.storage.preparing import how_to_prepare, prepared_builder
from tests.helpers.layout import FILES, release_of, write_folder


def test_an_archive(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    releases = {**release.RELEASES, "stanford": release_of(FILES, "stanford")}
    monkeypatch.setattr(release, "RELEASES", releases)
    archive = write_folder(tmp_path / "aclImdb", FILES)
    name = "imdb_keras/top7500"
    assert prepared_builder(name, data_dir=tmp_path, archive=archive).is_prepared()
    # Once it is prepared, it needs none.
    assert prepared_builder(name, data_dir=tmp_path, download=False).is_prepared()


def test_an_archive_beside_a_builder_is_refused(tmp_path: pathlib.Path) -> None:
    builder = Builder(config="top10k", data_dir=tmp_path)
    with pytest.raises(ImdbKerasError, match="archive='here' is for a dataset given by its name"):
        prepared_builder(builder, archive="here")


def test_other_datasets_are_not_prepared(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ImdbKerasError, match=r"mnist/.* is no dataset of this package"):
        prepared_builder("mnist", data_dir=tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_command_names_a_data_folder_that_is_not_the_default(tmp_path: pathlib.Path) -> None:
    command = "build it with: tfds build imdb_keras/top5k --imports imdb_keras_tfds"
    assert how_to_prepare(tfds.builder("imdb_keras/top5k").info) == command
    info = tfds.builder("imdb_keras/top5k", data_dir=tmp_path).info
    assert how_to_prepare(info) == f"{command} --data_dir {tmp_path}"


def test_ones_own_reviews_need_their_builder(tmp_path: pathlib.Path) -> None:
    config = ImdbKerasConfig(name="own", corpus=tmp_path)
    builder = Builder(config=config, data_dir=tmp_path)
    with pytest.raises(ImdbKerasError, match=r"call download_and_prepare\(\) of the builder"):
        prepared_builder(builder, download=False)
