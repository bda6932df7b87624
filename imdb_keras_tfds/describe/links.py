"""Which reviews know of each other: copies, and movies or texts on both sides of a cut.

Usage:

    found = Links.of({split: read(builder, split) for split in builder.info.splits})
    found.copies()       # by pair of splits
    found.random_cut()   # what a cut by chance would have in common with the rest
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from ..recipe.validation import VALIDATION
from ..storage.records import Records

EXAMPLES = 3
"""So many examples are told of each pair of splits."""

HELD_OUT = 20
"""The percentage that a random cut holds out, as Keras's `validation_split=0.2` does."""

SPLIT_ORDER = ("train", VALIDATION, "test", "unsupervised")
"""In this order the first review of a text is looked for; `validation` is a part of train."""

Pair = tuple[str, str]
"""The ids of a copy and of its original."""


@dataclass(frozen=True)
class Copies:
    """The reviews of one split that are copies of reviews of the same, or of another one.

    Attributes:
      split: that the copies are in.
      original: the split that the first review of the text is in.
      reviews: number of copies.
      other_label: those of another label than their original, where both have one.
      other_rating: those of other stars than their original, where both have some.
      examples: the first `EXAMPLES` of all.
    """

    split: str
    original: str
    reviews: int
    other_label: list[Pair]
    other_rating: list[Pair]
    examples: list[Pair]


@dataclass(frozen=True)
class Shared:
    """What two splits have in common.

    Attributes:
      splits: their names.
      movies: number of movies with reviews in both.
      of_movies: number of reviews of these movies, in each.
      texts: number of texts that are in both.
      of_texts: number of reviews of these texts, in each.
      examples: the titles of the first `EXAMPLES` of these movies.
    """

    splits: tuple[str, str]
    movies: int
    of_movies: tuple[int, int]
    texts: int
    of_texts: tuple[int, int]
    examples: list[str]


@dataclass(frozen=True)
class RandomCut:
    """How much a random cut of `train` holds out of which something is left there.

    The shares are those to be expected of a cut by chance, so none has to be drawn. If there is a
    split `validation`, the cut is one of both splits together.

    Attributes:
      reviews: number of reviews that are cut.
      held_out: number of those held out.
      movie: the share of these that have a review of the same movie in what is left.
      text: the share that have a review of the very same text there.
      movie_or_text: the share that have either.
    """

    reviews: int
    held_out: int
    movie: float
    text: float
    movie_or_text: float


@dataclass(frozen=True, eq=False)
class Links:
    """The reviews of a dataset, split behind split, each with its movie and its text as numbers.

    Attributes:
      splits: names of the splits, in the order in which the first of a text is looked for.
      split: `[reviews]`, the place of the split of a review.
      ids: `[reviews]`.
      labels: `[reviews]`, -1 for none.
      ratings: `[reviews]`, 0 for none.
      titles: the movies, ascending; an empty title is that of reviews whose movie is not known.
      movie: `[reviews]`, the place of its title.
      original: `[reviews]`, the place of the first review of the same text: of itself, if it is no
        copy.
    """

    splits: list[str]
    split: NDArray[np.int64]
    ids: NDArray[np.str_]
    labels: NDArray[np.int64]
    ratings: NDArray[np.int32]
    titles: NDArray[np.str_]
    movie: NDArray[np.int64]
    original: NDArray[np.int64]

    @classmethod
    def of(cls, records: Mapping[str, Records]) -> Links | None:
        """The reviews of a dataset; None if its records do not tell, as in version 1.0.0.

        Args:
          records: split -> its records.
        """
        splits = sorted(records, key=SPLIT_ORDER.index)
        ids: list[str] = []
        movies: list[str] = []
        texts: list[str] = []
        for found in map(records.__getitem__, splits):
            if found.movies is None or found.duplicate_of is None:
                return None
            ids += found.ids
            movies += found.movies
            texts += [
                first or own for own, first in zip(found.ids, found.duplicate_of, strict=True)
            ]
        titles, movie = np.unique(np.array(movies, np.str_), return_inverse=True)
        names, text = np.unique(np.array(texts, np.str_), return_inverse=True)
        places = np.arange(len(ids))
        first = np.full(len(names), len(ids))
        np.minimum.at(first, text, places)
        # A copy may stand before its original, as splits are shuffled.
        is_first = np.array(ids, np.str_) == np.array(texts, np.str_)
        first[text[is_first]] = places[is_first]
        return cls(
            splits=splits,
            split=np.repeat(np.arange(len(splits)), [len(records[name].ids) for name in splits]),
            ids=np.array(ids, np.str_),
            labels=np.concatenate([records[name].labels for name in splits]),
            ratings=np.concatenate([records[name].ratings for name in splits]),
            titles=titles,
            movie=movie,
            original=first[text],
        )

    def copies(self) -> Iterator[Copies]:
        """The copies of each pair of splits that has some."""
        of_original = self.split[self.original]
        is_copy = self.original != np.arange(len(self.original))
        for original, split in product(range(len(self.splits)), repeat=2):
            (places,) = np.nonzero(is_copy & (self.split == split) & (of_original == original))
            if not len(places):
                continue
            first = self.original[places]
            both_labels = (self.labels[places] >= 0) & (self.labels[first] >= 0)
            both_stars = (self.ratings[places] > 0) & (self.ratings[first] > 0)
            yield Copies(
                self.splits[split],
                self.splits[original],
                len(places),
                self._pairs(places[both_labels & (self.labels[places] != self.labels[first])]),
                self._pairs(places[both_stars & (self.ratings[places] != self.ratings[first])]),
                self._pairs(places[:EXAMPLES]),
            )

    def shared(self) -> list[Shared]:
        """What each pair of splits has in common."""
        movies = self._counts(self.movie, len(self.titles))
        movies[:, self.titles == ""] = 0
        texts = self._counts(self.original, len(self.original))
        found = []
        for pair in combinations(range(len(self.splits)), 2):
            (in_both,) = np.nonzero((movies[list(pair)] > 0).all(axis=0))
            one, other = (int(movies[split, in_both].sum()) for split in pair)
            (texts_in_both,) = np.nonzero((texts[list(pair)] > 0).all(axis=0))
            of_one, of_other = (int(texts[split, texts_in_both].sum()) for split in pair)
            found.append(
                Shared(
                    (self.splits[pair[0]], self.splits[pair[1]]),
                    len(in_both),
                    (one, other),
                    len(texts_in_both),
                    (of_one, of_other),
                    self.titles[in_both[:EXAMPLES]].tolist(),
                )
            )
        return found

    def random_cut(self, percent: int = HELD_OUT) -> RandomCut:
        """What a random cut that holds out so many percent of train has in common with the rest."""
        is_train = np.isin(self.split, [self.splits.index(name) for name in self._train])
        movie, text = self.movie[is_train], self.original[is_train]
        # A review of no known movie is of one of its own.
        unknown = self.titles[movie] == ""
        movie = np.where(unknown, len(self.titles) + np.arange(len(movie)), movie)
        of_movie, of_text = _others(movie), _others(text)
        of_both = _others(movie * (len(self.original) + 1) + text)
        reviews = len(movie)
        held_out = reviews * percent // 100
        none_left = _none_left(reviews, held_out, int((of_movie + of_text).max(initial=0)))

        def share(others: NDArray[np.int64]) -> float:
            return float(1 - none_left[others].mean()) if held_out else 0.0

        return RandomCut(
            reviews, held_out, share(of_movie), share(of_text), share(of_movie + of_text - of_both)
        )

    @cached_property
    def _train(self) -> list[str]:
        return [name for name in ("train", VALIDATION) if name in self.splits]

    def _pairs(self, places: NDArray[np.int64]) -> list[Pair]:
        originals = self.ids[self.original[places]]
        return list(zip(self.ids[places].tolist(), originals.tolist(), strict=True))

    def _counts(self, numbers: NDArray[np.int64], size: int) -> NDArray[np.int64]:
        """`[splits, size]`, how often each number below `size` is in each split."""
        cells = np.bincount(self.split * size + numbers, minlength=len(self.splits) * size)
        return cells.reshape(len(self.splits), size)


def _others(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many others are in the group of each, `[reviews]`."""
    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    return sizes[group] - 1


def _none_left(reviews: int, held_out: int, most: int) -> NDArray[np.float64]:
    """The chance that none of so many others is left where a review is held out, `[most + 1]`.

    All of them must be among the other `held_out - 1` of the other `reviews - 1`.
    """
    others = np.arange(most)
    chances = np.maximum(held_out - 1 - others, 0) / np.maximum(reviews - 1 - others, 1)
    return np.concatenate([[1.0], np.cumprod(chances)])
