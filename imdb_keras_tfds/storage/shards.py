"""Cuts splits into shards as TFDS does, writes them, and reads them record by record.

Usage:

    for shard in cut_shards(len(examples), size, template, shard_config):
        writer.write(shard.path, examples[shard.start : shard.stop])
    records = list(raw(shard.path, writer.file_format))
"""

import functools
import itertools
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, BinaryIO

import google_crc32c
import numpy as np
import tensorflow_datasets as tfds
from etils import epath

from ..errors import ImdbKerasError
from .plain_files import check_plain, open_plain

# Bytes of a TFRecord before and behind the record itself.
_HEAD, _TAIL = 12, 4

_RECORDS_AT_ONCE = 500
"""So many are written by one call."""


class ExampleWriter(tfds.core.ExampleWriter):
    """Writes shards as TFDS does, but TFRecords without importing TensorFlow."""

    def write(self, path: epath.PathLike, examples: Iterable[tuple[Any, bytes]]) -> Any:
        """Writes a shard; see `tfds.core.ExampleWriter.write`."""
        if self.file_format != tfds.core.FileFormat.TFRECORD:
            return super().write(path, examples)
        with epath.Path(path).open("wb") as file:
            records = (example for _, example in examples)
            while some := list(itertools.islice(records, _RECORDS_AT_ONCE)):
                crcs = np.fromiter(map(google_crc32c.value, some), np.uint64, len(some))
                tails = _masked(crcs).astype("<u4").view("V4").tolist()
                heads = map(_head_of, map(len, some))
                parts = zip(heads, some, tails, strict=True)
                file.write(b"".join(itertools.chain.from_iterable(parts)))
        return None


@functools.lru_cache(1 << 14)
def _head_of(size: int) -> bytes:
    """What stands before a record of so many bytes."""
    length = size.to_bytes(8, "little")
    return length + masked_crc(length)


def masked_crc(data: bytes) -> bytes:
    """The checksum of a TFRecord (TensorFlow, `lib/hash/crc32c.h`)."""
    return int(_masked(google_crc32c.value(data))).to_bytes(4, "little")


def _masked(crc: Any) -> Any:
    """The masked form of a CRC, or of an array of them as uint64."""
    return (crc >> 15 | crc << 17) + 0xA282EAD8 & 0xFFFF_FFFF


def write_split(
    examples: Iterable[tuple[int, bytes]],
    template: Any,
    writer: tfds.core.ExampleWriter,
    shard_config: Any,
) -> tfds.core.SplitInfo:
    """Writes the shards of a split, as many and as large as TFDS would make them.

    Args:
      examples: (key, serialised record), in the order in which they are to be read.
      template: the `ShardedFileTemplate` of the split.
      writer: writes one shard.
      shard_config: TFDS's `ShardConfig`.

    Returns:
      What TFDS keeps of a split.

    Raises:
      ImdbKerasError: there are fewer records than shards were asked for.
    """
    examples = list(examples)
    size = sum(len(record) for _, record in examples)
    shards = cut_shards(len(examples), size, template, shard_config)
    for shard in shards:
        writer.write(shard.path, iter(examples[shard.start : shard.stop]))
    return split_info(shards, size, template)


@dataclass(frozen=True)
class Shard:
    """A shard that is to be written.

    Attributes:
      path: of its file.
      start: the place of its first record in the split.
      stop: the place behind its last record.
    """

    path: str
    start: int
    stop: int


def cut_shards(records: int, size: int, template: Any, shard_config: Any) -> list[Shard]:
    """Cuts a split into shards, as many and as large as TFDS would make them.

    Args:
      records: number of records.
      size: bytes of all records, serialised.
      template: as for `write_split`, and so are all others.
      shard_config: see there.

    Raises:
      ImdbKerasError: see there.
    """
    shards = shard_config.get_number_shards(size, records)
    if shards > records:
        raise ImdbKerasError(
            f"split {template.split} has {records} records, too few for {shards} shards; ask for "
            "fewer"
        )
    bounds = [round(records * i / shards) for i in range(shards + 1)]
    return [
        Shard(os.fspath(template.sharded_filepath(shard_index=i, num_shards=shards)), start, stop)
        for i, (start, stop) in enumerate(pairwise(bounds))
    ]


def split_info(shards: list[Shard], size: int, template: Any) -> tfds.core.SplitInfo:
    """What TFDS keeps of a split that was written; see `cut_shards`."""
    return tfds.core.SplitInfo(
        name=template.split,
        shard_lengths=[shard.stop - shard.start for shard in shards],
        num_bytes=size,
        filename_template=template,
    )


def shard_name(
    dataset: str, split: str, file_format: tfds.core.FileFormat, index: int, shards: int
) -> str:
    """The file name of one of so many shards of a split, by TFDS's default template."""
    return f"{dataset}-{split}.{file_format.file_suffix}-{index:05d}-of-{shards:05d}"


READABLE = (
    tfds.core.FileFormat.TFRECORD,
    tfds.core.FileFormat.ARRAY_RECORD,
    tfds.core.FileFormat.PARQUET,
)
"""The formats that `raw` reads."""


def raw(path: epath.PathLike, file_format: tfds.core.FileFormat) -> Iterator[bytes]:
    """The serialised records of one shard, one by one; TensorFlow is not needed.

    Args:
      path: of the shard.
      file_format: one of `READABLE`.

    Raises:
      OSError: the file cannot be read, or is no plain file.
      Exception: of the format's library, at the first record that cannot be read.
    """
    if file_format == tfds.core.FileFormat.TFRECORD:
        with open_plain(path) as file:
            yield from _tfrecords(file)
        return
    check_plain(path)  # These libraries open the path themselves, and would wait for a FIFO.
    if file_format == tfds.core.FileFormat.ARRAY_RECORD:
        from array_record.python.array_record_module import ArrayRecordReader

        reader = ArrayRecordReader(os.fspath(path))
        for i in range(reader.num_records()):
            yield reader.read([i])[0]
    else:
        from pyarrow import parquet

        # TFDS keeps a serialised record in the one column.
        for batch in parquet.ParquetFile(os.fspath(path)).iter_batches(columns=["data"]):
            column = batch.column(0).cast("binary")
            if column.null_count:
                raise ValueError("it is null")
            yield from column.to_pylist()


def _tfrecords(file: BinaryIO) -> Iterator[bytes]:
    """The records of a TFRecord file: length, its checksum, the record, its checksum.

    Raises:
      ValueError: a checksum is wrong, or the file ends within a record.
    """
    size = file.seek(0, os.SEEK_END)
    position = file.seek(0)
    head = file.read(_HEAD)
    while head:
        length = int.from_bytes(head[:8], "little")
        # Before its checksum was looked at, a length may be any, and more than the memory holds.
        if len(head) == _HEAD and head != _head_of(length):
            raise ValueError("the checksum of its length is wrong")
        position += _HEAD + length + _TAIL
        if position > size:
            raise ValueError("the file ends within it")
        record, rest = file.read(length), file.read(_TAIL + _HEAD)
        if masked_crc(record) != rest[:_TAIL]:
            raise ValueError("its checksum is wrong")
        yield record
        head = rest[_TAIL:]
