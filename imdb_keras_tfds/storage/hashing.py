"""The SHA-256 of files.

Usage:

    sha256_of("aclImdb_v1.tar.gz")   # 64 hexadecimal digits
"""

import hashlib

from etils import epath

_CHUNK_SIZE = 1 << 20


def sha256_of(path: epath.PathLike) -> str:
    """The SHA-256 of a file's content, in hexadecimal; the file is never held as a whole."""
    digest = hashlib.sha256()
    with epath.Path(path).open("rb") as file:
        while chunk := file.read(_CHUNK_SIZE):
            digest.update(chunk)
    return digest.hexdigest()
