"""A dataset as Parquet files, in a folder as Hugging Face's hub has them.

Usage:

    imdb_keras_tfds.export_parquet("imdb_keras/top10k_text", "imdb")
    datasets.load_dataset("imdb")   # and pandas, polars, DuckDB, ... by its files
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import tensorflow_datasets as tfds
from etils import epath

from ..describe.account import Account
from ..describe.links import SPLIT_ORDER
from ..errors import ImdbKerasError
from ..integers import integer
from ..progress import default_progress
from ..storage import whole_folder
from ..storage.manifest import write_manifest
from ..storage.plain_files import reason_of
from ..storage.preparing import prepared_builder
from ..storage.records import Records
from ..storage.settings import config_of
from ..storage.splits import read_in_parts
from . import hub, shards
from .arrow import schema_of
from .earlier import foreign_in
from .exported import File

MAX_SHARD_SIZE = 500_000_000
"""What a shard has at most if nothing else is asked for: as on Hugging Face's hub."""

_LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Export:
    """An export whose shards are written, and nothing beside them yet.

    Attributes:
      builder: of the dataset.
      folder: where the shards are for now.
      splits: what was written.
      account: what is to be said of the dataset.
    """

    builder: tfds.core.DatasetBuilder
    folder: pathlib.Path
    splits: Sequence[shards.ExportedSplit]
    account: Account


def _readme(export: Export) -> str:
    return hub.readme(export.builder, export.splits, export.account)


def _croissant(export: Export) -> str | None:
    from . import croissant_parts, croissant_tables  # which import mlcroissant

    if not croissant_parts.is_known(export.builder):
        return None
    files = {
        split.name: [File.of(export.folder / shard.name) for shard in split.shards]
        for split in export.splits
    }
    return croissant_tables.content(export.builder, files, export.account)


BESIDE: dict[str, Callable[[Export], str | None]] = {
    "README.md": _readme,
    "croissant.json": _croissant,
}
"""The files beside the shards and `SHA256SUMS`, each by its name and what makes its text.

None is that of a file that this export does not have: of one's own reviews nobody knows here what a
description in Croissant must say.
"""


def export_parquet(
    dataset: str | tfds.core.DatasetBuilder,
    folder: epath.PathLike,
    *,
    max_shard_size: int | None = None,
    force: bool = False,
    data_dir: epath.PathLike | None = None,
    archive: epath.PathLike | None = None,
    download: bool = True,
) -> pathlib.Path:
    """Writes all splits of a dataset as Parquet, in the layout of Hugging Face's hub.

    `train-00000-of-00001.parquet` and so on hold the records in their order, with the columns of
    `to_arrow`; `README.md` says in its head what splits, features and labels there are, and below
    it what the dataset is; `SHA256SUMS` lists all files, for `sha256sum -c`. The same dataset gives
    the same bytes with the same pyarrow. The folder is there when it is whole, or not at all. A
    dataset that is not prepared yet is prepared first.

    Args:
      dataset: name (`imdb_keras/top10k_text`) or builder of the dataset.
      folder: where to, in a folder that is there; it is made.
      max_shard_size: bytes that the rows of a file have at most in memory, uncompressed; the file
        is smaller. None for `MAX_SHARD_SIZE`, 500 MB.
      force: puts the new files in the place of an earlier export. If anything is in the folder that
        no export wrote, or that was changed since, it is left as it is, and nothing is written.
      data_dir: TFDS's data folder, where a name is given; None for TFDS's default.
      archive: to prepare the dataset from, where a name is given; see `Builder`.
      download: False prepares nothing.

    Returns:
      The path of the folder.

    Raises:
      ImdbKerasError: something is in the folder that may not be replaced; it cannot be written;
        the dataset cannot be prepared, or is not prepared and `download` is False, or is none of
        this package's; the records cannot be read, or are not those that were built.
    """
    return write(
        lambda: prepared_builder(dataset, data_dir=data_dir, archive=archive, download=download),
        folder,
        max_shard_size=max_shard_size,
        force=force,
    )


def write(
    prepared: Callable[[], tfds.core.DatasetBuilder],
    folder: epath.PathLike,
    *,
    max_shard_size: int | None = None,
    force: bool = False,
) -> pathlib.Path:
    """Does what `export_parquet` does; the dataset is prepared only if the folder can be written.

    Args:
      prepared: gives the builder of the dataset, prepared.
      folder: see `export_parquet`, as for all others.
      max_shard_size: see there.
      force: see there.

    Raises:
      ImdbKerasError: see there.
    """
    most = MAX_SHARD_SIZE
    if max_shard_size is not None:
        most = integer("max_shard_size", max_shard_size, smallest=1, largest=_LARGEST)
    with contextlib.ExitStack() as stack:
        with _told(folder):
            check = _check_export if force else _refuse
            new = stack.enter_context(whole_folder.writing(folder, check))
        builder = prepared()
        config_of(builder)  # Refuses what is no dataset of this package.
        with _told(folder):
            _write_files(builder, new, most)
            stack.close()
    return pathlib.Path(folder)


def _write_files(builder: tfds.core.DatasetBuilder, folder: pathlib.Path, most: int) -> None:
    """Writes all files of an export."""
    infos, schema = builder.info.splits, schema_of(builder)
    splits, records = [], {}
    total = sum(info.num_examples for info in infos.values())
    with default_progress(total=total, desc="Writing Parquet...", unit=" records") as bar:
        for name in sorted(infos, key=SPLIT_ORDER.index):
            held: list[Records] = []
            parts = _without_texts(read_in_parts(builder, name), held, bar.update)
            splits.append(shards.write_split(name, parts, schema, folder, most))
            records[name] = Records.joined(held)
    export = Export(builder, folder, splits, Account.of(builder, records))
    for name, content in BESIDE.items():
        if (text := content(export)) is not None:
            (folder / name).write_bytes(text.encode())
    write_manifest(folder)


def _without_texts(
    parts: Iterable[Records], held: list[Records], update: Callable[[int], Any]
) -> Iterator[Records]:
    """Hands the parts on, and holds all of them but the texts, for what is told of the dataset."""
    for part in parts:
        yield part
        held.append(dataclasses.replace(part, texts=None))
        update(len(part.ids))


def _refuse(folder: pathlib.Path) -> None:
    raise ImdbKerasError(
        f"{folder}: is not empty; name another folder, or replace an earlier export with --force"
    )


def _check_export(folder: pathlib.Path) -> None:
    """Refuses a folder in which not every file is as an export wrote it."""
    if problem := foreign_in(folder, BESIDE):
        raise ImdbKerasError(
            f"{folder}: {problem}, so it is not replaced; name another folder, or move it away"
        )


@contextlib.contextmanager
def _told(folder: epath.PathLike) -> Iterator[None]:
    """Says in one line which folder could not be written."""
    try:
        yield
    except OSError as error:
        raise ImdbKerasError(
            f"{os.fspath(folder)}: no export can be written there ({reason_of(error)}); name "
            "another folder, or mend that"
        ) from error
