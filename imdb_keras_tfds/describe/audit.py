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

import tensorflow_datasets as tfds

from ..recipe.cuts import word_indices
from ..recipe.sequences import has_marker
from ..recipe.validation import VALIDATION
from ..storage.records import Records
from ..storage.settings import config_of
from ..storage.splits import read
from .composition import movies_of
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
    if records is None:
        records = {split: read(builder, split) for split in builder.info.splits}
    order = sorted(records, key=SPLIT_ORDER.index)
    splits = {split: _split(builder, records[split]) for split in order}
    links = Links.of(records)
    return Audit(
        builder.info.full_name,
        splits,
        None if links is None else list(links.copies()),
        None if links is None else links.shared(),
        None if links is None else links.random_cut(),
    )


def _split(builder: tfds.core.DatasetBuilder, records: Records) -> SplitAudit:
    config, metadata = config_of(builder), builder.info.metadata
    limit = metadata["index_limit"]
    kept = word_indices(config, metadata["vocabulary_size"], limit)
    words = records.tokens.without_first() if has_marker(config, limit) else records.tokens
    lengths, movies = words.lengths, movies_of(records)
    without_known_word = unknown_words = None
    if config.oov_char is not None and config.oov_char not in kept:
        is_known = (words.values >= kept.start) & (words.values < kept.stop)
        known = words.keep_values(is_known).lengths
        without_known_word = int(((known == 0) & (lengths > 0)).sum())
        unknown_words = int((lengths - known).sum()) / max(int(lengths.sum()), 1)
    return SplitAudit(
        reviews=len(words),
        empty=int((lengths == 0).sum()),
        short=int(((lengths > 0) & (lengths < SHORT)).sum()),
        without_known_word=without_known_word,
        unknown_words=unknown_words,
        movies=None if movies is None else len(movies),
        without_movie=None if movies is None else len(words) - sum(movies.values()),
        most_of_a_movie=None if movies is None else max(movies.values(), default=0),
    )
