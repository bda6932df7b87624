"""Writes a folder whole or not at all: beside its place, and then into it.

What stood at the path stays until the new folder is complete. What a killed process leaves beside
it goes when the same folder is written the next time; it has a name that begins with a dot, and
tells the process that it is of.

Usage:

    with writing("imdb", check=refuse) as folder:
        (folder / "README.md").write_text("...")
"""

import contextlib
import os
import pathlib
import re
import secrets
import shutil
from collections.abc import Callable, Iterator

from etils import epath

from ..errors import ImdbKerasError
from ..source.folder import is_local
from . import owners
from .placing import exchange

_UNFINISHED, _REPLACED = "incomplete", "replaced"

_NAME = rf"({_UNFINISHED}|{_REPLACED})\.({owners.NAME})\.[0-9a-f]{{16}}"


@contextlib.contextmanager
def writing(path: epath.PathLike, check: Callable[[pathlib.Path], None]) -> Iterator[pathlib.Path]:
    """Makes a folder that takes its place when the block has ended, and is gone after an exception.

    Links are followed. An empty folder at the path is as good as none.

    Args:
      path: of the folder, in one that is there.
      check: is called with the path of a folder that is there and not empty, before the block and
        again before the new folder takes its place; raises an error if it may not.

    Yields:
      An empty folder beside the path.

    Raises:
      ImdbKerasError: something else than a folder is there, or the path cannot be replaced.
      OSError: no folder can be made or moved there; what was there is there.
    """
    if not is_local(path):
        raise ImdbKerasError(
            f"{os.fspath(path)}: is no folder of this machine; name one, and copy it from there"
        )
    place = pathlib.Path(os.path.realpath(path))
    _restore(place)
    _check_place(place, os.fspath(path))
    if _is_full(place):
        check(place)
    new = _beside(place, _UNFINISHED)
    new.mkdir()
    try:
        _clear(place)
        yield new
        _put(new, place, check)
    finally:
        _discard(new)


def _check_place(place: pathlib.Path, path: str) -> None:
    if os.path.lexists(place) and not place.is_dir():
        raise ImdbKerasError(f"{path}: is no folder; name one that is yet to be made")
    # Who works in a folder that is replaced finds himself nowhere.
    if place.is_dir() and place.samefile(os.curdir):
        raise ImdbKerasError(
            f"{path!r} is the current folder, which cannot be replaced; name one within it"
        )


def _put(new: pathlib.Path, place: pathlib.Path, check: Callable[[pathlib.Path], None]) -> None:
    """Moves the new folder to its place; the one that was there goes."""
    with contextlib.suppress(FileNotFoundError):
        if not _is_full(place):
            place.rmdir()  # Over an empty one Windows moves none.
    try:
        new.rename(place)
        return
    except OSError:
        if not place.is_dir():
            raise
    check(place)
    if exchange(epath.Path(new), epath.Path(place)):
        return  # `new` is the old one now.
    aside = _beside(place, _REPLACED)
    place.rename(aside)
    try:
        new.rename(place)
    except OSError:
        aside.rename(place)
        raise
    _discard(aside)


def _beside(place: pathlib.Path, word: str) -> pathlib.Path:
    unique = f"{word}.{owners.this_process()}.{secrets.token_hex(8)}"
    return place.with_name(f".{place.name}.{unique}")


def _is_full(place: pathlib.Path) -> bool:
    return place.is_dir() and any(place.iterdir())


def _restore(place: pathlib.Path) -> None:
    """Puts a folder back that a killed process had set aside."""
    for path, word in _leftovers(place):
        if word == _REPLACED and not os.path.lexists(place):
            with contextlib.suppress(OSError):  # Another process was faster.
                path.rename(place)


def _clear(place: pathlib.Path) -> None:
    """Deletes what killed processes have left beside a place."""
    for path, _ in _leftovers(place):
        _discard(path)


def _leftovers(place: pathlib.Path) -> Iterator[tuple[pathlib.Path, str]]:
    """The folders of processes that have certainly ended, and the word in their name."""
    pattern = re.compile(rf"\.{re.escape(place.name)}\.{_NAME}")
    with contextlib.suppress(OSError):
        for path in list(place.parent.iterdir()):
            name = pattern.fullmatch(path.name)
            is_folder = path.is_dir() and not path.is_symlink()
            if name is not None and is_folder and owners.is_gone(name[2]):
                yield path, name[1]


def _discard(path: pathlib.Path) -> None:
    """Deletes a folder; what cannot be, is left."""
    shutil.rmtree(path, ignore_errors=True)
