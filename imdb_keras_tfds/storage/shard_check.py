"""Reads every record of a split, and holds its shards against what is said of them.

Usage:

    for name, problem in split_problems(folder, split, file_format, metadata["splits"]["train"]):
        print(name, problem)
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import tensorflow_datasets as tfds
from etils import epath

from ..errors import ImdbKerasError
from . import shards, wire
from .digests import ContentDigest, record_digest
from .info_check import Split
from .manifest import INFO, METADATA
from .plain_files import reason_of

# This bounds the memory, not the result.
_RECORDS_AT_ONCE = 5_000


def split_problems(
    folder: epath.Path,
    split: Split,
    file_format: tfds.core.FileFormat,
    content: Mapping[str, Any],
    update: Callable[[int], Any],
) -> Iterator[tuple[str, str]]:
    """Reads all shards of a split in one format.

    Args:
      folder: of the dataset.
      split: what `dataset_info.json` says of it.
      file_format: of the shards.
      content: what `metadata.json` says of it.
      update: is called with the number of records that were read since.

    Yields:
      Name of a file, and what is wrong with it.

    Raises:
      MemoryError: a record needs more than there is.
    """
    digest, size = ContentDigest(), 0
    for name, length in zip(split.shards(file_format), split.lengths, strict=True):
        shard = _Shard(folder / name, file_format, digest, update)
        size += shard.size
        yield from ((name, problem) for problem in shard.problems)
        if shard.records != length:
            yield name, f"holds {shard.records} records that can be read, not {length}"
    if size != split.size:
        yield INFO, f"numBytes of {split.name} is {split.size}, the shards hold {size}"
    found = {"records": digest.records, "sha256": digest.hexdigest()}
    if found != content:
        yield METADATA, f"the content of split {split.name} is another (digest {found['sha256']})"


class _Shard:
    """One shard, read from beginning to end."""

    def __init__(
        self,
        path: epath.Path,
        file_format: tfds.core.FileFormat,
        digest: ContentDigest,
        update: Callable[[int], Any],
    ):
        self.problems: list[str] = []
        self.records = self.size = 0
        examples = self._examples(path, file_format)
        while batch := list(islice(examples, _RECORDS_AT_ONCE)):
            try:
                for record in wire.parse_canonical(batch, first=self.records):
                    digest.update(record_digest(*record))
            except ImdbKerasError as error:
                self.problems.append(str(error))
            self.records += len(batch)
            self.size += sum(map(len, batch))
            update(len(batch))

    def _examples(self, path: epath.Path, file_format: tfds.core.FileFormat) -> Iterator[bytes]:
        """The serialised records, up to the first that cannot be read."""
        read = 0
        try:
            for example in shards.raw(path, file_format):
                yield example
                read += 1
        except MemoryError:
            raise
        except Exception as error:  # Each format's library has errors of its own.
            self.problems.append(f"record {read} cannot be read ({reason_of(error)})")
