"""Arrays of NumPy as those of Arrow, and back, without a copy.

Usage:

    words.take(arrow_of(np.array([2, 0])))
    numpy_of(encoded.indices)   # array([0, 1, 0], dtype=int32)

Arrow's own functions import pandas where it is installed, which takes longer than most that is done
here.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


def arrow_of(array: NDArray[Any]) -> pa.Array:
    """A flat array of integers as one of Arrow."""
    values = np.ascontiguousarray(array)
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


def binary_of(texts: Sequence[bytes]) -> pa.LargeBinaryArray:
    """Strings of bytes as an array of Arrow."""
    offsets = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(list(map(len, texts)), out=offsets[1:])
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(texts))]
    return pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(texts), buffers)


def utf8_of(texts: Sequence[str]) -> pa.LargeBinaryArray:
    """Texts as strings of the bytes of UTF-8."""
    return binary_of(list(map(str.encode, texts)))


def binary_of_rows(values: NDArray[Any], row_splits: NDArray[np.int64]) -> pa.LargeBinaryArray:
    """The rows of a flat array as strings of bytes.

    Args:
      values: the rows one behind the other.
      row_splits: where each row begins, and the last one ends.
    """
    flat = np.ascontiguousarray(values)
    buffers = [None, pa.py_buffer(row_splits * flat.itemsize), pa.py_buffer(flat)]
    return pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(row_splits) - 1, buffers)


def joined_binary(*columns: pa.LargeBinaryArray | bytes) -> pa.LargeBinaryArray:
    """Strings of bytes put together row by row.

    Args:
      *columns: what comes one behind the other in each row; a string alone comes in every row.
    """
    *constants, nothing = binary_of([part for part in columns if isinstance(part, bytes)] + [b""])
    each = iter(constants)
    parts = [next(each) if isinstance(part, bytes) else part for part in columns]
    return pc.binary_join_element_wise(*parts, nothing)


def numpy_of(array: pa.Array, null: int = 0) -> NDArray[Any]:
    """An array of integers of Arrow as one of NumPy; a copy only if some are null.

    Args:
      array: of integers.
      null: what stands in the place of one that is null.
    """
    dtype = np.dtype(str(array.type))
    if not len(array):
        return np.empty(0, dtype)
    valid, numbers = array.buffers()
    values: NDArray[Any] = np.frombuffer(numbers, dtype)[array.offset :][: len(array)]
    if array.null_count:
        bits = np.unpackbits(np.frombuffer(valid, np.uint8), bitorder="little")
        is_valid = bits[array.offset :][: len(array)].astype(np.bool_)
        values = np.where(is_valid, values, np.array(null, dtype))
    return values
