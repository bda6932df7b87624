"""Keeps tables between processes, as Arrow files that are named by their digests.

The folder is `IMDB_KERAS_CACHE`, or `imdb_keras_tfds` in the user's cache folder; an empty
`IMDB_KERAS_CACHE` turns the cache off. It may be deleted at any time. A file is used only if its
content has the SHA-256 of its name, and no more than `MAX_KEYS` keys are kept.

Usage:

    cache.write("some-key", "train", pa.table({"label": [0, 1]}))
    cache.read("some-key", "train")   # the table, or None
"""

import contextlib
import hashlib
import os
import secrets
import shutil
from pathlib import Path

import pyarrow as pa
from absl import logging

VARIABLE = "IMDB_KERAS_CACHE"
"""The environment variable that names the folder."""

MAX_KEYS = 2
"""Of so many keys the tables are kept; one of the Stanford corpus takes 100 MB."""

_SUFFIX = ".arrow"


def folder() -> Path | None:
    """The folder of the cache; None if it is turned off."""
    named = os.environ.get(VARIABLE)
    if named is None:
        caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return Path(caches) / "imdb_keras_tfds"
    return Path(named) if named else None


def read(key: str, name: str) -> pa.Table | None:
    """The table of a key and a name; None if there is none, or none that is whole.

    Args:
      key: a file name that says what the tables are derived from.
      name: of the table.
    """
    root = folder()
    if root is None:
        return None
    try:
        (path,) = (root / key).glob(f"{name}-*{_SUFFIX}")
        content = path.read_bytes()
    except (OSError, ValueError):
        return None
    if path.name != _file_name(name, content):
        return None
    with contextlib.suppress(OSError):
        os.utime(root / key)  # `write` deletes what was not used for longest
    return pa.ipc.open_file(pa.py_buffer(content)).read_all()


def write(key: str, name: str, table: pa.Table) -> None:
    """Keeps a table. That it cannot be kept is no error: the cache only saves time."""
    root = folder()
    if root is None:
        return
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    content = sink.getvalue()
    try:
        (root / key).mkdir(parents=True, exist_ok=True)
        path = root / key / _file_name(name, content)
        temporary = path.with_name(f".{secrets.token_hex(8)}")
        try:
            temporary.write_bytes(content)
            for other in (root / key).glob(f"{name}-*{_SUFFIX}"):
                other.unlink(missing_ok=True)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        os.utime(root / key)
        keys = sorted(root.iterdir(), key=lambda path: path.stat().st_mtime)
        for old in keys[:-MAX_KEYS]:
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        logging.info("%s: the cache cannot be written (%s)", root, error)


def _file_name(name: str, content: bytes | pa.Buffer) -> str:
    return f"{name}-{hashlib.sha256(content).hexdigest()}{_SUFFIX}"
