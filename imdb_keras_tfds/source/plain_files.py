"""Finds the plain files that stand one behind the other in a piece of a tar, all at once.

Usage:

    found = plain_files(piece, 0)
    found.names   # [b"aclImdb/train/pos/0_9.txt", ...]
    piece[found.starts[0] : found.stops[0]]   # its content

What is found is what `headers.parse` reads there. All that is of another form, or damaged, is left
to it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .headers import BLOCK_SIZE

_FILE = ord("0")

_NAME = slice(0, 100)

_SIZE = slice(124, 136)

_CHECKSUM = slice(148, 156)

_KIND = 156

_FORM = slice(257, 265)

_PREFIX = 345

_USTAR = np.frombuffer(b"ustar\0", np.uint8)

_GNU = np.frombuffer(b"ustar  \0", np.uint8)

_DIGITS_OF_CHECKSUM = 6


class PlainFiles(NamedTuple):
    """Some plain files, whole and without a gap.

    Attributes:
      names: of the files.
      starts: where the content of each begins in the piece.
      stops: where it ends.
      stop: where the next header begins.
    """

    names: list[bytes]
    starts: list[int]
    stops: list[int]
    stop: int


def plain_files(piece: bytes, start: int) -> PlainFiles:
    """The files from a place on, up to what is no plain file or not whole.

    Args:
      piece: of a tar.
      start: the place in it where a header begins.

    Returns:
      Files whose headers go by the common form: a name of up to 100 bytes in its own field, octal
      numbers that fill theirs, the checksum right, ustar or GNU.
    """
    places = _places(piece, start)
    stop = places.pop()
    if not places:
        return PlainFiles([], [], [], start)
    rows = (np.array(places) - start) // BLOCK_SIZE
    blocks = np.frombuffer(piece, np.uint8, stop - start, start).reshape(-1, BLOCK_SIZE)[rows]
    sizes, has_size = _octal(blocks[:, _SIZE], _SIZE.stop - _SIZE.start - 1)
    checksums, has_checksum = _octal(blocks[:, _CHECKSUM], _DIGITS_OF_CHECKSUM)
    # The checksum counts itself as eight spaces.
    sums = blocks.sum(axis=1, dtype=np.int64) - blocks[:, _CHECKSUM].sum(axis=1, dtype=np.int64)
    is_named, names = _names(blocks)
    is_plain = (
        has_size
        & has_checksum
        & (checksums == sums + 8 * ord(" "))
        & _is_known_form(blocks)
        & is_named
    )
    number = len(places) if is_plain.all() else int(is_plain.argmin())
    starts = np.array(places[:number], np.int64) + BLOCK_SIZE
    return PlainFiles(
        names=names[:number],
        starts=starts.tolist(),
        stops=(starts + sizes[:number]).tolist(),
        stop=[*places, stop][number],
    )


def _places(piece: bytes, start: int) -> list[int]:
    """Where headers are, if each one says how long its content is; and where the last one ends."""
    places = [start]
    first_digit, behind_digits = _SIZE.start, _SIZE.stop - 1
    while start + BLOCK_SIZE <= len(piece) and piece[start + _KIND] == _FILE:
        try:
            size = int(piece[start + first_digit : start + behind_digits], 8)
        except ValueError:
            break
        start += BLOCK_SIZE + size + -size % BLOCK_SIZE
        if size < 0 or start > len(piece):
            break
        places.append(start)
    return places


def _octal(fields: NDArray[np.uint8], digits: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Numbers of so many octal digits with spaces or zero bytes behind, and where they are such."""
    values = fields[:, :digits].astype(np.int64) - ord("0")
    rest = fields[:, digits:]
    is_number = ((values >= 0) & (values < 8)).all(axis=1)
    is_number &= ((rest == 0) | (rest == ord(" "))).all(axis=1)
    return values @ (8 ** np.arange(digits)[::-1]), is_number


def _names(blocks: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], list[bytes]]:
    """Which blocks have the name of a file with nothing behind it, and the names."""
    fields = np.ascontiguousarray(blocks[:, _NAME])
    is_zero = fields == 0
    lengths = np.where(is_zero.any(axis=1), is_zero.argmax(axis=1), fields.shape[1])
    is_named = (lengths > 0) & (is_zero.sum(axis=1) == fields.shape[1] - lengths)
    # A name that ends like one of a folder is not for a file.
    is_named &= fields[np.arange(len(fields)), np.maximum(lengths, 1) - 1] != ord("/")
    names: list[bytes] = fields.view(f"S{fields.shape[1]}").ravel().tolist()
    return is_named, names


def _is_known_form(blocks: NDArray[np.uint8]) -> NDArray[np.bool_]:
    form = blocks[:, _FORM]
    is_ustar = (form[:, : len(_USTAR)] == _USTAR).all(axis=1) & (blocks[:, _PREFIX] == 0)
    known: NDArray[np.bool_] = is_ustar | (form == _GNU).all(axis=1)
    return known
