"""Reads a tar, compressed or not, as a stream: in one pass, and nothing is extracted to disk.

Usage:

    sha256 = read_tar(epath.Path("aclImdb_v1.tar.gz"), checks, keep)
"""

import gzip
import hashlib
import itertools
import re
import tarfile
import zlib
from typing import Any, BinaryIO, cast

from etils import epath

from ..errors import ImdbKerasError
from .checks import Checks
from .release import ROOT
from .reviews import Keep

MAX_HEADER_SIZE = 1 << 16
"""Bytes of all headers of one member, long names and pax headers included."""


_CHUNK_SIZE = 1 << 20


# The header block of a plain file without a prefix to its name (POSIX ustar, and GNU).
_PLAIN_HEADER = re.compile(
    rb"(?=(?P<name>[^\0]{1,100})).{124}(?P<size>[0-7]{11})[ \0].{12}"
    rb"(?=(?P<checksum>[0-7]+)[ \0])[0-7 \0]{8}0.{188}\0.{166}",
    re.DOTALL,
)


_GZIP_MAGIC = b"\x1f\x8b"


class _HashedFile:
    """A file that is hashed as it is read."""

    def __init__(self, file: BinaryIO):
        self.digest = hashlib.sha256()
        self._file = file

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def read_tar(path: epath.Path, checks: Checks, keep: Keep) -> str:
    """Reads an archive; returns its SHA-256."""
    with path.open("rb") as file:
        hashed: Any = _HashedFile(file)
        if checks.takes_plain_tar and not _is_gzip(path):
            _read_stream(hashed, checks, keep)
        else:
            _read_stream(gzip.GzipFile(fileobj=cast(BinaryIO, hashed)), checks, keep)
        digest: str = hashed.digest.hexdigest()
        return digest


def _is_gzip(path: epath.Path) -> bool:
    with path.open("rb") as file:
        return bool(file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC)


class _Unpacked:
    """The bytes of a tar, none of which are read from `limit` on."""

    def __init__(self, stream: BinaryIO | gzip.GzipFile, checks: Checks):
        self._stream = stream
        self._checks = checks
        self._place = 0
        self.limit = MAX_HEADER_SIZE

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._place += len(data)
        if self._place > self._checks.max_unpacked_size:
            self._checks.refuse(f"it unpacks to more than {self._checks.max_unpacked_size:,} bytes")
        if self._place > self.limit:
            self._checks.refuse(f"the header of a member has over {MAX_HEADER_SIZE:,} bytes")
        return data


def _read_stream(stream: BinaryIO | gzip.GzipFile, checks: Checks, keep: Keep) -> None:
    unpacked: Any = _Unpacked(stream, checks)
    try:
        with tarfile.open(fileobj=unpacked, mode="r|", tarinfo=_PlainTarInfo) as tar:
            for count in itertools.count():
                # tarfile holds a header in memory, of any size and with all its parts; the next
                # one begins at `offset`.
                unpacked.limit = tar.offset + MAX_HEADER_SIZE
                if (member := tar.next()) is None:
                    break
                unpacked.limit = checks.max_unpacked_size
                if count == checks.max_members:
                    checks.refuse(f"it has more than {checks.max_members:,} members")
                if tar.offset > checks.max_unpacked_size:
                    # tarfile would go on and on, even behind the end of the file.
                    checks.refuse(f"it unpacks to more than {checks.max_unpacked_size:,} bytes")
                # tarfile remembers every member, for a use that a stream does not have, and the
                # settings of all global headers, which no release has.
                tar.members = []  # type: ignore[attr-defined]
                tar.pax_headers = {}
                if member.isdir():
                    continue
                if not member.isfile() or member.issparse():
                    checks.refuse(f"member {member.name!r} is a link, a device or sparse")
                if review := checks.file(_inside_root(member.name, checks)):
                    checks.size(*review, member.size)
                    # A stream stands where the content of its last member begins.
                    keep(*review, tar.fileobj.read(member.size))
        # The checksum stands at the end of the gzip stream, so all of it is read.
        unpacked.limit = checks.max_unpacked_size
        while unpacked.read(_CHUNK_SIZE):
            pass
    except ImdbKerasError:
        raise
    except EOFError:
        checks.refuse("the archive is truncated")
    except gzip.BadGzipFile as error:
        checks.refuse(f"not a gzip file, or a damaged one ({error})")
    except zlib.error as error:
        checks.refuse(f"the archive is damaged ({error})")
    except (tarfile.TarError, ValueError, OverflowError, RecursionError) as error:
        # The last three are tarfile's, too: of headers that make no sense.
        checks.refuse(f"not a tar archive, or a damaged one ({error})")


class _PlainTarInfo(tarfile.TarInfo):
    """Reads the headers of plain files in half the time, and leaves all others to `tarfile`."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "_PlainTarInfo":
        """The member of a header block; see `tarfile.TarInfo.frombuf`."""
        header = _PLAIN_HEADER.fullmatch(buf)
        # The checksum counts itself as eight spaces.
        if header is not None and int(header["checksum"], 8) == (
            sum(buf) - sum(buf[148:156]) + 8 * ord(" ")
        ):
            member = cls(header["name"].decode(encoding, errors))
            member.size = int(header["size"], 8)
            return member
        return super().frombuf(buf, encoding, errors)


def _inside_root(name: str, checks: Checks) -> str:
    """The name of a member relative to the top folder of the release."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts:
        checks.refuse(f"member {name!r} leads out of the archive")
    if parts[:1] == [ROOT]:
        del parts[0]
    return "/".join(parts)
