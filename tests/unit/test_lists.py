import gc
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from imdb_keras_tfds import lists


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([1, 300, 22, 300, 5], np.int32),
        ([1, 300, 22, 300, 5], ">i4"),
        ([-300, 300, 22, -1, 5], np.int64),
        ([-128, 127, 0, 1, 5], np.int8),
        ([2**63, 1, 2, 3, 4], np.uint64),
        ([2**62, -(2**62), 1, 2, 3], np.int64),
        ([1.5, 2, 3, 4, 5], np.float32),
        ([True, False, True, True, True], np.bool_),
    ],
)
@pytest.mark.parametrize("row_splits", [[0, 5], [0, 0, 3, 3, 5], [0, 5, 5]])
@pytest.mark.parametrize("repeats", [1, 3_000])
def test_rows_are_those_that_numpy_gives(
    values: list[Any], dtype: Any, row_splits: list[int], repeats: int
) -> None:
    array = np.tile(np.array(values, dtype), repeats)
    starts = np.arange(repeats)[:, None] * len(values)
    splits = np.append((starts + row_splits[:-1]).ravel(), len(array))
    expected = [array[start:stop].tolist() for start, stop in pairwise(splits)]
    found = lists.lists_of(array, splits)
    assert found == expected
    assert {type(value) for row in found for value in row} == {type(array[:1].tolist()[0])}


def test_no_rows() -> None:
    assert lists.lists_of(np.empty(0, np.int32), np.array([0])) == []
    assert lists.lists_of(np.empty(0, np.int32), np.array([0, 0])) == [[]]


def test_equal_numbers_are_one_object() -> None:
    values = np.tile(np.arange(1_000, 1_010, dtype=np.int32), 100)
    rows = lists.lists_of(values, np.arange(0, 1_001, 10))
    assert len({id(value) for row in rows for value in row}) == 10


def test_the_collector_is_on_after_an_error_among_the_rows() -> None:
    with pytest.raises(TypeError):
        lists.lists_of(np.arange(3), np.array(["a", "b"]))
    assert gc.isenabled()
