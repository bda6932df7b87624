"""Ranks and vocabulary as tables of plain numbers, with a digest of what they hold.

Usage:

    table = tables.of_reviews(corpus.splits["train"])
    table.digest   # the same on every machine
    tables.to_reviews(table, len(corpus.vocabulary))
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrow_arrays import binary_of_rows
from ..ragged import Ragged
from ..recipe.compact import CompactRanks
from ..recipe.corpus import RankedReviews
from ..recipe.vocabulary import Vocabulary

_MAX_ID_SIZE = 300  # Bytes: a folder, and as much as a file name may have.

_MAX_MOVIE_SIZE = 13  # Bytes: `tt` and ten digits, and a newline.


@dataclass(frozen=True, eq=False)
class Table:
    """Some columns of numbers.

    Attributes:
      columns: one-dimensional, each of any type and length, little-endian.
    """

    columns: tuple[NDArray[Any], ...]

    @property
    def counts(self) -> NDArray[np.int64]:
        """The number of values of each column, little-endian."""
        return np.array([len(column) for column in self.columns], "<i8")

    @property
    def nbytes(self) -> int:
        """The bytes of all columns."""
        return sum(column.nbytes for column in self.columns)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the counts and of all columns, 64 hexadecimal digits."""
        digest = hashlib.sha256(self.counts.tobytes())
        for column in self.columns:
            digest.update(column.data)
        return digest.hexdigest()


def of_reviews(reviews: RankedReviews) -> Table:
    """The table of a split: its columns, those of texts with a newline behind each."""
    return Table(
        (
            np.ascontiguousarray(reviews.ranks.row_splits, "<i8"),
            np.ascontiguousarray(reviews.labels, "<i8"),
            np.ascontiguousarray(reviews.ranks.low.values, "<u2"),
            np.ascontiguousarray(reviews.ranks.high, "<i4"),
            np.ascontiguousarray(reviews.ratings, "<i4"),
            _of_texts(reviews.ids),
            _of_texts(reviews.movies),
            _of_texts(reviews.duplicate_of),
        )
    )


def _of_texts(texts: list[str]) -> NDArray[np.uint8]:
    return np.frombuffer("".join(f"{text}\n" for text in texts).encode(), np.uint8)


def _to_texts(column: NDArray[np.uint8]) -> list[str]:
    *texts, rest = column.tobytes().decode("ascii").split("\n")
    if rest:
        raise ValueError("a text has no end")
    return texts


def columns_of_reviews(reviews: int, size: int) -> list[tuple[str, int]]:
    """Type of each column of `of_reviews`, and the number of values that it has at most.

    Args:
      reviews: number of reviews.
      size: bytes of all their texts; a word has one at least.
    """
    return [
        ("<i8", reviews + 1),
        ("<i8", reviews),
        ("<u2", size),
        ("<i4", size),
        ("<i4", reviews),
        ("|u1", reviews * _MAX_ID_SIZE),
        ("|u1", reviews * _MAX_MOVIE_SIZE),
        ("|u1", reviews * _MAX_ID_SIZE),
    ]


def to_reviews(table: Table, vocabulary_size: int) -> RankedReviews:
    """The reviews of a table.

    Args:
      table: of the form of `of_reviews`, with any values.
      vocabulary_size: number of ranks.

    Raises:
      ValueError: the values make no sense (an `ImdbKerasError` too, where it is the row splits).
    """
    row_splits, labels, low, high, ratings, *texts = table.columns
    ids, movies, duplicate_of = map(_to_texts, texts)
    columns = (ids, labels, ratings, movies, duplicate_of)
    if {len(column) for column in columns} != {len(row_splits) - 1}:
        raise ValueError("the columns are of different lengths")
    rows = Ragged(low.astype(np.uint16, copy=False), row_splits.astype(np.int64, copy=False))
    ranks = CompactRanks(rows, high.astype(np.int32, copy=False))
    if max(low.max(initial=0), high.max(initial=0)) > vocabulary_size:
        raise ValueError("a rank is none of the vocabulary's")
    return RankedReviews(
        ids=ids,
        ranks=ranks,
        labels=labels.astype(np.int64, copy=False),
        ratings=ratings.astype(np.int32, copy=False),
        movies=movies,
        duplicate_of=duplicate_of,
    )


def of_vocabulary(vocabulary: Vocabulary) -> Table:
    """The table of a vocabulary: where its words end in all their bytes, and these bytes."""
    words = vocabulary.words.to_pylist()
    ends = np.zeros(len(words) + 1, "<i8")
    np.cumsum([len(word) for word in words], out=ends[1:])
    return Table((ends, np.frombuffer(b"".join(words), np.uint8)))


def columns_of_vocabulary(size: int) -> list[tuple[str, int]]:
    """As `columns_of_reviews`, of `of_vocabulary`.

    Args:
      size: bytes of the texts whose words these are.
    """
    return [("<i8", size + 1), ("|u1", size)]


def to_vocabulary(table: Table) -> Vocabulary:
    """The vocabulary of a table.

    Args:
      table: of the form of `of_vocabulary`, with any values.

    Raises:
      ValueError: the values make no sense.
    """
    ends, text = table.columns
    rows = Ragged(text, ends.astype(np.int64, copy=False))
    words = binary_of_rows(rows.values, rows.row_splits)
    words.validate(full=True)
    return Vocabulary(words)
