"""Makes lists of Python's numbers out of the rows of a flat array, in little time and memory.

Python has one object for each number up to 256, and for a larger one makes a new object wherever it
comes about, of four times the size of its place in a list. Here all equal integers are one object.

Usage:

    lists_of(np.array([1, 14, 22, 1]), np.array([0, 3, 4]))   # [[1, 14, 22], [1]]
"""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .collector import without_collector

# What is gathered for so many rows is still in the processor's cache when their lists are made.
_ROWS_AT_ONCE = 200


def lists_of(values: NDArray[Any], row_splits: NDArray[np.int64]) -> list[list[Any]]:
    """The rows as lists.

    Args:
      values: the rows one behind the other.
      row_splits: where each row begins, and the last one ends; see `Ragged`.
    """
    table, lowest = _objects(values)
    found: list[list[Any]] = []
    with without_collector():
        for start in range(0, len(row_splits) - 1, _ROWS_AT_ONCE):
            splits = row_splits[start : start + _ROWS_AT_ONCE + 1]
            part = values[splits[0] : splits[-1]]
            if table is not None:
                part = table[part.astype(np.int64) - lowest]
            bounds = (splits - splits[0]).tolist()
            found += [part[begin:end].tolist() for begin, end in pairwise(bounds)]
    return found


def _objects(values: NDArray[Any]) -> tuple[NDArray[np.object_] | None, int]:
    """An object for each integer from the lowest to the highest, and the lowest.

    There is none for what are no integers, and where there would be more of them than values.
    """
    if not len(values) or not np.can_cast(values.dtype, np.int64) or values.dtype.kind not in "iu":
        return None, 0
    lowest, highest = int(values.min()), int(values.max())
    if highest - lowest >= len(values):
        return None, 0
    return np.arange(lowest, highest + 1).astype(object), lowest
