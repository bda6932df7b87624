"""Takes the blocks of a tar out of a stream, in order, and no more of them than there may be.

Usage:

    unpacked = Unpacked(stream, limit=1 << 30)
    block = unpacked.take(512)
    unpacked.skip(1_000_000)
"""

from typing import Protocol

from .headers import BLOCK_SIZE

_CHUNK_SIZE = 1 << 20


class Stream(Protocol):
    """What can be read from its beginning to its end."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most so many; none at the end."""
        ...


class LimitError(ValueError):
    """A stream has more bytes than it may have."""


class Unpacked:
    """The bytes of a tar, of which one chunk is in memory, or what is taken at a time.

    Attributes:
      place: of the next byte, from 0.
    """

    def __init__(self, stream: Stream, limit: int):
        """Begins with a stream.

        Args:
          stream: the tar, without its compression.
          limit: how many bytes it may have.
        """
        self.place = 0
        self._stream = stream
        self._limit = limit
        self._unread = limit
        self._chunk = b""
        self._next = 0  # in the chunk

    def take(self, size: int) -> bytes:
        """The next bytes; those that fill up their last block are passed over.

        Raises:
          EOFError: there are not so many.
          LimitError: there are more than there may be.
        """
        whole = size + -size % BLOCK_SIZE
        if self._next + whole > len(self._chunk):
            self._fill(whole)
        start = self._next
        self._next += whole
        self.place += whole
        return self._chunk[start : start + size]

    def skip(self, size: int) -> None:
        """Passes over the next bytes, as `take` does."""
        left = size + -size % BLOCK_SIZE
        if left > self._limit - self.place:
            raise LimitError
        self.place += left
        while left > len(self._chunk) - self._next:
            left -= len(self._chunk) - self._next
            if not (chunk := self._read()):
                raise EOFError
            self._chunk, self._next = chunk, 0
        self._next += left

    def rest_is_zeros(self) -> bool:
        """Whether nothing but zeros is left; reads to the end, where a gzip has its checksum."""
        chunk = self._chunk[self._next :]
        self._next = len(self._chunk)
        zeros = True
        while chunk:
            zeros = zeros and chunk == bytes(len(chunk))
            chunk = self._read()
        return zeros

    def _fill(self, size: int) -> None:
        """Has so many bytes in the chunk, from its beginning on."""
        parts = [self._chunk[self._next :]]
        missing = size - len(parts[0])
        while missing > 0:
            if not (part := self._read()):
                raise EOFError
            parts.append(part)
            missing -= len(part)
        self._chunk, self._next = b"".join(parts), 0

    def _read(self) -> bytes:
        chunk = self._stream.read(_CHUNK_SIZE)
        self._unread -= len(chunk)
        if self._unread < 0:
            raise LimitError
        return chunk
