"""Turns the reviews of a source into ranks, and the training reviews into the vocabulary.

Usage:

    corpus = corpus.build(archive.read(path, release.STANFORD))
    corpus.splits["train"].ranks[0]   # int32 ranks of the first training review's words
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .archive import Source
from .ragged import Ragged, concatenate
from .release import Contents
from .tokenizer import tokenize
from .vocabulary import NumberedWords, Vocabulary, count_words, merge, number_words

_CHUNK_SIZE = 8 << 20
"""Bytes of text that are worked on at a time; this bounds the memory, not the result."""


@dataclass(frozen=True, eq=False)
class RankedReviews:
    """The reviews of a split as ranks, in canonical order.

    Attributes:
      ids: `[reviews]`, see `archive.Review.id`.
      ranks: int32, one row a review: the ranks, from 1, of its words in order. A word that no
        training review has is left out (Keras).
      labels: int64 `[reviews]`.
      ratings: int32 `[reviews]`.
    """

    ids: list[str]
    ranks: Ragged
    labels: NDArray[np.int64]
    ratings: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Corpus:
    """A source, ranked.

    Attributes:
      vocabulary: the words of the labelled training reviews by rank.
      splits: split -> its reviews.
      contents: folder -> what the source held in it.
    """

    vocabulary: Vocabulary
    splits: Mapping[str, RankedReviews]
    contents: Mapping[str, Contents]


def build(source: Source) -> Corpus:
    """Counts and ranks the words of the `train` split, and ranks the reviews of all splits."""
    train = list(_numbered(source.splits["train"].texts))
    counts, first_review = [], 0
    for part in train:
        counts.append(count_words(part, first_review))
        first_review += len(part.row_splits) - 1
    vocabulary = Vocabulary.from_counts(merge(counts))

    splits = {}
    for name, reviews in source.splits.items():
        parts = train if name == "train" else _numbered(reviews.texts)
        ranks = concatenate(_rank(part, vocabulary) for part in parts)
        splits[name] = RankedReviews(reviews.ids, ranks, reviews.labels, reviews.ratings)
    return Corpus(vocabulary, splits, source.contents)


def _numbered(texts: Ragged) -> Iterator[NumberedWords]:
    """The words of all texts, in parts of whole reviews."""
    chunk = texts.row_splits[:-1] // _CHUNK_SIZE
    bounds = [0, *(np.flatnonzero(np.diff(chunk)) + 1).tolist(), len(texts)]
    for start, stop in pairwise(bounds):
        yield number_words(tokenize(texts.rows(start, stop)))


def _rank(part: NumberedWords, vocabulary: Vocabulary) -> Ragged:
    ranks = Ragged(vocabulary.ranks(part.words)[part.numbers], part.row_splits)
    return ranks.keep_values(ranks.values > 0)
