"""Content digests, which survive another number of shards and another file format.

Usage:

    content = SplitContent()
    for record in records:
        content.update(record)
    content.summary()   # {"records": 25000, "with_movie": 25000, "copies": 96, "sha256": ...}
"""

import hashlib
from typing import Any

from .records import Record


def record_digest(record: Record) -> bytes:
    """The 32 raw bytes of the SHA-256 of a record.

    It is taken over the record's id as UTF-8, a zero byte, and in little-endian order its label as
    int64, its rating as int32 and its tokens as int32. That was the digest in version 1.0.0. Since
    then it is the SHA-256 over the 32 raw bytes of that one, the movie, a zero byte, the
    `duplicate_of`, and, where there is a text, another zero byte and the text.
    """
    digest = hashlib.sha256(record.id.encode() + b"\0")
    digest.update(record.label.to_bytes(8, "little", signed=True))
    digest.update(record.rating.to_bytes(4, "little", signed=True))
    digest.update(record.tokens.astype("<i4").tobytes())
    if record.movie is None or record.duplicate_of is None:
        return digest.digest()
    digest = hashlib.sha256(digest.digest())
    digest.update(f"{record.movie}\0{record.duplicate_of}".encode())
    if record.text is not None:
        digest.update(b"\0" + record.text)
    return digest.digest()


class SplitContent:
    """What `metadata.json` says of a split, found record by record.

    Attributes:
      records: number of records so far.
      with_movie: of how many of them the movie is known; None if records do not tell.
      copies: how many of them are copies of another review; None if records do not tell.
    """

    def __init__(self) -> None:
        self.records = 0
        self.with_movie: int | None = 0
        self.copies: int | None = 0
        self._digest = hashlib.sha256()

    def update(self, record: Record) -> None:
        """Takes the next record."""
        self.add(record_digest(record), bool(record.movie), bool(record.duplicate_of))
        if record.movie is None or record.duplicate_of is None:
            self.with_movie = self.copies = None

    def add(self, digest: bytes, has_movie: bool, is_copy: bool) -> None:
        """Takes the next record, by its digest.

        Args:
          digest: see `record_digest`.
          has_movie: whether its movie is known.
          is_copy: whether it is a copy of another review.
        """
        self._digest.update(digest)
        self.records += 1
        if self.with_movie is not None and self.copies is not None:
            self.with_movie += has_movie
            self.copies += is_copy

    def summary(self) -> dict[str, Any]:
        """The counts, and in hexadecimal the SHA-256 over the digests of the records in order."""
        counts = {
            "records": self.records,
            "with_movie": self.with_movie,
            "copies": self.copies,
        }
        known = {name: count for name, count in counts.items() if count is not None}
        return {**known, "sha256": self._digest.hexdigest()}
