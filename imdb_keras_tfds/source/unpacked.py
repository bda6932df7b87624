"""Takes the blocks of a tar out of a stream, in order, and no more of them than there may be.

Usage:

    unpacked = Unpacked(chunks, limit=1 << 30)
    block = unpacked.take(512)
    unpacked.skip(1_000_000)
"""

from collections.abc import Iterator

from .headers import BLOCK_SIZE


class LimitError(ValueError):
    """A stream has more bytes than it may have."""


class Unpacked:
    """The bytes of a tar, of which one chunk is in memory, or what is taken at a time.

    Attributes:
      place: of the next byte, from 0.
      chunk: what is in memory.
      at: the place of the next byte in the chunk.
    """

    def __init__(self, chunks: Iterator[bytes], limit: int):
        """Begins with a stream.

        Args:
          chunks: the tar, without its compression.
          limit: how many bytes it may have.
        """
        self.place = 0
        self.chunk = b""
        self.at = 0
        self._chunks = chunks
        self._limit = limit
        self._unread = limit

    def take(self, size: int) -> bytes:
        """The next bytes; those that fill up their last block are passed over.

        Raises:
          EOFError: there are not so many.
          LimitError: there are more than there may be.
        """
        whole = size + -size % BLOCK_SIZE
        start = self.at
        stop = start + whole
        if stop > len(self.chunk):
            return self._take_on(whole)[:size]
        self.at = stop
        self.place += whole
        return self.chunk[start : start + size]

    def skip(self, size: int) -> None:
        """Passes over the next bytes, as `take` does."""
        left = size + -size % BLOCK_SIZE
        if left > self._limit - self.place:
            raise LimitError
        self.place += left
        while left > len(self.chunk) - self.at:
            left -= len(self.chunk) - self.at
            self._go_on()
        self.at += left

    def rest_is_zeros(self) -> bool:
        """Whether nothing but zeros is left; reads to the end, where a gzip has its checksum."""
        chunk = self.chunk[self.at :]
        self.at = len(self.chunk)
        zeros = True
        while chunk:
            zeros = zeros and chunk == bytes(len(chunk))
            chunk = self._read()
        return zeros

    def _take_on(self, size: int) -> bytes:
        """The next bytes, the last of which are not yet in memory."""
        parts = []
        missing = size
        while missing > len(self.chunk) - self.at:
            parts.append(self.chunk[self.at :])
            missing -= len(parts[-1])
            self._go_on()
        parts.append(self.chunk[self.at : self.at + missing])
        self.at += missing
        self.place += size
        return b"".join(parts)

    def _go_on(self) -> None:
        """Takes up the next chunk."""
        if not (chunk := self._read()):
            raise EOFError
        self.chunk, self.at = chunk, 0

    def _read(self) -> bytes:
        chunk = next(self._chunks, b"")
        self._unread -= len(chunk)
        if self._unread < 0:
            raise LimitError
        return chunk
