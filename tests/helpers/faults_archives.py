"""Archives that were made to do harm: to lead astray, to fill memory or to take for ever."""

import gzip
import pathlib
import tarfile
from collections.abc import Callable, Iterable, Iterator

from tests.helpers.layout import FILES, Files, tar_bytes
from tests.helpers.tars import END, header, member, pax

Members = Iterable[bytes]
"""Members of a gzip file."""

MEBIBYTE = 1 << 20
GIBIBYTE = 1 << 30

_WHOLE = tar_bytes(FILES.items())
# Without the blocks of zeros that end it.
_REVIEWS = _WHOLE[: len(_WHOLE.rstrip(b"\0")) + 511 & -512]

_README = "aclImdb/README"
_REVIEW = "aclImdb/train/pos/7_7.txt"


def _damaged_pax(content: bytes) -> bytes:
    return member("pax", content, tarfile.XHDTYPE) + header(_README)


def _small(*parts: bytes) -> Callable[[], Members]:
    """A good archive, with something before its end."""
    return lambda: [gzip.compress(_REVIEWS + b"".join(parts) + END, mtime=0)]


def _repeated(data: bytes, times: int) -> Iterator[bytes]:
    member = gzip.compress(data, mtime=0)
    return (member for _ in range(times))


def _zeros(size: int) -> Iterator[bytes]:
    return _repeated(bytes(16 * MEBIBYTE), size // (16 * MEBIBYTE))


def _large(name: str, kind: bytes, size: int, start: bytes = b"") -> Callable[[], Members]:
    """A good archive, and a member of zeros before its end."""

    def members() -> Members:
        before = start + header(name, kind, size)
        yield gzip.compress(_REVIEWS + before, mtime=0)
        yield from _zeros(size)
        yield gzip.compress(header(_README) + END, mtime=0)

    return members


def _many(block: bytes, times: int) -> Callable[[], Members]:
    """A good archive, and blocks of a thousand members each before its end."""

    def members() -> Members:
        yield gzip.compress(_REVIEWS, mtime=0)
        yield from _repeated(block, times)
        yield gzip.compress(END, mtime=0)

    return members


def _after_the_end() -> Members:
    yield gzip.compress(_WHOLE, mtime=0)
    yield from _zeros(10 * GIBIBYTE)


def global_headers() -> Members:
    """A good archive, with 80 MB of settings for all members to come, in small parts."""
    yield gzip.compress(_REVIEWS, mtime=0)
    for i in range(1600):
        settings = pax({f"key{i}": "a" * 50_000}, tarfile.XGLTYPE)
        yield gzip.compress(settings + header(_README), 1, mtime=0)
    yield gzip.compress(END, mtime=0)


def _sparse(extended: bool) -> bytes:
    """The header of an old sparse file; another header of the same kind follows it or not."""
    block = bytearray(header(_README, tarfile.GNUTYPE_SPARSE))
    block[386:482] = b"00000000000\0" * 8
    block[482] = extended
    block[483:495] = b"00000000000\0"
    block[148:156] = b" " * 8
    block[148:156] = f"{sum(block):06o}\0 ".encode()
    return bytes(block)


def _sparse_headers() -> Members:
    yield gzip.compress(_REVIEWS + _sparse(extended=True), mtime=0)
    block = b"00000000000\0" * 42 + b"\1" + bytes(7)
    yield from _repeated(block * 2048 * 16, GIBIBYTE // (16 * MEBIBYTE))


def _sparse_map() -> Members:
    settings = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": _README,
        "GNU.sparse.realsize": "0",
    }
    size = GIBIBYTE
    yield gzip.compress(_REVIEWS + pax(settings) + header(_README, size=size), mtime=0)
    yield gzip.compress(b"999999999\n".ljust(512, b"0") + b"\n".rjust(512, b"0"), mtime=0)
    yield from _repeated(b"0\n" * 8 * MEBIBYTE, GIBIBYTE // (16 * MEBIBYTE))


NAMES: dict[str, Callable[[], Members]] = {
    "a way out behind a way in": _small(member("aclImdb/train/../../passwd", b"")),
    "a way out in a long name": _small(
        member("././@LongLink", b"aclImdb/" + b"x/" * 99 + b"../" * 101 + b"passwd\0", b"L"),
        header(_README),
    ),
    "a way out in a pax header": _small(pax({"path": "../../etc/passwd"}), header(_README)),
    "an absolute name in a pax header": _small(pax({"path": "/etc/passwd"}), header(_README)),
    "a block device": _small(header("aclImdb/disk", tarfile.BLKTYPE)),
    "a member of a type that nobody knows": _small(header(_README, b"?")),
    "a GNU list of a folder": _small(header(_README, b"D")),
    "a link in a long name": _small(
        member("././@LongLink", b"/etc/passwd\0", b"K"), header(_README, tarfile.SYMTYPE)
    ),
}
"""What leads out of the archive, or is neither a file nor a folder."""

HEADERS: dict[str, Callable[[], Members]] = {
    "a review of 8 EiB": _small(header(_REVIEW, size=2**63 - 1)),
    "a member of 8 EiB": _small(header(_README, size=2**63 - 1)),
    "a member of more bytes than can be counted": _small(header(_README, size=2**80)),
    "a review of a negative size": _small(header(_REVIEW, size=-512)),
    "a member of a negative size": _small(header(_README, size=-1024)),
    "a member of a negative size in a pax header": _small(pax({"size": "-1024"}), header(_README)),
    "a member of 8 EiB in a pax header": _small(pax({"size": str(2**63)}), header(_README)),
    "a long name that says it has 8 EiB": _small(header("././@LongLink", b"L", 2**63 - 512)),
    "a pax header that says it has 8 EiB": _small(header("pax", tarfile.XHDTYPE, 2**63 - 512)),
    "a pax header of a negative size": _small(header("pax", tarfile.XHDTYPE, -512)),
    "a pax header whose length is of 5,000 digits": _small(
        _damaged_pax(b"9" * 5000 + b" path=aclImdb/README\n")
    ),
    "a pax header whose length is beyond every address": _small(
        _damaged_pax(b"9" * 40 + b" path=aclImdb/README\n")
    ),
    "a pax header in an encoding that is none": _small(
        _damaged_pax(b"21 hdrcharset=\xff\xff\xff\n")
    ),
    "a pax header of a sparse file whose map has no numbers": _small(
        pax({"GNU.sparse.map": "a,b"}), header(_README)
    ),
    "a pax header of a sparse file without a map": _small(
        pax({"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}), member(_README, b"\0" * 512)
    ),
    "a pax header without a member": _small(pax({"comment": ""})),
    "a header with a wrong checksum": _small(header(_README).replace(b"R", b"S"), header(_README)),
    "a header cut out of the midst": _small(header(_README)[:300], header(_README)),
    "a block of zeros amid the members": _small(bytes(512), header(_README)),
    "an end amid the members": _small(END, header(_README)),
    "5,000 long names in a row": _small(member("././@LongLink", b"", b"L") * 5000, header(_README)),
    "5,000 pax headers in a row": _small(pax({"comment": ""}) * 5000, header(_README)),
}
"""Headers that make no sense."""

BOMBS: dict[str, Callable[[], Members]] = {
    "a long name of 1 GiB": _large("././@LongLink", b"L", GIBIBYTE),
    "a long link of 1 GiB": _large("././@LongLink", b"K", GIBIBYTE),
    "a pax header of 1 GiB": _large("pax", tarfile.XHDTYPE, GIBIBYTE),
    "a global pax header of 1 GiB": _large("pax", tarfile.XGLTYPE, GIBIBYTE),
    "1 GiB of headers of one sparse file": _sparse_headers,
    "a sparse file with a map of 1 GiB": _sparse_map,
    "a million empty members": _many(header(_README) * 1000, 1000),
    "10 GiB behind the end of the tar": _after_the_end,
    "a member of 10 GiB": _large(_README, tarfile.REGTYPE, 10 * GIBIBYTE),
}
"""Archives of a few megabytes that unpack to very much more."""


SHORT: Files = FILES | {f"train/unsup/{i}_0.txt": b"Short." for i in range(1000)}
"""A corpus of a thousand short reviews."""


def long_reviews() -> Members:
    """The corpus `SHORT`, but each of the thousand reviews is of 1 MiB."""
    for name, text in SHORT.items():
        content = bytes(MEBIBYTE) if text == b"Short." else text
        yield gzip.compress(member(f"aclImdb/{name}", content), 1, mtime=0)
    yield gzip.compress(END, mtime=0)


def write(path: pathlib.Path, members: Members) -> pathlib.Path:
    """Writes a `.tar.gz`."""
    with path.open("wb") as file:
        file.writelines(members)
    return path
