"""The words of the reviews that a dataset holds, those that its settings cut among them.

What is cut is in no record. It is told by the reviews that the dataset was built from, where they
are at hand, or by the texts of the records, where they have some; and where nothing was cut, by the
ids. Reviews that are not in the dataset are never counted.

Usage:

    words = Words.of(builder, records, corpus)
    words.seen["train"]    # ranks as the records tell them, 0 where a word was cut
    words.known["train"]   # the same, with the words that were cut; None where nothing tells
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import tensorflow_datasets as tfds
from numpy.typing import NDArray

from ..config import ImdbKerasConfig
from ..ragged import Ragged
from ..recipe.corpus import Corpus
from ..recipe.cuts import word_indices
from ..recipe.sequences import has_marker, source_of
from ..recipe.tokenizer import tokenize
from ..recipe.vocabulary import Vocabulary
from ..storage.prepared import read_word_index
from ..storage.records import Records
from ..storage.settings import config_of
from .links import SPLIT_ORDER

LABELLED = tuple(split for split in SPLIT_ORDER if split != "unsupervised")
"""The splits whose reviews have a label, in the order in which they are shown."""


@dataclass(frozen=True, eq=False)
class Words:
    """The words of the labelled reviews of a dataset, one row a record, in their order.

    Attributes:
      config: of the dataset.
      limit: words of an index below it are kept; None where there is no limit.
      vocabulary: the words by rank.
      kept: the ranks of the words that are kept.
      tokens: split -> its records' ids, as they are.
      seen: split -> int32 ranks of the words that its records have a place for; 0 for a word that
        was cut, and for one whose id stands for cut words too.
      whole: split -> int32 ranks of all words of these reviews; None where nothing tells them.
      source: what `whole` was taken from: `corpus`, `texts` or `records`; None as before.
      has_marker: whether records begin with a start marker, or with what stands for it.
      removed: split of the corpus -> how many of its reviews `maxlen` removed; None where none can
        be, or where that cannot be told.
    """

    config: ImdbKerasConfig
    limit: int | None
    vocabulary: Vocabulary
    kept: range
    tokens: Mapping[str, Ragged]
    seen: Mapping[str, Ragged]
    whole: Mapping[str, Ragged] | None
    source: str | None
    has_marker: bool
    removed: Mapping[str, int] | None

    @classmethod
    def of(
        cls,
        builder: tfds.core.DatasetBuilder,
        records: Mapping[str, Records],
        corpus: Corpus | None,
    ) -> Words:
        """The words of a dataset.

        Args:
          builder: of a prepared dataset.
          records: split -> its records.
          corpus: what it was built from; None where that is not at hand.

        Raises:
          ImdbKerasError: its word index cannot be read.
        """
        config, limit = config_of(builder), builder.info.metadata["index_limit"]
        vocabulary = Vocabulary.from_json(read_word_index(builder))
        indices = word_indices(config, len(vocabulary), limit)
        kept = range(indices.start - config.index_from, indices.stop - config.index_from)
        labelled = {split: records[split] for split in LABELLED if split in records}
        tokens = {split: found.tokens for split, found in labelled.items()}
        is_marked = has_marker(config, limit)
        ids = {split: rows.without_first() if is_marked else rows for split, rows in tokens.items()}
        seen = {
            split: Ragged(
                np.where(
                    (rows.values >= indices.start)
                    & (rows.values < indices.stop)
                    & (rows.values != config.oov_char),
                    rows.values - np.int32(config.index_from),
                    np.int32(0),
                ),
                rows.row_splits,
            )
            for split, rows in ids.items()
        }
        whole: dict[str, Ragged] | None = None
        source = removed = None
        if corpus is not None:
            source = "corpus"
            whole = {split: _in_corpus(split, found, corpus) for split, found in labelled.items()}
            removed = _removed(config, corpus)
        elif all(found.texts is not None for found in labelled.values()):
            source = "texts"
            whole = {
                split: _in_texts(found.texts, vocabulary)
                for split, found in labelled.items()
                if found.texts is not None
            }
        elif _is_everything(kept, vocabulary) and not _is_any_truncated(config, tokens):
            source = "records"
            whole = {
                split: Ragged(rows.values - np.int32(config.index_from), rows.row_splits)
                for split, rows in ids.items()
            }
        return cls(config, limit, vocabulary, kept, tokens, seen, whole, source, is_marked, removed)

    @property
    def known(self) -> dict[str, Ragged] | None:
        """Split -> int32 ranks of the words in the places that the records have or had for them.

        Where words that are cut have a place, that is every word before `maxlen` cuts; else it is
        every word up to the last one that was kept, or all where `maxlen` cuts nothing. None where
        nothing tells them.
        """
        if self.whole is None:
            return None
        return {split: self._before_the_end(rows) for split, rows in self.whole.items()}

    @property
    def cuts_nothing(self) -> bool:
        """Whether every word of these reviews is in its record."""
        return _is_everything(self.kept, self.vocabulary) and not _is_any_truncated(
            self.config, self.tokens
        )

    @property
    def tells_places(self) -> bool:
        """Whether each word that was cut has a place in its record, if `maxlen` leaves it one."""
        return self.config.oov_char is not None

    @property
    def ambiguous(self) -> str | None:
        """The word whose id stands for words that were cut, too; None if there is none."""
        if self.config.oov_char is None:
            return None
        rank = self.config.oov_char - self.config.index_from
        return self.word(rank) if rank in self.kept else None

    def is_kept(self, ranks: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which ranks are those of words that the dataset keeps."""
        kept: NDArray[np.bool_] = (ranks >= self.kept.start) & (ranks < self.kept.stop)
        return kept

    def word(self, rank: int) -> str:
        """The word of a rank."""
        word: str = self.vocabulary.words[rank - 1].as_py().decode()
        return word

    def _before_the_end(self, rows: Ragged) -> Ragged:
        config = self.config
        if config.semantics == "keras" or config.maxlen is None:
            return rows
        room = max(config.maxlen - (config.start_char is not None), 0)
        has_place = np.ones(len(rows.values), np.int64)
        if not self.tells_places:
            has_place = self.is_kept(rows.values).astype(np.int64)
        before = np.concatenate([[0], np.cumsum(has_place)])
        place = before[:-1] - np.repeat(before[rows.row_splits[:-1]], rows.lengths)
        return rows.keep_values(place < room)


def _in_corpus(split: str, records: Records, corpus: Corpus) -> Ragged:
    reviews = corpus.splits[source_of(split)]
    place = {name: number for number, name in enumerate(reviews.ids)}
    return reviews.ranks.take(np.array([place[name] for name in records.ids], np.int64))


def _in_texts(texts: Ragged, vocabulary: Vocabulary) -> Ragged:
    tokens = tokenize(texts)
    ranks = Ragged(vocabulary.ranks(tokens.words), tokens.row_splits)
    return ranks.keep_values(ranks.values > 0)


def _is_everything(kept: range, vocabulary: Vocabulary) -> bool:
    return kept == range(1, len(vocabulary) + 1)


def _is_any_truncated(config: ImdbKerasConfig, tokens: Mapping[str, Ragged]) -> bool:
    """Whether a record may have been longer; with keras semantics none is cut off."""
    if config.semantics == "keras" or config.maxlen is None:
        return False
    return any((rows.lengths >= config.maxlen).any() for rows in tokens.values())


def _removed(config: ImdbKerasConfig, corpus: Corpus) -> dict[str, int] | None:
    if config.semantics != "keras" or not config.maxlen:  # Keras takes 0 for no limit.
        return None
    marker = config.start_char is not None
    return {
        split: int((reviews.ranks.lengths + marker >= config.maxlen).sum())
        for split, reviews in corpus.splits.items()
        if split in LABELLED
    }
