"""PyTorch and JAX, which are large, and which only the tests of how they read a dataset need."""

import importlib.util
import os

import pytest

NEEDED = "IMDB_KERAS_NEEDS_FRAMEWORKS"
"""With this environment variable one that is not there fails the tests."""


def need(library: str) -> None:
    """Skips a test where a library, `torch` or `jax`, is not installed."""
    if importlib.util.find_spec(library) is not None:
        return
    missing = f"needs {library}: make frameworks"
    if os.environ.get(NEEDED):
        pytest.fail(missing)
    pytest.skip(missing)
