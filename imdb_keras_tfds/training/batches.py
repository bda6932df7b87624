"""Padded batches for training, faster than TFDS gives them.

Usage:

    train = imdb_keras_tfds.batches("imdb_keras/top10k", "train[:80%]", 64, shuffle_seed=1)
    stars = imdb_keras_tfds.batches("imdb_keras/top10k", "train", 64, features="rating")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np
import tensorflow_datasets as tfds
from etils import epath

from ..errors import ImdbKerasError
from ..integers import integer, shown
from ..ragged import Side, check_pre_or_post
from ..storage.preparing import prepared_builder
from .columns import Where, chosen_rows, read_columns

if TYPE_CHECKING:
    import tensorflow as tf

BUCKET_BATCHES = 50
"""Of so many batches at a time rows are put together by length."""

_THREADS, _PREFETCHED = 2, 8

_SEEDS = (-(2**63), 2**63 - 1)  # those of TensorFlow


@overload
def batches(
    dataset: str | tfds.core.DatasetBuilder,
    split: str,
    batch_size: int,
    *,
    shuffle_seed: int | None = ...,
    maxlen: int | None = ...,
    padding: Side = ...,
    truncating: Side = ...,
    bucket_by_length: bool = ...,
    drop_remainder: bool = ...,
    repeat: bool = ...,
    num_shards: int = ...,
    index: int = ...,
    where: Where | None = ...,
    features: str = ...,
    data_dir: epath.PathLike | None = ...,
    archive: epath.PathLike | None = ...,
    download: bool = ...,
) -> tf.data.Dataset[tuple[tf.Tensor, tf.Tensor]]: ...
@overload
def batches(
    dataset: str | tfds.core.DatasetBuilder,
    split: str,
    batch_size: int,
    *,
    shuffle_seed: int | None = ...,
    maxlen: int | None = ...,
    padding: Side = ...,
    truncating: Side = ...,
    bucket_by_length: bool = ...,
    drop_remainder: bool = ...,
    repeat: bool = ...,
    num_shards: int = ...,
    index: int = ...,
    where: Where | None = ...,
    features: list[str] | tuple[str, ...],
    data_dir: epath.PathLike | None = ...,
    archive: epath.PathLike | None = ...,
    download: bool = ...,
) -> tf.data.Dataset[tuple[tf.Tensor, dict[str, tf.Tensor]]]: ...
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
    where: Where | None = None,
    features: str | list[str] | tuple[str, ...] = "label",
    data_dir: epath.PathLike | None = None,
    archive: epath.PathLike | None = None,
    download: bool = True,
) -> tf.data.Dataset[tuple[tf.Tensor, Any]]:
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
      where: only these records: a mask `[records]`, numbers of records, in the order in which they
        are wanted, or a function of the columns (see `Columns`) that gives either. Records are
        numbered from 0 in `split`; None takes them all.
      features: what comes beside the tokens: the name of a feature, or a list or tuple of names.
      data_dir: TFDS's data folder, where a name is given; None for TFDS's default.
      archive: to prepare the dataset from, where a name is given; see `Builder`.
      download: False prepares nothing.

    Returns:
      A `tf.data.Dataset` of `(tokens, label)`: int32 `[batch, length]`, as long as the longest row
      of the batch, and int64 `[batch]`. With another name in `features` that feature `[batch]` is
      in the place of the label, and with several a dict of them, as Keras takes the targets of a
      model with several outputs.

    Raises:
      ImdbKerasError: the dataset cannot be prepared, or is not prepared and `download` is False;
        its records cannot be read; an argument makes no sense, or names a feature that the dataset
        does not have.
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
    names = _names_of(features, builder)
    every = builder.info.features if callable(where) else ()
    columns: Any = read_columns(builder, split, dict.fromkeys(["tokens", *every, *names]))
    tokens, taken = columns["tokens"], {name: columns[name] for name in names}
    if maxlen is not None:
        tokens = tokens.truncate(maxlen, truncating)
    rows = np.arange(len(tokens)) if where is None else chosen_rows(where, columns, len(tokens))
    rows = rows[index::num_shards]
    # TensorFlow sets memory aside for a whole batch, be there as many rows or not.
    batch_size = min(batch_size, len(rows) + 1)
    if padding == "pre":
        # TensorFlow pads rows at their end, so they are turned round here, and back in `pad`.
        tokens, rows = tokens.reversed(), len(tokens) - 1 - rows
        taken = {name: column[::-1] for name, column in taken.items()}
    ragged = tf.RaggedTensor.from_row_splits(tokens.values, tokens.row_splits, validate=False)
    lengths, held = tf.constant(tokens.lengths[rows]), {n: tf.constant(taken[n]) for n in taken}
    places = tf.constant(rows)

    def pad(chosen: Any) -> Any:
        chosen = tf.gather(places, chosen)
        padded = tf.gather(ragged, chosen).to_tensor()
        if padding == "pre":
            padded = tf.reverse(padded, [1])
        beside = {name: tf.gather(column, chosen) for name, column in held.items()}
        return padded, beside[features] if isinstance(features, str) else beside

    def bucket(chosen: Any) -> Any:
        by_length = tf.gather(chosen, tf.argsort(tf.gather(lengths, chosen), stable=True))
        return tf.data.Dataset.from_tensor_slices(by_length).batch(batch_size, drop_remainder)

    # Numbers count up faster than TensorFlow takes them out of an array.
    order = tf.data.Dataset.range(len(rows))
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


def _names_of(features: Any, builder: tfds.core.DatasetBuilder) -> list[str]:
    """The features that are asked for; `ImdbKerasError` if they are none that a batch can have."""
    names = [features] if isinstance(features, str) else features
    there_are = [name for name in builder.info.features if name != "tokens"]
    if not isinstance(names, list | tuple) or not names or not all(n in there_are for n in names):
        raise ImdbKerasError(
            f"features={shown(features)} cannot stand beside the tokens in a batch; name one or "
            f"more of {', '.join(there_are)}"
        )
    return list(names)
