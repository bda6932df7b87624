"""Predicts the stars that a reviewer gave, which neither Keras's dataset nor TFDS's has.

    python examples/predict_rating.py            # the real reviews, less than a minute
    python examples/predict_rating.py --quick    # the sample that comes with the package

The model gives each number of stars a probability. What is told is the median: no other answer has
a smaller mean absolute error.
"""

import argparse
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow_datasets as tfds

import imdb_keras_tfds  # noqa: F401  (registers the dataset)


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains, and compares with the best answer that is always the same."""
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

    keras.utils.set_random_seed(1)
    train, held_out, test = (
        builder.as_dataset(split=split).map(tokens_and_rating).cache()
        for split in ("train[:90%]", "train[90%:]", "test")
    )

    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(num_words, 16, mask_zero=True),
            keras.layers.Dropout(0.5),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(11, activation="softmax"),  # 0 to 10 stars
        ]
    )
    model.compile(keras.optimizers.Adam(1e-2), "sparse_categorical_crossentropy")
    model.fit(
        train.shuffle(25_000, seed=1).padded_batch(128),
        epochs=12,
        validation_data=held_out.padded_batch(128),
        callbacks=[keras.callbacks.EarlyStopping(patience=1, restore_best_weights=True)],
        shuffle=False,
        verbose=2,
    )

    ratings, known = (
        np.array([rating for _, rating in part.as_numpy_iterator()]) for part in (test, train)
    )
    predicted = medians(model.predict(test.padded_batch(128), verbose=0))
    for answer, stars in {"always the median": np.median(known), "the model": predicted}.items():
        print(f"{answer}: {np.abs(ratings - stars).mean():.2f} stars off on average")


def tokens_and_rating(review: dict[str, Any]) -> tuple[Any, Any]:
    """What the model gets to see, and what it has to tell."""
    return review["tokens"][:400], review["rating"]


def medians(probabilities: Any) -> Any:
    """The median of each distribution: where half of the probability is reached."""
    return (probabilities.cumsum(axis=1) < 0.5).sum(axis=1)


if __name__ == "__main__":
    main()
