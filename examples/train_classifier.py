"""Trains a classifier of reviews: words are embedded and averaged, and the average is weighed.

    python examples/train_classifier.py            # the real reviews, half a minute
    python examples/train_classifier.py --quick    # the sample that comes with the package

Writes the model, `classifier.keras`, and a plot of its training, `training.png`.
"""

import argparse
import functools
import pathlib
from collections.abc import Sequence

import keras
import tensorflow_datasets as tfds
from matplotlib.figure import Figure

import imdb_keras_tfds


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains, evaluates and saves."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="take the sample")
    parser.add_argument("--data-dir", help="TFDS's data folder")
    parser.add_argument("--output", type=pathlib.Path, default="classifier", help="a folder")
    options = parser.parse_args(arguments)

    num_words = 500 if options.quick else 10_000
    name = "imdb_keras/sample_top500" if options.quick else "imdb_keras/top10k"
    builder = tfds.builder(name, data_dir=options.data_dir)
    builder.download_and_prepare()

    keras.utils.set_random_seed(1)
    batches = functools.partial(
        imdb_keras_tfds.batches, builder, batch_size=128, bucket_by_length=True
    )
    # What the test reviews say is asked once, at the end; held-out ones choose the epoch.
    train = batches(split="train[:90%]", shuffle_seed=1)
    held_out, test = batches(split="train[90%:]"), batches(split="test")

    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(num_words, 16, mask_zero=True),
            keras.layers.Dropout(0.5),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(5e-3), "binary_crossentropy", metrics=["accuracy"])
    best = keras.callbacks.EarlyStopping(patience=1, restore_best_weights=True)
    history = model.fit(
        train, epochs=12, validation_data=held_out, callbacks=[best], shuffle=False, verbose=2
    ).history

    options.output.mkdir(parents=True, exist_ok=True)
    model.save(options.output / "classifier.keras")
    plot(history).savefig(options.output / "training.png")
    _, accuracy = model.evaluate(test, verbose=0)
    reviews = builder.info.splits["test"].num_examples
    print(f"accuracy on the {reviews:,} test reviews: {accuracy:.3f}")


def plot(history: dict[str, list[float]]) -> Figure:
    """The curves of training: loss and accuracy by epoch."""
    figure = Figure(figsize=(8, 3), layout="constrained")
    epochs = range(1, len(history["loss"]) + 1)
    for axes, metric in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        axes.plot(epochs, history[metric], "o-", label="train[:90%], with dropout")
        axes.plot(epochs, history[f"val_{metric}"], "o-", label="train[90%:]")
        axes.set(xlabel="epoch", ylabel=metric)
        axes.grid(alpha=0.3)
        axes.legend()
    return figure


if __name__ == "__main__":
    main()
