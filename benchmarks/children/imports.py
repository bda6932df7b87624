"""Imports, of packages that are measured, and of all that the others need."""

import importlib
import sys
import time
from typing import Any


def import_all() -> None:
    """Imports what any of the others imports."""
    for name in (
        "imdb_keras_tfds",
        "tensorflow_datasets",
        "keras",
        "tf_keras",
        "tokenizers",
        "torch",
        "grain",
        "datasets",
    ):
        importlib.import_module(name)


def import_package(name: str) -> dict[str, Any]:
    """Imports a package; tells how long that took, and whether TensorFlow came with it."""
    start = time.perf_counter()
    importlib.import_module(name)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "tensorflow": "tensorflow" in sys.modules}
