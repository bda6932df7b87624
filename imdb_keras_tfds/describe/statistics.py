"""Measures what settings keep of words and reviews, and which words tell the classes apart.

What a dataset cuts is in none of its records; these figures are of the corpus that it was built
from.

Usage:

    vocabulary = VocabularyShares.of(builder, corpus)
    vocabulary.needed(0.95)   # the smallest num_words that keeps 95% of the words of train
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..config import ImdbKerasConfig
from ..imdb_keras.imdb_keras_dataset_builder import Builder
from ..ragged import Ragged
from ..recipe.corpus import Corpus
from ..recipe.sequences import SHUFFLED
from ..source.release import LABEL_NAMES
from ..storage.settings import config_of

NUM_WORDS = 6
"""So many round values of `num_words` are told."""

MAXLENS = (20, 50, 80, 100, 128, 200, 256, 400, 500, 512, 1000)
"""Customary values of `maxlen`."""

TELLING = 15
"""So many telling words of each class are told."""

PRIOR = 1_000
"""So many tokens their prior counts for."""


def _kept_ranks(builder: Builder) -> range:
    """The ranks of the words that a dataset keeps."""
    config, limit = config_of(builder), builder.info.metadata["index_limit"]
    stop = config.word_indices.stop if limit is None else min(config.word_indices.stop, limit)
    return range(config.word_indices.start - config.index_from, stop - config.index_from)


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
      shares: split -> float64 `[ranks]`, the share of the words up to each rank, from 0.
    """

    config: ImdbKerasConfig
    limit: int | None
    shares: Mapping[str, NDArray[np.float64]]

    @classmethod
    def of(cls, builder: Builder, corpus: Corpus) -> "VocabularyShares":
        """Counts the words of a corpus, as far as `skip_top` leaves them."""
        first = _kept_ranks(builder).start
        shares = {}
        for split in SHUFFLED:
            ranks = corpus.splits[split].ranks.values
            counts = np.bincount(ranks, minlength=len(corpus.vocabulary) + 1)
            counts[:first] = 0
            shares[split] = np.cumsum(counts) / max(len(ranks), 1)
        return cls(config_of(builder), builder.info.metadata["index_limit"], shares)

    @property
    def stop(self) -> int:
        """The smallest limit that cuts no word."""
        return self.config.index_from + len(self.shares["train"])

    def kept(self, split: str, limit: int) -> float:
        """The share of the words of a split that a limit keeps."""
        return float(self.shares[split][max(min(limit, self.stop) - self.config.index_from - 1, 0)])

    def needed(self, share: float) -> int | None:
        """The smallest `num_words` that keeps a share of `train`; None if none does."""
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
        if self.config.semantics == "documented":
            rows.append((None, self.stop))
        elif own is None and self.limit is not None:
            rows.append((None, self.limit))
        first = self.config.word_indices.start
        return [
            NumWords(
                limit,
                ImdbKerasConfig(num_words=value).name,
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
      ids: the share of the ids of `train` that are kept.
      is_own: whether it is the dataset's own.
    """

    maxlen: int
    reviews: Mapping[str, float]
    ids: float
    is_own: bool


@dataclass(frozen=True, eq=False)
class Lengths:
    """The lengths of reviews, as `maxlen` counts them.

    Attributes:
      config: of the dataset.
      lengths: split -> int64 `[reviews]`, sorted: ids, start marker included. With keras semantics
        also words that are going to be left out.
    """

    config: ImdbKerasConfig
    lengths: Mapping[str, NDArray[np.int64]]

    @classmethod
    def of(cls, builder: Builder, corpus: Corpus) -> "Lengths":
        """Measures the reviews of a corpus, also those that the dataset has not whole."""
        config, kept = config_of(builder), _kept_ranks(builder)
        lengths = {}
        for split in SHUFFLED:
            ranks: Ragged = corpus.splits[split].ranks
            if config.semantics == "documented" and config.oov_char is None:
                ranks = ranks.keep_values((ranks.values >= kept.start) & (ranks.values < kept.stop))
            lengths[split] = np.sort(ranks.lengths + (config.start_char is not None))
        return cls(config, lengths)

    @property
    def removes(self) -> bool:
        """Whether reviews that are too long are removed, and not truncated."""
        return self.config.semantics == "keras"

    @property
    def own(self) -> int | None:
        """The `maxlen` of the dataset; None if it has no limit."""
        # Keras's code takes 0 for no limit.
        return self.config.maxlen or None if self.removes else self.config.maxlen

    def whole(self, split: str, maxlen: int) -> int:
        """The number of reviews that stay whole: of at most, or for `keras` below, that length."""
        longest = maxlen - 1 if self.removes else maxlen
        return int(np.searchsorted(self.lengths[split], longest, side="right"))

    def quantile(self, share: float) -> int:
        """The length that a share of the reviews of `train` do not exceed."""
        lengths = self.lengths["train"]
        return int(lengths[int(np.ceil(share * len(lengths))) - 1])

    def needed(self, share: float) -> int:
        """The smallest `maxlen` that keeps a share of the reviews of `train` whole."""
        return self.quantile(share) + self.removes

    def rows(self) -> list[Maxlen]:
        """Customary values of `maxlen`, as far as they matter, and the dataset's own."""
        train = self.lengths["train"]
        values = {value for value in MAXLENS if 0.05 < self.whole("train", value) / len(train) < 1}
        if self.own is not None:
            values.add(self.own)
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
                        split: self.whole(split, value) / len(self.lengths[split])
                        for split in SHUFFLED
                    },
                    ids / max(int(train.sum()), 1),
                    is_own=value == self.own,
                )
            )
        return rows


@dataclass(frozen=True)
class TellingWord:
    """A word that is more frequent in one class than in the other.

    Attributes:
      word: the word.
      counts: occurrences in negative and in positive reviews of `train`.
      z: its z-score, positive for a word of positive reviews.
    """

    word: str
    counts: tuple[int, int]
    z: float


def telling_words(builder: Builder, corpus: Corpus) -> dict[str, list[TellingWord]]:
    """The most telling words of each class, among those that a dataset keeps.

    They are those of the highest z-score of the log-odds ratio with an informative Dirichlet prior
    (Monroe, Colaresi and Quinn 2008, "Fightin' Words"). The prior are the words of both classes
    together, as `PRIOR` tokens, so that rare words need more than a chance to stand out.

    Returns:
      Class -> its words, the most telling first.
    """
    train = corpus.splits["train"]
    labels = np.repeat(train.labels, train.ranks.lengths)
    counts = np.stack(
        [
            np.bincount(train.ranks.values[labels == label], minlength=len(corpus.vocabulary) + 1)
            for label in range(len(LABEL_NAMES))
        ]
    )
    prior = PRIOR * counts.sum(axis=0) / counts.sum()
    posterior = (counts + prior)[:, 1:]
    others = posterior.sum(axis=1, keepdims=True) - posterior
    neg, pos = np.log(posterior / others)
    z = (pos - neg) / np.sqrt((1 / posterior).sum(axis=0))

    kept = _kept_ranks(builder)
    order = np.arange(kept.start - 1, max(kept.stop, kept.start) - 1)
    order = order[np.argsort(z[order], kind="stable")]
    chosen = {"neg": order[z[order] < 0][:TELLING], "pos": order[z[order] > 0][::-1][:TELLING]}
    return {
        name: [
            TellingWord(
                corpus.vocabulary.words[place].as_py().decode(),
                (int(counts[0, place + 1]), int(counts[1, place + 1])),
                float(z[place]),
            )
            for place in places.tolist()
        ]
        for name, places in chosen.items()
    }
