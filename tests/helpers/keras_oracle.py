"""The installed `keras.datasets.imdb` itself, fed with arrays that this project made."""

import pathlib
import random
import sys
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from imdb_keras_tfds.ragged import Ragged
from imdb_keras_tfds.recipe.corpus import Corpus

Split = tuple[NDArray[Any], NDArray[np.int64]]


class KerasOracle:
    """Keras's `load_data`, with its download replaced by a file of the corpus's ranks."""

    def __init__(self, corpus: Corpus, folder: pathlib.Path):
        self._path = folder / "imdb.npz"
        arrays: dict[str, NDArray[Any]] = {}
        for split in ("train", "test"):
            reviews = corpus.splits[split]
            arrays[f"x_{split}"] = np.empty(len(reviews.ranks), object)
            arrays[f"x_{split}"][:] = [row.tolist() for row in reviews.ranks[:]]
            arrays[f"y_{split}"] = reviews.labels
        np.savez(self._path, **arrays)  # type: ignore[arg-type]

    def load_data(self, **arguments: Any) -> tuple[Split, Split]:
        """`keras.datasets.imdb.load_data`, unchanged but for where its file comes from."""
        import keras

        load_data = keras.datasets.imdb.load_data
        module = sys.modules[load_data.__module__]
        with mock.patch.object(module, "get_file", return_value=str(self._path)):
            result: tuple[Split, Split] = load_data(**arguments)
        return result


def same_rows(keras_rows: NDArray[Any], ours: Ragged) -> bool:
    """Whether Keras's sequences are these rows, id for id."""
    lengths = [len(row) for row in keras_rows]
    flat = [token for row in keras_rows for token in row]
    return bool(lengths == ours.lengths.tolist() and flat == ours.values.tolist())


def assert_same_data(ours: tuple[Split, ...], expected: tuple[Split, ...]) -> None:
    """Asserts that values, order, types and dtypes are those of Keras."""
    for (x, y), (keras_x, keras_y) in zip(ours, expected, strict=True):
        assert type(x) is type(keras_x)
        assert x.dtype == keras_x.dtype
        assert x.shape == keras_x.shape
        assert y.dtype == keras_y.dtype
        assert y.tolist() == keras_y.tolist()
        if x.ndim == 1:
            assert {type(row) for row in x} == {type(row) for row in keras_x} == {list}
        assert x.tolist() == keras_x.tolist()
        assert {type(token) for row in x for token in row} <= {int}


def random_arguments(rng: random.Random, vocabulary_size: int, longest: int) -> dict[str, Any]:
    """Arguments of `load_data`, sensible and odd ones, for a corpus of some size."""
    choices: dict[str, list[Any]] = {
        "num_words": [None, 0, 1, 5, 50, rng.randrange(1, vocabulary_size + 50), 10_000],
        "skip_top": [0, 1, 4, rng.randrange(100)],
        "maxlen": [None, 0, longest // 4, rng.randrange(longest // 4, longest)],
        "seed": [113, 0, rng.randrange(2**32)],
        "start_char": [1, 0, None, 7, 500],
        "oov_char": [2, 0, None, 9, 2_000],
        "index_from": [3, 0, 1, rng.randrange(20)],
    }
    return {name: rng.choice(values) for name, values in choices.items() if rng.random() < 0.7}
