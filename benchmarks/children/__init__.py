"""What is measured: functions that run in processes of their own.

    python -m benchmarks.children NAME ARGUMENTS...
    python -m benchmarks.children --profile NAME ARGUMENTS...

The last line of the output is the result of the function, or where its time goes, as JSON. Each
function imports what it needs by itself, so that a process pays for nothing else.
"""

from collections.abc import Callable

from .builds import build, build_imdb_reviews, export_keras
from .exports import export_by_datasets, export_parquet
from .imports import import_all, import_package
from .loading import hold, load
from .ranks import rank
from .reading import first_batch, read_batches, read_by_loaders, read_records, verify
from .scale import (
    build_in_shards,
    build_synthetic,
    list_reviews,
    rank_random_words,
    rank_synthetic,
    write_corpus,
)
from .source import read_plainly, read_source

__all__ = [
    "build",
    "build_imdb_reviews",
    "build_in_shards",
    "build_synthetic",
    "export_by_datasets",
    "export_keras",
    "export_parquet",
    "first_batch",
    "hold",
    "import_all",
    "import_package",
    "list_reviews",
    "load",
    "rank",
    "rank_random_words",
    "rank_synthetic",
    "read_batches",
    "read_by_loaders",
    "read_plainly",
    "read_records",
    "read_source",
    "verify",
    "write_corpus",
]

CHILDREN: dict[str, Callable[..., object]] = {name: globals()[name] for name in __all__}
"""The functions that can be run, by name."""
