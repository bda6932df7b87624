"""Content digests, which survive another number of shards and another file format.

Usage:

    digest = ContentDigest()
    for record in records:
        digest.update(record_digest(*record))
    digest.hexdigest()
"""

import hashlib

import numpy as np
from numpy.typing import NDArray


def record_digest(name: str, label: int, rating: int, tokens: NDArray[np.int32]) -> bytes:
    """The 32 raw bytes of the SHA-256 of a record.

    It is taken over the record's id as UTF-8, a zero byte, and in little-endian order its label as
    int64, its rating as int32 and its tokens as int32.
    """
    digest = hashlib.sha256(name.encode() + b"\0")
    digest.update(label.to_bytes(8, "little", signed=True))
    digest.update(rating.to_bytes(4, "little", signed=True))
    digest.update(tokens.astype("<i4").tobytes())
    return digest.digest()


class ContentDigest:
    """The digest of a split's content: SHA-256 over the digests of its records in order.

    Attributes:
      records: number of records so far.
    """

    def __init__(self) -> None:
        self.records = 0
        self._digest = hashlib.sha256()

    def update(self, record: bytes) -> None:
        """Takes the digest of the next record."""
        self._digest.update(record)
        self.records += 1

    def hexdigest(self) -> str:
        """64 hexadecimal digits."""
        return self._digest.hexdigest()
