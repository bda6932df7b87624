"""Turns ranks into the ids that `load_data` hands out: offset, special indices, cuts, order.

Two semantics: `documented` does what Keras's page promises, `keras` what its code does, bit for
bit. Where they part is told in the README; Keras has kept both since 2017 (pull request 6114).

Usage:

    ranks = {name: split.ranks for name, split in corpus.splits.items()}
    encoded = sequences.encode(ranks, ImdbKerasConfig(num_words=10_000))
    encoded["train"].ids[0]   # array([1, 14, 22, 16, 43, 530, ...], dtype=int32)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .errors import ImdbKerasError
from .ragged import Ragged

SHUFFLED = ("train", "test")
"""The splits that Keras has, and shuffles, in the order in which it does so."""


class Settings(Protocol):
    """What `encode` is told: the arguments of `keras.datasets.imdb.load_data`, and semantics."""

    num_words: int | None
    skip_top: int
    maxlen: int | None
    seed: int
    start_char: int | None
    oov_char: int | None
    index_from: int
    semantics: str


@dataclass(frozen=True, eq=False)
class Encoded:
    """A split as ids.

    Attributes:
      ids: int32, one row a review.
      reviews: int64 `[rows]`, for each row the place of its review in canonical order.
    """

    ids: Ragged
    reviews: NDArray[np.int64]


def encode(ranks: Mapping[str, Ragged], settings: Settings) -> dict[str, Encoded]:
    """Encodes all splits of a corpus.

    Args:
      ranks: split -> int32 ranks, from 1, one row a review, in canonical order; `train` and
        `test` are among the splits.
      settings: an `ImdbKerasConfig`, or anything with its settings.

    Returns:
      Split -> ids, `train` and `test` in Keras's order for the seed, others in canonical order.
      A further split is encoded as `test` is.

    Raises:
      ImdbKerasError: an index does not fit in int32. With `keras` semantics also where Keras
        raises ValueError: `maxlen` leaves a split without a review, or there is no `num_words`
        and a review has no ids at all.
    """
    _check_indices(ranks, settings)
    order = _order({split: len(rows) for split, rows in ranks.items()}, settings.seed)
    shuffled = {split: rows.take(order[split]) for split, rows in ranks.items()}
    if settings.semantics == "documented":
        return {
            split: Encoded(_encode_documented(rows, settings), order[split])
            for split, rows in shuffled.items()
        }
    return _encode_keras(shuffled, order, settings)


def _order(sizes: Mapping[str, int], seed: int) -> dict[str, NDArray[np.int64]]:
    """Keras's order of each split: one generator shuffles train first, then goes on with test."""
    rng = np.random.RandomState(seed)
    order = {split: np.arange(size) for split, size in sizes.items()}
    for split in SHUFFLED:
        rng.shuffle(order[split])
    return order


def _encode_documented(ranks: Ragged, settings: Settings) -> Ragged:
    keep = ranks.values > settings.skip_top
    if settings.num_words is not None:
        keep &= ranks.values < settings.num_words - settings.index_from
    ids = Ragged(ranks.values + np.int32(settings.index_from), ranks.row_splits)
    ids = _cut(ids, keep, settings.oov_char)
    if settings.start_char is not None:
        ids = ids.prepend(settings.start_char)
    return ids if settings.maxlen is None else ids.truncate(settings.maxlen)


def _encode_keras(
    ranks: Mapping[str, Ragged], order: Mapping[str, NDArray[np.int64]], settings: Settings
) -> dict[str, Encoded]:
    encoded = {}
    for split, rows in ranks.items():
        ids = Ragged(rows.values + np.int32(settings.index_from), rows.row_splits)
        if settings.start_char is not None:
            ids = ids.prepend(settings.start_char)
        reviews = order[split]
        if settings.maxlen:  # Keras takes 0 for no limit
            short = np.flatnonzero(ids.lengths < settings.maxlen)
            if not len(short):
                raise ImdbKerasError(
                    f"maxlen={settings.maxlen} leaves no review in {split}: with keras semantics "
                    "reviews of that length and above are removed; use a larger maxlen"
                )
            ids, reviews = ids.take(short), reviews[short]
        encoded[split] = Encoded(ids, reviews)

    num_words = settings.num_words
    if not num_words:  # Keras takes 0 for no limit
        # The code takes the highest index present for the limit, which excludes that index.
        present = [encoded[split].ids for split in SHUFFLED]
        if any(not ids.lengths.all() for ids in present):
            raise ImdbKerasError(
                "a review has no ids at all, for which keras semantics without num_words has no "
                "result; set num_words or start_char"
            )
        num_words = max(int(ids.values.max()) for ids in present)

    for split, part in encoded.items():
        keep = (part.ids.values >= settings.skip_top) & (part.ids.values < num_words)
        encoded[split] = Encoded(_cut(part.ids, keep, settings.oov_char), part.reviews)
    return encoded


def _cut(ids: Ragged, keep: NDArray[np.bool_], oov_char: int | None) -> Ragged:
    """Puts `oov_char` in the place of ids that are not kept, or leaves them out if it is None."""
    if oov_char is None:
        return ids.keep_values(keep)
    return Ragged(np.where(keep, ids.values, np.int32(oov_char)), ids.row_splits)


def _check_indices(ranks: Mapping[str, Ragged], settings: Settings) -> None:
    limits = np.iinfo(np.int32)
    highest = max(int(rows.values.max(initial=0)) for rows in ranks.values())
    indices = {
        "index_from plus the highest rank": settings.index_from + highest,
        "start_char": settings.start_char,
        "oov_char": settings.oov_char,
    }
    for what, index in indices.items():
        if index is not None and not limits.min <= index <= limits.max:
            raise ImdbKerasError(
                f"{what} is {index}, which does not fit in int32; use a smaller one"
            )
