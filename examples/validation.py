"""How much does a held-out accuracy tell, if the films of the reviews held out are known?

    python examples/validation.py            # the real reviews, less than a minute
    python examples/validation.py --quick    # the sample that comes with the package

The same classifier (a bag of words and logistic regression of scikit-learn) is trained on parts of
`train`: what a random cut leaves, what the split `validation` leaves, and by five folds of films.
"""

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold

import imdb_keras_tfds
from imdb_keras_tfds import Columns

NUM_WORDS = 10_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains and compares."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="take the sample")
    parser.add_argument("--data-dir", help="TFDS's data folder")
    options = parser.parse_args(arguments)

    whole, cut = "top10k", "top10k_val20"
    if options.quick:
        whole, cut = "sample_top500", "sample_top500_val20"

    def load(config: str, split: str) -> Columns:
        return imdb_keras_tfds.load_columns(
            f"imdb_keras/{config}", split, data_dir=options.data_dir
        )

    train, test = load(whole, "train"), load(whole, "test")
    # Keras's order is a shuffled one, so that its last fifth is a random one.
    cuts = {
        "a random fifth": (load(whole, "train[:80%]"), load(whole, "train[80%:]")),
        "validation": (load(cut, "train"), load(cut, "validation")),
    }
    is_copy = np.char.startswith(test["duplicate_of"], "train/")
    print(f"{is_copy.sum()} of {len(is_copy):,} test reviews are copies of training reviews")

    for name, (rest, held) in cuts.items():
        known = np.isin(held["movie"], rest["movie"]).mean()
        model = fitted(words_of(rest), rest["label"])
        right = model.predict(words_of(test)) == test["label"]
        print(f"{name}: {known:.1%} of its reviews are of a film that train has too")
        print(f"  accuracy {model.score(words_of(held), held['label']):.4f}", end=", ")
        print(f"on test {right.mean():.4f}, on test without copies {right[~is_copy].mean():.4f}")

    words, labels, films = words_of(train), train["label"], train["movie"]
    for name, folds in (
        ("at random", KFold(5).split(words)),
        ("of films", GroupKFold(5).split(words, groups=films)),
    ):
        scores = [
            fitted(words[others], labels[others]).score(words[fold], labels[fold])
            for others, fold in folds
        ]
        print(f"five folds {name}: accuracy {np.mean(scores):.4f}")


def words_of(columns: Columns) -> csr_matrix:
    """Which ids stand in each review, `[reviews, ids]`."""
    tokens = columns["tokens"]
    ones = np.ones(len(tokens.values), np.float32)
    shape = (len(tokens), NUM_WORDS)
    words = csr_matrix((ones, tokens.values, tokens.row_splits), shape, copy=True)
    words.sum_duplicates()
    words.data[:] = 1
    return words


def fitted(words: csr_matrix, labels: NDArray[np.int64]) -> Any:
    """A trained classifier."""
    return LogisticRegression(C=0.03, max_iter=1_000).fit(words, labels)


if __name__ == "__main__":
    main()
