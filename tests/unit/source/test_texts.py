import random

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imdb_keras_tfds.source import texts
from imdb_keras_tfds.source.texts import GatheredTexts

_BLOCK_SIZE = 16


def gathered(groups: list[list[bytes]]) -> GatheredTexts:
    """Texts that came in some groups, in blocks that have room for few."""
    found = GatheredTexts()
    for group in groups:
        found.add(group)
    return found


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "_BLOCK_SIZE", _BLOCK_SIZE)


# Their content does not matter: each is of other bytes than its neighbours.
groups_of_lengths = st.lists(
    st.lists(st.integers(0, 7), max_size=4).filter(lambda lengths: sum(lengths) < _BLOCK_SIZE),
    max_size=8,
)


@given(groups_of_lengths, st.randoms(), st.integers(-9, 9), st.integers(-9, 9))
@example([[7, 7], [2, 0]], random.Random(0), 0, 9)
def test_texts_come_out_in_any_order(
    groups: list[list[int]], choice: random.Random, start: int, stop: int
) -> None:
    number = iter(range(256))
    came = [[bytes([next(number)]) * length for length in lengths] for lengths in groups]
    flat = [text for group in came for text in group]
    order = choice.sample(range(len(flat)), len(flat))
    expected = [flat[place] for place in order]

    found = gathered(came).in_order(np.array(order, np.int64))
    assert len(found) == len(expected)
    assert [text.tobytes() for text in found[:]] == expected
    assert [text.tobytes() for text in found[start:stop]] == expected[start:stop]
    assert [found[place].tobytes() for place in range(len(found))] == expected
    assert found.row_splits.tolist() == found[:].row_splits.tolist()


def test_a_text_that_is_not_there() -> None:
    found = gathered([[b"one", b"two"]]).in_order(np.array([1]))
    assert found[-1].tobytes() == b"two"
    for place in (1, -2):
        with pytest.raises(IndexError):
            found[place]
