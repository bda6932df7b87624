"""The records of a split, as flat arrays.

Usage:

    records = Records.of(reviews, encoded)
    records.ids[0], records.tokens[0]   # those of the first record
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..arrow_arrays import utf8_of
from ..ragged import Ragged, concatenate
from ..recipe.corpus import RankedReviews
from ..recipe.sequences import Encoded


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

    @cached_property
    def utf8(self) -> dict[str, pa.LargeBinaryArray]:
        """`id`, `movie` and `duplicate_of` as strings of bytes; without those that are not there.

        Both the digests and the serialised records are made of these.
        """
        strings = {"id": self.ids, "movie": self.movies, "duplicate_of": self.duplicate_of}
        return {name: utf8_of(texts) for name, texts in strings.items() if texts is not None}

    @classmethod
    def of(cls, reviews: RankedReviews, encoded: Encoded) -> "Records":
        """The records of a split: which reviews, and their ids."""
        places = encoded.reviews.tolist()
        return cls(
            ids=list(map(reviews.ids.__getitem__, places)),
            tokens=encoded.ids,
            labels=reviews.labels[encoded.reviews],
            ratings=reviews.ratings[encoded.reviews],
            movies=list(map(reviews.movies.__getitem__, places)),
            duplicate_of=list(map(reviews.duplicate_of.__getitem__, places)),
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
