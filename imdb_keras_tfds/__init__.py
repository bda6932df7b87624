"""The IMDB dataset of Keras as a TensorFlow Dataset, rebuilt from the Stanford reviews.

Importing this package registers the dataset `imdb_keras` with TFDS:

    import tensorflow_datasets as tfds
    import imdb_keras_tfds

    ds, info = tfds.load("imdb_keras/top10k", split="train", as_supervised=True, with_info=True)
"""

import importlib
import sys

from etils import epy

from .errors import ImdbKerasError

# These import what takes time, and are imported when they are used.
with epy.lazy_api_imports(globals()):
    from imdb_keras_tfds.config import ImdbKerasConfig
    from imdb_keras_tfds.describe.notebook import report
    from imdb_keras_tfds.export.arrow import to_arrow
    from imdb_keras_tfds.export.parquet import export_parquet
    from imdb_keras_tfds.imdb_keras.imdb_keras_dataset_builder import Builder
    from imdb_keras_tfds.keras_compat.codec import codec
    from imdb_keras_tfds.keras_compat.load import get_word_index, load_data, load_ragged
    from imdb_keras_tfds.ragged import Ragged
    from imdb_keras_tfds.text.codec import Codec
    from imdb_keras_tfds.training.bag_of_words import bag_of_words
    from imdb_keras_tfds.training.batches import batches
    from imdb_keras_tfds.training.columns import Columns, load_columns

# The builder registers itself. Only the script `imdb-keras` leaves that to the commands that need
# TFDS; see its module.
if "imdb_keras_script" not in sys.modules:
    importlib.import_module("imdb_keras_tfds.imdb_keras.imdb_keras_dataset_builder")

__version__ = "0.2.0"

__all__ = [
    "Builder",
    "Codec",
    "Columns",
    "ImdbKerasConfig",
    "ImdbKerasError",
    "Ragged",
    "bag_of_words",
    "batches",
    "codec",
    "export_parquet",
    "get_word_index",
    "load_columns",
    "load_data",
    "load_ragged",
    "report",
    "to_arrow",
]


def _public_names() -> list[str]:
    return __all__


# In the place of one that names all that has been imported.
__dir__ = _public_names
