"""The reviews of a source, and how they are laid out: folder by folder, in canonical order.

Usage:

    source.splits["train"][0]   # Review(id='train/pos/0_9', text=b'Bromwell High is...', ...)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..ragged import Ragged
from .movies import Movies
from .release import FOLDERS, Contents


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
      texts: uint8, one row a review.
      labels: int64 `[reviews]`.
      ratings: int32 `[reviews]`.
      movies: `[reviews]`, see `Review.movie`.
      duplicate_of: `[reviews]`, see `Review.duplicate_of`.
    """

    ids: list[str]
    texts: Ragged
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


Keep = Callable[[str, str, bytes], object]
"""Takes the next review: its folder, its file name and its text."""

KeepMovies = Callable[[str, Movies], object]
"""Takes the list of movies of a folder."""


def join(folders: Iterable[tuple[str, dict[str, bytes]]], lists: Mapping[str, Movies]) -> Reviews:
    """Lays out the reviews of folders, one folder behind the other, each sorted by name.

    Args:
      folders: each with its file names and their texts.
      lists: folder -> its list of movies, if it has one.

    Returns:
      The reviews, none of which is said to be a copy: which are depends on all splits.
    """
    ids: list[str] = []
    texts: list[bytes] = []
    labels: list[int] = []
    ratings: list[int] = []
    movies: list[str] = []
    for folder, found in folders:
        names = sorted(found)
        stems = [name.removesuffix(".txt") for name in names]
        ids.extend(f"{folder}/{stem}" for stem in stems)
        texts.extend(found[name] for name in names)
        ratings.extend(int(stem.rpartition("_")[2]) for stem in stems)
        labels.extend([FOLDERS[folder].label] * len(names))
        movies.extend(lists[folder].of(names) if folder in lists else [""] * len(names))
    return Reviews(
        ids=ids,
        texts=Ragged.from_lengths(
            np.frombuffer(b"".join(texts), np.uint8), np.array([len(text) for text in texts])
        ),
        labels=np.array(labels, np.int64),
        ratings=np.array(ratings, np.int32),
        movies=movies,
        duplicate_of=[""] * len(ids),
    )
