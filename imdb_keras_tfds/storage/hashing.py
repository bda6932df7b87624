"""The SHA-256 of files, and their sizes.

Usage:

    sha256_of("aclImdb_v1.tar.gz")   # 64 hexadecimal digits
"""

import hashlib
import os

from etils import epath

from .plain_files import open_plain

_CHUNK_SIZE = 1 << 20


def sha256_of(path: epath.PathLike) -> str:
    """The SHA-256 of a file's content, in hexadecimal; the file is never held as a whole.

    Raises:
      OSError: it cannot be read, or is no plain file.
    """
    digest = hashlib.sha256()
    with open_plain(path) as file:
        while chunk := file.read(_CHUNK_SIZE):
            digest.update(chunk)
    return digest.hexdigest()


def size_of(path: epath.PathLike) -> int:
    """The bytes of a file; unlike `epath`'s `stat` without a look at who its owner may be.

    Raises:
      OSError: it cannot be read, or is no plain file.
    """
    with open_plain(path) as file:
        return file.seek(0, os.SEEK_END)
