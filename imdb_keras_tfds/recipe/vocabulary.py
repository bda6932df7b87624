"""Counts words and ranks them as Keras did; the word index and its JSON.

Counting is a merge: every part of the training reviews gives a `WordCounts`, each word with its
count and the position where it was first seen, and `merge` joins any number of them, in any order,
to the counts of the whole.

Usage:

    numbered = number_words(texts)
    vocabulary = Vocabulary.from_counts(merge([count_words(numbered)]))
    vocabulary.ranks(numbered.words)[numbered.numbers]   # the rank of every word of the texts
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..arrow_arrays import arrow_of, binary_of, numpy_of
from ..errors import ImdbKerasError
from ..ragged import Ragged
from . import legacy_dict
from .tokenizer import cut, without_spaces

WORD_INDEX = "imdb_word_index.json"
"""Keras's file of words and their ranks, and ours in each dataset folder."""

_REVIEW_SHIFT = 32

# Arrow hashes the whole vocabulary at each look-up, which does not pay for the words of one text.
_FEW_WORDS = 20_000


@dataclass(frozen=True, eq=False)
class NumberedWords:
    """The words of a number of reviews, each distinct word held once.

    Attributes:
      words: the distinct words, bytes, in order of first appearance.
      numbers: `[row_splits[-1]]`, for every word its place in `words`; of a small type.
      row_splits: int64 `[reviews + 1]`, cuts `numbers` into reviews.
    """

    words: pa.LargeBinaryArray
    numbers: NDArray[np.integer[Any]]
    row_splits: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class WordCounts:
    """How often words occur, and where each was first seen.

    Attributes:
      words: distinct words, bytes.
      counts: int64 `[words]`.
      first_seen: int64 `[words]`, positions: `2**32 * review + word within the review`, so that
        parts counted apart can be compared.
    """

    words: pa.LargeBinaryArray
    counts: NDArray[np.int64]
    first_seen: NDArray[np.int64]

    def moved(self, places: NDArray[np.int64]) -> "WordCounts":
        """The same counts of the same reviews, which stand elsewhere among all.

        Args:
          places: int64, ascending: where the reviews stand that are counted from 0 here.
        """
        review, word = divmod(self.first_seen, 1 << _REVIEW_SHIFT)
        first_seen = (places[review] << _REVIEW_SHIFT) + word
        return WordCounts(self.words, self.counts, first_seen)


def number_words(texts: Ragged) -> NumberedWords:
    """Finds the distinct words of reviews and numbers them in order of first appearance.

    Args:
      texts: uint8, one review a row.
    """
    tokens = cut(texts)
    # First with the spaces behind them, as they stand in the texts: of most there are a few forms.
    forms, numbers = _distinct(tokens.words)
    words, number_of_form = _distinct(without_spaces(forms))
    # There are millions of them, and memory that is new takes longer to get than to fill.
    small = number_of_form.astype(np.min_scalar_type(len(words)))
    return NumberedWords(words, small[numbers], tokens.row_splits)


def _distinct(words: pa.LargeBinaryArray) -> tuple[pa.LargeBinaryArray, NDArray[np.int32]]:
    """The distinct words in order of first appearance, and the place of each word among them."""
    # Arrow's own pool would keep the memory of what is let go.
    encoded = pc.dictionary_encode(words, memory_pool=pa.system_memory_pool())
    return encoded.dictionary, numpy_of(encoded.indices)


def count_words(numbered: NumberedWords, first_review: int = 0) -> WordCounts:
    """Counts the words of consecutive reviews.

    Args:
      numbered: the words of these reviews.
      first_review: the place of the first of them among all training reviews, in canonical order.

    Returns:
      The counts, in order of first appearance.
    """
    numbers, row_splits = numbered.numbers, numbered.row_splits
    token = np.empty(len(numbered.words), np.int64)
    # Of repeated indices NumPy keeps the last assignment, so backwards the first appearance.
    token[numbers[::-1]] = np.arange(len(numbers))[::-1]
    review = np.searchsorted(row_splits, token, side="right") - 1
    return WordCounts(
        words=numbered.words,
        counts=np.bincount(numbers, minlength=len(numbered.words)),
        first_seen=((review + first_review) << _REVIEW_SHIFT) + token - row_splits[review],
    )


def merge(parts: Iterable[WordCounts]) -> WordCounts:
    """Joins the counts of parts to the counts of the whole, in order of first appearance."""
    parts = list(parts)
    encoded = (
        pa.chunked_array([part.words for part in parts], pa.large_binary())
        .combine_chunks()
        .dictionary_encode()
    )
    numbers = numpy_of(encoded.indices)
    counts = np.zeros(len(encoded.dictionary), np.int64)
    np.add.at(counts, numbers, np.concatenate([part.counts for part in parts]))
    first_seen = np.full(len(counts), np.iinfo(np.int64).max)
    np.minimum.at(first_seen, numbers, np.concatenate([part.first_seen for part in parts]))
    order = np.argsort(first_seen)
    return WordCounts(encoded.dictionary.take(arrow_of(order)), counts[order], first_seen[order])


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The words of the training reviews by rank.

    Attributes:
      words: bytes, the word of rank `r` at place `r - 1`.
    """

    words: pa.LargeBinaryArray

    @classmethod
    def from_counts(cls, counts: WordCounts) -> "Vocabulary":
        """Ranks words by count, the most frequent first.

        Words of equal count keep the order of a CPython 2.7 dict into which each was inserted when
        first seen: Keras's `Tokenizer` counted in such a dict, and sorted it stably.

        Args:
          counts: of all training reviews, in order of first appearance, as `merge` returns them.
        """
        order = legacy_dict.iteration_order(legacy_dict.string_hashes(counts.words))
        by_count = np.argsort(-counts.counts[order], kind="stable")
        return cls(counts.words.take(arrow_of(order[by_count])))

    @classmethod
    def from_json(cls, text: str) -> "Vocabulary":
        """The vocabulary of an `imdb_word_index.json`.

        Raises:
          ImdbKerasError: the text is no JSON object whose values are the ranks from 1 on.
        """
        try:
            ranks = json.loads(text)
            words = sorted(ranks, key=ranks.get)
            is_word_index = [ranks[word] for word in words] == list(range(1, len(words) + 1))
            encoded = [word.encode() for word in words]
        except (ValueError, TypeError, AttributeError, RecursionError):  # not of this form
            is_word_index = False
        if not is_word_index:
            raise ImdbKerasError(
                "the word index is not a JSON object of words and their ranks from 1 on; "
                "build the dataset again"
            )
        return cls(binary_of(encoded))

    def __len__(self) -> int:
        return len(self.words)

    def ranks(self, words: pa.LargeBinaryArray) -> NDArray[np.int32]:
        """The rank of each word, int32 `[len(words)]`; 0 for a word that has none."""
        if len(words) < _FEW_WORDS:
            ranks = [self._rank_of.get(word, 0) for word in words.to_pylist()]
            return np.array(ranks, np.int32)
        places = pc.index_in(words, value_set=self.words)
        many: NDArray[np.int32] = numpy_of(places, null=-1) + np.int32(1)
        return many

    @cached_property
    def _rank_of(self) -> dict[bytes, int]:
        return {word: rank for rank, word in enumerate(self.words.to_pylist(), start=1)}

    @cached_property
    def legacy_order(self) -> NDArray[np.int64]:
        """The order of a CPython 2.7 dict filled in order of rank, as ranks less 1."""
        return legacy_dict.iteration_order(self._hashes)

    @cached_property
    def _hashes(self) -> NDArray[np.uint64]:
        return legacy_dict.string_hashes(self.words)

    @cached_property
    def word_index(self) -> dict[str, int]:
        """Word -> rank, from 1, in the order of Keras's `imdb_word_index.json`.

        That order is the one of a CPython 2.7 dict filled from another one that was filled in
        order of rank.

        Raises:
          ImdbKerasError: a word is not UTF-8.
        """
        once = self.legacy_order
        twice = once[legacy_dict.iteration_order(self._hashes[once])]
        words = self.words.take(arrow_of(twice)).to_pylist()
        try:
            return {
                word.decode(): rank for word, rank in zip(words, (twice + 1).tolist(), strict=True)
            }
        except UnicodeDecodeError as error:
            raise ImdbKerasError(
                f"the word {error.object!r} of a training review is not UTF-8; "
                "store the reviews as UTF-8"
            ) from error

    def to_json(self) -> str:
        """The text of Keras's `imdb_word_index.json`, character for character; it is ASCII."""
        return json.dumps(self.word_index)
