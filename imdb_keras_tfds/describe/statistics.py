"""Measures what `num_words` and `maxlen` keep of the reviews that a dataset holds.

Usage:

    words = Words.of(builder, records, corpus)
    vocabulary = VocabularyShares.of(words)
    vocabulary.needed(0.95)   # the smallest num_words that keeps 95% of the words of train
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..config import ImdbKerasConfig
from ..names import spelt
from .words import Words

NUM_WORDS = 6
"""So many round values of `num_words` are told."""

MAXLENS = (20, 50, 80, 100, 128, 200, 256, 400, 500, 512, 1000)
"""Customary values of `maxlen`."""


@dataclass(frozen=True)
class NumWords:
    """What one value of `num_words` keeps.

    Attributes:
      limit: words of an index below it are kept.
      name: of the value, as it stands in the names of configs.
      words: number of words.
      shares: split -> the share of its words, each as often as it occurs.
      is_own: whether it is the dataset's own.
    """

    limit: int
    name: str
    words: int
    shares: Mapping[str, float]
    is_own: bool


@dataclass(frozen=True, eq=False)
class VocabularyShares:
    """The share of all words that is kept, by `num_words`, other settings as they are.

    Attributes:
      config: of the dataset.
      limit: words of an index below it are kept; None where there is no limit.
      shares: split -> float64 `[ranks]`, the share of the words up to each rank, from 0, as far as
        it is known.
      is_whole: whether it is known for all ranks; if not, for those that the dataset keeps.
    """

    config: ImdbKerasConfig
    limit: int | None
    shares: Mapping[str, NDArray[np.float64]]
    is_whole: bool

    @classmethod
    def of(cls, words: Words) -> VocabularyShares | None:
        """Counts the words of a dataset's reviews, those that `skip_top` cuts as cut.

        Returns:
          None where nothing tells how many words were cut.
        """
        known = words.known
        if known is None and not words.tells_places:
            return None
        stop = len(words.vocabulary) + 1
        is_whole = known is not None or words.kept.stop >= stop
        shares = {}
        for split, rows in (known or words.seen).items():
            counts = np.bincount(rows.values, minlength=stop)
            counts[: words.kept.start] = 0
            share = np.cumsum(counts) / max(len(rows.values), 1)
            shares[split] = share if is_whole else share[: max(words.kept.stop, 1)]
        return cls(words.config, words.limit, shares, is_whole)

    @property
    def stop(self) -> int:
        """The smallest limit that cuts no word, or the largest for which it is known."""
        return self.config.index_from + len(self.shares["train"])

    @property
    def most(self) -> float:
        """The share of the words of `train` that the largest limit keeps."""
        return float(self.shares["train"][-1])

    def kept(self, split: str, limit: int) -> float:
        """The share of the words of a split that a limit keeps."""
        return float(self.shares[split][max(min(limit, self.stop) - self.config.index_from - 1, 0)])

    def needed(self, share: float) -> int | None:
        """The smallest `num_words` that keeps a share of `train`; None if none is known to."""
        rank = int(np.searchsorted(self.shares["train"], share))
        return rank + self.config.index_from + 1 if rank < len(self.shares["train"]) else None

    def rows(self) -> list[NumWords]:
        """Round values of `num_words`, the dataset's own, and none."""
        round_values = [step * 10**digits for digits in range(1, 9) for step in (1, 2, 5)]
        values = set([value for value in round_values if value < self.stop][-NUM_WORDS:])
        own = self.config.num_words
        if own is not None:
            values.add(own)
        rows: list[tuple[int | None, int]] = [(value, value) for value in sorted(values)]
        # What Keras's code takes for no limit is one that the data sets.
        if self.config.semantics == "documented" and self.is_whole:
            rows.append((None, self.stop))
        elif own is None and self.limit is not None:
            rows.append((None, self.limit))
        first = self.config.word_indices.start
        return [
            NumWords(
                limit,
                spelt({"num_words": value}),
                max(min(limit, self.stop) - first, 0),
                {split: self.kept(split, limit) for split in self.shares},
                is_own=value == own,
            )
            for value, limit in rows
        ]


@dataclass(frozen=True)
class Maxlen:
    """What one value of `maxlen` keeps.

    Attributes:
      maxlen: the value.
      reviews: split -> the share of its reviews that stay whole.
      ids: the share of the ids of `train` that are kept; None where it is not known.
      is_own: whether it is the dataset's own.
    """

    maxlen: int
    reviews: Mapping[str, float]
    ids: float | None
    is_own: bool


@dataclass(frozen=True, eq=False)
class Lengths:
    """The lengths of a dataset's reviews, as they are in the records, and as `maxlen` counts them.

    Attributes:
      config: of the dataset.
      records: split -> int64 `[records]`, sorted: the ids of each record.
      counted: split -> int64 `[records]`, sorted: ids before `maxlen` cuts, start marker included.
        With keras semantics also words that are left out. Of the records, where it is not known.
      is_known: whether it is known how long the reviews were, up to `end` at least.
      end: lengths below it are known; those of it, or above, may be of reviews that are longer.
        None where all are known.
      removed: split of the corpus -> how many of its reviews are too long to be in the dataset;
        None where none are removed, or that is not known.
    """

    config: ImdbKerasConfig
    records: Mapping[str, NDArray[np.int64]]
    counted: Mapping[str, NDArray[np.int64]]
    is_known: bool
    end: int | None
    removed: Mapping[str, int] | None

    @classmethod
    def of(cls, words: Words) -> Lengths:
        """Measures the reviews of a dataset.

        Where nothing tells what was cut, lengths are known up to the dataset's own `maxlen`, or not
        at all, where keras semantics have left words out of the records.
        """
        config = words.config
        is_keras = config.semantics == "keras"
        counted = records = {split: np.sort(rows.lengths) for split, rows in words.tokens.items()}
        is_known, end = True, None
        if words.whole is not None:
            marker = config.start_char is not None
            counted = {}
            for split, rows in words.whole.items():
                ids = rows
                if not is_keras and not words.tells_places:
                    ids = rows.keep_values(words.is_kept(rows.values))
                counted[split] = np.sort(ids.lengths + marker)
        elif is_keras:
            is_known = words.tells_places
        else:
            end = config.maxlen
        return cls(config, records, counted, is_known, end, words.removed)

    @property
    def removes(self) -> bool:
        """Whether reviews that are too long are removed, and not truncated."""
        return self.config.semantics == "keras"

    @property
    def own(self) -> int | None:
        """The `maxlen` of the dataset; None if it has no limit."""
        # Keras's code takes 0 for no limit.
        return self.config.maxlen or None if self.removes else self.config.maxlen

    @property
    def truncated(self) -> int | None:
        """The number of records of `train` that are cut off; None if it is not known."""
        if self.removes or self.own is None:
            return 0
        if self.end is not None:
            return None
        return len(self.counted["train"]) - self.whole("train", self.own)

    @property
    def longest(self) -> int:
        """The length of the longest review of `train`, as far as it is known."""
        return int(self.counted["train"][-1])

    def whole(self, split: str, maxlen: int) -> int:
        """The number of reviews that stay whole: of at most, or for `keras` below, that length."""
        longest = maxlen - 1 if self.removes else maxlen
        return int(np.searchsorted(self.counted[split], longest, side="right"))

    def longer(self, length: int) -> int:
        """The number of reviews of `train` that are longer, as far as it is known."""
        train = self.counted["train"]
        return len(train) - int(np.searchsorted(train, length, side="right"))

    def quantile(self, share: float, *, of_records: bool = False) -> int:
        """The length that a share of the reviews of `train` do not exceed.

        Args:
          share: of the reviews.
          of_records: measures them as they are in the records.
        """
        lengths = (self.records if of_records else self.counted)["train"]
        return int(lengths[int(np.ceil(share * len(lengths))) - 1])

    def needed(self, share: float) -> int | None:
        """The smallest `maxlen` that keeps a share of `train` whole; None if it is not known."""
        if not self.is_known:
            return None
        length = self.quantile(share)
        return None if self.end is not None and length >= self.end else length + self.removes

    def rows(self) -> list[Maxlen]:
        """Customary values of `maxlen`, as far as they matter, and the dataset's own."""
        if not self.is_known:
            return []
        train = self.counted["train"]
        values = {value for value in MAXLENS if 0.05 < self.whole("train", value) / len(train) < 1}
        if self.own is not None:
            values.add(self.own)
        if self.end is not None:
            values = {value for value in values if value < self.end}
        rows = []
        for value in sorted(values):
            whole = self.whole("train", value)
            ids = int(train[:whole].sum())
            if not self.removes:
                ids += value * (len(train) - whole)
            rows.append(
                Maxlen(
                    value,
                    {
                        split: self.whole(split, value) / max(len(lengths), 1)
                        for split, lengths in self.counted.items()
                    },
                    ids / max(int(train.sum()), 1) if self.end is None else None,
                    is_own=value == self.own,
                )
            )
        return rows
