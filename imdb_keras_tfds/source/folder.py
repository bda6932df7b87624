"""Lists and reads the files of a folder, on this machine or in a bucket.

Usage:

    for folder, name, path in list_folder("aclImdb", checks):
        text = read_file(path)
"""

import os
from collections.abc import Iterator

from etils import epath

from .checks import MAX_REVIEW_SIZE, Checks
from .release import FOLDERS, ROOT


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
        root = epath.Path(path)
        root = root / ROOT if (root / ROOT).is_dir() else root
        for folder in FOLDERS:
            if not (root / folder).is_dir():
                continue
            for name, file, is_file in _entries(root / folder):
                if not is_file:
                    checks.refuse(f"'{folder}/{name}' is a link, a device or a folder")
                if checks.file(f"{folder}/{name}"):
                    yield folder, name, file


def read_file(path: str) -> bytes:
    """The content of a review's file; of one that is too large the beginning, too large too."""
    if is_local(path):
        with open(path, "rb") as file:
            return file.read(min(os.fstat(file.fileno()).st_size, MAX_REVIEW_SIZE) + 1)
    with epath.Path(path).open("rb") as remote:
        content: bytes = remote.read(MAX_REVIEW_SIZE + 1)
        return content


def is_local(path: epath.PathLike) -> bool:
    """Whether a path is one of this machine, and no URL of a bucket or the like."""
    return "://" not in os.fspath(path)


def _entries(folder: epath.Path) -> Iterator[tuple[str, str, bool]]:
    """Name and path of all that is in a folder, and whether it is a plain file."""
    if is_local(folder):
        for entry in os.scandir(folder):
            yield entry.name, entry.path, entry.is_file(follow_symlinks=False)
    else:
        for path in folder.iterdir():
            yield path.name, os.fspath(path), True  # a folder would not have the name of a review
