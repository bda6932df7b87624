import contextlib
import gzip
import io
import random
import threading
import zlib
from typing import Any

import pytest

from imdb_keras_tfds.source import inflating

LIBRARIES: dict[str, tuple[Any, Any]] = {"zlib": (gzip.GzipFile, zlib.error)}
with contextlib.suppress(ImportError):
    from isal import igzip, isal_zlib

    LIBRARIES["ISA-L"] = (igzip.IGzipFile, isal_zlib.error)

CONTENT = random.Random(1).randbytes(3 << 20) + bytes(7 << 20)
PACKED = gzip.compress(CONTENT, 1, mtime=0)


@pytest.fixture(params=LIBRARIES, autouse=True)
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each that inflates in its turn."""
    gzip_file, damaged = LIBRARIES[request.param]
    monkeypatch.setattr(inflating, "gzip_file", gzip_file)
    monkeypatch.setattr(inflating, "damaged", damaged)


class Raw(io.RawIOBase):
    """Gives some bytes as a file without a buffer does."""

    def __init__(self, content: bytes):
        self._content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        size: int = self._content.readinto(buffer)
        return size


def inflate(packed: bytes) -> bytes:
    return b"".join(inflating.inflated(Raw(packed)))


def test_the_content_comes_in_chunks() -> None:
    chunks = list(inflating.inflated(Raw(PACKED)))
    assert b"".join(chunks) == CONTENT
    assert {len(chunk) for chunk in chunks[:-1]} == {2 << 20}


def test_what_gzip_reads_is_read() -> None:
    assert inflate(PACKED + PACKED) == CONTENT + CONTENT
    assert inflate(PACKED + bytes(600)) == CONTENT
    assert inflate(gzip.compress(b"")) == b""
    assert inflate(b"") == b""


@pytest.mark.parametrize(
    ("packed", "error"),
    [
        (PACKED[:-1], EOFError),
        (PACKED[:-8], EOFError),
        (PACKED[: 2 << 20], EOFError),
        (PACKED[:5], EOFError),
        (b"no gzip", gzip.BadGzipFile),
        (PACKED + b"no gzip, and longer", gzip.BadGzipFile),
        (PACKED[:-8] + bytes(8), gzip.BadGzipFile),
        (PACKED[:10] + b"\xff" * 100, zlib.error),
    ],
)
def test_what_is_damaged_is_refused(packed: bytes, error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        inflate(packed)
    assert raised.type is error


def test_no_thread_is_left_when_a_reader_stops() -> None:
    before = threading.active_count()
    with contextlib.closing(inflating.inflated(Raw(PACKED))) as chunks:
        next(chunks)
        assert threading.active_count() > before
    assert threading.active_count() == before
