"""Imported by the fork server of `faults_children.py` only: what each child would do anew."""

import tensorflow  # noqa: F401
from tensorflow_datasets.core.download import checksums

from imdb_keras_tfds import Builder
from tests.helpers import faults_children  # noqa: F401

# TFDS reads the checksums of all its datasets, once in a process.
checksums.get_all_url_infos()
assert Builder.url_infos
