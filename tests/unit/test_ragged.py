import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imdb_keras_tfds.ragged import Ragged, concatenate

Rows = list[list[int]]

rows_of_ints = st.lists(st.lists(st.integers(-5, 5), max_size=6), max_size=8)


def ragged(rows: Rows) -> Ragged:
    return Ragged.from_rows([np.array(row) for row in rows], np.int32)


def lists(part: Ragged) -> Rows:
    assert part.row_splits[0] == 0
    assert part.row_splits[-1] == len(part.values)
    assert part.row_splits.dtype == np.int64
    return [row.tolist() for row in part]


@given(rows_of_ints)
def test_rows_are_the_rows_it_was_made_of(rows: Rows) -> None:
    part = ragged(rows)
    assert lists(part) == rows
    assert [part[i].tolist() for i in range(len(part))] == rows
    assert part.lengths.tolist() == [len(row) for row in rows]
    assert part.values.dtype == np.int32


def test_a_row_that_is_not_there_is_an_index_error() -> None:
    part = ragged([[1], [2, 3]])
    for row in (2, -1):
        with pytest.raises(IndexError):
            part[row]


@given(rows_of_ints, st.data())
def test_take_and_rows(rows: Rows, data: st.DataObject) -> None:
    places = st.integers(0, len(rows) - 1) if rows else st.nothing()
    order = data.draw(st.lists(places, max_size=10 if rows else 0))
    assert lists(ragged(rows).take(np.array(order, np.int64))) == [rows[i] for i in order]
    backwards = ragged(rows).reversed().take(np.array(order, np.int64))
    assert lists(backwards) == [rows[::-1][i][::-1] for i in order]
    start = data.draw(st.integers(0, len(rows)))
    stop = data.draw(st.integers(start, len(rows)))
    assert lists(ragged(rows).rows(start, stop)) == rows[start:stop]


@given(rows_of_ints)
def test_reversed(rows: Rows) -> None:
    assert lists(ragged(rows).reversed()) == [row[::-1] for row in rows[::-1]]


@given(rows_of_ints)
def test_keep_values(rows: Rows) -> None:
    part = ragged(rows)
    kept = part.keep_values(part.values > 0)
    assert lists(kept) == [[value for value in row if value > 0] for row in rows]


@given(rows_of_ints, st.integers(0, 7))
def test_prepend_and_truncate(rows: Rows, length: int) -> None:
    assert lists(ragged(rows).prepend(9)) == [[9, *row] for row in rows]
    assert lists(ragged(rows).truncate(length)) == [row[:length] for row in rows]


@given(st.lists(rows_of_ints, min_size=1, max_size=4))
def test_concatenate(parts: list[Rows]) -> None:
    assert lists(concatenate(map(ragged, parts))) == [row for rows in parts for row in rows]
