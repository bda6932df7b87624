"""Reads whole splits of a prepared dataset at once, into flat arrays.

Usage:

    records = records.read(tfds.builder("imdb_keras/top10k"), "test")
    records.tokens[0]   # array([1, 591, 202, 14, ...], dtype=int32)
"""

import os
from dataclasses import dataclass

import numpy as np
import tensorflow_datasets as tfds
from numpy.typing import NDArray

from .config import ImdbKerasConfig
from .corpus import Corpus, RankedReviews
from .errors import ImdbKerasError
from .ragged import Ragged
from .release import Contents
from .sequences import SHUFFLED, order
from .vocabulary import Vocabulary


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


def read(builder: tfds.core.DatasetBuilder, split: str) -> Records:
    """Reads all records of a split.

    Args:
      builder: of a prepared dataset, in any file format.
      split: its name.

    Returns:
      The same as `builder.as_dataset(split=split)`, but all records are parsed by one call.
    """
    import tensorflow as tf

    if builder.info.file_format in tfds.core.FileFormat.with_random_access():
        serialized = tf.constant(
            builder.as_data_source(
                split, deserialize_method=tfds.decode.DeserializeMethod.RAW_BYTES
            )[:]
        )
    else:
        info = builder.info.splits[split]
        files = tf.data.TFRecordDataset([os.fspath(path) for path in info.filepaths])
        serialized = files.batch(info.num_examples).get_single_element()
    parsed = tf.io.parse_example(
        serialized,
        {
            "id": tf.io.FixedLenFeature((), tf.string),
            "tokens": tf.io.RaggedFeature(tf.int64, row_splits_dtype=tf.int64),
            "label": tf.io.FixedLenFeature((), tf.int64),
            "rating": tf.io.FixedLenFeature((), tf.int64),
        },
    )
    tokens = parsed["tokens"]
    return Records(
        ids=[review.decode() for review in parsed["id"].numpy().tolist()],
        tokens=Ragged(tokens.values.numpy().astype(np.int32), tokens.row_splits.numpy()),
        labels=parsed["label"].numpy(),
        ratings=parsed["rating"].numpy().astype(np.int32),
    )


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
    contents = {
        folder: Contents(found["reviews"], found["bytes"], found["sha256"])
        for folder, found in builder.info.metadata["source"].items()
    }
    records = {split: read(builder, split) for split in SHUFFLED}
    for split, found in records.items():
        expected = sum(
            contents[f"{split}/{label}"].reviews for label in builder.info.features["label"].names
        )
        if len(found.ids) != expected:
            raise ImdbKerasError(
                f"{builder.data_dir}: split {split} holds {len(found.ids):,} of {expected:,} "
                "reviews; delete the folder, so that it is built again"
            )
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
    word_index = (builder.data_path / "imdb_word_index.json").read_text()
    return Corpus(Vocabulary.from_json(word_index), splits, contents)
