"""The reviews of a source, and how they are laid out: folder by folder, in canonical order.

Usage:

    source.splits["train"][0]   # Review(id='train/pos/0_9', text=b'Bromwell High is...', ...)
"""

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .movies import Movies
from .release import FOLDERS, Contents
from .texts import GatheredTexts, OrderedTexts


@dataclass(frozen=True)
class Review:
    """One review.

    Attributes:
      id: its folder and its name without `.txt`, e.g. `train/pos/576_10`.
      text: the raw bytes of its file.
      label: 1 (positive), 0 (negative) or -1 (none).
      rating: the reviewer's star rating, 1 to 10; 0 where there is none.
      movie: the title of the movie, e.g. `tt0105265`; empty where it is not known.
      duplicate_of: the id of the first review with the very same text, in the order train, test,
        unsupervised, each in canonical order; empty for that one, and where there is no other.
    """

    id: str
    text: bytes
    label: int
    rating: int
    movie: str = ""
    duplicate_of: str = ""


@dataclass(frozen=True, eq=False)
class Reviews:
    """The reviews of a split in canonical order: folder by folder, names sorted as strings.

    Attributes:
      ids: `[reviews]`, see `Review.id`.
      texts: `[reviews]`.
      labels: int64 `[reviews]`.
      ratings: int32 `[reviews]`.
      movies: `[reviews]`, see `Review.movie`.
      duplicate_of: `[reviews]`, see `Review.duplicate_of`.
    """

    ids: list[str]
    texts: OrderedTexts
    labels: NDArray[np.int64]
    ratings: NDArray[np.int32]
    movies: list[str]
    duplicate_of: list[str]

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, row: int) -> Review:
        return Review(
            id=self.ids[row],
            text=self.texts[row].tobytes(),
            label=int(self.labels[row]),
            rating=int(self.ratings[row]),
            movie=self.movies[row],
            duplicate_of=self.duplicate_of[row],
        )

    def without_texts(self) -> "Reviews":
        """The same reviews, their texts empty."""
        nothing = np.zeros(len(self), np.int64)
        return replace(self, texts=OrderedTexts([memoryview(b"")], nothing, nothing))


@dataclass(frozen=True, eq=False)
class Source:
    """All reviews of an archive.

    Attributes:
      splits: split -> its reviews, in canonical order.
      contents: folder -> what was found in it, with its content digest.
      sha256: of the archive file, in hexadecimal; None for a folder.
    """

    splits: dict[str, Reviews]
    contents: Mapping[str, Contents]
    sha256: str | None


Texts = Sequence[bytes | memoryview]

Keep = Callable[[str, Sequence[str], Texts], object]
"""Takes the next reviews: their folder, their file names and their texts.

A text is to be copied by who keeps it: it may be a view of much that would stay in memory with it.
"""

KeepMovies = Callable[[str, Movies], object]
"""Takes the list of movies of a folder."""


class Gathered:
    """The reviews of a split in the order in which they come.

    Attributes:
      folders: folder -> the names of its files, each with the place at which it came.
    """

    def __init__(self, folders: Iterable[str]):
        """Begins with none.

        Args:
          folders: of the split, in canonical order.
        """
        self.folders: dict[str, dict[str, int]] = {folder: {} for folder in folders}
        self._texts = GatheredTexts()
        self._digests: list[bytes] = []

    def __len__(self) -> int:
        return len(self._digests)

    def add(self, folder: str, names: Sequence[str], texts: Texts) -> None:
        """Takes the next reviews; see `Keep`.

        Raises:
          ValueError: there is one of such a name already, which is its message.
        """
        places = self.folders[folder]
        came = dict(zip(names, itertools.count(len(self))))
        if len(came) < len(names) or not places.keys().isdisjoint(names):
            raise ValueError(
                next(name for i, name in enumerate(names) if name in places or name in names[:i])
            )
        places.update(came)
        self._digests += [hashlib.sha256(text).digest() for text in texts]
        self._texts.add(texts)

    def files(self, folder: str) -> Iterator[tuple[str, int, bytes]]:
        """Name, size and SHA-256 of each review of a folder, in canonical order."""
        for name, place in self._in_order(folder):
            yield name, self._texts.lengths[place], self._digests[place]

    def _in_order(self, folder: str) -> list[tuple[str, int]]:
        return sorted(self.folders[folder].items())

    def laid_out(self, lists: Mapping[str, Movies]) -> Reviews:
        """The reviews, one folder behind the other, each sorted by name.

        Args:
          lists: folder -> its list of movies, if it has one.

        Returns:
          The reviews, none of which is said to be a copy: which are depends on all splits.
        """
        ids: list[str] = []
        labels: list[int] = []
        ratings: list[int] = []
        movies: list[str] = []
        order: list[int] = []
        for folder in self.folders:
            found = self._in_order(folder)
            names = [name for name, _ in found]
            stems = [name.removesuffix(".txt") for name in names]
            ids.extend([f"{folder}/{stem}" for stem in stems])
            ratings.extend([int(stem.rpartition("_")[2]) for stem in stems])
            labels.extend([FOLDERS[folder].label] * len(names))
            movies.extend(lists[folder].of(names) if folder in lists else [""] * len(names))
            order.extend([place for _, place in found])
        return Reviews(
            ids=ids,
            texts=self._texts.in_order(np.array(order, np.int64)),
            labels=np.array(labels, np.int64),
            ratings=np.array(ratings, np.int32),
            movies=movies,
            duplicate_of=[""] * len(ids),
        )
