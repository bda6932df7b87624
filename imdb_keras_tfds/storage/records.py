"""The records of a split, as flat arrays.

Usage:

    for record in Records.of(reviews, encoded):
        print(record.id, record.tokens)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..ragged import Ragged, concatenate
from ..recipe.corpus import RankedReviews
from ..recipe.sequences import Encoded


class Record(NamedTuple):
    """One record.

    Attributes:
      id: see `reviews.Review.id`.
      label: 1 (positive), 0 (negative) or -1 (none).
      rating: stars, 1 to 10; 0 where there are none.
      tokens: int32 `[ids]`.
      movie: see `reviews.Review.movie`; None in records of version 1.0.0.
      duplicate_of: see `reviews.Review.duplicate_of`; None in records of version 1.0.0.
      text: UTF-8; None in records without.
    """

    id: str
    label: int
    rating: int
    tokens: NDArray[np.int32]
    movie: str | None = None
    duplicate_of: str | None = None
    text: bytes | None = None


@dataclass(frozen=True, eq=False)
class Records:
    """The records of a split, in their order.

    Attributes:
      ids: `[records]`, see `reviews.Review.id`.
      tokens: int32, one row a record.
      labels: int64 `[records]`.
      ratings: int32 `[records]`.
      movies: `[records]`, see `reviews.Review.movie`; None for records of version 1.0.0.
      duplicate_of: `[records]`, see `reviews.Review.duplicate_of`; None for records of 1.0.0.
      texts: uint8, one row a record, UTF-8; None for records without.
    """

    ids: list[str]
    tokens: Ragged
    labels: NDArray[np.int64]
    ratings: NDArray[np.int32]
    movies: list[str] | None = None
    duplicate_of: list[str] | None = None
    texts: Ragged | None = None

    @classmethod
    def of(cls, reviews: RankedReviews, encoded: Encoded) -> "Records":
        """The records of a split: which reviews, and their ids."""
        places = encoded.reviews.tolist()
        return cls(
            ids=[reviews.ids[place] for place in places],
            tokens=encoded.ids,
            labels=reviews.labels[encoded.reviews],
            ratings=reviews.ratings[encoded.reviews],
            movies=[reviews.movies[place] for place in places],
            duplicate_of=[reviews.duplicate_of[place] for place in places],
            texts=None if reviews.texts is None else reviews.texts.take(encoded.reviews),
        )

    @classmethod
    def joined(cls, parts: Sequence["Records"]) -> "Records":
        """The records of several parts of a split, one part behind the other.

        Args:
          parts: one at least, all with the same fields.
        """
        first = parts[0]
        return cls(
            ids=[name for part in parts for name in part.ids],
            tokens=concatenate(part.tokens for part in parts),
            labels=np.concatenate([part.labels for part in parts]),
            ratings=np.concatenate([part.ratings for part in parts]),
            movies=None
            if first.movies is None
            else [movie for part in parts for movie in part.movies or ()],
            duplicate_of=None
            if first.duplicate_of is None
            else [name for part in parts for name in part.duplicate_of or ()],
            texts=None
            if first.texts is None
            else concatenate(part.texts for part in parts if part.texts is not None),
        )

    def __iter__(self) -> Iterator[Record]:
        """The records one by one."""
        # Without a length, these three end with the others.
        none = repeat(None)
        columns = zip(
            self.ids,
            self.labels.tolist(),
            self.ratings.tolist(),
            self.tokens,
            none if self.movies is None else self.movies,
            none if self.duplicate_of is None else self.duplicate_of,
            none if self.texts is None else (text.tobytes() for text in self.texts),
            strict=False,
        )
        return map(Record._make, columns)
