"""Reads the header blocks of a tar, and refuses every one that is not as its format has it.

Usage:

    header = parse(block)                # of 512 bytes
    header.name, header.size, header.kind
    dict(pax_records(content))           # {b"path": b"aclImdb/train/pos/0_9.txt"}

Known are the formats that GNU tar, bsdtar and Python write: v7, ustar, GNU and pax. The standard
library's `tarfile` is not used, because it takes a damaged header for the end of the tar, and what
it takes for damaged changes from one version of Python to the next.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

BLOCK_SIZE = 512
"""Bytes; headers are of one block, and contents are filled up with zeros to whole ones."""

OLD_FILE = b"\0"
"""The kind of a plain file in v7, and there of a folder too, whose name ends with a slash."""

FILES = frozenset((b"0", OLD_FILE, b"7"))
"""The kinds of plain files; the last one, "contiguous", is read as the others are."""

FOLDER = b"5"
"""The kind of a folder."""

PAX, GLOBAL_PAX, LONG_NAME = b"x", b"g", b"L"
"""The kinds of extended headers: of the next member, of all to come, and GNU's for a name."""

# Name, size, checksum, kind, format, and a prefix to the name.
_HEADER = struct.Struct("100s24x12s12x8sc100x8s80x155s12x")

_NUMBER = re.compile(rb" *([0-7]+)[ \0]*")

_CHECKSUM = slice(148, 156)

_USTAR = b"ustar\0"

_GNU = b"ustar  \0"

_V7 = bytes(8)

_PAX_RECORD = re.compile(rb"([1-9][0-9]{0,9}) ([^=]+)=")

_CHARSETS = (b"ISO-IR 10646 2000 UTF-8", b"BINARY")


class HeaderError(ValueError):
    """A header is damaged, or is not where it belongs. Its message says in which way."""


class Header(NamedTuple):
    """The header of a member.

    Attributes:
      name: of the member, with its folders.
      size: of its content, in bytes.
      kind: the type flag, of one byte.
    """

    name: bytes
    size: int
    kind: bytes


def parse(block: bytes) -> Header:
    """Reads a header block.

    Args:
      block: of `BLOCK_SIZE` bytes.

    Raises:
      HeaderError: the checksum is wrong, the format is unknown, or a number is none.
    """
    name, size, checksum, kind, form, prefix = _HEADER.unpack(block)
    # The checksum counts itself as eight spaces.
    if _number(checksum) != _sum(block) - sum(block[_CHECKSUM]) + 8 * ord(" "):
        raise HeaderError("the checksum is wrong")
    name = _text(name)
    if form.startswith(_USTAR):
        if prefix[0]:
            name = _text(prefix) + b"/" + name
    elif form not in (_GNU, _V7):
        raise HeaderError(f"the format {form!r} is unknown")
    return Header(name, _number(size), kind)


def pax_records(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Reads the content of a pax header.

    Yields:
      Each key and its value.

    Raises:
      HeaderError: it is not of the form that the standard has.
    """
    place = 0
    while place < len(content):
        record = _PAX_RECORD.match(content, place)
        stop = place + int(record[1]) if record else 0
        if (
            record is None
            or not record.end() < stop <= len(content)
            or content[stop - 1 : stop] != b"\n"
        ):
            raise HeaderError("a pax header is damaged")
        key, value = record[2], content[record.end() : stop - 1]
        if key == b"hdrcharset" and value not in _CHARSETS:
            raise HeaderError(f"the encoding {value!r} is unknown")
        yield key, value
        place = stop


def long_name(content: bytes) -> bytes:
    """Reads the content of GNU's header of a long name."""
    return _text(content)


def decimal(value: bytes) -> int:
    """Reads a size in a pax header.

    Raises:
      HeaderError: it is no number from 0, or one of more than 20 digits.
    """
    if not (value.isdigit() and len(value) <= 20):
        raise HeaderError(f"the size {value[:20]!r} is no number")
    return int(value)


def _sum(block: bytes) -> int:
    """The sum of the bytes, which is what Adler-32 has in its lower half, plus one.

    That is a sum modulo 65,521, which half a block does not reach.
    """
    half = BLOCK_SIZE // 2
    return (zlib.adler32(block[:half]) & 0xFFFF) + (zlib.adler32(block[half:]) & 0xFFFF) - 2


def _number(field: bytes) -> int:
    if digits := _NUMBER.fullmatch(field):
        return int(digits[1], 8)
    if field[0] == 0x80:  # GNU's, of what octal digits have no room for
        return int.from_bytes(field[1:], "big")
    raise HeaderError(f"{field!r} is no number from 0")


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]
