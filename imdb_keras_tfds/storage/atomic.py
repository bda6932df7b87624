"""Writes a file whole or not at all: beside its place, and then into it.

What stood at the path stays until the new file is complete and on the disk. What a killed process
leaves beside it goes when the same file is written the next time.

Usage:

    with atomic.writing("report.html") as file:
        file.write(b"<!doctype html>")
"""

import contextlib
import os
import pathlib
import re
import secrets
from collections.abc import Iterator
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextlib.contextmanager
def writing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Opens a file that takes its place when the block has ended, and is gone after an exception.

    Links are followed. What is there and no plain file (a pipe, `/dev/stdout`) is written to as it
    is.

    Args:
      path: of the file, in a folder that is there.

    Yields:
      The file, for bytes.

    Raises:
      OSError: the file cannot be written there.
    """
    path = pathlib.Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:
            yield stream
        return
    remove_leftovers(path)
    temporary, file = _open_beside(path)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if os.name == "nt":
                file.close()  # Windows moves no open file, others must not lose the lock before.
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def remove_leftovers(path: str | os.PathLike[str]) -> None:
    """Removes what killed processes have left beside a file; `writing` does so at its beginning.

    Only plain files that are named as `writing` names them go, and none that a living process
    writes.
    """
    path = pathlib.Path(os.path.realpath(path))
    name = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{16}}")
    with contextlib.suppress(OSError), os.scandir(path.parent) as entries:
        for entry in entries:
            if name.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                _remove_unless_in_use(entry.path)


def _open_beside(path: pathlib.Path) -> tuple[pathlib.Path, BinaryIO]:
    """A new file beside another one, in use; `tempfile` would make one for its owner only."""
    while True:
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        file = temporary.open("xb")
        _lock(file.fileno(), wait=True)
        # Before it was locked, another process may have taken it for a leftover.
        if temporary.exists():
            return temporary, file
        file.close()


def _remove_unless_in_use(path: str) -> None:
    with contextlib.suppress(OSError):
        if fcntl is None:
            os.unlink(path)  # Windows itself refuses that while the file is open, here too.
            return
        descriptor = os.open(path, os.O_RDONLY)
        try:
            if _lock(descriptor, wait=False):
                os.unlink(path)
        finally:
            os.close(descriptor)


def _lock(descriptor: int, *, wait: bool) -> bool:
    """Locks an open file until it is closed, also by the end of the process; False if it cannot."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True
