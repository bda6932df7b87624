"""Finds the files of a Parquet export, and holds them against the dataset that it is said to be of.

Usage:

    splits = exported.find("imdb", builder)
    [file.name for file in splits["train"]]   # ["train-00000-of-00001.parquet"]
"""

import json
import os
import pathlib
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import tensorflow_datasets as tfds
from etils import epath
from pyarrow import parquet

from ..describe.links import SPLIT_ORDER
from ..errors import ImdbKerasError
from ..storage.hashing import sha256_of, size_of
from ..storage.manifest import MANIFEST, read_manifest
from ..storage.plain_files import check_plain, reason_of
from ..storage.settings import config_of
from .arrow import ORIGIN, schema_of
from .shards import NAME


@dataclass(frozen=True)
class File:
    """A Parquet file of an export.

    Attributes:
      name: in the folder of the export.
      size: bytes.
      sha256: 64 hexadecimal digits.
    """

    name: str
    size: int
    sha256: str

    @classmethod
    def of(cls, path: pathlib.Path) -> "File":
        """Looks at a file."""
        return cls(path.name, size_of(path), sha256_of(path))


Splits = Mapping[str, list[File]]
"""Split -> its files, in the order of the records."""


def find(folder: epath.PathLike, builder: tfds.core.DatasetBuilder) -> Splits:
    """The files of an export.

    Args:
      folder: of the export.
      builder: of the prepared dataset.

    Raises:
      ImdbKerasError: no export is there, or it is of another dataset or another version; a file is
        missing, or is not the one that was written.
    """
    place = pathlib.Path(folder)
    try:
        return _found(place, builder)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise ImdbKerasError(
            f"{os.fspath(folder)}: is no Parquet export of {builder.info.full_name} "
            f"({reason_of(error)}); write one with: imdb-keras export parquet "
            f"{config_of(builder).name} -o {shlex.quote(os.fspath(folder))}"
        ) from error


def _found(folder: pathlib.Path, builder: tfds.core.DatasetBuilder) -> Splits:
    sums, schema = read_manifest(folder), schema_of(builder)
    splits: dict[str, list[File]] = {}
    records = dict.fromkeys(builder.info.splits, 0)
    # The numbers in the names have the same digits, so that this is the order of the records.
    for name in sorted(name for name in sums if NAME.fullmatch(name)):
        check_plain(folder / name)
        file, split = File.of(folder / name), name.partition("-")[0]
        if file.sha256 != sums[name]:
            raise ValueError(f"{name} is not that of its {MANIFEST}")
        metadata = parquet.read_metadata(folder / name)
        found = metadata.schema.to_arrow_schema()
        if _origin(found) != _origin(schema) or not found.equals(schema):
            raise ValueError(f"{name} is of {_origin(found)}")
        records[split] = records.get(split, 0) + metadata.num_rows
        splits.setdefault(split, []).append(file)
    for split, number in records.items():
        info = builder.info.splits.get(split)
        if info is None or number != info.num_examples:
            raise ValueError(f"it holds {number:,} records of {split}, which are not all there are")
    return {split: splits[split] for split in sorted(splits, key=SPLIT_ORDER.index)}


def _origin(schema: pa.Schema) -> str:
    """Which dataset a schema is of, as it says itself."""
    told = json.loads((schema.metadata or {}).get(ORIGIN, b"{}"))
    return f"{told.get('dataset', 'an unknown dataset')} {told.get('version', '')}".rstrip()
