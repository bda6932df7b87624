"""Rows of different lengths, held as one flat array and its row splits.

It is indexed as a NumPy array of rows is, and like one that is read-only: nobody sorts the data in
place by accident.

Usage:

    rows = Ragged.from_rows([np.array([1, 14, 22]), np.array([1])], np.int32)
    rows[0]            # array([ 1, 14, 22], dtype=int32)
    rows[rows.lengths > 1].to_padded(maxlen=4)   # array([[ 1, 14, 22,  0]], dtype=int32)
"""

import operator
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from types import EllipsisType
from typing import Any, Literal, overload

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, DTypeLike, NDArray

from .arrow_arrays import arrow_of, binary_of_rows, joined_binary
from .errors import ImdbKerasError
from .lists import lists_of

Side = Literal["pre", "post"]
"""Before the ids of a row, or behind them."""


@dataclass(frozen=True, eq=False, repr=False)
class Ragged:
    """A ragged array, laid out as a `tf.RaggedTensor` is.

    Attributes:
      values: the rows one behind the other, `[row_splits[-1]]`.
      row_splits: int64 `[rows + 1]`, not descending from 0; row `i` is
        `values[row_splits[i]:row_splits[i + 1]]`.

    Both are read-only views of what a `Ragged` is made of.

    Raises:
      ImdbKerasError: `row_splits` do not cut `values` into rows.
    """

    values: NDArray[Any]
    row_splits: NDArray[np.int64]

    def __post_init__(self) -> None:
        values, row_splits = np.asarray(self.values), np.asarray(self.row_splits)
        if (
            (values.ndim, row_splits.ndim) != (1, 1)
            or row_splits.dtype.kind not in "iu"
            or not len(row_splits)
            or (row_splits[0], row_splits[-1]) != (0, len(values))
            or (row_splits[1:] < row_splits[:-1]).any()
        ):
            raise ImdbKerasError(
                f"row_splits of type {row_splits.dtype} and shape {row_splits.shape} do not cut "
                f"values of shape {values.shape} into rows; give integers that begin with 0, never "
                "descend, and end with the number of values"
            )
        object.__setattr__(self, "values", _read_only(values))
        object.__setattr__(self, "row_splits", _read_only(row_splits.astype(np.int64, copy=False)))

    @classmethod
    def from_lengths(cls, values: NDArray[Any], lengths: NDArray[Any]) -> "Ragged":
        """Cuts `values` into rows of the given lengths."""
        return Ragged(values, _splits(lengths))

    @classmethod
    def from_rows(cls, rows: Iterable[ArrayLike], dtype: DTypeLike) -> "Ragged":
        """Lays rows one behind the other."""
        arrays = [np.asarray(row, dtype) for row in rows]
        lengths = np.array([len(row) for row in arrays], np.int64)
        values = np.concatenate(arrays) if arrays else np.empty(0, dtype)
        return Ragged.from_lengths(values, lengths)

    def __len__(self) -> int:
        return len(self.row_splits) - 1

    @property
    def shape(self) -> tuple[int, None]:
        """`(rows, None)`."""
        return len(self), None

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the values."""
        return self.values.dtype

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The length of each row, `[rows]`."""
        return np.diff(self.row_splits)

    @overload
    def __getitem__(self, index: int | np.integer[Any]) -> NDArray[Any]: ...
    @overload
    def __getitem__(
        self, index: slice | EllipsisType | Sequence[int] | NDArray[Any]
    ) -> "Ragged": ...
    def __getitem__(self, index: Any) -> "NDArray[Any] | Ragged":
        """A row, or some of the rows, as NumPy indexes the first axis of an array.

        Args:
          index: the place of a row, from the end if it is negative; or a slice; or places
            `[rows taken]`, or a mask `[rows]`, in any form that NumPy takes for an array.

        Returns:
          The row, as a view; or the rows, whose values are a view where the slice has no step, and
          a copy otherwise.

        Raises:
          IndexError: a row is not there; a mask is not of this length; `index` is none of these.
        """
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step != 1:
                return self.take(np.arange(start, stop, step))
            splits = self.row_splits[start : max(start, stop) + 1]
            return Ragged(self.values[splits[0] : splits[-1]], splits - splits[0])
        if index is Ellipsis:
            return self
        try:
            row = _place(index, len(self))
        except TypeError:
            return self.take(places(index, len(self)))
        return self.values[self.row_splits[row] : self.row_splits[row + 1]]

    def __iter__(self) -> Iterator[NDArray[Any]]:
        bounds = self.row_splits.tolist()
        return (self.values[start:stop] for start, stop in pairwise(bounds))

    def __repr__(self) -> str:
        return f"Ragged(rows={len(self)}, values={len(self.values)}, dtype={self.dtype})"

    def __reduce__(self) -> tuple[Any, ...]:
        # By the way of the constructor, so that a copy is read-only as well.
        return type(self), (self.values, self.row_splits)

    def __eq__(self, other: object) -> bool:
        raise TypeError("== does not compare rows; use x.equals(y), or x.values == y.values")

    __hash__ = None  # type: ignore[assignment]  # As of a NumPy array.

    def equals(self, other: object) -> bool:
        """Whether `other` is a `Ragged` of the same rows; the types of their values may differ."""
        return (
            isinstance(other, Ragged)
            and np.array_equal(self.row_splits, other.row_splits)
            and np.array_equal(self.values, other.values)
        )

    def tolist(self) -> list[list[Any]]:
        """The rows as lists of Python's own numbers."""
        return lists_of(self.values, self.row_splits)

    def to_padded(
        self,
        maxlen: int | None = None,
        value: float = 0,
        padding: Side = "post",
        truncating: Side = "post",
    ) -> NDArray[Any]:
        """Rows of one length, as `keras.utils.pad_sequences` makes them (`pre` by default there).

        Args:
          maxlen: this length; None for that of the longest row.
          value: what shorter rows are filled up with.
          padding: `post` fills up behind a row, `pre` before it.
          truncating: `post` cuts off the end of a row that is too long, `pre` its beginning.

        Returns:
          A new array `[rows, maxlen]` of the type of the values.

        Raises:
          ImdbKerasError: an argument makes no sense, or `value` is not one of that type.
        """
        check_pre_or_post(padding=padding, truncating=truncating)
        longest = int(self.lengths.max(initial=0))
        width = longest if maxlen is None else maxlen
        if not hasattr(width, "__index__") or width < 0:
            raise ImdbKerasError(f"maxlen={maxlen!r} is no length; give 0 or more, or None")
        rows = self.truncate(width, truncating) if longest > width else self
        lengths = rows.lengths
        first = np.arange(len(rows)) * width
        if padding == "pre":
            first += width - lengths
        padded = np.full(len(rows) * width, _cast(value, self.dtype), self.dtype)
        places = np.arange(len(rows.values)) + np.repeat(first - rows.row_splits[:-1], lengths)
        padded[places] = rows.values
        return padded.reshape(len(rows), width)

    def take(self, order: NDArray[Any]) -> "Ragged":
        """The rows of the given places, none of them negative, in that order."""
        taken = self._strings.take(arrow_of(order)).buffers()[2]
        row_splits = _splits(self.row_splits[order + 1] - self.row_splits[order])
        return Ragged(np.frombuffer(taken, self.dtype, row_splits[-1]), row_splits)

    @cached_property
    def _strings(self) -> pa.LargeBinaryArray:
        """The rows as strings of bytes, which Arrow copies whole; lists it copies by the value."""
        return binary_of_rows(self.values, self.row_splits)

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
        first = np.array(value, self.dtype).tobytes()
        joined = joined_binary(first, self._strings).buffers()[2]
        return Ragged(np.frombuffer(joined, self.dtype, row_splits[-1]), row_splits)

    def without_first(self) -> "Ragged":
        """The rows without their first value; an empty row stays empty."""
        keep = np.ones(len(self.values), np.bool_)
        keep[self.row_splits[:-1][self.lengths > 0]] = False
        return self.keep_values(keep)

    def reversed(self) -> "Ragged":
        """The last row first, and each row from its end."""
        return Ragged(self.values[::-1], self.row_splits[-1] - self.row_splits[::-1])

    def truncate(self, length: int, truncating: Side = "post") -> "Ragged":
        """Cuts off the end of each row behind `length` values, or its beginning (`pre`)."""
        lengths = self.lengths
        kept = np.minimum(lengths, length)
        first = self.row_splits[:-1]
        if truncating == "pre":
            first = first + lengths - kept
        place = np.arange(len(self.values)) - np.repeat(first, lengths)
        return Ragged.from_lengths(self.values[(place >= 0) & (place < length)], kept)


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    view: NDArray[Any] = array.view()
    view.flags.writeable = False
    return view


def _splits(lengths: NDArray[Any]) -> NDArray[np.int64]:
    splits = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=splits[1:])
    return splits


def _place(index: Any, rows: int) -> int:
    """The row that an integer means, from 0 on; a TypeError if it is none."""
    if isinstance(index, bool | np.bool_):  # A mask without dimensions to NumPy.
        raise TypeError
    row = operator.index(index)
    if not -rows <= row < rows:
        raise IndexError(f"row {row} is out of bounds for {rows} rows")
    return row % rows


def places(index: Any, rows: int) -> NDArray[np.int64]:
    """The rows that an array of integers or a mask means, from 0 on."""
    try:
        # A tuple indexes several axes in NumPy.
        array = np.asarray(None if isinstance(index, tuple) else index)
    except ValueError:  # Rows of different lengths.
        array = np.asarray(None)
    if isinstance(index, list) and not index:
        array = array.astype(np.int64)  # As in NumPy, whose empty array is one of floats.
    if array.ndim != 1 or array.dtype.kind not in "iub":
        raise IndexError(
            f"{type(index).__name__} of type {array.dtype} and shape {array.shape} is no index of "
            "rows; use an integer, a slice, or a flat array of integers or booleans"
        )
    if array.dtype.kind == "b":
        if len(array) != rows:
            raise IndexError(f"a mask of {len(array)} booleans does not fit {rows} rows")
        return np.flatnonzero(array)
    outside = (array < -rows) | (array >= rows)
    if outside.any():
        raise IndexError(f"row {array[outside][0]} is out of bounds for {rows} rows")
    places = array.astype(np.int64)
    return np.where(places < 0, places + rows, places)


def _cast(value: Any, dtype: np.dtype[Any]) -> NDArray[Any]:
    """The value as one of a type; `ImdbKerasError` if it is none."""
    unfit = ImdbKerasError(f"value={value!r} is not one of type {dtype}; use another one")
    try:
        with np.errstate(invalid="ignore"):
            cast: NDArray[Any] = np.asarray(value).astype(dtype)
    except (TypeError, ValueError, OverflowError):
        raise unfit from None
    if cast.ndim or (dtype.kind in "iu" and cast != value):
        raise unfit
    return cast


def concatenate(parts: Iterable[Ragged]) -> Ragged:
    """All rows of the parts, one part behind the other."""
    parts = list(parts)
    if len(parts) == 1:
        return parts[0]
    return Ragged.from_lengths(
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.lengths for part in parts]),
    )


def joined(parts: Iterable[Ragged], most: int, dtype: DTypeLike) -> Ragged:
    """The same as `concatenate`, but each part may go as soon as it is copied.

    Args:
      parts: made one by one.
      most: how many values all have at most.
      dtype: of the values.
    """
    values, lengths, size = np.empty(most, dtype), [np.empty(0, np.int64)], 0
    for part in parts:
        values[size : size + len(part.values)] = part.values
        size += len(part.values)
        lengths.append(part.lengths)
    return Ragged.from_lengths(values[:size], np.concatenate(lengths))


def check_pre_or_post(**arguments: str) -> None:
    """Refuses `padding` and `truncating` that are neither.

    Raises:
      ImdbKerasError: one is not `pre` or `post`.
    """
    for name, value in arguments.items():
        if value not in ("pre", "post"):
            raise ImdbKerasError(f"{name}={value!r} is unknown; use 'pre' or 'post'")
