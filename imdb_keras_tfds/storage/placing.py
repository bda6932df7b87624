"""Puts a dataset in its place when it is whole, over an old one, and clears what builds left.

A dataset is built beside its place, in a folder whose name tells the process that builds it. Until
the new one is whole the old one stays; then they change places, in one step where the system can
do that. Elsewhere the old one is set aside for a moment, and whoever comes next finds it there,
should the process be killed in that moment.

Usage:

    place = Place("~/tensorflow_datasets/imdb_keras/full/1.0.0")
    new = place.beside()
    ...   # writes the dataset there
    place.put(new, over=True)
"""

import contextlib
import ctypes
import functools
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from multiprocessing.util import Finalize

from etils import epath

from ..errors import ImdbKerasError
from ..source.folder import is_local
from . import owners
from .manifest import INFO

OLD = 24 * 60 * 60
"""Seconds after which an unfinished folder is given up that may be another machine's."""

_UNFINISHED = "incomplete"  # TFDS's word
_REPLACED = "replaced"
_REMOVED = "removed"

# TFDS puts its own word before the name of a folder that it builds.
_NAME = re.compile(
    rf"(?:incomplete\.[A-Z0-9]+_)?({_UNFINISHED}|{_REPLACED}|{_REMOVED})"
    rf"\.({owners.NAME})\.[0-9a-f]{{16}}_(.+)"
)

_TRIES = 20

# What this process has set aside, by the place where it was, and its deletion.
_set_aside: dict[epath.Path, tuple[epath.Path, Finalize]] = {}

_EXCHANGE, _HERE = 2, -100  # RENAME_EXCHANGE and AT_FDCWD of Linux


class Place:
    """The place of a dataset, and what is beside it.

    Attributes:
      path: of the dataset.
    """

    def __init__(self, path: epath.PathLike):
        """Looks nowhere yet.

        Args:
          path: of the dataset, `.../imdb_keras/<config>/<version>`.
        """
        self.path = epath.Path(path)

    def is_taken(self) -> bool:
        """Whether a whole dataset is there: TFDS writes its `dataset_info.json` last."""
        found: bool = (self.path / INFO).exists()
        return found

    def beside(self) -> epath.Path:
        """A path for a new dataset, that no other call gives; nothing is made."""
        return self._beside(_UNFINISHED)

    def put(self, new: epath.Path, *, over: bool) -> bool:
        """Moves a whole dataset to the place; the one that was there, or else the new one, goes.

        Args:
          new: a path that `beside` gave.
          over: whether it takes the place of a whole one.

        Returns:
          Whether the new one is there now, and not another one that was there before it.

        Raises:
          ImdbKerasError: other processes keep putting theirs there.
          OSError: it cannot be moved; then the old one is where it was.
        """
        aside: list[epath.Path] = []
        try:
            for _ in range(_TRIES):
                try:
                    new.rename(self.path)
                except OSError:
                    if not os.path.lexists(self.path) and not self.path.exists():
                        raise
                else:
                    return True
                if not over and self.is_taken():
                    return False
                if exchange(new, self.path):
                    return True
                old = self._beside(_REPLACED)
                with contextlib.suppress(FileNotFoundError):  # Another process was faster.
                    self.path.rename(old)
                    aside.append(old)
            raise ImdbKerasError(
                f"{self.path}: other processes build this dataset over and over; end all but one"
            )
        finally:
            self.restore()
            for path in [new, *aside]:
                self.discard(path)

    def set_aside(self) -> None:
        """Takes a dataset out of sight, and deletes it when the process ends, unless taken back.

        Raises:
          OSError: it cannot be moved.
        """
        aside = self._beside(_REMOVED)
        self.path.rename(aside)
        # At the end of this process, be it one of `multiprocessing`, but not of a fork of it.
        _set_aside[self.path] = aside, Finalize(None, self.discard, (aside,), exitpriority=0)

    def take_back(self) -> bool:
        """Puts back what this process has set aside.

        Returns:
          Whether it has set a dataset of this place aside.
        """
        if self.path not in _set_aside:
            return False
        aside, deletion = _set_aside.pop(self.path)
        deletion.cancel()
        if not os.path.lexists(self.path):
            with contextlib.suppress(OSError):  # Another process was faster.
                aside.rename(self.path)
        return True

    def restore(self) -> bool:
        """Puts a dataset back that another process set aside and did not come any further.

        Returns:
          Whether there was one.
        """
        if os.path.lexists(self.path):
            return False
        for path, word, owner in self._leftovers():
            is_lost = word == _REPLACED or (word == _REMOVED and owners.is_gone(owner))
            if is_lost and (path / INFO).exists():
                with contextlib.suppress(OSError):  # Another process was faster.
                    path.rename(self.path)
                    return True
        return False

    def clear(self, *, alone: bool = False) -> None:
        """Puts back or deletes what builds of this dataset left that did not come to their end.

        Args:
          alone: whether no other process can be building it. If not, what may be another one's
            stays: what does not tell whose it is, and what is of another machine, until it is
            `OLD`.
        """
        self.restore()
        for path, _, owner in self._leftovers():
            gone = owners.is_gone(owner) if owner else alone
            if gone or _is_old(path):
                self.discard(path)

    def check_room(self, download: int = 0) -> None:
        """Makes sure that there is room for a dataset as large as the one that is there.

        Args:
          download: bytes that are to be downloaded first.

        Raises:
          ImdbKerasError: there is not.
        """
        if not is_local(self.path) or not self.path.is_dir():
            return
        needed = download + sum(
            entry.stat().st_size for entry in os.scandir(self.path) if entry.is_file()
        )
        free = shutil.disk_usage(self.path).free
        if needed > free:
            raise ImdbKerasError(
                f"{self.path}: a new dataset needs about {needed:,} bytes beside the old one, and "
                f"{free:,} are free; make room, or delete this folder yourself and build then"
            )

    def _beside(self, word: str) -> epath.Path:
        unique = f"{word}.{owners.this_process()}.{secrets.token_hex(8)}_{self.path.name}"
        return self.path.parent / unique

    def _leftovers(self) -> Iterator[tuple[epath.Path, str, str]]:
        """What is beside the place: path, word and owner, "" where the name does not tell it."""
        try:
            beside = list(self.path.parent.iterdir())
        except OSError:
            return
        version = re.escape(self.path.name)
        for path in beside:
            name = _NAME.fullmatch(path.name)
            if name is not None and name[3] == self.path.name:
                yield path, name[1], name[2]
            elif name is None and re.fullmatch(rf"{_UNFINISHED}\..*_{version}", path.name):
                yield path, _UNFINISHED, ""

    def discard(self, path: epath.Path) -> None:
        """Deletes a folder, and never what is behind a link; what cannot be, is left."""
        with contextlib.suppress(OSError):
            if not is_local(path):
                path.rmtree()
            elif os.path.islink(path) or os.path.isfile(path):
                os.unlink(path)
            else:
                # Under a name that nobody takes for a whole one that was set aside.
                doomed = self._beside(_UNFINISHED)
                os.rename(path, doomed)
                shutil.rmtree(doomed, ignore_errors=True)


def _is_old(path: epath.Path) -> bool:
    """Whether nothing has been written to a folder for long."""
    newest = 0.0
    with contextlib.suppress(OSError):
        for written in [path, *path.iterdir()]:
            newest = max(newest, written.stat().mtime or time.time())
    return 0 < newest < time.time() - OLD


def exchange(one: epath.Path, other: epath.Path) -> bool:
    """Lets two folders change places in one step; False where the system cannot do that."""
    call = _renameat2()
    if call is None or not is_local(one):
        return False
    return call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0


@functools.cache
def _renameat2() -> Callable[..., int] | None:
    """Linux's call of this name, which Python does not offer."""
    try:
        call = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError, TypeError):
        return None
    call.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    return call


class DatasetPath(type(epath.Path())):  # type: ignore[misc]
    """The path of a dataset, or of something in it.

    `tfds build --overwrite` deletes a dataset before it has it built anew. By this path it is only
    set aside, until the process builds it anew or ends.
    """

    def rmtree(self, missing_ok: bool = False) -> None:
        """Deletes a folder; see above.

        Args:
          missing_ok: whether it is no error if there is none.
        """
        place = Place(self)
        if is_local(self) and place.is_taken():
            place.set_aside()
        else:
            super().rmtree(missing_ok=missing_ok)
