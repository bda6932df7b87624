"""TFDS's own test of a builder, in its default mode, on the real archive."""

import os
import pathlib

import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder

_ARCHIVE = pathlib.Path(os.environ.get("IMDB_KERAS_ARCHIVE") or ".")


class StanfordTest(tfds.testing.DatasetBuilderTestCase):
    """The archive comes as a download, as it does where nobody names a local one."""

    DATASET_CLASS = Builder
    BUILDER_CONFIG_NAMES_TO_TEST = ("top5k",)
    EXAMPLE_DIR = str(_ARCHIVE.parent)
    DL_DOWNLOAD_RESULT = _ARCHIVE.name
    SPLITS = {"train": 25_000, "test": 25_000, "unsupervised": 50_000}  # noqa: RUF012

    @pytest.fixture(autouse=True)
    def no_local_archive(self, real_archive: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("IMDB_KERAS_ARCHIVE")
