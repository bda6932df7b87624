"""Reads every record of a split, and holds its shards against what is said of them.

Usage:

    content = metadata["splits"]["train"]
    for name, problem in split_problems(folder, split, file_format, content, features, update):
        print(name, problem)
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import islice
from typing import Any

import tensorflow_datasets as tfds
from etils import epath

from ..errors import ImdbKerasError
from . import shards
from .canonical import parse_canonical
from .digests import SplitContent
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
    features: Collection[str],
    update: Callable[[int], Any],
) -> Iterator[tuple[str, str]]:
    """Reads all shards of a split in one format.

    Args:
      folder: of the dataset.
      split: what `dataset_info.json` says of it.
      file_format: of the shards.
      content: what `metadata.json` says of it.
      features: of its records.
      update: is called with the number of records that were read since.

    Yields:
      Name of a file, and what is wrong with it.

    Raises:
      MemoryError: a record needs more than there is.
    """
    found, size = SplitContent(), 0
    for name, length in zip(split.shards(file_format), split.lengths, strict=True):
        shard = _Shard(folder / name, file_format, found, features, update)
        size += shard.size
        yield from ((name, problem) for problem in shard.problems)
        if shard.records != length:
            yield name, f"holds {shard.records} records that can be read, not {length}"
    if size != split.size:
        yield INFO, f"numBytes of {split.name} is {split.size}, the shards hold {size}"
    if found.summary() != content:
        digest = found.summary()["sha256"]
        yield METADATA, f"the content of split {split.name} is another (digest {digest})"


class _Shard:
    """One shard, read from beginning to end."""

    def __init__(
        self,
        path: epath.Path,
        file_format: tfds.core.FileFormat,
        content: SplitContent,
        features: Collection[str],
        update: Callable[[int], Any],
    ):
        self.problems: list[str] = []
        self.records = self.size = 0
        examples = self._examples(path, file_format)
        while batch := list(islice(examples, _RECORDS_AT_ONCE)):
            try:
                content.update(parse_canonical(batch, features, first=self.records))
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
