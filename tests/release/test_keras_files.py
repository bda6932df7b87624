import hashlib
import json
import pathlib

import numpy as np
import pytest

from imdb_keras_tfds import ImdbKerasConfig
from imdb_keras_tfds.keras_compat import published
from imdb_keras_tfds.keras_compat.published import KerasFile
from imdb_keras_tfds.recipe import sequences
from imdb_keras_tfds.recipe.corpus import Corpus
from tests.helpers.commands import run_python


@pytest.mark.parametrize("file", published.PUBLISHED, ids=lambda file: file.name)
def test_the_hash_is_the_one_that_keras_published(file: KerasFile, stanford: Corpus) -> None:
    assert file.compute(stanford) == file.digest
    sizes: list[int] = []
    file.writer(stanford, lambda data: sizes.append(len(data)))
    assert sum(sizes) == file.size


def test_the_pickled_reviews_are_never_held_as_a_whole(stanford: Corpus) -> None:
    (file,) = (file for file in published.PUBLISHED if file.name == "imdb_full.pkl")
    sizes: list[int] = []
    file.writer(stanford, lambda data: sizes.append(len(data)))
    assert max(sizes) < 2_500_000


# What Keras loads, in short: for each split the number and MD5 of its ids, of the lengths of its
# reviews and of its labels; and the word index. No connection is let through.
KERAS = """
import hashlib, itertools, json, socket
import numpy as np

def refuse(*_):
    raise AssertionError("Keras goes to the network")

socket.socket.connect = refuse
socket.getaddrinfo = refuse

from keras.datasets import imdb

def md5(values, dtype):
    array = np.fromiter(values, dtype)
    return len(array), hashlib.md5(array.tobytes(), usedforsecurity=False).hexdigest()

told = [
    (
        md5(itertools.chain.from_iterable(x), np.int32),
        md5(map(len, x), np.int64),
        md5(y, np.int64),
    )
    for x, y in imdb.load_data(num_words=10000)
]
print(json.dumps([told, imdb.get_word_index()]))
"""


def test_an_unmodified_keras_works_from_the_exported_files(
    stanford: Corpus, tmp_path: pathlib.Path
) -> None:
    paths = published.export(stanford, tmp_path)
    before = [path.stat().st_mtime_ns for path in paths]
    printed = run_python(KERAS, env={"KERAS_HOME": str(tmp_path)})
    told, word_index = json.loads(printed.splitlines()[-1])
    assert [path.stat().st_mtime_ns for path in paths] == before

    def md5(array: np.ndarray) -> list[object]:
        return [len(array), hashlib.md5(array.tobytes(), usedforsecurity=False).hexdigest()]

    ranks = {split: reviews.ranks for split, reviews in stanford.splits.items()}
    encoded = sequences.encode(ranks, ImdbKerasConfig(num_words=10_000)).splits
    for split, found in zip(("train", "test"), told, strict=True):
        ids, places = encoded[split].ids, encoded[split].reviews
        labels = stanford.splits[split].labels[places]
        assert found == [md5(ids.values), md5(ids.lengths), md5(labels)]
    assert list(word_index.items()) == list(stanford.vocabulary.word_index.items())
