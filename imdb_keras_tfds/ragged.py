"""Rows of different lengths, held as one flat array and its row splits.

Usage:

    rows = Ragged.from_rows([np.array([1, 14, 22]), np.array([1])], np.int32)
    rows[0]   # array([ 1, 14, 22], dtype=int32)
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .errors import ImdbKerasError


@dataclass(frozen=True, eq=False)
class Ragged:
    """A ragged array, laid out as a `tf.RaggedTensor` is.

    Attributes:
      values: the rows one behind the other, `[row_splits[-1]]`.
      row_splits: int64 `[rows + 1]`, not descending from 0; row `i` is
        `values[row_splits[i]:row_splits[i + 1]]`.
    """

    values: NDArray[Any]
    row_splits: NDArray[np.int64]

    @classmethod
    def from_lengths(cls, values: NDArray[Any], lengths: NDArray[Any]) -> "Ragged":
        """Cuts `values` into rows of the given lengths."""
        return cls(values, _splits(lengths))

    @classmethod
    def from_rows(cls, rows: Iterable[NDArray[Any]], dtype: Any) -> "Ragged":
        """Lays rows one behind the other."""
        arrays = [np.asarray(row, dtype) for row in rows]
        lengths = np.array([len(row) for row in arrays], np.int64)
        values = np.concatenate(arrays) if arrays else np.empty(0, dtype)
        return cls.from_lengths(values, lengths)

    def __len__(self) -> int:
        return len(self.row_splits) - 1

    def __getitem__(self, row: int) -> NDArray[Any]:
        """Row `row`, as a view."""
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        return self.values[self.row_splits[row] : self.row_splits[row + 1]]

    def __iter__(self) -> Iterator[NDArray[Any]]:
        bounds = self.row_splits.tolist()
        return (self.values[start:stop] for start, stop in pairwise(bounds))

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The length of each row, `[rows]`."""
        return np.diff(self.row_splits)

    def rows(self, start: int, stop: int) -> "Ragged":
        """The rows from `start` up to `stop`, their values as a view."""
        splits = self.row_splits[start : stop + 1]
        return Ragged(self.values[splits[0] : splits[-1]], splits - splits[0])

    def take(self, order: NDArray[Any]) -> "Ragged":
        """The rows of the given indices, in that order."""
        taken = self._strings.take(pa.array(order)).buffers()[2]
        row_splits = _splits(self.row_splits[order + 1] - self.row_splits[order])
        return Ragged(np.frombuffer(taken, self.values.dtype, row_splits[-1]), row_splits)

    @cached_property
    def _strings(self) -> pa.LargeBinaryArray:
        """The rows as strings of bytes, which Arrow copies whole; lists it copies by the value."""
        values = np.ascontiguousarray(self.values)
        offsets = self.row_splits * values.itemsize
        return pa.LargeBinaryArray.from_buffers(
            pa.large_binary(), len(self), [None, pa.py_buffer(offsets), pa.py_buffer(values)]
        )

    def keep_values(self, keep: NDArray[np.bool_]) -> "Ragged":
        """The same rows with only those values for which `keep`, `[row_splits[-1]]`, is true."""
        left_out = np.flatnonzero(~keep)
        if not len(left_out):
            return self
        row_splits = self.row_splits - np.searchsorted(left_out, self.row_splits)
        return Ragged(self.values[keep], row_splits)

    def prepend(self, value: int) -> "Ragged":
        """Puts one value before each row."""
        row_splits = self.row_splits + np.arange(len(self) + 1)
        return Ragged(np.insert(self.values, self.row_splits[:-1], value), row_splits)

    def reversed(self) -> "Ragged":
        """The last row first, and each row from its end."""
        return Ragged(self.values[::-1], self.row_splits[-1] - self.row_splits[::-1])

    def truncate(self, length: int) -> "Ragged":
        """Cuts each row off after `length` values."""
        lengths = self.lengths
        place = np.arange(len(self.values)) - np.repeat(self.row_splits[:-1], lengths)
        return Ragged.from_lengths(self.values[place < length], np.minimum(lengths, length))


def _splits(lengths: NDArray[Any]) -> NDArray[np.int64]:
    splits = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=splits[1:])
    return splits


def concatenate(parts: Iterable[Ragged]) -> Ragged:
    """All rows of the parts, one part behind the other."""
    parts = list(parts)
    if len(parts) == 1:
        return parts[0]
    return Ragged.from_lengths(
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.lengths for part in parts]),
    )


def check_pre_or_post(**arguments: str) -> None:
    """Refuses `padding` and `truncating` that are neither.

    Raises:
      ImdbKerasError: one is not `pre` or `post`.
    """
    for name, value in arguments.items():
        if value not in ("pre", "post"):
            raise ImdbKerasError(f"{name}={value!r} is unknown; use 'pre' or 'post'")
