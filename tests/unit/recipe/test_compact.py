import random

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imdb_keras_tfds.ragged import Ragged
from imdb_keras_tfds.recipe.compact import CompactRanks

# What fits in two bytes, what does not, and the borders between.
ranks = st.sampled_from([1, 2, 255, 256, 65_535, 65_536, 65_537, 131_072, 2**31 - 1])

rows_of_ranks = st.lists(st.lists(ranks, max_size=4), max_size=6)


def ragged(rows: list[list[int]]) -> Ragged:
    return Ragged.from_rows(rows, np.int32)


@given(rows_of_ranks, st.randoms(), st.integers(-7, 7), st.integers(-7, 7))
@example([[65_536], [], [65_536, 1, 65_535]], random.Random(0), 0, 7)
def test_the_same_ranks_come_out(
    rows: list[list[int]], choice: random.Random, start: int, stop: int
) -> None:
    compact = CompactRanks.of(ragged(rows))
    assert len(compact) == len(rows)
    assert compact.lengths.tolist() == [len(row) for row in rows]
    assert compact.row_splits.tolist() == ragged(rows).row_splits.tolist()
    assert compact[:].tolist() == rows
    assert compact[:].dtype == np.int32
    assert compact[start:stop].tolist() == rows[start:stop]
    assert [compact[place].tolist() for place in range(len(rows))] == rows
    order = [choice.randint(0, len(rows) - 1) for _ in range(5 if rows else 0)]
    taken = compact.take(np.array(order, np.int64))
    assert taken.tolist() == [rows[place] for place in order]


@given(st.lists(rows_of_ranks, max_size=4))
def test_parts_are_joined(parts: list[list[list[int]]]) -> None:
    rows = [row for part in parts for row in part]
    compact = (CompactRanks.of(ragged(part)) for part in parts)
    joined = CompactRanks.joined(compact, most=sum(map(len, rows)) + 3)
    assert joined[:].tolist() == rows


def test_a_rank_takes_two_bytes() -> None:
    compact = CompactRanks.of(ragged([[1, 65_535], [65_536]]))
    assert compact.low.values.nbytes == 6
    assert compact.high.tolist() == [65_536]


@pytest.mark.parametrize("rank", [0, -1, -(2**31)])
def test_what_is_no_rank_is_refused(rank: int) -> None:
    with pytest.raises(ValueError, match="a rank is below 1"):
        CompactRanks.of(ragged([[1], [rank]]))


@pytest.mark.parametrize(
    ("low", "high"), [([1, 0], []), ([1, 0], [65_536, 65_537]), ([1], [65_536]), ([0], [65_535])]
)
def test_columns_that_do_not_fit_together_are_refused(low: list[int], high: list[int]) -> None:
    with pytest.raises(ValueError, match="high"):
        CompactRanks(Ragged.from_rows([low], np.uint16), np.array(high, np.int32))
