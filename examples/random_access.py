"""Trains a linear classifier by random access to records: Grain and NumPy, without TensorFlow.

    python examples/random_access.py            # the real reviews, half a minute
    python examples/random_access.py --quick    # the sample that comes with the package

A data source of TFDS has `__len__` and `__getitem__`, which is all that Grain asks for; PyTorch's
`DataLoader` takes it just as well.
"""

import argparse
from collections.abc import Sequence
from typing import Any, NamedTuple

import grain
import numpy as np
import tensorflow_datasets as tfds
from numpy.typing import NDArray

import imdb_keras_tfds  # noqa: F401  (registers the dataset)

EPOCHS = 2
RATE = 0.05


class Batch(NamedTuple):
    """A batch of reviews as sets of words.

    Attributes:
      words: int32, the distinct ids of all reviews, one review behind the other.
      rows: int64, for each of them the review that it is from.
      labels: int64 `[reviews]`.
    """

    words: NDArray[np.int32]
    rows: NDArray[np.int64]
    labels: NDArray[np.int64]


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains and evaluates."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="take the sample")
    parser.add_argument(
        "--data-dir",
        default="data/array_record",
        help="a data folder of its own: in a folder TFDS keeps a dataset in one file format",
    )
    options = parser.parse_args(arguments)

    num_words = 500 if options.quick else 10_000
    name = "imdb_keras/sample_top500" if options.quick else "imdb_keras/top10k"
    builder = tfds.builder(name, data_dir=options.data_dir, file_format="array_record")
    builder.download_and_prepare()
    train, test = (
        grain.MapDataset.source(builder.as_data_source(split=s)) for s in ("train", "test")
    )
    print(f"{len(train):,} reviews; the one at place 40: {train[40]['id'].decode()}")

    # The start marker stands in every review, so that its weight is the bias.
    weights = np.zeros(num_words)
    squares = np.full_like(weights, 0.1)
    for batch in batches(train.seed(1).shuffle().repeat(EPOCHS)):
        error = batch.labels - 1 / (1 + np.exp(-scores(weights, batch)))
        gradient = np.bincount(batch.words, error[batch.rows], minlength=len(weights))
        squares += gradient**2
        weights += RATE * gradient / np.sqrt(squares)  # Adagrad

    right = sum(np.sum((scores(weights, batch) > 0) == batch.labels) for batch in batches(test))
    print(f"accuracy on the {len(test):,} test reviews: {right / len(test):.3f}")


def batches(reviews: grain.MapDataset[Any]) -> grain.IterDataset[Batch]:
    """Batches of 64 reviews; Grain reads ahead in threads."""
    return reviews.map(to_set).batch(64, batch_fn=to_batch).to_iter_dataset()


def to_set(review: dict[str, Any]) -> tuple[NDArray[np.int32], int]:
    """The distinct ids of a review, and its label."""
    return np.unique(review["tokens"]), review["label"]


def to_batch(reviews: Sequence[tuple[NDArray[np.int32], int]]) -> Batch:
    """Lays reviews one behind the other."""
    words, labels = zip(*reviews, strict=True)
    rows = np.repeat(np.arange(len(words)), [len(review) for review in words])
    return Batch(np.concatenate(words), rows, np.array(labels))


def scores(weights: NDArray[np.float64], batch: Batch) -> NDArray[Any]:
    """The sum of the weights of each review's words, `[reviews]`; positive for a good review."""
    return np.bincount(batch.rows, weights[batch.words], minlength=len(batch.labels))


if __name__ == "__main__":
    main()
