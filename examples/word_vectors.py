"""Makes word vectors from the unsupervised split, and shows what they are worth.

    python examples/word_vectors.py            # the real reviews, half a minute
    python examples/word_vectors.py --quick    # the sample that comes with the package

Words that occur near the same words get like vectors (positive pointwise mutual information, and
its singular vectors). They pay where few reviews have a label: what is learned of a word then goes
for words like it, too.
"""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import scipy.sparse.linalg
import tensorflow_datasets as tfds
from numpy.typing import NDArray

import imdb_keras_tfds

WINDOW = 5
SIZE = 64
DRAWS = 10
RIDGE = 3.0

Array = NDArray[Any]


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints neighbours of some words, and accuracies with few labelled reviews."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="take the sample")
    parser.add_argument("--data-dir", help="TFDS's data folder")
    options = parser.parse_args(arguments)

    num_words = 500 if options.quick else 10_000
    name = "imdb_keras/sample_top500" if options.quick else "imdb_keras/top10k"
    builder = tfds.builder(name, data_dir=options.data_dir)
    builder.download_and_prepare()
    codec = imdb_keras_tfds.codec(builder)

    counts = co_occurrences(builder, num_words)
    special = slice(codec.config.index_from + 1)  # padding, start marker and OOV are no words
    counts[special] = counts[:, special] = 0
    rarity = 1e-3 / (1e-3 + counts.sum(axis=1) / counts.sum())
    rarity[special] = 0
    related = scipy.sparse.csr_array(associations(counts))
    vectors, _, _ = scipy.sparse.linalg.svds(related, SIZE, v0=np.ones(num_words))
    for word in ("great", "boring", "director"):
        place = codec.encode(word)[-1]
        print(f"{word}: {codec.decode(neighbours(vectors, place))}")

    labelled = 4 if options.quick else 100
    by_words, by_vectors = accuracies(builder, rarity, vectors, labelled)
    print(f"accuracy with {labelled} labelled reviews, mean of {DRAWS} draws:")
    print(f"  words each by itself {by_words:.3f}, words by their vectors {by_vectors:.3f}")


def accuracies(
    builder: tfds.core.DatasetBuilder, rarity: Array, vectors: Array, labelled: int
) -> tuple[float, float]:
    """The accuracy of classifiers that weigh words each by itself, and by their vectors.

    A review is classified by the mean weight of its words. Both are learned in the same way from a
    number of labelled reviews; the accuracies are means over `DRAWS` different ones.
    """
    parts = zip(*bags(builder, f"train[:{labelled * DRAWS}]", rarity), strict=True)
    reviews, labels = map(np.concatenate, parts)
    learned = []
    for draw in np.split(np.arange(labelled * DRAWS), DRAWS):
        learned.append(ridge(reviews[draw], labels[draw]))
        bias, weights = ridge(reviews[draw] @ vectors, labels[draw])
        learned.append((bias, vectors @ weights))
    biases, weights = map(np.array, zip(*learned, strict=True))
    right = np.zeros(len(learned))
    for reviews, labels in bags(builder, "test", rarity):
        right += ((reviews @ weights.T + biases > 0) == labels[:, np.newaxis]).sum(axis=0)
    by_words, by_vectors = right.reshape(DRAWS, 2).mean(axis=0)
    tested = builder.info.splits["test"].num_examples
    return by_words / tested, by_vectors / tested


def co_occurrences(builder: tfds.core.DatasetBuilder, num_words: int) -> Array:
    """How often ids stand within `WINDOW` of each other, `[num_words, num_words]`."""
    counts = np.zeros((num_words, num_words), np.float32)
    reviews = imdb_keras_tfds.batches(builder, "unsupervised", 1_000, bucket_by_length=True)
    for tokens, _ in reviews.as_numpy_iterator():
        for distance in range(1, WINDOW + 1):
            pairs = tokens[:, :-distance] * num_words + tokens[:, distance:]
            np.add.at(counts.reshape(-1), pairs.ravel(), np.float32(1))
    counts += counts.T
    return counts


def associations(counts: Array) -> Array:
    """How much more often words stand together than by chance: the logarithm, where it is more."""
    totals = counts.sum(axis=1)
    context = np.maximum(totals, 1) ** 0.75
    counts /= np.maximum(totals, 1)[:, np.newaxis]
    counts /= context / context.sum()
    logarithms: Array = np.log(np.maximum(counts, 1, out=counts), out=counts)
    return logarithms


def neighbours(vectors: Array, place: int) -> Array:
    """The six words whose vectors point most nearly the same way."""
    norms = np.linalg.norm(vectors, axis=1)
    cosines = vectors @ vectors[place] / np.maximum(norms, 1e-9)
    return np.argsort(-cosines)[1:7]


def bags(
    builder: tfds.core.DatasetBuilder, split: str, rarity: Array
) -> Iterator[tuple[Array, Array]]:
    """Batches of reviews, `[batch, num_words]`, each the mean of its words; and their labels."""
    for tokens, labels in imdb_keras_tfds.batches(builder, split, 250).as_numpy_iterator():
        bag = np.zeros((len(tokens), len(rarity)), np.float32)
        np.put_along_axis(bag, tokens, rarity[tokens], axis=1)
        yield bag / np.maximum(bag.sum(axis=1, keepdims=True), 1e-9), labels


def ridge(features: Array, labels: Array) -> tuple[float, Array]:
    """Bias and weights by ridge regression, the labels taken for -1 and 1."""
    centre = features.mean(axis=0)
    centred = features - centre
    kernel = centred @ centred.T
    kernel += RIDGE * np.trace(kernel) / len(kernel) * np.eye(len(kernel), dtype=np.float32)
    weights = centred.T @ np.linalg.solve(kernel, 2 * (labels - labels.mean()))
    return -centre @ weights, weights


if __name__ == "__main__":
    main()
