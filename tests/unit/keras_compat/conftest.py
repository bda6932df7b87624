"""Fixtures of the tests of what Keras has."""

import pathlib

import pytest

from imdb_keras_tfds import ImdbKerasConfig
from imdb_keras_tfds.keras_compat import load


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(autouse=True)
def _of_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """`load_data` and the like take the sample in the place of Stanford's reviews."""
    monkeypatch.setattr(load, "_FULL", ImdbKerasConfig(corpus="sample"))
