"""Loading by `load_data` and `load_ragged`, and by Keras."""

from . import timing
from .timing import Timed


def load(function: str, data_dir: str, rounds: str) -> Timed:
    """Loads the data by a function of this package, and by Keras from `KERAS_HOME`."""
    import keras

    import imdb_keras_tfds

    load_ours = getattr(imdb_keras_tfds, function)
    return timing.alternate(
        {
            "ours": lambda: load_ours(num_words=10_000, data_dir=data_dir),
            "keras": lambda: keras.datasets.imdb.load_data(num_words=10_000),
        },
        int(rounds),
    )
