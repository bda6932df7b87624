"""Reads splits into flat arrays, whole or piece by piece.

Usage:

    found = splits.read(tfds.builder("imdb_keras/top10k"), "test")
    found.tokens[0]   # array([1, 591, 202, 14, ...], dtype=int32)
    for found in splits.read_in_parts(tfds.builder("imdb_keras/top10k"), "test"):
        found.tokens[0]
"""

import contextlib
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import tensorflow_datasets as tfds

from ..errors import ImdbKerasError
from .canonical import parse_canonical
from .digests import SplitContent
from .manifest import METADATA
from .records import Records
from .shards import raw
from .wire import parse, parse_features

PART_SIZE = 8 << 20
"""Bytes of serialised records that are parsed at once where a split is read in parts."""


def read(builder: tfds.core.DatasetBuilder, split: str) -> Records:
    """Reads all records of a split, and holds them against the digest of its `metadata.json`.

    TensorFlow parses faster, but to import it takes longer than to do without it.

    Args:
      builder: of a prepared dataset, as TFRecords or ArrayRecords.
      split: its name.

    Returns:
      The same as `builder.as_dataset(split=split)`, but all records are parsed by one call.

    Raises:
      ImdbKerasError: the records cannot be read, or are not those that were built.
    """
    with _readable(builder, split):
        records = _parsed(builder, split)
    content = SplitContent()
    content.update(records)
    _check_content(builder, split, content)
    return records


def read_in_parts(
    builder: tfds.core.DatasetBuilder, split: str, size: int = PART_SIZE
) -> Iterator[Records]:
    """Reads the records of a split one part after the other, as `read` reads them at once.

    Whether they are those that were built is known only behind the last part.

    Args:
      builder: see `read`.
      split: see there.
      size: bytes of the serialised records of a part; the record that reaches it is the last one.

    Yields:
      The next records, one at least.

    Raises:
      ImdbKerasError: see `read`.
    """
    info, features = builder.info, list(builder.info.features)
    content, first = SplitContent(), 0
    with _readable(builder, split):
        paths = info.splits[split].filepaths
        examples = (record for path in paths for record in raw(path, info.file_format))
        for part in _parts(examples, size):
            if "tensorflow" in sys.modules:
                records = parse(part, features)
            else:
                records = parse_canonical(part, features, first)
            content.update(records)
            first += len(part)
            yield records
    _check_content(builder, split, content)


def _parts(examples: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    part, held = [], 0
    for example in examples:
        part.append(example)
        held += len(example)
        if held >= size:
            yield part
            part, held = [], 0
    if part:
        yield part


@contextlib.contextmanager
def _readable(builder: tfds.core.DatasetBuilder, split: str) -> Iterator[None]:
    """Says which split it is that cannot be read."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:  # Each format's library has its own.
        reason = " ".join(str(error).split())[:200]
        raise ImdbKerasError(
            f"{builder.data_dir}: split {split} cannot be read ({reason}); delete the folder, so "
            "that it is built again"
        ) from error


def _check_content(builder: tfds.core.DatasetBuilder, split: str, content: SplitContent) -> None:
    """Refuses records that are not those of `metadata.json`."""
    if content.summary() != builder.info.metadata.get("splits", {}).get(split):
        raise ImdbKerasError(
            f"{builder.data_dir}: the content of split {split} is not that of {METADATA}; delete "
            "the folder, so that it is built again"
        )


def _parsed(builder: tfds.core.DatasetBuilder, split: str) -> Records:
    features, records = list(builder.info.features), _serialized(builder, split)
    if "tensorflow" in sys.modules:
        return parse(records, features)
    return parse_canonical(records, features)


def read_features(
    builder: tfds.core.DatasetBuilder, split: str, features: Iterable[str]
) -> dict[str, Any]:
    """Reads some features of a split as tensors of TensorFlow; see `wire.parse_features`.

    Args:
      builder: see `read`.
      split: see there.
      features: their names.

    Raises:
      ImdbKerasError: the records cannot be read.
    """
    with _readable(builder, split):
        return parse_features(_serialized(builder, split), *features)


def _serialized(builder: tfds.core.DatasetBuilder, split: str) -> list[bytes]:
    paths, file_format = builder.info.splits[split].filepaths, builder.info.file_format
    return [record for path in paths for record in raw(path, file_format)]
