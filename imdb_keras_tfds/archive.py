"""Reads the reviews out of the Stanford archive, or a folder of its layout, checked and in order.

Usage:

    source = archive.read("aclImdb_v1.tar.gz", release.STANFORD)
    source.splits["train"][0]   # Review(id='train/pos/0_9', text=b'Bromwell High is...', ...)

The archive is read in one pass and nothing is extracted to disk.
"""

import contextlib
import functools
import gzip
import hashlib
import itertools
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn, cast

import numpy as np
import tqdm.auto
from etils import epath
from numpy.typing import NDArray

from .errors import ImdbKerasError
from .ragged import Ragged
from .release import FOLDERS, ROOT, SPLITS, Contents, Release

MAX_REVIEW_SIZE = 1 << 20
"""Bytes; the longest review of the release has under 14 KiB."""

MAX_MEMBERS = 200_000
"""Members of a tar archive of a release; Stanford's has about 100,020."""

MAX_UNPACKED_SIZE = 1 << 30
"""Bytes of such an archive without its compression; Stanford's has about 330 MB."""

MAX_OWN_MEMBERS = 100_000_000
"""Members of a tar archive of one's own reviews."""

MAX_OWN_UNPACKED_SIZE = 1 << 40
"""Bytes of such an archive without its compression."""

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

_GZIP_MAGIC = b"\x1f\x8b"

_HINT = "get aclImdb_v1.tar.gz from Stanford again, or name an unchanged copy of it"
_OWN_HINT = (
    "name a folder or a tar in the layout of the release: train/pos, train/neg, test/pos, test/neg "
    "and train/unsup with files <n>_<rating>.txt"
)


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
    path: epath.PathLike,
    release: Release | None,
    progress: Callable[..., Any] = default_progress,
) -> Source:
    """Reads all reviews of a release, or of one's own in its layout.

    Args:
      path: a `.tar.gz`, or a folder, that holds `aclImdb/` (or what stands in it); of one's own
        reviews also a `.tar`.
      release: what must be found; anything else is refused. None takes one's own reviews, of any
        number: folders may be missing, but not both of the labelled training reviews.
      progress: makes a progress bar, with the signature of `tqdm.tqdm`.

    Returns:
      The reviews of every split that has any, and what was found in every folder.

    Raises:
      ImdbKerasError: the path does not exist; it is no gzip or tar file, is damaged or truncated;
        a folder is missing or does not hold the release's number of reviews; a file name is not
        `<n>_<rating>.txt`, leads out of the archive or stands there twice; a member is a link or
        a device; a review is larger than 1 MiB; the content of a folder is not the release's.
    """
    texts: dict[str, dict[str, bytes]] = {folder: {} for folder in FOLDERS}
    reviews = sum(contents.reviews for contents in release.contents.values()) if release else None
    with progress(total=reviews, desc="Reading reviews...", unit=" reviews", leave=False) as bar:

        def keep(folder: str, name: str, text: bytes) -> None:
            if name in texts[folder]:
                checks.refuse(f"'{folder}/{name}' is there twice")
            texts[folder][name] = text
            bar.update()

        checks = Checks(path, release)
        sha256 = walk(path, checks, keep)
    contents = checks.contents({folder: _digests(found) for folder, found in texts.items()})
    # Each folder is let go when its reviews are laid out: the texts are never held thrice.
    splits = {
        split: join((folder, texts.pop(folder)) for folder in folders)
        for split, folders in SPLITS.items()
        if any(folder in contents for folder in folders)
    }
    return Source(splits, contents, sha256)


def _digests(texts: dict[str, bytes]) -> Iterator[tuple[str, int, bytes]]:
    for name in sorted(texts):
        yield name, len(texts[name]), hashlib.sha256(texts[name]).digest()


class Checks:
    """Refuses what is wrong in an archive: file by file as they come, and folders in the end."""

    def __init__(self, path: epath.PathLike, release: Release | None):
        """Makes the checks of one archive.

        Args:
          path: of the archive, for the errors.
          release: as for `read`.
        """
        self.path = os.fspath(path)
        self._release = release
        self._reviews = dict.fromkeys(FOLDERS, 0)
        self._sizes = dict.fromkeys(FOLDERS, 0)
        self.takes_plain_tar = release is None
        self.max_members = MAX_MEMBERS if release else MAX_OWN_MEMBERS
        self.max_unpacked_size = MAX_UNPACKED_SIZE if release else MAX_OWN_UNPACKED_SIZE

    def refuse(self, what: str) -> NoReturn:
        """Raises the error that says what is wrong with the archive."""
        hint = _HINT if self._release else _OWN_HINT
        raise ImdbKerasError(f"{self.path}: {what}; {hint}")

    @contextlib.contextmanager
    def readable(self) -> Iterator[None]:
        """Refuses the archive if it cannot be read in here."""
        try:
            yield
        except OSError as error:
            # gzip.BadGzipFile is an OSError too, but has an errno of None.
            reason = error.strerror or " ".join(str(error).split())
            self.refuse(f"cannot be read ({reason})")

    def file(self, name: str) -> tuple[str, str] | None:
        """Looks at the name of the next file.

        Args:
          name: relative to the top folder.

        Returns:
          Folder and name of a review; None for a file beside the reviews.
        """
        match = _REVIEW_PATH.fullmatch(name)
        if match is None:
            return None
        folder, file_name = f"{match[1]}/{match[2]}", match[3]
        if folder not in FOLDERS:
            self.refuse(f"{name!r} is in a folder that the release does not have")
        name_match = _REVIEW_NAME.fullmatch(file_name)
        if name_match is None or int(name_match[1]) not in FOLDERS[folder].ratings:
            ratings = FOLDERS[folder].ratings
            self.refuse(
                f"{name!r} is not named <n>_<rating>.txt with a rating from {ratings[0]} to "
                f"{ratings[-1]}"
            )
        if self._release and self._reviews[folder] == self._release.contents[folder].reviews:
            self.refuse(f"{folder} holds more than {self._reviews[folder]:,} reviews")
        self._reviews[folder] += 1
        return folder, file_name

    def size(self, folder: str, name: str, size: int) -> None:
        """Looks at the size of the next file, in bytes."""
        if size > MAX_REVIEW_SIZE:
            self.refuse(f"'{folder}/{name}' has more than {MAX_REVIEW_SIZE:,} bytes")
        self._sizes[folder] += size
        if self._release and self._sizes[folder] > self._release.contents[folder].size:
            expected = self._release.contents[folder].size
            self.refuse(f"{folder} holds more than the release's {expected:,} bytes")

    def contents(
        self, files: Mapping[str, Iterable[tuple[str, int, bytes]]]
    ) -> dict[str, Contents]:
        """Looks at the folders when all files have come.

        Args:
          files: folder -> for each review, in ascending order of the names, its name, its bytes
            and the raw SHA-256 of its content.

        Returns:
          Folder -> what it holds; no folder without a review.
        """
        contents = {}
        for folder, reviews in files.items():
            number = total = 0
            digest = hashlib.sha256()
            for name, size, content in reviews:
                number, total = number + 1, total + size
                digest.update(f"{folder}/{name}\0".encode())
                digest.update(content)
            found = Contents(number, total, digest.hexdigest())
            if self._release:
                self._compare(folder, found, self._release.contents[folder])
            if number:
                contents[folder] = found
        if not any(folder in contents for folder in SPLITS["train"]):
            self.refuse(
                f"there is no review in {' or '.join(SPLITS['train'])}, and it is there that the "
                "words are counted"
            )
        return contents

    def _compare(self, folder: str, found: Contents, expected: Contents) -> None:
        if found.reviews == 0 < expected.reviews:
            self.refuse(f"there is no folder {ROOT}/{folder} with reviews in it")
        if found.reviews != expected.reviews:
            self.refuse(
                f"{folder} holds {found.reviews:,} reviews, the release has {expected.reviews:,}"
            )
        if found != expected:
            self.refuse(
                f"the content of {folder} is not the release's (digest {found.digest}, expected "
                f"{expected.digest})"
            )


Keep = Callable[[str, str, bytes], object]
"""Takes the next review: its folder, its file name and its text."""


def walk(path: epath.PathLike, checks: Checks, keep: Keep) -> str | None:
    """Hands out all reviews of an archive or folder, in the order in which they come.

    Args:
      path: as for `read`.
      checks: look at every file before it is handed out.
      keep: is handed every review.

    Returns:
      The SHA-256 of the archive file, in hexadecimal; None for a folder.

    Raises:
      ImdbKerasError: see `read`.
    """
    with checks.readable():
        path = epath.Path(path)
        if not path.is_dir():
            return _read_tar(path, checks, keep)
        for folder, name, file in list_folder(path, checks):
            text = read_file(file)
            checks.size(folder, name, len(text))
            keep(folder, name, text)
        return None


def list_folder(path: epath.PathLike, checks: Checks) -> Iterator[tuple[str, str, str]]:
    """Lists the reviews of a folder on any file system, in the order in which they come.

    Args:
      path: the folder, as for `read`.
      checks: look at every name.

    Yields:
      Folder, file name, and the path of the file.

    Raises:
      ImdbKerasError: see `read`.
    """
    with checks.readable():
        root = epath.Path(path)
        root = root / ROOT if (root / ROOT).is_dir() else root
        for folder in FOLDERS:
            if not (root / folder).is_dir():
                continue
            for name, file, is_file in _entries(root / folder):
                if not is_file:
                    checks.refuse(f"'{folder}/{name}' is a link, a device or a folder")
                if checks.file(f"{folder}/{name}"):
                    yield folder, name, file


def read_file(path: str) -> bytes:
    """The content of a review's file; of one that is too large the beginning, too large too."""
    if is_local(path):
        with open(path, "rb") as file:
            return file.read(min(os.fstat(file.fileno()).st_size, MAX_REVIEW_SIZE) + 1)
    with epath.Path(path).open("rb") as remote:
        content: bytes = remote.read(MAX_REVIEW_SIZE + 1)
        return content


def join(folders: Iterable[tuple[str, dict[str, bytes]]]) -> Reviews:
    """Lays out the reviews of folders, one folder behind the other, each sorted by name.

    Args:
      folders: each with its file names and their texts.
    """
    ids: list[str] = []
    texts: list[bytes] = []
    labels: list[int] = []
    ratings: list[int] = []
    for folder, found in folders:
        names = sorted(found)
        stems = [name.removesuffix(".txt") for name in names]
        ids.extend(f"{folder}/{stem}" for stem in stems)
        texts.extend(found[name] for name in names)
        ratings.extend(int(stem.rpartition("_")[2]) for stem in stems)
        labels.extend([FOLDERS[folder].label] * len(names))
    return Reviews(
        ids=ids,
        texts=Ragged.from_lengths(
            np.frombuffer(b"".join(texts), np.uint8), np.array([len(text) for text in texts])
        ),
        labels=np.array(labels, np.int64),
        ratings=np.array(ratings, np.int32),
    )


def is_local(path: epath.PathLike) -> bool:
    """Whether a path is one of this machine, and no URL of a bucket or the like."""
    return "://" not in os.fspath(path)


def _entries(folder: epath.Path) -> Iterator[tuple[str, str, bool]]:
    """Name and path of all that is in a folder, and whether it is a plain file."""
    if is_local(folder):
        for entry in os.scandir(folder):
            yield entry.name, entry.path, entry.is_file(follow_symlinks=False)
    else:
        for path in folder.iterdir():
            yield path.name, os.fspath(path), True  # a folder would not have the name of a review


class _HashedFile:
    """A file that is hashed as it is read."""

    def __init__(self, file: BinaryIO):
        self.digest = hashlib.sha256()
        self._file = file

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _read_tar(path: epath.Path, checks: Checks, keep: Keep) -> str:
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
