"""Cuts splits into shards as TFDS does, writes them, and reads them record by record.

Usage:

    for shard in cut_shards(len(examples), size, template, shard_config):
        writer.write(shard.path, examples[shard.start : shard.stop])
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import google_crc32c
import tensorflow_datasets as tfds
from etils import epath

from ..errors import ImdbKerasError


class ExampleWriter(tfds.core.ExampleWriter):
    """Writes shards as TFDS does, but TFRecords without importing TensorFlow."""

    def write(self, path: epath.PathLike, examples: Iterable[tuple[Any, bytes]]) -> Any:
        """Writes a shard; see `tfds.core.ExampleWriter.write`."""
        if self.file_format != tfds.core.FileFormat.TFRECORD:
            return super().write(path, examples)
        with epath.Path(path).open("wb") as file:
            for _, example in examples:
                size = len(example).to_bytes(8, "little")
                file.write(b"".join((size, _masked_crc(size), example, _masked_crc(example))))
        return None


def _masked_crc(data: bytes) -> bytes:
    """The checksum of a TFRecord (TensorFlow, `lib/hash/crc32c.h`)."""
    crc: int = google_crc32c.value(data)
    rotated = (crc >> 15 | crc << 17) + 0xA282EAD8
    return (rotated & 0xFFFF_FFFF).to_bytes(4, "little")


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


def raw(path: epath.PathLike, file_format: tfds.core.FileFormat) -> Iterator[bytes]:
    """The serialised records of one shard, one by one.

    Raises:
      Exception: of the format's library, at the first record that cannot be read.
    """
    if file_format == tfds.core.FileFormat.ARRAY_RECORD:
        from array_record.python.array_record_module import ArrayRecordReader

        reader = ArrayRecordReader(os.fspath(path))
        return (reader.read([i])[0] for i in range(reader.num_records()))
    import tensorflow as tf

    records: Iterator[bytes] = tf.data.TFRecordDataset(os.fspath(path)).as_numpy_iterator()
    return records
