"""Reads whole splits at once into flat arrays.

Usage:

    found = splits.read(tfds.builder("imdb_keras/top10k"), "test")
    found.tokens[0]   # array([1, 591, 202, 14, ...], dtype=int32)
"""

import os
import sys
from typing import Any

import tensorflow_datasets as tfds

from ..errors import ImdbKerasError
from .digests import SplitContent
from .manifest import METADATA
from .records import Records
from .shards import raw
from .wire import parse, parse_canonical


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
    try:
        records = _parsed(builder, split)
    except MemoryError:
        raise
    except Exception as error:  # Each format's library has its own.
        reason = " ".join(str(error).split())[:200]
        raise ImdbKerasError(
            f"{builder.data_dir}: split {split} cannot be read ({reason}); delete the folder, so "
            "that it is built again"
        ) from error
    content = SplitContent()
    for record in records:
        content.update(record)
    if content.summary() != builder.info.metadata.get("splits", {}).get(split):
        raise ImdbKerasError(
            f"{builder.data_dir}: the content of split {split} is not that of {METADATA}; delete "
            "the folder, so that it is built again"
        )
    return records


def _parsed(builder: tfds.core.DatasetBuilder, split: str) -> Records:
    features = list(builder.info.features)
    if "tensorflow" in sys.modules:
        return parse(serialized(builder, split), features)
    paths, file_format = builder.info.splits[split].filepaths, builder.info.file_format
    records = [record for path in paths for record in raw(path, file_format)]
    return parse_canonical(records, features)


def serialized(builder: tfds.core.DatasetBuilder, split: str) -> Any:
    """The records of a split as `wire.parse_features` takes them."""
    import tensorflow as tf

    info, file_format = builder.info.splits[split], builder.info.file_format
    paths = [os.fspath(path) for path in info.filepaths]
    if file_format == tfds.core.FileFormat.TFRECORD:
        return tf.data.TFRecordDataset(paths).batch(info.num_examples).get_single_element()
    return [record for path in paths for record in raw(path, file_format)]
