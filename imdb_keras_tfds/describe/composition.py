"""Counts what is in a dataset: reviews, labels, stars, lengths and movies, split by split.

Usage:

    composition = Composition.of({"train": read(builder, "train")})
    composition.splits["train"].labels   # {"neg": 12500, "pos": 12500}
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..source.release import LABEL_NAMES
from ..storage.records import Records


@dataclass(frozen=True)
class Split:
    """What is in one split.

    Attributes:
      reviews: number of reviews.
      labels: name of a label -> its reviews; those without a label are not among them.
      stars: name of a label -> stars -> reviews, of the reviews that have both.
      without_stars: reviews that have no stars.
      lengths: the fewest ids of a review, the median, and the most.
      ids: the ids of all reviews together.
      movies: movie -> its reviews, where it is known; None in a dataset that does not tell movies.
    """

    reviews: int
    labels: Mapping[str, int]
    stars: Mapping[str, Mapping[int, int]]
    without_stars: int
    lengths: tuple[int, int, int]
    ids: int
    movies: Mapping[str, int] | None

    @classmethod
    def of(cls, records: Records) -> "Split":
        """Counts the records of a split."""
        labels = {name: records.labels == label for label, name in enumerate(LABEL_NAMES)}
        lengths = np.sort(records.tokens.lengths)
        ends = (0, (len(lengths) - 1) // 2, -1)
        return cls(
            reviews=len(records.ids),
            labels={name: int(mask.sum()) for name, mask in labels.items() if mask.any()},
            stars={
                name: _counts(records.ratings[mask & (records.ratings > 0)])
                for name, mask in labels.items()
                if mask.any()
            },
            without_stars=int((records.ratings == 0).sum()),
            lengths=tuple(int(lengths[end]) if len(lengths) else 0 for end in ends),  # type: ignore[arg-type]
            ids=len(records.tokens.values),
            movies=movies_of(records),
        )

    @property
    def labelled(self) -> int:
        """The reviews that have a label."""
        return sum(self.labels.values())

    @property
    def with_movie(self) -> int:
        """The reviews whose movie is known."""
        return sum((self.movies or {}).values())


@dataclass(frozen=True)
class Composition:
    """What is in a dataset.

    Attributes:
      splits: name -> what is in it, in the order of the splits.
    """

    splits: Mapping[str, Split]

    @classmethod
    def of(cls, records: Mapping[str, Records]) -> "Composition":
        """Counts the records of a dataset.

        Args:
          records: split -> its records.
        """
        return cls({split: Split.of(found) for split, found in records.items()})

    @property
    def reviews(self) -> int:
        """The reviews of all splits."""
        return sum(split.reviews for split in self.splits.values())

    @property
    def stars(self) -> dict[str, dict[int, int]]:
        """Name of a label -> stars -> reviews, of all splits."""
        found: dict[str, dict[int, int]] = {}
        for label, stars, reviews in self._starred():
            of_label = found.setdefault(label, {})
            of_label[stars] = of_label.get(stars, 0) + reviews
        return {label: dict(sorted(of_label.items())) for label, of_label in found.items()}

    @property
    def movies(self) -> dict[str, int] | None:
        """Movie -> its reviews in all splits; None in a dataset that does not tell movies."""
        found: dict[str, int] = {}
        for split in self.splits.values():
            if split.movies is None:
                return None
            for movie, reviews in split.movies.items():
                found[movie] = found.get(movie, 0) + reviews
        return found

    def _starred(self) -> Iterator[tuple[str, int, int]]:
        for split in self.splits.values():
            for label, counts in split.stars.items():
                for stars, reviews in counts.items():
                    yield label, stars, reviews


def movies_of(records: Records) -> dict[str, int] | None:
    """Movie -> its reviews, where it is known; None in a dataset that does not tell movies."""
    if records.movies is None:
        return None
    return _counts(np.array([movie for movie in records.movies if movie], np.str_))


def _counts(values: NDArray[Any]) -> dict[Any, int]:
    """Value -> how often it is there, in ascending order of the values."""
    found, counts = np.unique(values, return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))
