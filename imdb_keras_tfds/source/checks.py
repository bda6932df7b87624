"""Refuses what is wrong in an archive or a folder: file by file as they come, folders in the end.

Usage:

    checks = Checks(path, release.STANFORD)
    checks.file("train/pos/0_9.txt")   # ("train/pos", "0_9.txt")
"""

import contextlib
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn

from etils import epath

from ..errors import ImdbKerasError
from . import movies
from .movies import Movies
from .release import FOLDERS, ROOT, SPLITS, Contents, Release

if TYPE_CHECKING:
    from .reviews import Texts

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

_REVIEW_PATH = re.compile(r"(train|test)/(pos|neg|unsup)/(.+)", re.DOTALL)

_REMOTE = re.compile(r"(?!file:)[^/]+://")

_REVIEW_NAME = re.compile(r"(?:0|[1-9][0-9]*)_(0|[1-9][0-9]?)\.txt")

_REVIEW = re.compile(rf"^({'|'.join(FOLDERS)})/({_REVIEW_NAME.pattern})$", re.MULTILINE)

_RATINGS = {
    (folder, str(rating)) for folder, layout in FOLDERS.items() for rating in layout.ratings
}

# What macOS packs beside a file that has attributes.
_ATTRIBUTES_NAME = re.compile(r"\._" + _REVIEW_NAME.pattern)

_LAYOUT = frozenset(("", *FOLDERS, *(os.path.dirname(folder) for folder in FOLDERS)))

# So that the driver of Beam holds no more of each file than it must.
_DIGESTED_AT_ONCE = 10_000

_HINT = "get aclImdb_v1.tar.gz from Stanford again, or name an unchanged copy of it"

_OWN_HINT = (
    "name a folder or a tar in the layout of the release: train/pos, train/neg, test/pos, test/neg "
    "and train/unsup with files <n>_<rating>.txt, and train/urls_pos.txt and the like if you have "
    "lists of movies"
)


class Checks:
    """Refuses what is wrong in an archive: file by file as they come, and folders in the end."""

    def __init__(self, path: epath.PathLike, release: Release | None, *, utf8: bool = False):
        """Makes the checks of one archive.

        Args:
          path: of the archive, for the errors.
          release: as for `reading.read`.
          utf8: as for `reading.read`.
        """
        self.path = os.fspath(path)
        self._release = release
        self._utf8 = utf8
        self._reviews = dict.fromkeys(FOLDERS, 0)
        self._sizes = dict.fromkeys(FOLDERS, 0)
        self._lists: set[str] = set()
        self.takes_plain_tar = release is None
        self.max_members = MAX_MEMBERS if release else MAX_OWN_MEMBERS
        self.max_unpacked_size = MAX_UNPACKED_SIZE if release else MAX_OWN_UNPACKED_SIZE

    def refuse(self, what: str) -> NoReturn:
        """Raises the error that says what is wrong with the archive."""
        hint = _HINT if self._release else _OWN_HINT
        raise ImdbKerasError(f"{self.path}: {what}; {hint}") from None

    @contextlib.contextmanager
    def readable(self) -> Iterator[None]:
        """Refuses the archive if it cannot be read in here."""
        try:
            yield
        except OSError as error:
            # gzip.BadGzipFile is an OSError too, but has an errno of None.
            reason = error.strerror or " ".join(str(error).split())
            name = error.filename
            what = f"{name!r} " if isinstance(name, str) and name != self.path else ""
            self.refuse(f"{what}cannot be read ({reason})")
        except ImdbKerasError:
            raise
        except Exception as error:
            if not _REMOTE.match(self.path):
                raise
            # Each library that reads buckets has errors of its own.
            self.refuse(f"cannot be read ({' '.join(str(error).split())})")

    def file(self, name: str) -> tuple[str, str] | None:
        """Looks at the name of the next file.

        Args:
          name: relative to the top folder.

        Returns:
          Folder and name of a review; None for a file beside the reviews.
        """
        match = _REVIEW.fullmatch(name)
        if match is None:
            self._beside(name)
            return None
        folder, file_name, rating = match.groups()
        if (folder, rating) not in _RATINGS:
            self._misnamed(folder, name)
        if self._release and self._reviews[folder] == self._release.contents[folder].reviews:
            self.refuse(f"{folder} holds more than {self._reviews[folder]:,} reviews")
        self._reviews[folder] += 1
        return folder, file_name

    def reviews(self, names: str, sizes: Sequence[int]) -> list[tuple[str, str]] | None:
        """Looks at the next files, if all of them are reviews.

        Args:
          names: a line each, relative to the top folder.
          sizes: of the files, in bytes.

        Returns:
          Folder and name of each. None where one is no review or is to be refused, for which none
          was looked at: `file` and `size` then say why.
        """
        found = _REVIEW.findall(names)
        if len(found) != len(sizes) or names.count("\n") != max(len(sizes) - 1, 0):
            return None
        if not {(folder, rating) for folder, _, rating in found} <= _RATINGS:
            return None
        if max(sizes, default=0) > MAX_REVIEW_SIZE:
            return None
        number = Counter(folder for folder, _, _ in found)
        total = dict.fromkeys(number, 0)
        for (folder, _, _), size in zip(found, sizes, strict=True):
            total[folder] += size
        for folder, most in self._release.contents.items() if self._release else ():
            if (
                self._reviews[folder] + number[folder] > most.reviews
                or self._sizes[folder] + total.get(folder, 0) > most.size
            ):
                return None
        for folder in number:
            self._reviews[folder] += number[folder]
            self._sizes[folder] += total[folder]
        return [(folder, name) for folder, name, _ in found]

    def _beside(self, name: str) -> None:
        """Refuses a file that has not the name of a review where it must have."""
        if movies.is_list(name) and movies.folder_of(name) is None:
            self.refuse(f"{name!r} is the list of a folder that the release does not have")
        match = _REVIEW_PATH.fullmatch(name)
        if match is None:
            if name in _LAYOUT:
                self.refuse(f"{f'{ROOT}/{name}'.rstrip('/')!r} is no folder")
            return
        folder, file_name = f"{match[1]}/{match[2]}", match[3]
        if folder not in FOLDERS:
            self.refuse(f"{name!r} is in a folder that the release does not have")
        if not _ATTRIBUTES_NAME.fullmatch(file_name):
            self._misnamed(folder, name)

    def _misnamed(self, folder: str, name: str) -> NoReturn:
        ratings = FOLDERS[folder].ratings
        self.refuse(
            f"{name!r} is not named <n>_<rating>.txt with a rating from {ratings[0]} to "
            f"{ratings[-1]}"
        )

    def folder(self, name: str) -> None:
        """Looks at the name of the next folder, relative to the top folder."""
        if movies.is_list(name):
            self.refuse(f"{name!r} is a folder, not a list of movies")
        if _REVIEW_PATH.fullmatch(name):
            self.refuse(f"{name!r} is a folder among reviews")

    def size(self, folder: str, name: str, size: int) -> None:
        """Looks at the size of the next file, in bytes."""
        if size > MAX_REVIEW_SIZE:
            self.refuse(f"'{folder}/{name}' has more than {MAX_REVIEW_SIZE:,} bytes")
        self._sizes[folder] += size
        if self._release and self._sizes[folder] > self._release.contents[folder].size:
            expected = self._release.contents[folder].size
            self.refuse(f"{folder} holds more than the release's {expected:,} bytes")

    def texts(self, folder: str, names: Sequence[str], texts: "Texts") -> None:
        """Looks at the texts of the next reviews."""
        for name, text in zip(names, texts, strict=True) if self._utf8 else ():
            try:
                str(text, "utf-8")
            except UnicodeDecodeError as error:
                raise ImdbKerasError(
                    f"{self.path}: '{folder}/{name}' is not UTF-8 (at byte {error.start}); write "
                    "it in UTF-8, or build a config without text"
                ) from None

    def list_size(self, folder: str, size: int) -> None:
        """Looks at the size of the list of movies of a folder, in bytes."""
        most = movies.MAX_SIZE if self._release else movies.MAX_OWN_SIZE
        if size > most:
            self.refuse(f"{movies.list_name(folder)!r} has more than {most:,} bytes")

    def read_list(self, folder: str, content: bytes) -> Movies:
        """Looks at the list of movies of a folder, and reads it."""
        name = movies.list_name(folder)
        if folder in self._lists:
            self.refuse(f"{name!r} is there twice")
        self._lists.add(folder)
        try:
            found = movies.parse(content)
        except movies.ListError as error:
            self.refuse(f"{name!r} is no list of movies ({error})")
        return found

    def contents(
        self,
        files: Mapping[str, Iterable[tuple[str, int, bytes]]],
        lists: Mapping[str, Movies],
    ) -> dict[str, Contents]:
        """Looks at the folders when all files have come.

        Args:
          files: folder -> for each review, in ascending order of the names, its name, its bytes
            and the raw SHA-256 of its content.
          lists: folder -> its list of movies, if it has one.

        Returns:
          Folder -> what it holds; no folder without a review.
        """
        contents = {}
        for folder, reviews in files.items():
            number = total = 0
            digest = hashlib.sha256()
            digested: list[bytes] = []
            listed = lists.get(folder)
            lines = len(listed.titles) if listed else None
            for name, size, content in reviews:
                number, total = number + 1, total + size
                digested += (f"{folder}/{name}\0".encode(), content)
                if len(digested) >= _DIGESTED_AT_ONCE:
                    digest.update(b"".join(digested))
                    digested = []
                if lines is not None and movies.number(name) >= lines:
                    self.refuse(
                        f"{movies.list_name(folder)!r} has {lines:,} lines, and none for "
                        f"'{folder}/{name}'"
                    )
            digest.update(b"".join(digested))
            found = Contents(number, total, digest.hexdigest(), listed.digest if listed else None)
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
        if found.digest != expected.digest or found.size != expected.size:
            self.refuse(
                f"the content of {folder} is not the release's (digest {found.digest}, expected "
                f"{expected.digest})"
            )
        if found.movies != expected.movies:
            name = f"{ROOT}/{movies.list_name(folder)}"
            if found.movies is None:
                self.refuse(f"there is no list of movies {name}, which the release has")
            self.refuse(
                f"the list of movies {name} is not the release's (SHA-256 {found.movies}, expected "
                f"{expected.movies})"
            )
