"""Writes a split as Parquet files, none of them larger than asked for.

Each part of the records that comes in is written as a row group and let go. A file is full when
the next row would take its rows beyond the size, as they are in memory, uncompressed. How many
files there are is known when the last one is full, and only then they get their names.

Usage:

    parts = splits.read_in_parts(builder, "train")
    split = write_split("train", parts, schema_of(builder), folder, most=500_000_000)
    [shard.name for shard in split.shards]   # ["train-00000-of-00001.parquet"]
"""

import pathlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from ..errors import ImdbKerasError
from ..storage.hashing import size_of
from ..storage.records import Records
from .arrow import row_sizes, table_of

NAME = re.compile(r"[a-z]+-\d{5}-of-\d{5}\.parquet")
"""What a shard is called, as Hugging Face's hub calls them."""

_MOST_SHARDS = 99_999  # What five digits can tell.

_LEVEL = 3  # zstd's own default, at which files are a tenth smaller than at Arrow's.


@dataclass(frozen=True)
class Shard:
    """A Parquet file that was written.

    Attributes:
      name: of the file.
      records: number of its rows.
      size: bytes of the file.
    """

    name: str
    records: int
    size: int


@dataclass(frozen=True)
class ExportedSplit:
    """A split that was written.

    Attributes:
      name: of the split.
      shards: its files, in the order of the records.
      size: bytes of its rows in memory, uncompressed.
    """

    name: str
    shards: tuple[Shard, ...]
    size: int

    @property
    def records(self) -> int:
        """The number of its records."""
        return sum(shard.records for shard in self.shards)


def write_split(
    name: str, parts: Iterable[Records], schema: pa.Schema, folder: pathlib.Path, most: int
) -> ExportedSplit:
    """Writes the shards of a split: the same bytes for the same parts, size and pyarrow.

    Args:
      name: of the split.
      parts: its records, in their order.
      schema: of their dataset, see `arrow.schema_of`.
      folder: where to.
      most: bytes of the rows of a shard, uncompressed; a row of more has a shard of its own.

    Raises:
      ImdbKerasError: there would be too many shards.
      OSError: a file cannot be written.
    """
    files = _Files(folder, name, schema, most)
    try:
        for records in parts:
            files.write(table_of(records, schema))
    finally:
        files.close()
    return ExportedSplit(name, files.named(), files.size)


class _Files:
    """The files of a split: the one that is written now, and those that are full."""

    def __init__(self, folder: pathlib.Path, split: str, schema: pa.Schema, most: int):
        self.size = 0
        self._folder = folder
        self._split = split
        self._schema = schema
        self._most = most
        self._records: list[int] = []
        self._begin()

    def write(self, table: pa.Table) -> None:
        ends = np.cumsum(row_sizes(table))
        start = done = 0
        while start < len(table):
            stop = int(np.searchsorted(ends, done + self._room, side="right"))
            if stop <= start and self._records[-1]:
                self._begin()
                continue
            stop = max(stop, start + 1)
            self._writer.write_table(table.slice(start, stop - start))
            self._records[-1] += stop - start
            self._room -= int(ends[stop - 1]) - done
            start, done = stop, int(ends[stop - 1])
        self.size += done

    def close(self) -> None:
        self._writer.close()

    def named(self) -> tuple[Shard, ...]:
        """Gives the files the names that tell how many they are."""
        shards = []
        for number, records in enumerate(self._records):
            path = self._path(number).rename(
                self._folder / f"{self._split}-{number:05d}-of-{len(self._records):05d}.parquet"
            )
            shards.append(Shard(path.name, records, size_of(path)))
        return tuple(shards)

    def _begin(self) -> None:
        if self._records:
            self.close()
        if len(self._records) == _MOST_SHARDS:
            raise ImdbKerasError(
                f"split {self._split} does not fit in {_MOST_SHARDS:,} files of {self._most:,} "
                "bytes; give a larger max_shard_size"
            )
        self._writer = parquet.ParquetWriter(
            self._path(len(self._records)),
            self._schema,
            compression="zstd",
            compression_level=_LEVEL,
        )
        self._records.append(0)
        self._room = self._most

    def _path(self, number: int) -> pathlib.Path:
        return self._folder / f"{self._split}-{number:05d}.unfinished"
