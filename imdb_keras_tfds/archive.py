"""Reads the reviews out of the Stanford archive, or a folder of its layout, checked and in order.

Usage:

    source = archive.read("aclImdb_v1.tar.gz", release.STANFORD)
    source.splits["train"][0]   # Review(id='train/pos/0_9', text=b'Bromwell High is...', ...)

The archive is read in one pass and nothing is extracted to disk.
"""

import functools
import gzip
import hashlib
import itertools
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

import numpy as np
import tqdm.auto
from numpy.typing import NDArray

from .errors import ImdbKerasError
from .ragged import Ragged
from .release import FOLDERS, ROOT, SPLITS, Contents, Release

MAX_REVIEW_SIZE = 1 << 20
"""Bytes; the longest review of the release has under 14 KiB."""

MAX_MEMBERS = 200_000
"""Members of a tar archive; the release has about 100,020."""

MAX_UNPACKED_SIZE = 1 << 30
"""Bytes of a tar archive without its compression; the release has about 330 MB."""

MAX_HEADER_SIZE = 1 << 16
"""Bytes of all headers of one member, long names and pax headers included."""

_CHUNK_SIZE = 1 << 20

_REVIEW_PATH = re.compile(r"(train|test)/(pos|neg|unsup)/(.+)", re.DOTALL)
_REVIEW_NAME = re.compile(r"(?:0|[1-9][0-9]*)_(0|[1-9][0-9]?)\.txt")

default_progress = functools.partial(tqdm.auto.tqdm, disable=None)
"""A progress bar, but none where nobody looks."""

# The header block of a plain file without a prefix to its name (POSIX ustar, and GNU).
_PLAIN_HEADER = re.compile(
    rb"(?=(?P<name>[^\0]{1,100})).{124}(?P<size>[0-7]{11})[ \0].{12}"
    rb"(?=(?P<checksum>[0-7]+)[ \0])[0-7 \0]{8}0.{188}\0.{166}",
    re.DOTALL,
)

_HINT = "get aclImdb_v1.tar.gz from Stanford again, or name an unchanged copy of it"


@dataclass(frozen=True)
class Review:
    """One review.

    Attributes:
      id: its folder and its name without `.txt`, e.g. `train/pos/576_10`.
      text: the raw bytes of its file.
      label: 1 (positive), 0 (negative) or -1 (none).
      rating: the reviewer's star rating, 1 to 10; 0 where there is none.
    """

    id: str
    text: bytes
    label: int
    rating: int


@dataclass(frozen=True, eq=False)
class Reviews:
    """The reviews of a split in canonical order: folder by folder, names sorted as strings.

    Attributes:
      ids: `[reviews]`, see `Review.id`.
      texts: uint8, one row a review.
      labels: int64 `[reviews]`.
      ratings: int32 `[reviews]`.
    """

    ids: list[str]
    texts: Ragged
    labels: NDArray[np.int64]
    ratings: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, row: int) -> Review:
        return Review(
            id=self.ids[row],
            text=self.texts[row].tobytes(),
            label=int(self.labels[row]),
            rating=int(self.ratings[row]),
        )


@dataclass(frozen=True, eq=False)
class Source:
    """All reviews of an archive.

    Attributes:
      splits: split -> its reviews, in canonical order.
      contents: folder -> what was found in it, with its content digest.
      sha256: of the archive file, in hexadecimal; None for a folder.
    """

    splits: Mapping[str, Reviews]
    contents: Mapping[str, Contents]
    sha256: str | None


def read(
    path: str | os.PathLike[str],
    release: Release,
    progress: Callable[..., Any] = default_progress,
) -> Source:
    """Reads all reviews of a release.

    Args:
      path: a `.tar.gz`, or a folder, that holds `aclImdb/` (or what stands in it).
      release: what must be found; anything else is refused.
      progress: makes a progress bar, with the signature of `tqdm.tqdm`.

    Returns:
      The reviews of every split, and what was found in every folder.

    Raises:
      ImdbKerasError: the path does not exist; it is no gzip or tar file, is damaged or truncated;
        a folder is missing or does not hold the release's number of reviews; a file name is not
        `<n>_<rating>.txt`, leads out of the archive or stands there twice; a member is a link or
        a device; a review is larger than 1 MiB; the content of a folder is not the release's.
    """
    path = Path(path)
    reviews = sum(contents.reviews for contents in release.contents.values())
    with progress(total=reviews, desc="Reading reviews...", unit=" reviews", leave=False) as bar:
        collector = _Collector(path, release, bar)
        try:
            if path.is_dir():
                sha256 = None
                _read_folder(path, collector)
            else:
                sha256 = _read_tar(path, collector)
        except OSError as error:
            # gzip.BadGzipFile is an OSError too, but has an errno of None.
            raise ImdbKerasError(
                f"{path}: cannot be read ({error.strerror or error}); {_HINT}"
            ) from error
    return collector.source(sha256)


@dataclass(eq=False)
class _FolderReviews:
    """What has been read of one folder, in the order in which it came."""

    texts: dict[str, bytes] = field(default_factory=dict)
    ratings: dict[str, int] = field(default_factory=dict)
    size: int = 0

    def contents(self, folder: str) -> Contents:
        digest = hashlib.sha256()
        for name in sorted(self.texts):
            digest.update(f"{folder}/{name}\0".encode())
            digest.update(hashlib.sha256(self.texts[name]).digest())
        return Contents(len(self.texts), self.size, digest.hexdigest())


class _Collector:
    """Takes files as they come, refuses what is wrong, and puts the rest in canonical order."""

    def __init__(self, path: Path, release: Release, bar: Any):
        self._path = path
        self._release = release
        self._bar = bar
        self._folders = {folder: _FolderReviews() for folder in release.contents}

    def refuse(self, what: str) -> NoReturn:
        raise ImdbKerasError(f"{self._path}: {what}; {_HINT}")

    def add(self, name: str, size: int, read_content: Callable[[], bytes]) -> None:
        """Takes a file, its name relative to the top folder; files beside the reviews are left."""
        match = _REVIEW_PATH.fullmatch(name)
        if match is None:
            return
        folder, file_name = f"{match[1]}/{match[2]}", match[3]
        if folder not in self._folders:
            self.refuse(f"{name!r} is in a folder that the release does not have")
        name_match = _REVIEW_NAME.fullmatch(file_name)
        if name_match is None or int(name_match[1]) not in FOLDERS[folder].ratings:
            ratings = FOLDERS[folder].ratings
            self.refuse(
                f"{name!r} is not named <n>_<rating>.txt with a rating from {ratings[0]} to "
                f"{ratings[-1]}"
            )
        found, expected = self._folders[folder], self._release.contents[folder]
        if file_name in found.texts:
            self.refuse(f"{name!r} is there twice")
        if len(found.texts) == expected.reviews:
            self.refuse(f"{folder} holds more than {len(found.texts):,} reviews")
        if size > MAX_REVIEW_SIZE:
            self.refuse(f"{name!r} has {size:,} bytes, more than 1 MiB")
        text = read_content()
        found.size += len(text)
        if found.size > expected.size:
            self.refuse(f"{folder} holds more than the release's {expected.size:,} bytes")
        found.texts[file_name] = text
        found.ratings[file_name] = int(name_match[1])
        self._bar.update()

    def source(self, sha256: str | None) -> Source:
        """Checks every folder against the release and joins the folders to splits."""
        contents = {}
        for folder, expected in self._release.contents.items():
            found = self._folders[folder].contents(folder)
            if found.reviews == 0:
                self.refuse(f"there is no folder {ROOT}/{folder} with reviews in it")
            if found.reviews != expected.reviews:
                self.refuse(
                    f"{folder} holds {found.reviews:,} reviews, the release has "
                    f"{expected.reviews:,}"
                )
            if found != expected:
                self.refuse(
                    f"the content of {folder} is not the release's (digest {found.digest}, "
                    f"expected {expected.digest})"
                )
            contents[folder] = found
        splits = {split: self._join(folders) for split, folders in SPLITS.items()}
        return Source(splits, contents, sha256)

    def _join(self, folders: tuple[str, ...]) -> Reviews:
        ids: list[str] = []
        texts: list[bytes] = []
        labels: list[int] = []
        ratings: list[int] = []
        for folder in folders:
            # Each folder is let go when its reviews are laid out: the texts are never held thrice.
            found = self._folders.pop(folder)
            names = sorted(found.texts)
            ids.extend(f"{folder}/{name.removesuffix('.txt')}" for name in names)
            texts.extend(found.texts[name] for name in names)
            ratings.extend(found.ratings[name] for name in names)
            labels.extend([FOLDERS[folder].label] * len(names))
        return Reviews(
            ids=ids,
            texts=Ragged.from_lengths(
                np.frombuffer(b"".join(texts), np.uint8), np.array([len(text) for text in texts])
            ),
            labels=np.array(labels, np.int64),
            ratings=np.array(ratings, np.int32),
        )


def _read_folder(path: Path, collector: _Collector) -> None:
    root = path / ROOT if (path / ROOT).is_dir() else path
    for folder in FOLDERS:
        if not (root / folder).is_dir():
            continue
        for entry in os.scandir(root / folder):
            name = f"{folder}/{entry.name}"
            if not entry.is_file(follow_symlinks=False):
                collector.refuse(f"{name!r} is a link, a device or a folder")
            collector.add(name, entry.stat().st_size, Path(entry.path).read_bytes)


class _HashedFile:
    """A file that is hashed as it is read."""

    def __init__(self, file: BinaryIO):
        self.digest = hashlib.sha256()
        self._file = file

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _read_tar(path: Path, collector: _Collector) -> str:
    """Reads an archive; returns its SHA-256."""
    with path.open("rb") as file:
        hashed = _HashedFile(file)
        _read_stream(gzip.GzipFile(fileobj=cast(BinaryIO, hashed)), collector)
        return hashed.digest.hexdigest()


class _Unpacked:
    """The bytes of a tar, none of which are read from `limit` on."""

    def __init__(self, stream: gzip.GzipFile, collector: _Collector):
        self._stream = stream
        self._collector = collector
        self._place = 0
        self.limit = MAX_HEADER_SIZE

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._place += len(data)
        if self._place > MAX_UNPACKED_SIZE:
            self._collector.refuse(f"it unpacks to more than {MAX_UNPACKED_SIZE:,} bytes")
        if self._place > self.limit:
            self._collector.refuse(f"the header of a member has over {MAX_HEADER_SIZE:,} bytes")
        return data


def _read_stream(stream: gzip.GzipFile, collector: _Collector) -> None:
    unpacked: Any = _Unpacked(stream, collector)
    try:
        with tarfile.open(fileobj=unpacked, mode="r|", tarinfo=_PlainTarInfo) as tar:
            for count in itertools.count():
                # tarfile holds a header in memory, of any size and with all its parts; the next
                # one begins at `offset`.
                unpacked.limit = tar.offset + MAX_HEADER_SIZE
                if (member := tar.next()) is None:
                    break
                unpacked.limit = MAX_UNPACKED_SIZE
                if count == MAX_MEMBERS:
                    collector.refuse(f"it has more than {MAX_MEMBERS:,} members")
                if tar.offset > MAX_UNPACKED_SIZE:
                    # tarfile would go on and on, even behind the end of the file.
                    collector.refuse(f"it unpacks to more than {MAX_UNPACKED_SIZE:,} bytes")
                # tarfile remembers every member, for a use that a stream does not have, and the
                # settings of all global headers, which no release has.
                tar.members = []  # type: ignore[attr-defined]
                tar.pax_headers = {}
                if member.isdir():
                    continue
                if not member.isfile() or member.issparse():
                    collector.refuse(f"member {member.name!r} is a link, a device or sparse")
                # A stream stands where the content of its last member begins.
                read_content = functools.partial(tar.fileobj.read, member.size)
                collector.add(_inside_root(member.name, collector), member.size, read_content)
        # The checksum stands at the end of the gzip stream, so all of it is read.
        unpacked.limit = MAX_UNPACKED_SIZE
        while unpacked.read(_CHUNK_SIZE):
            pass
    except ImdbKerasError:
        raise
    except EOFError:
        collector.refuse("the archive is truncated")
    except gzip.BadGzipFile as error:
        collector.refuse(f"not a gzip file, or a damaged one ({error})")
    except zlib.error as error:
        collector.refuse(f"the archive is damaged ({error})")
    except (tarfile.TarError, ValueError, OverflowError, RecursionError) as error:
        # The last three are tarfile's, too: of headers that make no sense.
        collector.refuse(f"not a tar archive, or a damaged one ({error})")


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


def _inside_root(name: str, collector: _Collector) -> str:
    """The name of a member relative to the top folder of the release."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts:
        collector.refuse(f"member {name!r} leads out of the archive")
    if parts[:1] == [ROOT]:
        del parts[0]
    return "/".join(parts)
