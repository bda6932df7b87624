"""The ranks of many reviews in two bytes each, which is half of what int32 takes.

Nearly all words of a text are among the 65,535 most frequent ones; the ranks of the others stand
beside them. Memory that is new takes longer to get than to fill.

Usage:

    ranks = CompactRanks.of(Ragged.from_rows([[1, 70_000]], np.int32))
    ranks[0]                    # array([1, 70000], dtype=int32)
    ranks.take(np.array([0]))   # the same row, as Ragged
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .. import ragged
from ..ragged import Ragged
from ..rows import Rows

_HIGHEST = np.iinfo(np.uint16).max


@dataclass(frozen=True, eq=False)
class CompactRanks(Rows):
    """Rows of ranks, each from 1; what is taken of them is int32.

    Attributes:
      low: uint16, one row a review; 0 in the place of a rank that does not fit.
      high: int32, those ranks, in their order.

    Raises:
      ValueError: they do not fit together.
    """

    low: Ragged
    high: NDArray[np.int32]

    def __post_init__(self) -> None:
        if np.count_nonzero(self.low.values == 0) != len(self.high):
            raise ValueError("there are not as many high ranks as there are places for them")
        if self.high.min(initial=_HIGHEST + 1) <= _HIGHEST:
            raise ValueError("a rank among the high ones is not so high")

    @classmethod
    def of(cls, ranks: Ragged) -> "CompactRanks":
        """The same ranks.

        Args:
          ranks: int32, one row a review.

        Raises:
          ValueError: a rank is not from 1.
        """
        if ranks.values.min(initial=1) < 1:
            raise ValueError("a rank is below 1")
        places = np.flatnonzero(ranks.values > _HIGHEST)
        low = ranks.values.astype(np.uint16)
        low[places] = 0
        return cls(Ragged(low, ranks.row_splits), ranks.values[places])

    @classmethod
    def joined(cls, parts: Iterable["CompactRanks"], most: int) -> "CompactRanks":
        """All rows of the parts, one part behind the other; see `ragged.joined`."""
        high = [np.empty(0, np.int32)]

        def rows() -> Iterator[Ragged]:
            for part in parts:
                high.append(part.high)
                yield part.low

        low = ragged.joined(rows(), most, np.uint16)
        return cls(low, np.concatenate(high))

    def __len__(self) -> int:
        return len(self.low)

    @property
    def row_splits(self) -> NDArray[np.int64]:
        """See `Ragged.row_splits`."""
        return self.low.row_splits

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The number of ranks of each review."""
        return self.low.lengths

    def take(self, order: NDArray[np.int64]) -> Ragged:
        """The ranks of the reviews of the given places, int32, in that order."""
        low = self.low.take(order)
        ranks = low.values.astype(np.int32)
        places = np.flatnonzero(ranks == 0)
        if len(places):
            ranks[places] = self._high.take(order).values
        return Ragged(ranks, low.row_splits)

    @cached_property
    def _high(self) -> Ragged:
        """The high ranks, one row a review."""
        places = np.flatnonzero(self.low.values == 0)
        return Ragged(self.high, np.searchsorted(places, self.low.row_splits))


Ranks = Ragged | CompactRanks
"""Rows of ranks, int32 where they are `Ragged`."""
