"""Describes the Parquet export of a dataset in Croissant 1.1: mlcroissant reads its records.

There is a record set for each split, named as the split is. mlcroissant holds the file of a split
against its SHA-256 before it reads it; of a split in several files it does not, and looks for them
in all that is below the description. Importing this module imports mlcroissant.

Usage:

    croissant_tables.write(builder, "imdb", "imdb/croissant.json")
    mlcroissant.Dataset("imdb/croissant.json").records("train")   # {"train/id": b"train/pos/576_10"
"""

import glob
import json
import os
import pathlib
from typing import Any

import mlcroissant as mlc
import tensorflow_datasets as tfds
from etils import epath

from ..describe.account import Account
from ..describe.fields import FIELDS
from ..errors import ImdbKerasError
from ..storage import atomic
from . import croissant_parts as parts
from .exported import File, Splits, find

NAME = "croissant.json"
"""What the description of an export is called in its folder."""

_FORMAT = "application/x-parquet"  # The name that mlcroissant knows.


def write(builder: tfds.core.DatasetBuilder, folder: epath.PathLike, path: epath.PathLike) -> None:
    """Writes what `text` returns, whole or not at all.

    Args:
      builder: see `text`.
      folder: see there.
      path: see there.

    Raises:
      ImdbKerasError: see there.
      OSError: the file cannot be written there.
    """
    with atomic.writing(path) as file:
        file.write(text(builder, folder, path).encode())


def text(builder: tfds.core.DatasetBuilder, folder: epath.PathLike, path: epath.PathLike) -> str:
    """The description of an export that is there, as JSON.

    Args:
      builder: of a prepared dataset.
      folder: of its export.
      path: where the description is going to be, from where the files are named.

    Raises:
      ImdbKerasError: the reviews are of one's own; there is no export of the dataset in the folder,
        or not all of it; the files cannot be named from there; the records of the dataset cannot be
        read, or are not those that were built.
    """
    parts.check_known(builder)
    splits = find(folder, builder)
    return content(builder, splits, Account.of(builder), _from(path, folder, splits))


def content(
    builder: tfds.core.DatasetBuilder, splits: Splits, account: Account, prefix: str = ""
) -> str:
    """The description of files, as JSON: the same text for the same files.

    Args:
      builder: of a prepared dataset, not of one's own reviews.
      splits: its files.
      account: what is to be said of it.
      prefix: stands before the name of each file, from where the description is.
    """
    made_in = parts.context("1.1")
    distribution = [
        *(_file(file, prefix, made_in) for files in splits.values() for file in files),
        *(
            _file_set(split, files, prefix, made_in)
            for split, files in splits.items()
            if len(files) > 1
        ),
    ]
    record_sets = [
        *(_records(builder, split, splits, made_in) for split in splits),
        parts.splits(builder, made_in),
        parts.labels(made_in),
    ]
    described = parts.document(builder, account, made_in, distribution, record_sets)
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def _from(path: epath.PathLike, folder: epath.PathLike, splits: Splits) -> str:
    """What stands before the names of the files, seen from the description."""
    start = os.path.dirname(os.path.abspath(path))
    way = pathlib.PurePath(os.path.relpath(os.path.realpath(folder), os.path.realpath(start)))
    if ".." in way.parts and any(len(files) > 1 for files in splits.values()):
        raise ImdbKerasError(
            f"{os.fspath(path)}: a split in several files can only be described from their folder, "
            f"or from one above it; write the description to {os.path.join(folder, NAME)}"
        )
    return "" if way == pathlib.PurePath() else f"{way.as_posix()}/"


def _file(file: File, prefix: str, made_in: Any) -> Any:
    return mlc.FileObject(
        ctx=made_in,
        id=file.name,
        name=file.name,
        description="Records of one split, as Parquet.",
        content_url=f"{prefix}{file.name}",
        content_size=f"{file.size} B",
        encoding_formats=[_FORMAT],
        sha256=file.sha256,
    )


def _file_set(split: str, files: list[File], prefix: str, made_in: Any) -> Any:
    return mlc.FileSet(
        ctx=made_in,
        id=_file_set_of(split),
        name=_file_set_of(split),
        description=f"The files of {split}, in the order of the records.",
        encoding_formats=[_FORMAT],
        # Each by its name, and none that is there besides.
        includes=[glob.escape(f"{prefix}{file.name}") for file in files],
    )


def _file_set_of(split: str) -> str:
    return f"{split}-files"


def _records(builder: tfds.core.DatasetBuilder, split: str, splits: Splits, made_in: Any) -> Any:
    files = splits[split]
    where = {"file_object": files[0].name} if len(files) == 1 else {"file_set": _file_set_of(split)}
    fields = []
    for name, data_type in parts.TYPES.items():
        if name not in builder.info.features:
            continue
        is_label, is_array = name == "label", name == "tokens"
        fields.append(
            mlc.Field(
                ctx=made_in,
                id=f"{split}/{name}",
                name=name,
                description=FIELDS[name],
                data_types=[data_type, parts.LABEL] if is_label else [data_type],
                is_array=is_array or None,
                array_shape="-1" if is_array else None,
                references=mlc.Source(field=f"{parts.LABELS}/id") if is_label else mlc.Source(),
                source=mlc.Source(**where, extract=mlc.Extract(column=name)),
            )
        )
    return mlc.RecordSet(
        ctx=made_in,
        id=split,
        name=split,
        description=f"The reviews of {split}.",
        key=[f"{split}/id"],
        fields=fields,
    )
