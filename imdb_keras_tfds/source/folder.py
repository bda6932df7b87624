"""Lists and reads the files of a folder, on this machine or in a bucket.

Usage:

    locate("file:///data/aclImdb")   # /data/aclImdb
    for folder, name, path in list_folder("aclImdb", checks):
        text = read_file(path)
"""

import os
import stat
import urllib.parse
from collections.abc import Iterator

from etils import epath

from ..errors import ImdbKerasError
from . import movies
from .checks import MAX_REVIEW_SIZE, Checks
from .release import FOLDERS, ROOT

_FILE_SCHEME = "file://"


def locate(path: epath.PathLike) -> epath.Path:
    """The place that a path or a URL names.

    Args:
      path: of this machine, or a URL: `file://`, or one of those that `etils.epath` reads, such as
        `gs://`.

    Raises:
      ImdbKerasError: it is another kind of URL, or has a character that no path can have.
    """
    url = os.fspath(path)
    place = url
    if url.startswith(_FILE_SCHEME):
        host, _, rest = url.removeprefix(_FILE_SCHEME).partition("/")
        if host not in ("", "localhost"):
            raise ImdbKerasError(
                f"{url}: is not of this machine; write {_FILE_SCHEME}/folder/file, or the path "
                "alone"
            )
        place = "/" + urllib.parse.unquote(rest, errors="surrogateescape")
        if os.path.splitdrive(place[1:])[0]:  # file:///C:/folder/file, on Windows
            place = place[1:]
    try:
        is_possible = b"\0" not in os.fsencode(place)
    except UnicodeEncodeError:
        is_possible = False
    if not is_possible:
        raise ImdbKerasError(f"{url}: no file can have this name; name one that is there")
    try:
        return epath.Path(place)
    except KeyError:  # which is all that etils says
        raise ImdbKerasError(
            f"{url}: cannot be read from there; name a path of this machine, or a bucket (gs://)"
        ) from None


def list_folder(path: epath.PathLike, checks: Checks) -> Iterator[tuple[str, str, str]]:
    """Lists the reviews of a folder on any file system, in the order in which they come.

    Args:
      path: the folder, as for `reading.read`.
      checks: look at every name.

    Yields:
      Folder, file name, and the path of the file.

    Raises:
      ImdbKerasError: see `reading.read`.
    """
    with checks.readable():
        root = _root(path, checks)
        for folder in FOLDERS:
            # A folder within what is none is not there either.
            if not (
                _is_folder(root, os.path.dirname(folder), checks)
                and _is_folder(root, folder, checks)
            ):
                continue
            for name, file, is_file in _entries(root / folder):
                if not is_file:
                    checks.refuse(f"'{folder}/{name}' is a link, a device or a folder")
                if checks.file(f"{folder}/{name}"):
                    yield folder, name, file


def list_lists(path: epath.PathLike, checks: Checks) -> Iterator[tuple[str, str]]:
    """Finds the lists of movies of a folder on any file system.

    Args:
      path: as for `list_folder`.
      checks: look at every name.

    Yields:
      The folder of reviews that it is of, and the path of the list.

    Raises:
      ImdbKerasError: see `reading.read`.
    """
    with checks.readable():
        root = _root(path, checks)
        for folder in FOLDERS:
            if not _is_folder(root, os.path.dirname(folder), checks):
                continue
            name = movies.list_name(folder)
            file = root / name
            if is_local(file):
                if not os.path.lexists(file):
                    continue
                if not stat.S_ISREG(os.lstat(file).st_mode):
                    checks.refuse(f"{name!r} is a link, a device or a folder")
            elif not file.exists():
                continue
            checks.file(name)
            yield folder, os.fspath(file)


def read_file(path: str, most: int = MAX_REVIEW_SIZE) -> bytes:
    """The content of a file; of one of more than `most` bytes the beginning, too large too."""
    if is_local(path):
        with open(path, "rb") as file:
            return file.read(min(os.fstat(file.fileno()).st_size, most) + 1)
    with epath.Path(path).open("rb") as remote:
        content: bytes = remote.read(most + 1)
        return content


def is_local(path: epath.PathLike) -> bool:
    """Whether a path is one of this machine, and no URL of a bucket or the like."""
    return "://" not in os.fspath(path)


def _root(path: epath.PathLike, checks: Checks) -> epath.Path:
    """The folder in which `train/` and `test/` stand."""
    root = locate(path)
    return root / ROOT if _is_folder(root, ROOT, checks) else root


def _is_folder(root: epath.Path, name: str, checks: Checks) -> bool:
    """Whether there is a folder of a name; refuses anything else that is there."""
    path = root / name
    if is_local(path):
        # `is_dir` would take what cannot be looked at, or is a dangling link, for missing.
        try:
            is_folder = stat.S_ISDIR(os.stat(path).st_mode)
        except FileNotFoundError:
            is_folder = False
        is_there = os.path.lexists(path)
    else:
        is_folder = path.is_dir()
        is_there = is_folder or path.exists()
    if is_there and not is_folder:
        checks.refuse(f"'{name}' is no folder, but a file or a link to nothing")
    return is_folder


def _entries(folder: epath.Path) -> Iterator[tuple[str, str, bool]]:
    """Name and path of all that is in a folder, and whether it is a plain file."""
    if is_local(folder):
        for entry in os.scandir(folder):
            yield entry.name, entry.path, entry.is_file(follow_symlinks=False)
    else:
        for path in folder.iterdir():
            yield path.name, os.fspath(path), True  # a folder would not have the name of a review
