"""The folder of the cache: a subfolder of its own, in which it touches what it made and no more.

The subfolder lies in a folder that may hold anything else, and is marked by a `CACHEDIR.TAG`, by
which programs for backups know a cache too. What is in it is looked up by its handle, so that
nothing that is put in its place meanwhile is touched; and only plain files are, of names that the
cache gives, each with a key by which it is used and forgotten.

Usage:

    with cache_folder.opened(pathlib.Path("~/.cache/some").expanduser(), make=True) as folder:
        folder.write(key, "train", [b"some ", b"content"])
        with folder.open(key, "train") as file:
            file.read()
"""

import contextlib
import os
import re
import secrets
import stat
import time
from collections.abc import Iterable, Iterator
from io import BufferedReader, BufferedWriter
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

SUBFOLDER = "imdb-keras-ranks"

TAG = "CACHEDIR.TAG"
"""The name of the mark (https://bford.info/cachedir/)."""

_TAG_TEXT = (
    b"Signature: 8a477f597d28d172789f06886806bc55\n"
    b"# Ranks kept by imdb-keras-tfds, which may be deleted at any time.\n"
)

MAX_KEYS = 2
"""Of so many keys the files are kept; those of the Stanford corpus take 55 MB."""

# Seconds, for drives that cannot tell whether a file is being written.
_LONGEST_WRITE = 24 * 60 * 60

_FILE = re.compile(r"([0-9a-f]{32})-[a-z]+\.ranks")
_UNFINISHED = re.compile(r"\.[0-9a-f]{16}")

# A folder in the place of a file is refused by `O_NOFOLLOW` or `fstat`, and so is a link; a FIFO
# would make one wait for its other end.
_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@contextlib.contextmanager
def opened(parent: Path, *, make: bool) -> Iterator["CacheFolder"]:
    """Opens the subfolder of the cache in a folder.

    Args:
      parent: the folder that the subfolder lies in.
      make: makes and marks it if it is not there.

    Raises:
      OSError: it is not there, cannot be read or made, or is not one of this user's that carries
        the mark; or the system (Windows) has no handles of folders, or no locks.
    """
    if fcntl is None or os.open not in os.supports_dir_fd:
        raise OSError("no handles of folders, or no locks, on this system")
    path = parent / SUBFOLDER
    if make:
        path.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if os.fstat(handle).st_uid != os.geteuid():
            raise PermissionError(f"{path}: is of another user")
        folder = CacheFolder(handle)
        if not folder.is_marked() and not (make and folder.mark()):
            raise FileNotFoundError(f"{path}: holds no {TAG} of this package")
        yield folder
    finally:
        os.close(handle)


class CacheFolder:
    """The files in the subfolder, each of a key and a name.

    Keys are of 32 hexadecimal digits, names of lower-case letters.
    """

    def __init__(self, handle: int):
        """Takes the handle of the subfolder."""
        self._handle = handle

    def is_marked(self) -> bool:
        """Whether the folder carries the mark."""
        return self._tag() == _TAG_TEXT

    def mark(self) -> bool:
        """Marks the folder if nothing is in it that could be another's.

        Returns:
          Whether it could be marked. That was begun before if a process was killed at it.
        """
        if set(os.listdir(self._handle)) - {TAG} or not _TAG_TEXT.startswith(self._tag()):
            return False
        with self._writer(TAG) as file:
            file.write(_TAG_TEXT)
        return True

    def _tag(self) -> bytes:
        try:
            with self._reader(TAG) as file:
                return file.read(len(_TAG_TEXT) + 1)
        except FileNotFoundError:
            return b""

    def _reader(self, name: str) -> BufferedReader:
        return open(self._plain(name, os.O_RDONLY), "rb")

    def _writer(self, name: str, flags: int = 0) -> BufferedWriter:
        return open(self._plain(name, os.O_WRONLY | os.O_CREAT | flags), "wb")

    def _plain(self, name: str, flags: int) -> int:
        """Opens a plain file.

        Raises:
          OSError: it cannot be opened, or is anything else.
        """
        handle = os.open(name, flags | _PLAIN, 0o666, dir_fd=self._handle)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError(f"{name} is no plain file")
        return handle

    def open(self, key: str, name: str) -> BufferedReader:
        """Opens a file to be read.

        Raises:
          OSError: it is not there, or is no plain file that can be read.
        """
        return self._reader(_file_name(key, name))

    def use(self, key: str, name: str) -> None:
        """Says that a file is used; `write` deletes keys that were not for longest."""
        now = time.time_ns()  # not the clock of a network drive, which may be ahead
        with contextlib.suppress(OSError):  # of a drive that is only for reading
            os.utime(
                _file_name(key, name),
                ns=(now, now),
                dir_fd=self._handle,
                follow_symlinks=False,
            )

    def room(self) -> int:
        """Bytes that may still be written on this disk."""
        disk = os.statvfs(self._handle)
        return disk.f_bavail * disk.f_frsize

    def write(self, key: str, name: str, parts: Iterable[Any]) -> None:
        """Writes a file, in the place of the one before, and deletes what is over.

        That is what writers left behind that were killed, and all but `MAX_KEYS` keys.

        Args:
          key: of the file.
          name: of the file.
          parts: its content, as buffers.

        Raises:
          OSError: it cannot be written; the one before is there then.
        """
        self._delete_unfinished()
        self._replace(_file_name(key, name), parts)
        self.use(key, name)
        self._forget(key)

    def _replace(self, name: str, parts: Iterable[Any]) -> None:
        if (there := self._stat(name)) is not None and not stat.S_ISREG(there.st_mode):
            raise FileExistsError(f"{name} is no plain file")
        unfinished = f".{secrets.token_hex(8)}"
        try:
            with self._writer(unfinished, os.O_EXCL) as file:
                # Says to others that it is being written, if only until the end of this process.
                with contextlib.suppress(OSError):
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for part in parts:
                    file.write(part)
                file.flush()
                os.replace(unfinished, name, src_dir_fd=self._handle, dst_dir_fd=self._handle)
        except BaseException:
            self._delete(unfinished)
            raise

    def _delete_unfinished(self) -> None:
        """Deletes what was being written by processes that are no more."""
        for name in os.listdir(self._handle):
            if _UNFINISHED.fullmatch(name) is None:
                continue
            # What is no plain file is another's.
            with contextlib.suppress(OSError), self._reader(name) as file:
                if not _is_being_written(file):
                    self._delete(name)

    def _forget(self, kept: str) -> None:
        """Deletes the files of all keys but `kept` and those that were used last."""
        now = time.time_ns()
        names: dict[str, list[str]] = {}
        used: dict[str, int] = {}
        for name in os.listdir(self._handle):
            match, status = _FILE.fullmatch(name), self._stat(name)
            if match is None or status is None or not stat.S_ISREG(status.st_mode):
                continue
            names.setdefault(match[1], []).append(name)
            # A time that is yet to come says nothing; it must not keep out what is used now.
            time_of_use = status.st_mtime_ns if status.st_mtime_ns <= now else 0
            used[match[1]] = max(used.get(match[1], 0), time_of_use)
        others = sorted(used.keys() - {kept}, key=lambda key: used[key], reverse=True)
        for key in others[MAX_KEYS - 1 :]:
            for name in names[key]:
                self._delete(name)

    def _stat(self, name: str) -> os.stat_result | None:
        try:
            return os.stat(name, dir_fd=self._handle, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def _delete(self, name: str) -> None:
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=self._handle)


def _is_being_written(file: BufferedReader) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # Nothing can be locked on this drive.
        return time.time() - os.fstat(file.fileno()).st_mtime < _LONGEST_WRITE
    return False


def _file_name(key: str, name: str) -> str:
    file_name = f"{key}-{name}.ranks"
    if _FILE.fullmatch(file_name) is None:
        raise ValueError(f"{file_name!r} would not be known again")
    return file_name
