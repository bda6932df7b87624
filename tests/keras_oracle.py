"""The installed `keras.datasets.imdb` itself, fed with arrays that this project made."""

import pathlib
import sys
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from imdb_keras_tfds.corpus import Corpus
from imdb_keras_tfds.ragged import Ragged

Split = tuple[NDArray[Any], NDArray[np.int64]]


class KerasOracle:
    """Keras's `load_data`, with its download replaced by a file of the corpus's ranks."""

    def __init__(self, corpus: Corpus, folder: pathlib.Path):
        self._path = folder / "imdb.npz"
        arrays: dict[str, NDArray[Any]] = {}
        for split in ("train", "test"):
            reviews = corpus.splits[split]
            arrays[f"x_{split}"] = np.empty(len(reviews.ranks), object)
            arrays[f"x_{split}"][:] = [row.tolist() for row in reviews.ranks]
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
