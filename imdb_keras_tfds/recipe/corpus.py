"""Turns the reviews of a source into ranks, and the training reviews into the vocabulary.

Usage:

    ranked = corpus.build(source)
    ranked.splits["train"].ranks[0]   # int32 ranks of the first training review's words
"""

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..progress import default_progress, shown
from ..ragged import Ragged
from ..source.release import Contents
from ..source.reviews import Source
from ..source.texts import OrderedTexts
from .compact import CompactRanks
from .vocabulary import NumberedWords, Vocabulary, count_words, merge, number_words

# These bound the memory, not the result: so many bytes of text are worked on at a time in a thread.
_CHUNK_SIZE = 2 << 20

_THREADS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, eq=False)
class RankedReviews:
    """The reviews of a split as ranks, in canonical order.

    Attributes:
      ids: `[reviews]`, see `reviews.Review.id`.
      ranks: one row a review: the ranks, from 1, of its words in order. A word that no training
        review has is left out (Keras).
      labels: int64 `[reviews]`.
      ratings: int32 `[reviews]`.
      movies: `[reviews]`, see `reviews.Review.movie`.
      duplicate_of: `[reviews]`, see `reviews.Review.duplicate_of`.
      texts: `[reviews]`, uint8, one a row, where they were asked for.
    """

    ids: list[str]
    ranks: CompactRanks
    labels: NDArray[np.int64]
    ratings: NDArray[np.int32]
    movies: list[str]
    duplicate_of: list[str]
    texts: Ragged | OrderedTexts | None = None


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


def build(
    source: Source,
    progress: Callable[..., Any] = default_progress,
    *,
    take_texts: bool = False,
) -> Corpus:
    """Counts and ranks the words of the `train` split, and ranks the reviews of all splits.

    Args:
      source: the reviews.
      progress: see `reading.read`.
      take_texts: takes the texts out of the source, so that each goes when its words are found.
    """
    texts = {name: reviews.texts for name, reviews in source.splits.items()}
    parts_of = {name: _parts(rows) for name, rows in texts.items()}
    if take_texts:
        source.splits.update(
            {name: reviews.without_texts() for name, reviews in source.splits.items()}
        )
    # Each part is worked on twice: its words are found, and then ranked.
    steps = 2 * sum(map(len, parts_of.values()))
    with (
        progress(total=steps, desc="Ranking words...", unit=" parts") as bar,
        # NumPy and Arrow let go of the interpreter's lock while they work.
        ThreadPoolExecutor(_THREADS) as threads,
    ):
        numbered: dict[str, Iterable[NumberedWords]] = {
            name: shown(threads.map(_numbering(texts.pop(name)), parts), bar)
            for name, parts in parts_of.items()
        }
        numbered["train"] = train = list(numbered["train"])
        counts, first_review = [], 0
        for part in train:
            counts.append(count_words(part, first_review))
            first_review += len(part.row_splits) - 1
        vocabulary = Vocabulary.from_counts(merge(counts))

        splits = {}
        for name, reviews in source.splits.items():
            parts = list(numbered.pop(name))
            # By one call, as Arrow hashes the whole vocabulary at each.
            ranks = vocabulary.ranks(pa.concat_arrays([part.words for part in parts]))
            ends = np.cumsum([len(part.words) for part in parts])
            most = sum(len(part.numbers) for part in parts)
            ranked = threads.map(rank, np.split(ranks, ends[:-1]), parts)
            del parts  # Each goes as soon as it is ranked.
            splits[name] = RankedReviews(
                ids=reviews.ids,
                ranks=CompactRanks.joined(shown(ranked, bar), most),
                labels=reviews.labels,
                ratings=reviews.ratings,
                movies=reviews.movies,
                duplicate_of=reviews.duplicate_of,
            )
    return Corpus(vocabulary, splits, source.contents)


def _parts(texts: OrderedTexts) -> list[slice]:
    """All texts, in parts of whole reviews."""
    chunk = texts.row_splits[:-1] // _CHUNK_SIZE
    bounds = [0, *(np.flatnonzero(np.diff(chunk)) + 1).tolist(), len(texts)]
    return [slice(start, stop) for start, stop in pairwise(bounds)]


def _numbering(texts: OrderedTexts) -> Callable[[slice], NumberedWords]:
    return lambda part: number_words(texts[part])


def rank(ranks_of_words: NDArray[np.int32], part: NumberedWords) -> CompactRanks:
    """The ranks of reviews, one row a review; words without a rank are left out.

    Args:
      ranks_of_words: `[words]`, of the distinct words of the part; 0 for none.
      part: the words of the reviews.
    """
    ranks = Ragged(ranks_of_words[part.numbers], part.row_splits)
    return CompactRanks.of(ranks.keep_values(ranks.values > 0))
