"""Puts the codec in front of a trained classifier, and serves raw text.

    python examples/train_classifier.py
    python examples/serve_text.py "A wonderful film." "Two hours of my life, gone."

The model that it exports needs TensorFlow, and nothing of this package, to be served: it has its
vocabulary in it. With --quick, train with --quick too.
"""

import argparse
import pathlib
from collections.abc import Sequence

import keras
import tensorflow as tf

import imdb_keras_tfds


def main(arguments: Sequence[str] | None = None) -> None:
    """Exports the model, loads it again, and asks it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", nargs="+", metavar="TEXT", help="a review")
    parser.add_argument("--quick", action="store_true", help="take the sample")
    parser.add_argument("--data-dir", help="TFDS's data folder")
    parser.add_argument(
        "--output",
        type=pathlib.Path,
        default="classifier",
        help="where train_classifier.py wrote its model, and the folder `served` is written",
    )
    options = parser.parse_args(arguments)

    name = "imdb_keras/sample_top500" if options.quick else "imdb_keras/top10k"
    codec = imdb_keras_tfds.codec(name, data_dir=options.data_dir)
    classifier = keras.saving.load_model(options.output / "classifier.keras")
    model = keras.Sequential([keras.Input((), dtype="string"), codec.layer(), classifier])
    model.export(options.output / "served", verbose=False)

    served = tf.saved_model.load(options.output / "served")
    for text, (probability,) in zip(
        options.texts, served.serve(tf.constant(options.texts)).numpy(), strict=True
    ):
        print(f"{probability:.2f} {text}")


if __name__ == "__main__":
    main()
