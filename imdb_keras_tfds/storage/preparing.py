"""Prepares a dataset that is named, or says which command does.

Usage:

    builder = prepared_builder("imdb_keras/top10k")
    how_to_prepare(builder.info)   # "build it with: tfds build imdb_keras/top10k --imports ..."
"""

import os
import shlex

import tensorflow_datasets as tfds
from etils import epath

from ..errors import ImdbKerasError
from ..names import DATASET, is_own_name


def prepared_builder(
    dataset: str | tfds.core.DatasetBuilder,
    *,
    data_dir: epath.PathLike | None = None,
    archive: epath.PathLike | None = None,
    download: bool = True,
) -> tfds.core.DatasetBuilder:
    """The builder of a dataset, which is prepared if it is not yet.

    Args:
      dataset: its name (`imdb_keras/top10k`), or a builder.
      data_dir: TFDS's data folder, where a name is given; None for TFDS's default.
      archive: to prepare it from, where a name is given; see `Builder`.
      download: False prepares nothing.

    Raises:
      ImdbKerasError: it is not prepared, and `download` is False; it is not prepared, and is not
        one of this package's; it cannot be prepared; `archive` is given beside a builder.
    """
    if not isinstance(dataset, str):
        check_no_archive(archive)
    elif archive is None:
        dataset = tfds.builder(dataset, data_dir=data_dir)
    else:
        dataset = tfds.builder(dataset, data_dir=data_dir, archive=archive)
    prepare(dataset, download=download)
    return dataset


def prepare(builder: tfds.core.DatasetBuilder, *, download: bool = True) -> None:
    """Prepares a dataset if it is not prepared yet.

    Args:
      builder: its builder.
      download: see `prepared_builder`.

    Raises:
      ImdbKerasError: see `prepared_builder`.
    """
    if builder.is_prepared():
        return
    if builder.name != DATASET:
        raise ImdbKerasError(
            f"{builder.info.full_name} is not prepared, and is no dataset of this package; name "
            f"one like {DATASET}/top10k"
        )
    if not download:
        raise ImdbKerasError(
            f"{builder.data_dir}: no dataset is prepared there; {how_to_prepare(builder.info)}, or "
            "leave out download=False"
        )
    builder.download_and_prepare()


def check_no_archive(archive: epath.PathLike | None) -> None:
    """Refuses an archive beside what is no name.

    Raises:
      ImdbKerasError: there is one.
    """
    if archive is not None:
        raise ImdbKerasError(
            f"archive={os.fspath(archive)!r} is for a dataset given by its name; leave it out, or "
            "make the builder with it"
        )


def how_to_prepare(info: tfds.core.DatasetInfo) -> str:
    """What to do, to have a dataset of this package prepared: the exact command, where one does."""
    config = info.config_name
    if info.name != DATASET or not config:
        return f"build it with: tfds build {DATASET}/NAME --imports imdb_keras_tfds"
    if is_own_name(config):
        return "call download_and_prepare() of the builder that its config is given to"
    command = f"tfds build {DATASET}/{config} --imports imdb_keras_tfds"
    root = epath.Path(info.data_dir).parents[2]
    if root != epath.Path(tfds.core.constants.DATA_DIR).expanduser():
        command += f" --data_dir {shlex.quote(os.fspath(root))}"
    return f"build it with: {command}"
