"""Keeps tables between processes, and hands out no other than was written.

The folder is `IMDB_KERAS_CACHE`, or `imdb_keras_tfds` in the user's cache folder; an empty
`IMDB_KERAS_CACHE` turns the cache off, and so does a user without a home. Only a subfolder of it is
the cache's, see `cache_folder`, and may be deleted at any time. The cache only saves time: nothing
that befalls it is an error.

A file is the digest of key, name and content; the number of values of each column; and the values,
as they lie in memory. Nothing has to be parsed, and nothing is used before the digest is found to
be right. It cannot be by chance, nor in the place of another file; but who can write a file can
write a digest, so `ranks` holds what is read against what it knows from elsewhere.

Usage:

    cache.write(key, "train", Table((np.array([0, 1]),)))
    cache.read(key, "train", [("<i8", 2)])   # the table, or None
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from absl import logging

from . import cache_folder
from .tables import Table

VARIABLE = "IMDB_KERAS_CACHE"
"""The environment variable that names the folder."""

# So many bytes, and so many times those of a table, are left to others: to the dataset, above all,
# which is written after its ranks.
_MIN_ROOM = 512 << 20
_ROOM_BY_SIZE = 4


def folder() -> Path | None:
    """The folder of the cache; None if it is turned off."""
    named = os.environ.get(VARIABLE)
    if named is not None:
        return Path(named) if named else None
    try:
        caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    except RuntimeError:  # There is no HOME, and the user is not known to the system.
        return None
    return Path(caches) / "imdb_keras_tfds"


def read(key: str, name: str, columns: Sequence[tuple[str, int]]) -> Table | None:
    """The table of a key and a name; None if there is none, or none that is whole.

    Args:
      key: 32 hexadecimal digits that say what the table is derived from.
      name: of the table, in lower-case letters.
      columns: for each column its type, as NumPy spells it, and the number of values that it has
        at most. So much memory is taken at most.
    """
    root = folder()
    if root is None:
        return None
    try:
        with cache_folder.opened(root, make=False) as own, own.open(key, name) as file:
            seal = file.read(hashlib.sha256().digest_size)
            counts = np.zeros(len(columns), "<i8")
            file.readinto(counts.data)
            sizes = [np.dtype(dtype).itemsize for dtype, _ in columns]
            rest = os.fstat(file.fileno()).st_size - file.tell()
            most = [count for _, count in columns]
            if (counts < 0).any() or (counts > most).any() or counts @ sizes != rest:
                return None
            values = [
                np.empty(count, dtype)
                for (dtype, _), count in zip(columns, counts.tolist(), strict=True)
            ]
            if any(file.readinto(column.data) != column.nbytes for column in values):
                return None
            table = Table(tuple(values))
            if _seal(key, name, table) != seal:
                return None
            own.use(key, name)
            return table
    except (OSError, MemoryError):
        return None


def write(key: str, name: str, table: Table) -> None:
    """Keeps a table, if there is room for it and much else.

    Args:
      key: as for `read`.
      name: as for `read`.
      table: takes the place of the one before.
    """
    root = folder()
    if root is None:
        return
    try:
        with cache_folder.opened(root, make=True) as own:
            if own.room() < _MIN_ROOM + _ROOM_BY_SIZE * table.nbytes:
                logging.info("%s: there is too little room for a cache", root)
                return
            own.write(key, name, [_seal(key, name, table), table.counts, *table.columns])
    except (OSError, MemoryError) as error:
        logging.info("%s: the cache cannot be written (%s)", root, error)


def _seal(key: str, name: str, table: Table) -> bytes:
    return hashlib.sha256(f"{key}/{name}/{table.digest}".encode()).digest()
