"""A program of a user, for type checkers: `test_typing.py` has them read it, and nothing runs it.

Every name that the package exports is used, and what it gives is said.
"""

import pathlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import tensorflow as tf
import tensorflow_datasets as tfds
from scipy.sparse import csr_matrix
from typing_extensions import assert_type

import imdb_keras_tfds
from imdb_keras_tfds import (
    Builder,
    Codec,
    Columns,
    ImdbKerasConfig,
    ImdbKerasError,
    Ragged,
    bag_of_words,
    batches,
    codec,
    export_parquet,
    get_word_index,
    load_columns,
    load_data,
    load_ragged,
    report,
    to_arrow,  # pyright: ignore[reportUnknownVariableType]  # pyarrow has no types yet.
)
from imdb_keras_tfds.layer import TextToIds

Labels = npt.NDArray[np.int64]

# Keras's functions.
(x_train, y_train), (x_test, y_test) = load_data(num_words=10_000)
assert_type(x_train, npt.NDArray[np.object_])
assert_type(y_test, Labels)
assert_type(load_data(None, 10_000, semantics="documented", data_dir="/data")[0][1], Labels)
assert_type(load_data(nb_words=10_000)[0][1], Labels)
three = load_data(validation_split=0.2)
assert_type(three[2][0], npt.NDArray[np.object_])
word_index = get_word_index(data_dir="/data")
assert_type(word_index, dict[str, int])
assert_type(imdb_keras_tfds.get_word_index()["film"], int)

# Flat arrays.
(train, train_labels), (test, _) = load_ragged(num_words=10_000, archive="/data/aclImdb_v1.tar.gz")
assert_type(train, Ragged)
assert_type(load_ragged(validation_split=0.2)[2][0], Ragged)
assert_type(train_labels, Labels)
assert_type(train.values, npt.NDArray[Any])
assert_type(train.row_splits, npt.NDArray[np.int64])
assert_type(train.shape, tuple[int, None])
assert_type(train.dtype, np.dtype[Any])
assert_type(len(train), int)
assert_type(train[-1], npt.NDArray[Any])
assert_type(train[np.int32(3)], npt.NDArray[Any])
assert_type(train[2:5], Ragged)
assert_type(train[[0, 7]], Ragged)
assert_type(train[np.array([0, 7])], Ragged)
assert_type(train[train_labels > 0], Ragged)
positive: npt.NDArray[np.bool_] = train_labels == 1  # Any to NumPy.
assert_type(train[positive], Ragged)
assert_type(iter(train), Iterator[npt.NDArray[Any]])
assert_type(train.tolist(), list[list[Any]])
assert_type(train.to_padded(256, value=0, padding="pre", truncating="post"), npt.NDArray[Any])
assert_type(train.equals(test), bool)

# Text.
by_name = codec("imdb_keras/top10k", data_dir="/data")
assert_type(by_name, Codec)
assert_type(codec(num_words=10_000, skip_top=20, semantics="documented"), Codec)
assert_type(codec(), Codec)
assert_type(by_name.config, ImdbKerasConfig)
assert_type(by_name.vocabulary_size, int)
assert_type(by_name.word_index, dict[str, int])
assert_type(len(by_name), int)
assert_type(by_name.encode("What a film!"), npt.NDArray[np.int32])
assert_type(by_name.encode(["A film", b"Bad."], unknown="oov"), list[npt.NDArray[np.int32]])
assert_type(by_name.decode([1, 14, 22]), str)
assert_type(by_name.decode(train[:3]), list[str])
assert_type(by_name.decode([[1, 14], [1]], skip_special=True), list[str])
assert_type(by_name.layer(maxlen=256, padding="pre"), TextToIds)

# TFDS.
config = ImdbKerasConfig(num_words=10_000, maxlen=None)
assert_type(config, ImdbKerasConfig)
assert_type(config.name, str)
assert_type(config.num_words, int | None)
assert_type(config.settings, dict[str, Any])
assert_type(config.word_indices, range)
assert_type(ImdbKerasConfig.from_name("top10k"), ImdbKerasConfig)
builder = Builder(config=config)
assert_type(builder, Builder)
assert_type(codec(builder), Codec)
as_base: tfds.core.DatasetBuilder = builder
assert_type(
    batches(builder, "train[:80%]", 64, shuffle_seed=1, padding="pre"),
    tf.data.Dataset[tuple[tf.Tensor, tf.Tensor]],
)


# Choosing records, and other features.
def is_good(columns: Columns) -> npt.NDArray[np.bool_]:
    """A predicate with types of its own."""
    return columns["rating"] > 5


assert_type(
    batches(builder, "train", 64, where=is_good, features="rating"),
    tf.data.Dataset[tuple[tf.Tensor, tf.Tensor]],
)
assert_type(
    batches("imdb_keras/top10k", "train", 64, where=[0, 5], features=("rating", "id")),
    tf.data.Dataset[tuple[tf.Tensor, dict[str, tf.Tensor]]],
)
batches("imdb_keras/top10k", "train", 64, where=lambda r: r["label"] == 1)
batches("imdb_keras/top10k", "train", 64, where=positive)
columns = load_columns("imdb_keras/top10k", "train[:80%]", download=False)
assert_type(columns, Columns)
assert_type(columns["id"], npt.NDArray[np.str_])
assert_type(columns["tokens"], Ragged)
assert_type(columns["label"], Labels)
assert_type(columns["rating"], npt.NDArray[np.int32])
assert_type(columns["movie"], npt.NDArray[np.str_])
assert_type(columns["duplicate_of"], npt.NDArray[np.str_])

# For other programs.
assert_type(export_parquet("imdb_keras/top10k_text", "imdb", force=True), pathlib.Path)
export_parquet(builder, pathlib.Path("imdb"), max_shard_size=64_000_000, data_dir="/data")
words: csr_matrix = bag_of_words("imdb_keras/top10k", "train", counts=True)
table: pa.Table = to_arrow(builder, "train[:80%]", download=False)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]

# For people.
assert_type(report("imdb_keras/top10k", data_dir="/data"), str)

# Errors.
error: ValueError = ImdbKerasError("one line")

# What is wrong is found: each of these lines must be an error, as its comment says.
load_data(num_words="many")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
load_data()[2]  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
codec("imdb_keras/top10k", num_words=5)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
train.to_padded(padding="left")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
train.values = train.values  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
by_name.encode("A film", unknown="drop")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
imdb_keras_tfds.nothing()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
columns["stars"]  # type: ignore[typeddict-item]  # pyright: ignore[reportGeneralTypeIssues]
export_parquet(builder, "imdb", max_shard_size="500MB")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
batches(builder, "train", 64, features=5)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
