"""Texts that are kept as they come, and handed out in another order.

Usage:

    gathered = GatheredTexts()
    gathered.add([b"one", b"two"])
    texts = gathered.in_order(np.array([1, 0]))
    texts[0].tobytes()   # b"two"
    texts[0:2]           # both, as Ragged
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..ragged import Ragged
from ..rows import Rows

_BLOCK_SIZE = 32 << 20
"""Bytes of text that lie together.

Texts as objects of their own would leave holes in the memory; blocks of this size go back to the
system. It is more than all texts have that come at a time. Of a block only what is written takes
memory.
"""


@dataclass(frozen=True, eq=False)
class OrderedTexts(Rows):
    """Texts in some order, each of which stays where it lies until it is asked for.

    Nothing is copied before: a part of them soon goes again, and new memory takes longer to get
    than to fill.

    Attributes:
      blocks: where the texts lie, each of `_BLOCK_SIZE` bytes.
      begins: int64 `[texts]`, where each begins, as if all blocks were one.
      lengths: int64 `[texts]`, in bytes.
    """

    blocks: Sequence[memoryview]
    begins: NDArray[np.int64]
    lengths: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.lengths)

    @cached_property
    def row_splits(self) -> NDArray[np.int64]:
        """Those of the `Ragged` that all of them would be."""
        return np.append(0, np.cumsum(self.lengths))

    def take(self, order: NDArray[np.int64]) -> Ragged:
        """The texts of the given places, uint8 and one a row, in that order."""
        lengths = self.lengths[order]
        blocks, firsts = np.divmod(self.begins[order], _BLOCK_SIZE)
        # Not as bytes: for large arrays NumPy takes large pages, which are there much sooner.
        values = np.empty(lengths.sum(), np.uint8)
        view, begin = values.data, 0
        for block, first, size in zip(
            blocks.tolist(), firsts.tolist(), lengths.tolist(), strict=True
        ):
            end = begin + size
            view[begin:end] = self.blocks[block][first : first + size]
            begin = end
        return Ragged.from_lengths(values, lengths)


class GatheredTexts:
    """Texts in the order in which they come.

    Attributes:
      lengths: `[texts]`, in bytes.
    """

    def __init__(self) -> None:
        self.lengths: list[int] = []
        self._blocks: list[memoryview] = []
        self._begins: list[int] = []
        self._stop = 0

    def add(self, texts: Sequence[bytes | memoryview]) -> None:
        """Takes a copy of the next texts, which have less than `_BLOCK_SIZE` together."""
        lengths, joined = list(map(len, texts)), b"".join(texts)
        first = self._stop % _BLOCK_SIZE
        # No block is ever full, so that an empty text does not begin behind it.
        if not first or first + len(joined) >= _BLOCK_SIZE:
            self._stop, first = len(self._blocks) * _BLOCK_SIZE, 0
            self._blocks.append(np.empty(_BLOCK_SIZE, np.uint8).data)
        self._blocks[-1][first : first + len(joined)] = joined
        *begins, self._stop = itertools.accumulate(lengths, initial=self._stop)
        self._begins += begins
        self.lengths += lengths

    def in_order(self, places: NDArray[np.int64]) -> OrderedTexts:
        """The texts that came at the given places, in that order."""
        begins, lengths = np.array(self._begins, np.int64), np.array(self.lengths, np.int64)
        return OrderedTexts(self._blocks, begins[places], lengths[places])
