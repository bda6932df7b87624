"""Content digests, which survive another number of shards and another file format.

Usage:

    content = SplitContent()
    for part in parts:   # Records
        content.update(part)
    content.summary()   # {"records": 25000, "with_movie": 25000, "copies": 96, "sha256": ...}
"""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrow_arrays import binary_of, binary_of_rows, joined_binary
from .records import Records


def record_digests(records: Records) -> list[bytes]:
    """The 32 raw bytes of the SHA-256 of each record.

    It is taken over the record's id as UTF-8, a zero byte, and in little-endian order its label as
    int64, its rating as int32 and its tokens as int32. That was the digest in version 1.0.0. Since
    then it is the SHA-256 over the 32 raw bytes of that one, the movie, a zero byte, the
    `duplicate_of`, and, where there is a text, another zero byte and the text.
    """
    numbers = np.empty(len(records.ids), [("label", "<i8"), ("rating", "<i4")])
    numbers["label"], numbers["rating"] = records.labels, records.ratings
    tokens = records.tokens
    digests = _sha256(
        records.utf8["id"],
        b"\0",
        binary_of_rows(numbers, np.arange(len(numbers) + 1)),
        binary_of_rows(tokens.values.astype("<i4", copy=False), tokens.row_splits),
    )
    if records.movies is None or records.duplicate_of is None:
        return digests
    texts: tuple[Any, ...] = ()
    if records.texts is not None:
        texts = (b"\0", binary_of_rows(records.texts.values, records.texts.row_splits))
    movies, duplicate_of = records.utf8["movie"], records.utf8["duplicate_of"]
    return _sha256(binary_of(digests), movies, b"\0", duplicate_of, *texts)


def _sha256(*columns: Any) -> list[bytes]:
    """The SHA-256 of each row of what is put together of the columns."""
    return [digest.digest() for digest in map(hashlib.sha256, joined_binary(*columns).to_pylist())]


class SplitContent:
    """What `metadata.json` says of a split, found part by part.

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

    def update(self, records: Records) -> None:
        """Takes the next records."""
        self._digest.update(b"".join(record_digests(records)))
        self.records += len(records.ids)
        if records.movies is None or records.duplicate_of is None:
            self.with_movie = self.copies = None
        if self.with_movie is not None and self.copies is not None:
            self.with_movie += sum(map(bool, records.movies or ()))
            self.copies += sum(map(bool, records.duplicate_of or ()))

    def add(self, digests: NDArray[np.uint8], with_movie: int, copies: int) -> None:
        """Takes the next records, by their digests.

        Args:
          digests: `[records, 32]`, see `record_digests`.
          with_movie: of how many of them the movie is known.
          copies: how many of them are copies of another review.
        """
        self._digest.update(digests.tobytes())
        self.records += len(digests)
        if self.with_movie is not None and self.copies is not None:
            self.with_movie += with_movie
            self.copies += copies

    def summary(self) -> dict[str, Any]:
        """The counts, and in hexadecimal the SHA-256 over the digests of the records in order."""
        counts = {
            "records": self.records,
            "with_movie": self.with_movie,
            "copies": self.copies,
        }
        known = {name: count for name, count in counts.items() if count is not None}
        return {**known, "sha256": self._digest.hexdigest()}
