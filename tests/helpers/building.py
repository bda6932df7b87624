"""Builds a dataset in this process, for tests that compare the ways to do that."""

import pathlib
from typing import Any

import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder, ImdbKerasConfig

from .layout import Files

IN_MEMORY: dict[str, Any] = {"beam_runner": "FnApiRunner"}
"""One worker of Beam, a thread of this process."""


def built(
    config: ImdbKerasConfig | str,
    data_dir: pathlib.Path,
    *,
    file_format: str | None = None,
    **options: Any,
) -> Files:
    """The files of a dataset that is built in an empty data_dir."""
    builder = Builder(config=config, data_dir=data_dir)
    builder.download_and_prepare(
        download_config=tfds.download.DownloadConfig(**options), file_format=file_format
    )
    folder = pathlib.Path(builder.data_dir)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    return {path.name: path.read_bytes() for path in folder.iterdir()}
