"""What the tests of faults of exports do in processes of their own, which may be killed."""

import functools
import os
import pathlib
import resource
import signal
from typing import Any

import pytest

import imdb_keras_tfds
from imdb_keras_tfds.export import parquet, shards
from imdb_keras_tfds.export.arrow import table_of
from imdb_keras_tfds.storage import whole_folder
from imdb_keras_tfds.storage.splits import read_in_parts

from .faults_children import before_file_operation

SIZE = 4_000
"""Bytes of a shard at most, so that there are several."""

_patch = pytest.MonkeyPatch()


def export(
    data_dir: pathlib.Path,
    folder: pathlib.Path,
    *,
    force: bool = False,
    exchange: bool = True,
    config: str = "sample",
) -> None:
    """Exports a config in several shards."""
    if not exchange:
        _patch.setattr(whole_folder, "exchange", lambda one, other: False)
    imdb_keras_tfds.export_parquet(
        f"imdb_keras/{config}", folder, data_dir=data_dir, force=force, max_shard_size=SIZE
    )


def count_file_operations(data_dir: pathlib.Path, folder: pathlib.Path, **options: Any) -> int:
    """Exports, and counts the operations beside the folder."""
    seen: list[None] = []
    before_file_operation(folder.parent, 0, lambda: seen.append(None))
    export(data_dir, folder, **options)
    return len(seen)


def export_killed_at_file_operation(
    data_dir: pathlib.Path, folder: pathlib.Path, number: int, **options: Any
) -> None:
    """Exports, and is killed at an operation on a file beside the folder."""
    before_file_operation(folder.parent, number, _die)
    export(data_dir, folder, **options)


def export_killed_at_part(
    data_dir: pathlib.Path, folder: pathlib.Path, number: int, **options: Any
) -> None:
    """Exports, and is killed while it writes a part of the records."""
    count: list[None] = []

    def watched(*arguments: Any) -> Any:
        count.append(None)
        if len(count) == number:
            _die()
        return table_of(*arguments)

    _patch.setattr(shards, "table_of", watched)
    _patch.setattr(parquet, "read_in_parts", functools.partial(read_in_parts, size=1_500))
    export(data_dir, folder, **options)


def export_with_no_room(data_dir: pathlib.Path, folder: pathlib.Path, size: int) -> None:
    """Exports where no file may be larger, as where the disk is full."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    imdb_keras_tfds.export_parquet("imdb_keras/sample", folder, data_dir=data_dir, force=True)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
