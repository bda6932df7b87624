"""The records of a split, as flat arrays.

Usage:

    for name, label, rating, tokens in Records.of(reviews, encoded):
        print(name, tokens)
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..ragged import Ragged
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
    """

    ids: list[str]
    tokens: Ragged
    labels: NDArray[np.int64]
    ratings: NDArray[np.int32]

    @classmethod
    def of(cls, reviews: RankedReviews, encoded: Encoded) -> "Records":
        """The records of a split: which reviews, and their ids."""
        return cls(
            ids=[reviews.ids[review] for review in encoded.reviews],
            tokens=encoded.ids,
            labels=reviews.labels[encoded.reviews],
            ratings=reviews.ratings[encoded.reviews],
        )

    def __iter__(self) -> Iterator[tuple[str, int, int, NDArray[np.int32]]]:
        """Id, label, rating and tokens of each record."""
        return zip(self.ids, self.labels.tolist(), self.ratings.tolist(), self.tokens, strict=True)
