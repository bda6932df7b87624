"""Padded batches for training, faster than TFDS gives them.

Usage:

    train = imdb_keras_tfds.batches("imdb_keras/top10k", "train[:80%]", 64, shuffle_seed=1)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow_datasets as tfds
from etils import epath
from numpy.typing import NDArray

from ..errors import ImdbKerasError
from ..integers import integer, shown
from ..ragged import Ragged, Side, check_pre_or_post, concatenate
from ..storage.preparing import prepared_builder
from ..storage.splits import serialized
from ..storage.wire import flat_tokens, parse_features

if TYPE_CHECKING:
    import tensorflow as tf

BUCKET_BATCHES = 50
"""Of so many batches at a time rows are put together by length."""

_THREADS, _PREFETCHED = 2, 8

_SEEDS = (-(2**63), 2**63 - 1)  # those of TensorFlow


def batches(
    dataset: str | tfds.core.DatasetBuilder,
    split: str,
    batch_size: int,
    *,
    shuffle_seed: int | None = None,
    maxlen: int | None = None,
    padding: Side = "post",
    truncating: Side = "post",
    bucket_by_length: bool = False,
    drop_remainder: bool = False,
    repeat: bool = False,
    num_shards: int = 1,
    index: int = 0,
    data_dir: epath.PathLike | None = None,
    archive: epath.PathLike | None = None,
    download: bool = True,
) -> tf.data.Dataset[tuple[tf.Tensor, tf.Tensor]]:
    """Padded batches for training, faster than TFDS gives them.

    The records are read and parsed when this is called; an epoch only puts batches together. A
    dataset that is not prepared yet is prepared first.

    Args:
      dataset: name (`imdb_keras/top10k`) or builder of the dataset.
      split: as TFDS spells it: `train`, `train[:80%]`, `train+unsupervised`.
      batch_size: rows of a batch.
      shuffle_seed: shuffles all records, in a new order at each epoch, and in the same ones for
        the same seed (and `tf.random.set_seed`). None keeps the order of the records.
      maxlen: longer rows are truncated; None leaves them whole.
      padding: `post` puts the padding, 0, behind a row, `pre` before it.
      truncating: `post` cuts off the end of a row that is too long, `pre` its beginning.
      bucket_by_length: puts rows of like lengths together, out of `BUCKET_BATCHES` batches at a
        time, so that there is less padding.
      drop_remainder: leaves out a last batch of fewer rows.
      repeat: starts over at the end of each epoch.
      num_shards: number of readers that share the records.
      index: which of them this is, from 0; it has every `num_shards`-th record.
      data_dir: TFDS's data folder, where a name is given; None for TFDS's default.
      archive: to prepare the dataset from, where a name is given; see `Builder`.
      download: False prepares nothing.

    Returns:
      A `tf.data.Dataset` of `(tokens, label)`: int32 `[batch, length]`, as long as the longest row
      of the batch, and int64 `[batch]`.

    Raises:
      ImdbKerasError: the dataset cannot be prepared, or is not prepared and `download` is False;
        an argument makes no sense.
    """
    check_pre_or_post(padding=padding, truncating=truncating)
    batch_size = integer("batch_size", batch_size, smallest=1)
    num_shards = integer("num_shards", num_shards, smallest=1)
    index = integer("index", index, smallest=0, largest=num_shards - 1)
    if maxlen is not None:
        maxlen = integer("maxlen", maxlen, smallest=0)
    if shuffle_seed is not None:
        shuffle_seed = integer("shuffle_seed", shuffle_seed, *_SEEDS)
    _check_flags(
        bucket_by_length=bucket_by_length,
        drop_remainder=drop_remainder,
        repeat=repeat,
        download=download,
    )
    import tensorflow as tf

    builder = prepared_builder(dataset, data_dir=data_dir, archive=archive, download=download)
    tokens, labels = _rows_of(builder, split)
    if maxlen is not None:
        tokens = tokens.truncate(maxlen, truncating)
    rows = np.arange(index, len(labels), num_shards)
    # TensorFlow sets memory aside for a whole batch, be there as many rows or not.
    batch_size = min(batch_size, len(rows) + 1)
    if padding == "pre":
        # TensorFlow pads rows at their end, so they are turned round here, and back in `pad`.
        tokens, labels, rows = tokens.reversed(), labels[::-1], len(labels) - 1 - rows
    ragged = tf.RaggedTensor.from_row_splits(tokens.values, tokens.row_splits, validate=False)
    lengths, labels = tf.constant(tokens.lengths), tf.constant(labels)

    def pad(chosen: Any) -> Any:
        padded = tf.gather(ragged, chosen).to_tensor()
        return tf.reverse(padded, [1]) if padding == "pre" else padded, tf.gather(labels, chosen)

    def bucket(chosen: Any) -> Any:
        by_length = tf.gather(chosen, tf.argsort(tf.gather(lengths, chosen), stable=True))
        return tf.data.Dataset.from_tensor_slices(by_length).batch(batch_size, drop_remainder)

    order = tf.data.Dataset.from_tensor_slices(rows)
    if shuffle_seed is not None:
        order = order.shuffle(max(len(rows), 1), seed=shuffle_seed)
    if bucket_by_length:
        order = order.batch(batch_size * BUCKET_BATCHES).flat_map(bucket)
        if shuffle_seed is not None:
            order = order.shuffle(BUCKET_BATCHES, seed=shuffle_seed)
    else:
        order = order.batch(batch_size, drop_remainder)
    count = len(rows) // batch_size if drop_remainder else -(-len(rows) // batch_size)
    order = order.apply(tf.data.experimental.assert_cardinality(count))
    if repeat:
        order = order.repeat()
    # Autotuning finds its numbers only when an epoch is over, which then waits for its thread.
    options = tf.data.Options()
    options.autotune.enabled = False
    padded = order.map(pad, num_parallel_calls=_THREADS).prefetch(_PREFETCHED)
    return padded.with_options(options)


def _check_flags(**flags: Any) -> None:
    for name, value in flags.items():
        if not isinstance(value, bool | np.bool_):
            raise ImdbKerasError(f"{name}={shown(value)} is neither True nor False; give one")


def _rows_of(builder: tfds.core.DatasetBuilder, split: str) -> tuple[Ragged, NDArray[np.int64]]:
    """Tokens and labels of what TFDS takes a split's spelling for."""
    parts = []
    for part in _parts_of(builder, split):
        found = parse_features(serialized(builder, part.splitname), "tokens", "label")
        tokens, labels = flat_tokens(found["tokens"]), found["label"].numpy()
        start, stop = part.from_ or 0, len(labels) if part.to is None else part.to
        parts.append((tokens[start:stop], labels[start:stop]))
    tokens = concatenate(tokens for tokens, _ in parts)
    return tokens, np.concatenate([labels for _, labels in parts])


def _parts_of(builder: tfds.core.DatasetBuilder, split: Any) -> list[Any]:
    """The parts of splits that a spelling names, as TFDS reads it.

    Raises:
      ImdbKerasError: it names none that there is.
    """
    splits = builder.info.splits
    try:
        parts: list[Any] = tfds.core.ReadInstruction.from_spec(split).to_absolute(splits)
    except Exception as error:  # TFDS has one of its own for each mistake.
        reason = str(error).partition("\n")[0].rstrip(".")
        raise _no_such_split(builder, split, reason) from error
    for part in parts:
        if part.to is not None and part.to < (part.from_ or 0):
            raise _no_such_split(builder, split, f"{part.to} is before {part.from_}")
    return parts


def _no_such_split(builder: tfds.core.DatasetBuilder, split: Any, reason: str) -> ImdbKerasError:
    there_are = [f"{name} of {held.num_examples:,}" for name, held in builder.info.splits.items()]
    return ImdbKerasError(
        f"split={shown(split)} cannot be read ({reason}); the splits are {', '.join(there_are)} "
        "records, and 'train[:80%]' or 'train+test' name parts of them"
    )
