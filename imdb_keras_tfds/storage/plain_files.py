"""Reads files of a folder that anybody may have written to, and waits for none of them.

Usage:

    for name in names_in(folder):
        content = read_plain(folder / name, most=1 << 20)
"""

import os
import stat
from typing import BinaryIO, cast

from etils import epath

from ..source.folder import is_local

# To open a FIFO for reading is to wait for a writer, unless one says not to. Windows has no FIFOs,
# but text files, which end at a Ctrl-Z.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def names_in(folder: epath.PathLike) -> list[str]:
    """The names of all that is in a folder, in ascending order.

    Raises:
      OSError: there is no such folder, or it cannot be listed.
      ValueError: the path is none.
    """
    if is_local(folder):
        return sorted(os.listdir(folder))
    return sorted(path.name for path in epath.Path(folder).iterdir())


def open_plain(path: epath.PathLike) -> BinaryIO:
    """Opens a file for reading; a link counts as what it points at.

    Raises:
      OSError: it is not there, cannot be read, or is a folder, a FIFO, a socket or a device.
    """
    if not is_local(path):
        return cast(BinaryIO, epath.Path(path).open("rb"))
    descriptor = os.open(path, _FLAGS)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("it is no plain file")
    return os.fdopen(descriptor, "rb")


def check_plain(path: epath.PathLike) -> None:
    """Refuses what `open_plain` would refuse.

    Raises:
      OSError: see there.
    """
    open_plain(path).close()


def read_plain(path: epath.PathLike, most: int) -> bytes:
    """The content of a file of so many bytes at most.

    Raises:
      OSError: see `open_plain`; or it is larger.
    """
    with open_plain(path) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(f"it is larger than {most:,} bytes")
    return content


def reason_of(error: Exception) -> str:
    """Why a file could not be read, without its path, which a message names anyway."""
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)
