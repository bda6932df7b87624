"""Writes records in one canonical form, and reads whole splits at once into flat arrays.

Usage:

    found = records.read(tfds.builder("imdb_keras/top10k"), "test")
    found.tokens[0]   # array([1, 591, 202, 14, ...], dtype=int32)
"""

import functools
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import google_crc32c
import numpy as np
import tensorflow_datasets as tfds
from etils import epath
from numpy.typing import NDArray

from .config import ImdbKerasConfig
from .corpus import Corpus, RankedReviews, recall, remember
from .errors import ImdbKerasError
from .ragged import Ragged, concatenate
from .release import SPLITS, Contents
from .sequences import SHUFFLED, Encoded, order
from .vocabulary import WORD_INDEX, Vocabulary

BUCKET_BATCHES = 50
"""Of so many batches at a time rows are put together by length."""

# This bounds the memory, not the result.
_ROWS_AT_ONCE = 5_000

_THREADS, _PREFETCHED = 2, 8


@dataclass(frozen=True, eq=False)
class Records:
    """The records of a split, in their order.

    Attributes:
      ids: `[records]`, see `archive.Review.id`.
      tokens: int32, one row a record.
      labels: int64 `[records]`.
      ratings: int32 `[records]`.
    """

    ids: list[str]
    tokens: Ragged
    labels: NDArray[np.int64]
    ratings: NDArray[np.int32]

    @classmethod
    def of(cls, reviews: RankedReviews, encoded: Encoded) -> "Records":
        """The records of a split: which reviews, and their ids."""
        return cls(
            ids=[reviews.ids[review] for review in encoded.reviews],
            tokens=encoded.ids,
            labels=reviews.labels[encoded.reviews],
            ratings=reviews.ratings[encoded.reviews],
        )

    def __iter__(self) -> Iterator[tuple[str, int, int, NDArray[np.int32]]]:
        """Id, label, rating and tokens of each record."""
        return zip(self.ids, self.labels.tolist(), self.ratings.tolist(), self.tokens, strict=True)


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


def serialize(records: Records) -> Iterator[bytes]:
    """Serialises records as `tf.train.Example`, straight from the flat arrays.

    The map of features, which Python's protobuf serialises in another order in each process, is in
    ascending order of their names.

    Args:
      records: whole records.

    Yields:
      For each record the bytes of TFDS's serialiser, or rather those that
      `SerializeToString(deterministic=True)` gives for them.
    """
    heads: dict[tuple[int, int], bytes] = {}
    for name, label, rating, tokens in zip(
        records.ids,
        records.labels.tolist(),
        records.ratings.tolist(),
        _varints(records.tokens),
        strict=True,
    ):
        head = heads.get((label, rating))
        if head is None:
            head = _int64_entry(b"label", _varint(label)) + _int64_entry(b"rating", _varint(rating))
            heads[label, rating] = head
        text = _field(_BYTES_LIST, _field(_FIRST, name.encode()))
        yield _field(_FIRST, _entry(b"id", text) + head + _int64_entry(b"tokens", tokens))


# Tags of the length-delimited fields of protobuf messages: field number << 3 | 2. Field 1 of
# Example holds the Features, of Features a map entry, of an entry the name, of a list the values.
_FIRST = b"\x0a"
_VALUE_OF_ENTRY = b"\x12"
_BYTES_LIST = b"\x0a"
_INT64_LIST = b"\x1a"


def _int64_entry(name: bytes, packed: bytes) -> bytes:
    return _entry(name, _field(_INT64_LIST, _field(_FIRST, packed) if packed else b""))


def _entry(name: bytes, feature: bytes) -> bytes:
    return _field(_FIRST, _field(_FIRST, name) + _field(_VALUE_OF_ENTRY, feature))


def _field(tag: bytes, content: bytes) -> bytes:
    return tag + _varint(len(content)) + content


@functools.cache
def _varint(value: int) -> bytes:
    """The base-128 varint of an int64; protobuf writes a negative one as if unsigned."""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _varints(rows: Ragged) -> Iterator[bytes]:
    """The varints of each row one behind the other, for numbers of 31 bits."""
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows.rows(start, min(start + _ROWS_AT_ONCE, len(rows)))
        values = part.values.astype(np.uint32)
        sizes = np.ones(len(values), np.int64)
        for shift in (7, 14, 21, 28):
            sizes += values >> shift > 0
        ends = np.cumsum(sizes)
        encoded = np.empty(ends[-1] if len(ends) else 0, np.uint8)
        for place in range(int(sizes.max(initial=0))):
            reaches = sizes > place
            digit = values[reaches] >> (7 * place) & 0x7F
            more = sizes[reaches] > place + 1
            encoded[(ends - sizes)[reaches] + place] = digit | more.astype(np.uint32) << 7
        text = encoded.tobytes()
        bounds = np.append(0, ends)[part.row_splits].tolist()
        yield from (text[begin:end] for begin, end in pairwise(bounds))


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


def parse(serialized: Any) -> Records:
    """Parses serialised records, all by one call.

    Args:
      serialized: a string tensor `[records]`, or a sequence of bytes.
    """
    parsed = _parse(serialized, "id", "tokens", "label", "rating")
    return Records(
        ids=[review.decode() for review in parsed["id"].numpy().tolist()],
        tokens=_flat(parsed["tokens"]),
        labels=parsed["label"].numpy(),
        ratings=parsed["rating"].numpy().astype(np.int32),
    )


def _parse(serialized: Any, *features: str) -> dict[str, Any]:
    """The tensors of some features; tokens are ragged."""
    import tensorflow as tf

    types = {
        "id": tf.io.FixedLenFeature((), tf.string),
        "tokens": tf.io.RaggedFeature(tf.int64, row_splits_dtype=tf.int64),
        "label": tf.io.FixedLenFeature((), tf.int64),
        "rating": tf.io.FixedLenFeature((), tf.int64),
    }
    parsed: dict[str, Any] = tf.io.parse_example(
        serialized, {feature: types[feature] for feature in features}
    )
    return parsed


def _flat(tokens: Any) -> Ragged:
    import tensorflow as tf

    return Ragged(tf.cast(tokens.values, tf.int32).numpy(), tokens.row_splits.numpy())


def read(builder: tfds.core.DatasetBuilder, split: str) -> Records:
    """Reads all records of a split.

    Args:
      builder: of a prepared dataset, as TFRecords or ArrayRecords.
      split: its name.

    Returns:
      The same as `builder.as_dataset(split=split)`, but all records are parsed by one call.
    """
    return parse(_serialized(builder, split))


def _serialized(builder: tfds.core.DatasetBuilder, split: str) -> Any:
    """The records of a split as `parse` takes them."""
    import tensorflow as tf

    info, file_format = builder.info.splits[split], builder.info.file_format
    paths = [os.fspath(path) for path in info.filepaths]
    if file_format == tfds.core.FileFormat.TFRECORD:
        return tf.data.TFRecordDataset(paths).batch(info.num_examples).get_single_element()
    return [record for path in paths for record in raw(path, file_format)]


def contents_of(builder: tfds.core.DatasetBuilder) -> dict[str, Contents]:
    """What the source of a prepared dataset held, by folder."""
    return {
        folder: Contents(found["reviews"], found["bytes"], found["sha256"])
        for folder, found in builder.info.metadata["source"].items()
    }


def read_corpus(builder: tfds.core.DatasetBuilder) -> Corpus:
    """The labelled reviews as ranks, in canonical order, out of a dataset that holds every word.

    Args:
      builder: of the prepared config `full`, or another one that keeps all words and reviews.

    Returns:
      The corpus that the dataset was built from, with the splits `train` and `test`.

    Raises:
      ImdbKerasError: the dataset does not hold all reviews.
    """
    config: ImdbKerasConfig = builder.builder_config
    contents = contents_of(builder)
    for split in SHUFFLED:
        held = builder.info.splits[split].num_examples
        expected = sum(contents[folder].reviews for folder in SPLITS[split])
        if held != expected:
            raise ImdbKerasError(
                f"{builder.data_dir}: split {split} holds {held:,} of {expected:,} reviews; delete "
                "the folder, so that it is built again"
            )
    corpus = recall(contents, SHUFFLED)
    if corpus is not None:
        return corpus
    records = {split: read(builder, split) for split in SHUFFLED}
    places = order({split: len(found.ids) for split, found in records.items()}, config.seed)
    splits = {}
    for split, found in records.items():
        canonical = np.argsort(places[split])
        is_word = np.ones(len(found.tokens.values), np.bool_)
        if config.start_char is not None:
            is_word[found.tokens.row_splits[:-1]] = False
        words = found.tokens.keep_values(is_word)
        ranks = Ragged(words.values - np.int32(config.index_from), words.row_splits)
        splits[split] = RankedReviews(
            ids=[found.ids[place] for place in canonical],
            ranks=ranks.take(canonical),
            labels=found.labels[canonical],
            ratings=found.ratings[canonical],
        )
    word_index = (builder.data_path / WORD_INDEX).read_text()
    corpus = Corpus(Vocabulary.from_json(word_index), splits, contents)
    remember(corpus)
    return corpus


def batches(
    dataset: str | tfds.core.DatasetBuilder,
    split: str,
    batch_size: int,
    *,
    shuffle_seed: int | None = None,
    maxlen: int | None = None,
    padding: str = "post",
    truncating: str = "post",
    bucket_by_length: bool = False,
    drop_remainder: bool = False,
    repeat: bool = False,
    num_shards: int = 1,
    index: int = 0,
    data_dir: epath.PathLike | None = None,
) -> Any:
    """Padded batches for training, faster than TFDS gives them.

    The records are read and parsed when this is called; an epoch only puts batches together.

    Args:
      dataset: name (`imdb_keras/top10k`) or builder of a prepared dataset.
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

    Returns:
      A `tf.data.Dataset` of `(tokens, label)`: int32 `[batch, length]`, as long as the longest row
      of the batch, and int64 `[batch]`.

    Raises:
      ImdbKerasError: the dataset is not prepared, or an argument makes no sense.
    """
    import tensorflow as tf

    check_pre_or_post(padding=padding, truncating=truncating)
    if batch_size < 1 or not 0 <= index < num_shards or (maxlen is not None and maxlen < 0):
        raise ImdbKerasError(
            f"batch_size={batch_size}, maxlen={maxlen}, index={index}, num_shards={num_shards} do "
            "not make batches; give a batch_size of 1 or more, an index below num_shards"
        )
    builder = tfds.builder(dataset, data_dir=data_dir) if isinstance(dataset, str) else dataset
    if not builder.is_prepared():
        raise ImdbKerasError(f"{builder.data_dir}: no dataset is prepared there; build it first")

    tokens, labels = _rows_of(builder, split)
    if maxlen is not None and truncating == "post":
        tokens = tokens.truncate(maxlen)
    elif maxlen is not None:
        tokens = tokens.reversed().truncate(maxlen).reversed()
    rows = np.arange(index, len(labels), num_shards)
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


def check_pre_or_post(**arguments: str) -> None:
    """Refuses `padding` and `truncating` that are neither.

    Raises:
      ImdbKerasError: one is not `pre` or `post`.
    """
    for name, value in arguments.items():
        if value not in ("pre", "post"):
            raise ImdbKerasError(f"{name}={value!r} is unknown; use 'pre' or 'post'")


def _rows_of(builder: tfds.core.DatasetBuilder, split: str) -> tuple[Ragged, NDArray[np.int64]]:
    """Tokens and labels of what TFDS takes a split's spelling for."""
    parts = []
    for part in tfds.core.ReadInstruction.from_spec(split).to_absolute(builder.info.splits):
        found = _parse(_serialized(builder, part.splitname), "tokens", "label")
        tokens, labels = _flat(found["tokens"]), found["label"].numpy()
        start, stop = part.from_ or 0, len(labels) if part.to is None else part.to
        parts.append((tokens.rows(start, stop), labels[start:stop]))
    tokens = concatenate(tokens for tokens, _ in parts)
    return tokens, np.concatenate([labels for _, labels in parts])
