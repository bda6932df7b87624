"""Ranked corpora: that two are the same, and wrong ones of the same form.

Usage:

    for what, wrong in wrong_corpora(sample):
        keep(wrong)
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from imdb_keras_tfds.ragged import Ragged
from imdb_keras_tfds.recipe.compact import CompactRanks
from imdb_keras_tfds.recipe.corpus import Corpus, RankedReviews
from imdb_keras_tfds.recipe.vocabulary import Vocabulary
from imdb_keras_tfds.storage import cache, pinned, ranks


def assert_same(one: Corpus, other: Corpus) -> None:
    """Checks that two corpora have the same content and types."""
    assert one.vocabulary.words == other.vocabulary.words
    assert one.contents == other.contents
    assert one.splits.keys() == other.splits.keys()
    for split, reviews in one.splits.items():
        others = other.splits[split]
        assert reviews.ids == others.ids
        for ours, theirs in [
            (reviews.ranks[:].values, others.ranks[:].values),
            (reviews.ranks.row_splits, others.ranks.row_splits),
            (reviews.labels, others.labels),
            (reviews.ratings, others.ratings),
        ]:
            assert ours.dtype == theirs.dtype
            assert ours.tolist() == theirs.tolist()


def keep(corpus: Corpus) -> None:
    """Writes any corpus into the cache, as the one of its contents, with all digests."""
    for name, table in pinned.tables_of(corpus).items():
        cache.write(ranks._key(corpus.contents), name, table)


def wrong_corpora(right: Corpus) -> Iterator[tuple[str, Corpus]]:
    """What is wrong, and a corpus that is right but for that.

    Args:
      right: with at least two different reviews in `train`, and as many words.
    """
    train = right.splits["train"]
    ranked, words = train.ranks[:], right.vocabulary.words.to_pylist()

    def with_train(**changes: object) -> Corpus:
        changed: RankedReviews = replace(train, **changes)  # type: ignore[arg-type]
        return replace(right, splits={**right.splits, "train": changed})

    def with_ranks(ranks: Ragged) -> Corpus:
        return with_train(ranks=CompactRanks.of(ranks))

    def with_columns(
        low: NDArray[Any], high: Sequence[int] = (), row_splits: Any = ranked.row_splits
    ) -> Corpus:
        # No CompactRanks has all of these, but a file may.
        of_file = SimpleNamespace(
            low=SimpleNamespace(values=low.astype(np.uint16)),
            high=np.array(high, np.int32),
            row_splits=row_splits,
        )
        return with_train(ranks=of_file)

    def with_words(changed: list[bytes]) -> Corpus:
        return replace(right, vocabulary=Vocabulary(pa.array(changed, pa.large_binary())))

    swapped = np.arange(len(ranked))
    swapped[[0, 1]] = [1, 0]
    yield "labels flipped", with_train(labels=1 - train.labels)
    yield "a label none of the known", with_train(labels=train.labels + 7)
    yield "ratings of others", with_train(ratings=train.ratings[::-1].copy())
    yield "ids swapped", with_train(ids=[train.ids[place] for place in swapped])
    yield "an id twice", with_train(ids=[train.ids[0], *train.ids[:-1]])
    yield "ranks of two reviews swapped", with_ranks(ranked.take(swapped))
    yield "the reviews of another split", with_train(ranks=right.splits["test"].ranks)
    yield (
        "splits swapped",
        replace(
            right,
            splits={**right.splits, "train": right.splits["test"], "test": train},
        ),
    )
    for rank in (0, -1, len(words) + 1, np.iinfo(np.int32).max):
        low = ranked.values.copy()
        low[-1] = 0
        yield f"the rank {rank}", with_columns(low, [rank])
        yield f"the rank {rank} in the place of nothing", with_columns(ranked.values, [rank])
    low = ranked.values.copy()
    low[0] = 0
    yield "no rank in a place", with_columns(low)
    yield "a low rank among the high ones", with_columns(low, [ranked.values[0]])
    low = ranked.values.copy()
    low[0] = len(words) + 1
    yield "a low rank above the highest", with_columns(low)
    values = ranked.values.copy()
    values[0] = values[0] % len(words) + 1
    yield "another rank", with_ranks(Ragged(values, ranked.row_splits))
    for place, split in [(0, 1), (-1, 0), (1, 1 << 40), (2, -1)]:
        row_splits = ranked.row_splits.copy()
        row_splits[place] = split
        yield f"the row split {split}", with_columns(ranked.values, row_splits=row_splits)
    yield "a review fewer", with_ranks(ranked[:-1])
    yield "a word of another spelling", with_words([*words[:-1], b"another"])
    yield "words swapped", with_words([words[1], words[0], *words[2:]])
    yield "a word fewer", with_words(words[:-1])
    yield "a word more", with_words([*words, b"another"])
    renamed = np.concatenate([[0, 2, 1], np.arange(3, len(words) + 1)])
    yield (
        "ranks swapped with their words",
        replace(
            with_words([words[1], words[0], *words[2:]]),
            splits={
                split: replace(
                    reviews,
                    ranks=CompactRanks.of(
                        Ragged(
                            renamed[reviews.ranks[:].values].astype(np.int32),
                            reviews.ranks.row_splits,
                        )
                    ),
                )
                for split, reviews in right.splits.items()
            },
        ),
    )
