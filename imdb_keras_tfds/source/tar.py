"""Reads a tar, compressed or not, as a stream: in one pass, and nothing is extracted to disk.

Usage:

    sha256 = read_tar(epath.Path("aclImdb_v1.tar.gz"), checks, keep, keep_movies)

A tar is taken only as a whole: with its end of two blocks of zeros, and behind that nothing else.
"""

import contextlib
import gzip
import hashlib
import io
import itertools
import operator
import zlib
from collections.abc import Generator, Iterator
from typing import Any, BinaryIO

from etils import epath

from . import headers, movies
from .checks import Checks
from .headers import BLOCK_SIZE, Header, HeaderError
from .inflating import inflated
from .plain_files import PlainFiles, plain_files
from .release import ROOT
from .reviews import Keep, KeepMovies
from .unpacked import LimitError, Unpacked

MAX_HEADER_SIZE = 1 << 16
"""Bytes of all headers of one member, long names and pax headers included."""

_CHUNK_SIZE = 1 << 20

_GZIP_MAGIC = b"\x1f\x8b"

_PREFIX = f"{ROOT}/"

_ZEROS = bytes(BLOCK_SIZE)

_SPARSE = b"S"

_SPARSE_KEYS = b"GNU.sparse."


def read_tar(path: epath.Path, checks: Checks, keep: Keep, keep_movies: KeepMovies) -> str:
    """Reads an archive.

    Args:
      path: of a `.tar.gz`, or of a `.tar` where the checks take one.
      checks: look at every member.
      keep: is handed every review.
      keep_movies: is handed every list of movies.

    Returns:
      Its SHA-256, in hexadecimal.

    Raises:
      ImdbKerasError: see `reading.read`.
      OSError: it cannot be read.
    """
    is_plain = checks.takes_plain_tar and not _is_gzip(path)
    with path.open("rb") as file:
        hashed = _HashedFile(file)
        with contextlib.closing(_chunks(hashed) if is_plain else inflated(hashed)) as chunks:
            _read_stream(chunks, checks, keep, keep_movies)
        return hashed.digest.hexdigest()


class _HashedFile(io.RawIOBase):
    """A file that is hashed as it is read."""

    def __init__(self, file: BinaryIO):
        self.digest = hashlib.sha256()
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self._file.read(len(buffer))
        self.digest.update(data)
        buffer[: len(data)] = data
        return len(data)


def _chunks(file: io.RawIOBase) -> Generator[bytes, None, None]:
    while chunk := file.read(_CHUNK_SIZE):
        yield chunk


def _is_gzip(path: epath.Path) -> bool:
    with path.open("rb") as file:
        return bool(file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC)


def _read_stream(
    chunks: Iterator[bytes], checks: Checks, keep: Keep, keep_movies: KeepMovies
) -> None:
    unpacked = Unpacked(chunks, checks.max_unpacked_size)
    try:
        _read_members(unpacked, checks, keep, keep_movies)
    except EOFError:
        checks.refuse("the archive is truncated or damaged")
    except LimitError:
        checks.refuse(f"it unpacks to more than {checks.max_unpacked_size:,} bytes")
    except HeaderError as error:
        checks.refuse(
            f"not a tar archive, or a damaged one (before byte {unpacked.place:,}: {error})"
        )
    except gzip.BadGzipFile as error:
        checks.refuse(f"not a gzip file, or a damaged one ({error})")
    except zlib.error as error:
        checks.refuse(f"the archive is damaged ({error})")


def _read_members(unpacked: Unpacked, checks: Checks, keep: Keep, keep_movies: KeepMovies) -> None:
    members = one_by_one = 0
    while True:
        if one_by_one:
            one_by_one -= 1
        else:
            files = plain_files(unpacked.chunk, unpacked.at)
            number = len(files.names)
            if members + number <= checks.max_members and _keep_all(
                files, unpacked.chunk, checks, keep
            ):
                unpacked.skip(files.stop - unpacked.at)
                members += number
            else:
                one_by_one = number
        # What now comes is something else, cut by the end of the chunk, or not right.
        if (member := _next_member(unpacked)) is None:
            break
        if members == checks.max_members:
            checks.refuse(f"it has more than {checks.max_members:,} members")
        _read_member(member, unpacked, checks, keep, keep_movies)
        members += 1
    if not unpacked.rest_is_zeros():
        raise HeaderError("there is something behind the end")


def _keep_all(files: PlainFiles, chunk: bytes, checks: Checks, keep: Keep) -> bool:
    """Hands out some files, if all are reviews; else False, and none was handed out."""
    lines = b"\n".join(files.names).decode("utf-8", "surrogateescape")
    paths = f"\n{lines}".replace(f"\n{_PREFIX}", "\n")[1:]
    sizes = [stop - start for start, stop in zip(files.starts, files.stops, strict=True)]
    found = checks.reviews(paths, sizes)
    if found is None:
        return False
    view = memoryview(chunk)
    texts = [view[start:stop] for start, stop in zip(files.starts, files.stops, strict=True)]
    first = 0
    for folder, group in itertools.groupby(found, key=operator.itemgetter(0)):
        names = [name for _, name in group]
        keep(folder, names, texts[first : first + len(names)])
        first += len(names)
    return True


def _read_member(
    member: Header, unpacked: Unpacked, checks: Checks, keep: Keep, keep_movies: KeepMovies
) -> None:
    name = member.name.decode("utf-8", "surrogateescape")
    path = _inside_root(name, checks)
    if member.kind == headers.FOLDER:
        checks.folder(path)
    elif member.kind not in headers.FILES:
        checks.refuse(f"member {name!r} is a link, a device or sparse")
    elif review := checks.file(path):
        checks.size(*review, member.size)
        keep(review[0], review[1:], [unpacked.take(member.size)])
    elif folder := movies.folder_of(path):
        checks.list_size(folder, member.size)
        keep_movies(folder, checks.read_list(folder, unpacked.take(member.size)))
    else:
        unpacked.skip(member.size)


def _next_member(unpacked: Unpacked) -> Header | None:
    """The next member, its extended headers applied; None at the end.

    Raises:
      HeaderError: a header is damaged, or is not where it belongs.
      EOFError: the tar ends before its end.
      LimitError: it is larger than it may be.
    """
    start = unpacked.place
    names: list[bytes] = []
    records: dict[bytes, bytes] = {}
    extended: set[bytes] = set()
    while True:
        block = unpacked.take(BLOCK_SIZE)
        if block == _ZEROS:
            if extended:
                raise HeaderError("an extended header has no member")
            if unpacked.take(BLOCK_SIZE) != _ZEROS:
                raise HeaderError("an end of one block in the place of two")
            return None
        header = headers.parse(block)
        if header.kind not in (headers.PAX, headers.GLOBAL_PAX, headers.LONG_NAME):
            break
        if unpacked.place + header.size > start + MAX_HEADER_SIZE:
            raise HeaderError(f"the headers of a member have over {MAX_HEADER_SIZE:,} bytes")
        if header.kind in extended:
            raise HeaderError("a member has two extended headers of a kind")
        content = unpacked.take(header.size)
        if header.kind == headers.GLOBAL_PAX:
            _check_global(content)
            continue
        extended.add(header.kind)
        if header.kind == headers.PAX:
            records = dict(headers.pax_records(content))
        else:
            names.append(headers.long_name(content))
    return _extend(header, names, records)


def _check_global(content: bytes) -> None:
    """Refuses what would give all members to come one name, or one size."""
    for key, _ in headers.pax_records(content):
        if key in (b"path", b"size") or key.startswith(_SPARSE_KEYS):
            raise HeaderError(f"{key!r} is for all members")


def _extend(header: Header, names: list[bytes], records: dict[bytes, bytes]) -> Header:
    """A header with what its extended headers say.

    Args:
      header: of the member.
      names: what GNU's headers of a long name hold.
      records: of its pax header.
    """
    name, size, kind = header
    if b"path" in records:
        names = [*names, records[b"path"]]
    if len(names) > 1:
        raise HeaderError("a member has two names")
    if names:
        name = names[0]
    if not name:
        raise HeaderError("a member has no name")
    if b"size" in records:
        size = headers.decimal(records[b"size"])
    if any(key.startswith(_SPARSE_KEYS) for key in records):
        kind = _SPARSE
    if kind == headers.OLD_FILE and name.endswith(b"/"):
        kind = headers.FOLDER
    if kind == headers.FOLDER and size:
        raise HeaderError("a folder has a content")
    if kind in headers.FILES and name.endswith(b"/"):
        raise HeaderError("a file has the name of a folder")
    return Header(name, size, kind)


def _inside_root(name: str, checks: Checks) -> str:
    """The name of a member relative to the top folder of the release."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts:
        checks.refuse(f"member {name!r} leads out of the archive")
    if parts[:1] == [ROOT]:
        del parts[0]
    return "/".join(parts)
