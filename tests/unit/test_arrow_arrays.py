import subprocess
import sys
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imdb_keras_tfds.arrow_arrays import (
    arrow_of,
    binary_of,
    binary_of_rows,
    joined_binary,
    numpy_of,
    utf8_of,
)


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.uint8, np.uint64])
@given(numbers=st.lists(st.integers(0, 127)), step=st.sampled_from([1, 2, -1]))
def test_integers_go_to_arrow_and_back(
    dtype: type[np.generic], numbers: list[int], step: int
) -> None:
    array = np.array(numbers, dtype)[::step]
    arrow = arrow_of(array)
    assert arrow.equals(pa.array(array))
    arrow.validate(full=True)
    back = numpy_of(arrow)
    assert back.dtype == array.dtype
    assert back.tolist() == array.tolist()


@given(numbers=st.lists(st.none() | st.integers(-(2**31), 2**31 - 1)), start=st.integers(0, 20))
def test_what_is_null_is_replaced(numbers: list[int | None], start: int) -> None:
    array = pa.array(numbers, pa.int32())[start:]
    expected = [-7 if number is None else number for number in numbers[start:]]
    assert numpy_of(array, null=-7).tolist() == expected


@given(texts=st.lists(st.binary()))
def test_strings_of_bytes_go_to_arrow(texts: list[bytes]) -> None:
    array = binary_of(texts)
    array.validate(full=True)
    assert array.equals(pa.array(texts, pa.large_binary()))


@given(texts=st.lists(st.text()))
def test_texts_go_to_arrow(texts: list[str]) -> None:
    assert utf8_of(texts).to_pylist() == [text.encode() for text in texts]


@pytest.mark.parametrize("dtype", ["<i4", "u1", [("one", "<i8"), ("two", "<i4")]])
@given(lengths=st.lists(st.integers(0, 5)), step=st.sampled_from([1, -1]))
def test_rows_of_an_array_go_to_arrow(dtype: Any, lengths: list[int], step: int) -> None:
    row_splits = np.cumsum([0, *lengths])
    values = np.arange(row_splits[-1]).astype(dtype)[::step]
    array = binary_of_rows(values, row_splits)
    array.validate(full=True)
    rows = [values[start:stop].tobytes() for start, stop in pairwise(row_splits.tolist())]
    assert array.to_pylist() == rows


@given(rows=st.lists(st.tuples(st.binary(), st.binary())), first=st.binary(), last=st.binary())
def test_strings_are_put_together_row_by_row(
    rows: list[tuple[bytes, bytes]], first: bytes, last: bytes
) -> None:
    left, right = (binary_of([row[i] for row in rows]) for i in (0, 1))
    joined = joined_binary(first, left, b"", right, last)
    assert joined.to_pylist() == [first + one + other + last for one, other in rows]


def test_pandas_is_not_imported_by_a_build(tmp_path: object) -> None:
    program = (
        "import sys, imdb_keras_tfds\n"
        f"imdb_keras_tfds.Builder(config='sample', data_dir={str(tmp_path)!r})"
        ".download_and_prepare()\n"
        "print('pandas' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "False"
