"""Audits a dataset: reviews that say little, copies, and movies on both sides of a cut.

All figures are of the records themselves. Words that `train` does not have are in none of them:
Keras's recipe leaves them out of the other splits.

Usage:

    found = audit.of(builder)
    found.splits["train"].movies     # 3456
    found.random_cut.movie_or_text   # 0.96: so much of a random cut is known from what is left
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow_datasets as tfds

from ..ragged import Ragged
from ..recipe.cuts import word_indices
from ..recipe.sequences import encode_ranks
from ..recipe.validation import VALIDATION
from ..storage.records import Records
from ..storage.settings import config_of
from ..storage.splits import read
from .links import SPLIT_ORDER, Copies, Links, RandomCut, Shared

SHORT = 20
"""A review of fewer words is called short."""


@dataclass(frozen=True)
class SplitAudit:
    """One split by itself.

    Attributes:
      reviews: number of its reviews.
      empty: of those, the ones without a word.
      short: those with a word, but fewer than `SHORT`.
      without_known_word: those with words, all of which were cut; None where the records do not
        tell words that were cut from others.
      unknown_words: the share of its words that were cut; None as before.
      movies: number of movies; None for a dataset of version 1.0.0, which does not know them.
      without_movie: reviews whose movie is not known; None as before.
      most_of_a_movie: the most reviews of one movie; None as before.
    """

    reviews: int
    empty: int
    short: int
    without_known_word: int | None
    unknown_words: float | None
    movies: int | None
    without_movie: int | None
    most_of_a_movie: int | None


@dataclass(frozen=True)
class Audit:
    """What an audit finds.

    Attributes:
      name: of the dataset, with its version.
      splits: split -> what is found in it alone.
      copies: of each pair of splits that has some; None for a dataset of version 1.0.0, which does
        not tell copies and movies.
      shared: by each pair of splits; None as before.
      random_cut: None as before.
    """

    name: str
    splits: dict[str, SplitAudit]
    copies: list[Copies] | None
    shared: list[Shared] | None
    random_cut: RandomCut | None

    @property
    def leak(self) -> Shared | None:
        """What `train` and `validation` have in common; None if nothing, or not both are there."""
        for pair in self.shared or ():
            if pair.splits == ("train", VALIDATION) and (pair.movies or pair.texts):
                return pair
        return None


def of(builder: tfds.core.DatasetBuilder, records: Mapping[str, Records] | None = None) -> Audit:
    """Audits a dataset.

    Args:
      builder: of a prepared dataset.
      records: split -> its records, where they were read before; None reads them.

    Raises:
      ImdbKerasError: it is none of this package's; its records cannot be read, or are not those
        that were built.
    """
    words = _Words.of(builder)
    if records is None:
        records = {split: read(builder, split) for split in builder.info.splits}
    order = sorted(records, key=SPLIT_ORDER.index)
    splits = {split: _split(records[split], words) for split in order}
    links = Links.of(records)
    return Audit(
        builder.info.full_name,
        splits,
        None if links is None else list(links.copies()),
        None if links is None else links.shared(),
        None if links is None else links.random_cut(),
    )


@dataclass(frozen=True)
class _Words:
    """How the words of a dataset are told from other ids.

    Attributes:
      start: number of ids before the first word of a review.
      kept: the ids of words that were not cut; None where a cut word is not told from these.
    """

    start: int
    kept: range | None

    @classmethod
    def of(cls, builder: tfds.core.DatasetBuilder) -> _Words:
        config, metadata = config_of(builder), builder.info.metadata
        limit = metadata["index_limit"]
        kept = word_indices(config, metadata["vocabulary_size"], limit)
        is_told = config.oov_char is not None and config.oov_char not in kept
        # Settings may cut the marker, too.
        no_words = encode_ranks(Ragged(np.empty(0, np.int32), np.zeros(2, np.int64)), config, limit)
        return cls(len(no_words.values), kept if is_told else None)


def _split(records: Records, words: _Words) -> SplitAudit:
    tokens = records.tokens
    lengths = np.maximum(tokens.lengths - words.start, 0)
    facts: dict[str, Any] = {
        "reviews": len(tokens),
        "empty": int((lengths == 0).sum()),
        "short": int(((lengths > 0) & (lengths < SHORT)).sum()),
        "without_known_word": None,
        "unknown_words": None,
        "movies": None,
        "without_movie": None,
        "most_of_a_movie": None,
    }
    if words.kept is not None:
        is_known = (tokens.values >= words.kept.start) & (tokens.values < words.kept.stop)
        is_known[tokens.row_splits[:-1][tokens.lengths > 0]] &= not words.start
        known = np.diff(np.concatenate([[0], np.cumsum(is_known)])[tokens.row_splits])
        facts["without_known_word"] = int(((known == 0) & (lengths > 0)).sum())
        unknown = int(lengths.sum() - known.sum())
        facts["unknown_words"] = unknown / max(int(lengths.sum()), 1)
    if records.movies is not None:
        titles, counts = np.unique(np.array(records.movies, np.str_), return_counts=True)
        is_title = titles != ""
        facts["movies"] = int(is_title.sum())
        facts["without_movie"] = int(counts[~is_title].sum())
        facts["most_of_a_movie"] = int(counts[is_title].max(initial=0))
    return SplitAudit(**facts)
