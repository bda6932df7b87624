"""Lets one process at a time work in a folder.

Usage:

    with alone_in(folder) as alone:
        ...   # nobody else is in here, if alone
"""

import contextlib
import logging
import os
import platform
from collections.abc import Iterator
from pathlib import Path

from etils import epath

_LOCKS = Path("/proc/locks")
"""Where Linux tells the locks of this machine, and whose they are."""

_LOGGER = logging.getLogger(__name__)


@contextlib.contextmanager
def alone_in(folder: epath.Path) -> Iterator[bool]:
    """Waits until no other process is in here with the same folder, and says so.

    Args:
      folder: is made if it is missing.

    Yields:
      True; or False where that cannot be had: on Windows, in a bucket, on a network drive without
      locks, or with locks that keep nobody out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        try:
            import fcntl

            handle, other = (os.open(folder, os.O_RDONLY) for _ in range(2))
            for opened in (handle, other):
                stack.callback(os.close, opened)  # ends the lock, as the end of the process does
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _LOGGER.warning("%s: waiting until %s has ended its work", folder, _holder(handle))
                fcntl.flock(handle, fcntl.LOCK_EX)
        except (ImportError, OSError):
            yield False
            return
        excludes = False  # Some network drives grant every lock.
        try:
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            excludes = isinstance(error, BlockingIOError)
        yield excludes


def _holder(handle: int) -> str:
    """Who has the lock of an open file: a process of this machine, if the system tells which."""
    file = os.fstat(handle)
    device = f"{os.major(file.st_dev):02x}:{os.minor(file.st_dev):02x}"
    with contextlib.suppress(OSError):
        for line in _LOCKS.read_text().splitlines():
            # "1: FLOCK ADVISORY WRITE 4711 fe:00:2367890 0 EOF"; who waits has an arrow before it.
            fields = line.split()
            if fields[1] == "FLOCK" and fields[5] == f"{device}:{file.st_ino}" and fields[4] != "0":
                return f"process {fields[4]} on {platform.node()}"
    return "another process"
