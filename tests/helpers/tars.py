"""Makes tars: part by part, so that anything can be wrong in them, or by the programs that do so.

Usage:

    member("aclImdb/train/pos/0_9.txt", b"Fine.") + END
    WRITERS["GNU tar, pax"](folder)
"""

import functools
import gzip
import io
import pathlib
import shutil
import subprocess
import tarfile
import zlib
from collections.abc import Callable

import pytest

from imdb_keras_tfds.source import inflating, tar
from imdb_keras_tfds.source.plain_files import PlainFiles

END = bytes(2 * tarfile.BLOCKSIZE)
"""The two blocks of zeros that end a tar."""


def header(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0) -> bytes:
    """The header block of a member, in GNU's format."""
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


def member(name: str, content: bytes, kind: bytes = tarfile.REGTYPE) -> bytes:
    """A member as a whole."""
    return header(name, kind, len(content)) + content + bytes(-len(content) % tarfile.BLOCKSIZE)


def pax(records: dict[str, str], kind: bytes = tarfile.XHDTYPE) -> bytes:
    """An extended header as the standard has it."""
    content = b""
    for key, value in records.items():
        rest = f" {key}={value}\n".encode()
        size = len(rest)
        while len(f"{size}") + len(rest) != size:
            size = len(f"{size}") + len(rest)
        content += f"{size}".encode() + rest
    return member("pax", content, kind)


def checked(block: bytes) -> bytes:
    """A header block with the checksum that fits it."""
    blank = block[:148] + b" " * 8 + block[156:]
    return blank[:148] + f"{sum(blank):06o}\0 ".encode() + blank[156:]


def _by_python(form: int, folder: pathlib.Path) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as packed:
        packed.add(folder, folder.name)
    return file.getvalue()


def _by_program(command: list[str], folder: pathlib.Path) -> bytes:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    path = folder.with_suffix(".tar")
    command = [str(path) if word == "TAR" else word for word in command]
    subprocess.run([*command, folder.name], cwd=folder.parent, check=True)
    return path.read_bytes()


def _none_at_once(piece: bytes, start: int) -> PlainFiles:
    del piece
    return PlainFiles([], [], [], start)


@pytest.fixture(params=["ISA-L", "zlib", "one by one"])
def way_of_reading(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each way in which a tar is read: by what is inflated, and member by member."""
    if request.param == "ISA-L":
        pytest.importorskip("isal")
    elif request.param == "zlib":
        monkeypatch.setattr(inflating, "gzip_file", gzip.GzipFile)
        monkeypatch.setattr(inflating, "damaged", zlib.error)
    else:
        monkeypatch.setattr(tar, "plain_files", _none_at_once)


WRITERS: dict[str, Callable[[pathlib.Path], bytes]] = {
    "Python, ustar": functools.partial(_by_python, tarfile.USTAR_FORMAT),
    "Python, GNU": functools.partial(_by_python, tarfile.GNU_FORMAT),
    "Python, pax": functools.partial(_by_python, tarfile.PAX_FORMAT),
    **{
        f"GNU tar, {form}": functools.partial(
            _by_program, ["tar", f"--format={form}", "-c", "-f", "TAR"]
        )
        for form in ("v7", "oldgnu", "gnu", "ustar", "pax")
    },
    **{
        f"bsdtar, {form}": functools.partial(
            _by_program, ["bsdtar", "--format", form, "-c", "-f", "TAR"]
        )
        for form in ("v7tar", "ustar", "gnutar", "pax")
    },
    # It has the library of bsdtar in it.
    **{
        f"CMake, {form}": functools.partial(
            _by_program, ["cmake", "-E", "tar", "cf", "TAR", f"--format={form}"]
        )
        for form in ("gnutar", "pax", "paxr")
    },
}
"""What writes a tar: its name and format, and a function that packs a folder."""
