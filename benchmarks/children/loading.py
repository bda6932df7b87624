"""Loading by `load_data` and `load_ragged`, and by Keras."""

import gc
from collections.abc import Callable
from typing import Any

from .. import memory
from . import timing
from .timing import Timed

_NUM_WORDS = 10_000


def load(function: str, data_dir: str, rounds: str) -> Timed:
    """Loads the data by a function of this package, and by Keras from `KERAS_HOME`."""
    ours, keras = _loaders(function, data_dir)
    return timing.alternate({"ours": ours, "keras": keras}, int(rounds))


def hold(side: str, data_dir: str) -> int:
    """Holds what `load_data` gives, of this package (`ours`) or of Keras.

    Returns:
      Bytes by which the resident memory has grown.
    """
    ours, keras = _loaders("load_data", data_dir)
    gc.collect()
    before = memory.resident()
    result = ours() if side == "ours" else keras()
    gc.collect()
    grown = memory.resident() - before
    del result
    return grown


def _loaders(function: str, data_dir: str) -> list[Callable[[], Any]]:
    """Ours and Keras's, both imported."""
    import keras

    import imdb_keras_tfds

    load_ours = getattr(imdb_keras_tfds, function)
    return [
        lambda: load_ours(num_words=_NUM_WORDS, data_dir=data_dir),
        lambda: keras.datasets.imdb.load_data(num_words=_NUM_WORDS),
    ]
