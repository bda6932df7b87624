import itertools
import json
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imdb_keras_tfds.errors import ImdbKerasError
from imdb_keras_tfds.ragged import Ragged
from imdb_keras_tfds.recipe import legacy_dict
from imdb_keras_tfds.recipe.vocabulary import (
    NumberedWords,
    Vocabulary,
    WordCounts,
    count_words,
    merge,
    number_words,
)

Reviews = list[list[bytes]]

reviews_of_words = st.lists(
    st.lists(st.sampled_from([b"the", b"a", b"film", b"was", b"\xc3\x89", b"x", b"y"]), max_size=6),
    min_size=1,
    max_size=8,
)


def numbered(reviews: Reviews) -> NumberedWords:
    # Words stand apart by one space or more, so that each is found in several forms.
    texts = [b" ".join([*review, b" " * (len(review) % 3)]) for review in reviews]
    return number_words(
        Ragged.from_rows([np.frombuffer(text, np.uint8) for text in texts], np.uint8)
    )


def as_lists(counts: WordCounts) -> list[tuple[bytes, int, int]]:
    return list(
        zip(
            counts.words.to_pylist(),
            counts.counts.tolist(),
            counts.first_seen.tolist(),
            strict=True,
        )
    )


@given(reviews_of_words)
def test_numbers_point_at_the_words(reviews: Reviews) -> None:
    part = numbered(reviews)
    words = part.words.to_pylist()
    assert words == list(dict.fromkeys(word for review in reviews for word in review))
    rows = Ragged(part.numbers, part.row_splits)
    assert [[words[number] for number in row] for row in rows] == reviews


@given(reviews_of_words, st.integers(0, 50_000))
def test_counts_and_first_positions(reviews: Reviews, first_review: int) -> None:
    expected: dict[bytes, list[int]] = {}
    for i, review in enumerate(reviews):
        for j, word in enumerate(review):
            expected.setdefault(word, [0, (first_review + i) * 2**32 + j])[0] += 1
    counts = count_words(numbered(reviews), first_review)
    assert as_lists(counts) == [(word, *both) for word, both in expected.items()]


@given(reviews_of_words, st.data())
def test_parts_merged_in_any_order_are_the_whole(reviews: Reviews, data: st.DataObject) -> None:
    cuts = data.draw(st.sets(st.integers(0, len(reviews))))
    bounds = sorted({0, len(reviews)} | cuts)
    parts = [
        count_words(numbered(reviews[start:stop]), start)
        for start, stop in itertools.pairwise(bounds)
    ]
    parts = data.draw(st.permutations(parts))
    nested = merge([merge(parts[:2]), *parts[2:]])
    assert as_lists(nested) == as_lists(count_words(numbered(reviews)))


@given(reviews_of_words)
def test_ranks_go_by_count_and_then_by_legacy_order(reviews: Reviews) -> None:
    counts = Counter(word for review in reviews for word in review)
    words = list(counts)
    order = legacy_dict.iteration_order(
        legacy_dict.string_hashes(pa.array(words, pa.large_binary()))
    )
    expected = sorted((words[i] for i in order), key=lambda word: -counts[word])
    vocabulary = Vocabulary.from_counts(count_words(numbered(reviews)))
    assert vocabulary.words.to_pylist() == expected
    assert len(vocabulary) == len(expected)


@pytest.fixture
def vocabulary() -> Vocabulary:
    words = [b"the", b"and", b"don't", "Édouard".encode(), b"a"]
    return Vocabulary(pa.array(words, pa.large_binary()))


def test_ranks_of_words(vocabulary: Vocabulary) -> None:
    words = pa.array([b"a", b"unseen", b"the", b"the", b""], pa.large_binary())
    ranks = vocabulary.ranks(words)
    assert ranks.tolist() == [5, 0, 1, 1, 0]
    assert ranks.dtype == np.int32


def test_the_word_index_is_written_as_python_2_wrote_it(vocabulary: Vocabulary) -> None:
    # The order was printed by CPython 2.7.18: keys of a dict filled by rank, filled into another.
    assert vocabulary.to_json() == (
        r"""{"and": 2, "a": 5, "the": 1, "\u00c9douard": 4, "don't": 3}"""
    )
    assert json.loads(vocabulary.to_json()) == vocabulary.word_index


def test_a_word_that_is_not_utf8_has_no_place_in_json() -> None:
    vocabulary = Vocabulary(pa.array([b"fine", b"\xff"], pa.large_binary()))
    with pytest.raises(ImdbKerasError, match=r"the word b'\\xff' .* is not UTF-8; store"):
        vocabulary.to_json()
