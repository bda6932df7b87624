import copy
import pickle
from typing import Any

import dill  # type: ignore[import-untyped]
import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imdb_keras_tfds import ImdbKerasError
from imdb_keras_tfds.ragged import Ragged, Side, concatenate

Rows = list[list[int]]

rows_of_ints = st.lists(st.lists(st.integers(-5, 5), max_size=6), max_size=8)
sides: st.SearchStrategy[Side] = st.sampled_from(["pre", "post"])


def ragged(rows: Rows) -> Ragged:
    return Ragged.from_rows(rows, np.int32)


def lists(part: Ragged) -> Rows:
    assert part.row_splits[0] == 0
    assert part.row_splits[-1] == len(part.values)
    assert part.row_splits.dtype == np.int64
    assert not part.values.flags.writeable
    assert not part.row_splits.flags.writeable
    return [row.tolist() for row in part]


@given(rows_of_ints)
def test_rows_are_the_rows_it_was_made_of(rows: Rows) -> None:
    part = ragged(rows)
    assert lists(part) == part.tolist() == rows
    assert [part[i].tolist() for i in range(len(part))] == rows
    assert part.lengths.tolist() == [len(row) for row in rows]
    assert part.shape == (len(rows), None)
    assert part.dtype == part.values.dtype == np.int32


def test_lists_hold_numbers_of_python() -> None:
    ((number,),) = ragged([[7]]).tolist()
    assert type(number) is int


@pytest.mark.parametrize(
    ("values", "row_splits"),
    [
        ([1, 2], [0, 1]),
        ([1, 2], [1, 2]),
        ([1, 2], [0, 2, 1, 2]),
        ([1, 2], [0.0, 2.0]),
        ([1, 2], 2),
        ([[1, 2]], [0, 1]),
        (1, [0, 1]),
        ([], []),
    ],
)
def test_splits_that_make_no_rows_are_refused(values: Any, row_splits: Any) -> None:
    with pytest.raises(ImdbKerasError, match="do not cut values of shape"):
        Ragged(np.array(values), np.array(row_splits, np.int64 if row_splits == [] else None))


slices = st.slices(8) | st.builds(
    slice,
    st.none() | st.integers(-12, 12),
    st.none() | st.integers(-12, 12),
    st.none() | st.integers(-3, 3).filter(bool),
)
places = st.lists(st.integers(-9, 9), max_size=10)
masks = st.lists(st.booleans(), max_size=9)
integer_types = st.sampled_from([np.int8, np.uint8, np.int32, np.int64, np.uint64])


@given(rows_of_ints, slices)
def test_a_slice_is_that_of_a_list(rows: Rows, index: slice) -> None:
    assert lists(ragged(rows)[index]) == rows[index]


@given(rows_of_ints, st.integers(-9, 9), integer_types)
def test_an_integer_is_that_of_a_list(rows: Rows, index: int, kind: Any) -> None:
    part = ragged(rows)
    forms: list[Any] = [index]
    if index >= np.iinfo(kind).min:
        forms += [kind(index), np.array(index, kind)]
    for form in forms:
        if -len(rows) <= index < len(rows):
            row = part[form]
            assert row.tolist() == rows[index]
            assert not row.flags.writeable
        else:
            with pytest.raises(IndexError, match=f"row {index} is out of bounds for {len(rows)} r"):
                part[form]


@given(rows_of_ints, places | masks)
def test_an_array_is_that_of_numpy(rows: Rows, index: Any) -> None:
    part = ragged(rows)
    try:
        expected = [rows[place] for place in np.arange(len(rows))[index]]
    except IndexError:
        with pytest.raises(IndexError, match=r"out of bounds|does not fit"):
            part[index]
        return
    assert lists(part[index]) == expected
    if index:
        assert lists(part[np.array(index)]) == expected
        assert lists(part[np.array(index, object).astype(np.array(index).dtype)[::-1]]) == [
            rows[place] for place in np.arange(len(rows))[index[::-1]]
        ]


@given(rows_of_ints, st.data(), integer_types)
def test_places_of_every_integer_type(rows: Rows, data: st.DataObject, kind: Any) -> None:
    lowest = max(-len(rows), int(np.iinfo(kind).min))
    place = st.integers(lowest, len(rows) - 1) if rows else st.nothing()
    order = data.draw(st.lists(place, max_size=10 if rows else 0))
    assert lists(ragged(rows)[np.array(order, kind)]) == [rows[i] for i in order]


def test_places_of_a_small_type_reach_rows_beyond_it() -> None:
    part = ragged([[number] for number in range(1_000)])
    assert part[np.array([-1, 100], np.int8)].tolist() == [[999], [100]]


def test_a_condition_on_the_labels_chooses_rows() -> None:
    labels = np.array([1, 0, 1])
    assert ragged([[1], [2, 3], [4]])[labels == 1].tolist() == [[1], [4]]
    assert ragged([[1], [2, 3], [4]])[(labels == 1).tolist()].tolist() == [[1], [4]]
    assert ragged([[1], [2, 3]])[...].tolist() == [[1], [2, 3]]


@pytest.mark.parametrize(
    "index",
    [
        None,
        True,
        np.True_,
        "1",
        1.0,
        [0.0],
        np.array([]),
        np.array([0], object),
        (0,),
        (0, 0),
        [[0, 1]],
        [[0], [1, 0]],
        np.ones((2, 2), np.bool_),
        [True],
        [True, False, True],
        2**70,
        np.array([2**64 - 1], np.uint64),
    ],
)
def test_what_is_no_index_is_an_index_error(index: Any) -> None:
    with pytest.raises(IndexError) as caught:
        ragged([[1], [2, 3]])[index]
    assert "\n" not in str(caught.value)


@given(rows_of_ints, st.integers(-9, 9), st.integers(-9, 9))
def test_rows_and_slices_without_a_step_are_views(rows: Rows, start: int, stop: int) -> None:
    part = ragged(rows)
    taken = part[start:stop]
    for view in (taken.values, *part, *taken):
        assert not len(view) or np.shares_memory(view, part.values)
    if len(taken):
        assert lists(taken[-1:]) == [taken[-1].tolist()]


def test_nothing_in_it_can_be_written_to_or_replaced() -> None:
    source = np.array([3, 1, 2], np.int32)
    part = Ragged(source, np.array([0, 3]))
    copies = [copy.copy(part), copy.deepcopy(part), pickle.loads(pickle.dumps(part))]
    copies.append(dill.loads(dill.dumps(part)))
    for each in (part, *copies, part[:], part[[0]], part[part.lengths > 0]):
        for array in (each.values, each.row_splits, each[0], next(iter(each))):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 9
            with pytest.raises(ValueError, match="read-only"):
                array.sort()
        with pytest.raises(AttributeError):
            each.values = source
        with pytest.raises(TypeError):
            each[0] = source
        assert each.equals(part)
    source.sort()  # The caller's own array stays his.


@given(rows_of_ints, rows_of_ints)
def test_equality_is_that_of_the_rows(rows: Rows, other: Rows) -> None:
    assert ragged(rows).equals(ragged(other)) == (rows == other)
    assert ragged(rows).equals(ragged([[9], *rows])[1:])
    assert ragged(rows).equals(Ragged.from_rows(rows, np.int64))


def test_equality_by_operator_is_refused() -> None:
    part = ragged([[1]])
    assert not part.equals([[1]])
    with pytest.raises(TypeError, match=r"use x.equals\(y\)"):
        part == part  # noqa: B015
    with pytest.raises(TypeError, match=r"use x.equals\(y\)"):
        part != [[1]]  # noqa: B015
    with pytest.raises(TypeError, match="unhashable"):
        hash(part)


def test_its_line_tells_rows_values_and_type() -> None:
    assert repr(ragged([[1], [2, 3]])) == "Ragged(rows=2, values=3, dtype=int32)"
    assert repr(ragged([[number] for number in range(5_000)])).count("\n") == 0


@given(rows_of_ints, st.none() | st.integers(1, 8), st.integers(-5, 5), sides, sides)
def test_padded_rows_are_those_of_keras(
    rows: Rows, maxlen: int | None, value: int, padding: Side, truncating: Side
) -> None:
    padded = ragged(rows).to_padded(maxlen, value, padding, truncating)
    expected = (
        keras.utils.pad_sequences(rows, maxlen, padding=padding, truncating=truncating, value=value)
        if rows  # Keras finds no longest of none.
        else np.zeros((0, maxlen or 0), np.int32)
    )
    assert padded.dtype == expected.dtype
    assert padded.shape == expected.shape
    assert padded.tolist() == expected.tolist()
    assert padded.flags.writeable


def test_padding_is_behind_a_row_by_default() -> None:
    part = ragged([[1, 2, 3], [4]])
    assert part.to_padded().tolist() == [[1, 2, 3], [4, 0, 0]]
    assert part.to_padded(2).tolist() == [[1, 2], [4, 0]]
    assert part.to_padded(np.int64(1), truncating="pre").tolist() == [[3], [4]]
    assert part.to_padded(0).shape == (2, 0)
    assert Ragged.from_rows([[1.5], []], np.float32).to_padded(value=0.1)[1, 0] == np.float32(0.1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"maxlen": -1}, "maxlen=-1 is no length"),
        ({"maxlen": 1.5}, "maxlen=1.5 is no length"),
        ({"value": 0.5}, "value=0.5 is not one of type int32"),
        ({"value": 2**31}, "value=2147483648 is not one of type int32"),
        ({"value": 2**70}, "is not one of type int32"),
        ({"value": float("nan")}, "value=nan is not one of type int32"),
        ({"value": "pad"}, "value='pad' is not one of type int32"),
        ({"value": None}, "value=None is not one of type int32"),
        ({"value": [0]}, "is not one of type int32"),
        ({"padding": "left"}, "padding='left' is unknown; use 'pre' or 'post'"),
        ({"truncating": None}, "truncating=None is unknown"),
    ],
)
def test_padding_that_makes_no_sense_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ImdbKerasError, match=message):
        ragged([[1], [2, 3]]).to_padded(**arguments)


@given(rows_of_ints, st.data())
def test_take(rows: Rows, data: st.DataObject) -> None:
    place = st.integers(0, len(rows) - 1) if rows else st.nothing()
    order = data.draw(st.lists(place, max_size=10 if rows else 0))
    assert lists(ragged(rows).take(np.array(order, np.int64))) == [rows[i] for i in order]
    backwards = ragged(rows).reversed().take(np.array(order, np.int64))
    assert lists(backwards) == [rows[::-1][i][::-1] for i in order]


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
    assert lists(ragged(rows).truncate(length, "pre")) == [
        row[max(0, len(row) - length) :] for row in rows
    ]


@given(st.lists(rows_of_ints, min_size=1, max_size=4))
def test_concatenate(parts: list[Rows]) -> None:
    assert lists(concatenate(map(ragged, parts))) == [row for rows in parts for row in rows]


@given(rows_of_ints)
def test_without_first(rows: list[list[int]]) -> None:
    found = Ragged.from_rows(rows, np.int32).without_first()
    assert found.tolist() == [row[1:] for row in rows]
