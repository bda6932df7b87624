import pathlib
import re
import shlex

import keras
import numpy as np
import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds.source.reviews import Source
from imdb_keras_tfds.storage import splits
from tests.helpers import pages
from tests.helpers.examples import run_example
from tests.helpers.serving import serve

EXAMPLES = [passage for passage in pages.passages() if passage.is_example]

# Another machine adds up in another order, and a model that is trained there is another one.
TOLERANCE = 0.03

_FIGURE = re.compile(r"\b\d\.\d+\b")


def assert_prints_what_the_pages_say(script: str, *options: str) -> list[float]:
    """Runs the command of a page with options added; returns the figures that it prints."""
    (passage,) = (passage for passage in EXAMPLES if script in passage.code)
    python, path, *arguments = shlex.split(passage.code.replace("\\\n", ""))
    assert (python, path) == ("python", f"examples/{script}")
    assert passage.output
    expected = passage.output.splitlines()
    printed = run_example(script, *arguments, *options)[-len(expected) :]
    assert [_FIGURE.sub("#", line) for line in printed] == [
        _FIGURE.sub("#", line) for line in expected
    ]
    figures, told = (
        [float(figure) for line in lines for figure in _FIGURE.findall(line)]
        for lines in (printed, expected)
    )
    assert figures == pytest.approx(told, abs=TOLERANCE)
    return figures


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Where the classifier is, once `accuracy` was asked for."""
    return tmp_path_factory.mktemp("classifier")


@pytest.fixture(scope="module")
def accuracy(
    top10k: tfds.core.DatasetBuilder, data_dir: pathlib.Path, output: pathlib.Path
) -> float:
    """The accuracy of the classifier, trained by the example."""
    options = ["--data-dir", str(data_dir), "--output", str(output)]
    (accuracy,) = assert_prints_what_the_pages_say("train_classifier.py", *options)
    return accuracy


def test_the_classifier_is_accurate(accuracy: float, output: pathlib.Path) -> None:
    assert accuracy >= 0.87
    assert (output / "training.png").read_bytes().startswith(b"\x89PNG\r\n")


@pytest.mark.usefixtures("accuracy")
def test_the_classifier_serves_text_as_it_does_ids(
    top10k: tfds.core.DatasetBuilder,
    data_dir: pathlib.Path,
    output: pathlib.Path,
    real_source: Source,
    tmp_path: pathlib.Path,
) -> None:
    options = ["--data-dir", str(data_dir), "--output", str(output)]
    assert_prints_what_the_pages_say("serve_text.py", *options)

    reviews = real_source.splits["test"]
    found = splits.read(top10k, "test")
    place = {name: i for i, name in enumerate(reviews.ids)}
    texts = [reviews[place[name]].text.decode() for name in found.ids[:1_000]]
    (served,) = serve(output / "served", [texts], scratch=tmp_path)
    ids = keras.utils.pad_sequences([found.tokens[i] for i in range(1_000)], padding="post")
    classifier = keras.saving.load_model(output / "classifier.keras")
    assert np.allclose(served, classifier.predict(ids, verbose=0), atol=1e-5)


@pytest.mark.usefixtures("real_archive")
def test_random_access(tmp_path: pathlib.Path) -> None:
    (accuracy,) = assert_prints_what_the_pages_say("random_access.py", "--data-dir", str(tmp_path))
    assert accuracy >= 0.87


@pytest.mark.usefixtures("top10k")
def test_ratings(data_dir: pathlib.Path) -> None:
    constant, model = assert_prints_what_the_pages_say(
        "predict_rating.py", "--data-dir", str(data_dir)
    )
    assert model < constant / 2


@pytest.mark.usefixtures("top10k")
def test_validation(real_archive: str, data_dir: pathlib.Path) -> None:
    shares = assert_prints_what_the_pages_say("validation.py", "--data-dir", str(data_dir))
    at_random, of_films = shares[-2:]
    assert of_films < at_random


@pytest.mark.usefixtures("real_archive")
def test_the_baseline(data_dir: pathlib.Path) -> None:
    (accuracy,) = assert_prints_what_the_pages_say("tfidf.py", "--data-dir", str(data_dir))
    assert accuracy >= 0.89


@pytest.mark.usefixtures("top10k")
def test_word_vectors(data_dir: pathlib.Path) -> None:
    by_words, by_vectors = assert_prints_what_the_pages_say(
        "word_vectors.py", "--data-dir", str(data_dir)
    )
    assert by_vectors > by_words + 0.04
