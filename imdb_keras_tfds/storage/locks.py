"""Lets one process at a time work in a folder."""

import contextlib
import os
from collections.abc import Iterator

from etils import epath


@contextlib.contextmanager
def alone_in(folder: epath.Path) -> Iterator[bool]:
    """Waits until no other process is in here with the same folder.

    Args:
      folder: is made if it is missing.

    Yields:
      True; or False where that cannot be had: on Windows, in a bucket, on a network drive without
      locks.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        try:
            import fcntl

            handle = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, handle)  # ends the lock, as the end of the process does
            fcntl.flock(handle, fcntl.LOCK_EX)
        except (ImportError, OSError):
            yield False
        else:
            yield True
