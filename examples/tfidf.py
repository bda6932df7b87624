"""TF-IDF and logistic regression: the baseline that every model of text should be held against.

python examples/tfidf.py            # the real reviews, in seconds
python examples/tfidf.py --quick    # the sample that comes with the package
"""

import argparse
from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import imdb_keras_tfds


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains, and tells which words speak for either label."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="take the sample")
    parser.add_argument("--data-dir", help="TFDS's data folder")
    options = parser.parse_args(arguments)
    name = "imdb_keras/sample_top500" if options.quick else "imdb_keras/top20k"

    words, labels = {}, {}
    for split in ("train", "test"):
        words[split] = imdb_keras_tfds.bag_of_words(
            name, split, counts=True, data_dir=options.data_dir
        )
        labels[split] = imdb_keras_tfds.load_columns(name, split, data_dir=options.data_dir)[
            "label"
        ]

    model = make_pipeline(
        TfidfTransformer(sublinear_tf=True),
        # With fewer reviews than words, the dual problem is solved several times as fast.
        LogisticRegression(C=3, solver="liblinear", dual=True, random_state=1),
    )
    model.fit(words["train"], labels["train"])

    codec = imdb_keras_tfds.codec(name, data_dir=options.data_dir)
    weights = np.argsort(model[-1].coef_[0])
    for label, ids in (("negative", weights[:6]), ("positive", weights[:-7:-1])):
        print(f"{label}: {codec.decode(ids)}")
    accuracy = model.score(words["test"], labels["test"])
    print(f"accuracy on the {len(labels['test']):,} test reviews: {accuracy:.3f}")


if __name__ == "__main__":
    main()
