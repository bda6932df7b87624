"""What the tests of the report and its figures have in common."""

import pathlib
import warnings
from collections.abc import Callable

import pytest

from imdb_keras_tfds import Builder, ImdbKerasConfig
from imdb_keras_tfds.describe.words import Words
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.source.release import sample_path
from imdb_keras_tfds.storage.records import Records
from imdb_keras_tfds.storage.splits import read

Build = Callable[[str | ImdbKerasConfig], Builder]


@pytest.fixture(scope="package")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Prepares a dataset, once for all tests."""
    data_dir = tmp_path_factory.mktemp("data")

    def prepared(config: str | ImdbKerasConfig) -> Builder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of ids that mean two things
            builder = Builder(config=config, data_dir=data_dir)
        builder.download_and_prepare()
        return builder

    return prepared


def records_of(builder: Builder) -> dict[str, Records]:
    """All records of a dataset."""
    return {split: read(builder, split) for split in builder.info.splits}


def words_of(builder: Builder, corpus: Corpus | None) -> Words:
    """The words of a dataset."""
    return Words.of(builder, records_of(builder), corpus)


def own(name: str, corpus: str | pathlib.Path = "", **settings: object) -> ImdbKerasConfig:
    """A config of one's own reviews, for which the sample stands."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = str(corpus or sample_path())
        return ImdbKerasConfig(name=name, corpus=path, **settings)  # type: ignore[arg-type]
