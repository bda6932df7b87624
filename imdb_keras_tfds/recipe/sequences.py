"""Turns ranks into the ids that `load_data` hands out: offset, special indices, cuts, order.

Two semantics: `documented` does what Keras's page promises, `keras` what its code does, bit for
bit. Where they part is told in the README; Keras has kept both since 2017 (pull request 6114).

Usage:

    ranks = {name: split.ranks for name, split in corpus.splits.items()}
    encoding = sequences.encode(ranks, ImdbKerasConfig(num_words=10_000))
    encoding.splits["train"].ids[0]   # array([1, 14, 22, 16, 43, 530, ...], dtype=int32)
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import ImdbKerasError
from ..ragged import Ragged, joined
from .compact import Ranks
from .validation import VALIDATION

# The first touch of new memory takes longer than what is computed in it, so there is little of it.
_ROWS_AT_ONCE = 1_000

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
      reviews: int64 `[rows]`, for each row the place of its review in canonical order, in the split
        that `source_of` tells.
    """

    ids: Ragged
    reviews: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Encoding:
    """All splits of a corpus as ids.

    Attributes:
      splits: split -> its ids.
      limit: words of an index below it were kept; None where there was no limit. It is
        `num_words`, but for `keras` semantics without `num_words`, where the data set it.
    """

    splits: dict[str, Encoded]
    limit: int | None


def source_of(split: str) -> str:
    """The split of the corpus that the reviews of a split are taken from."""
    return "train" if split == VALIDATION else split


def encode(
    ranks: Mapping[str, Ranks], settings: Settings, held_out: NDArray[np.bool_] | None = None
) -> Encoding:
    """Encodes all splits of a corpus.

    Args:
      ranks: split -> ranks, from 1, one row a review, in canonical order.
      settings: an `ImdbKerasConfig`, or anything with its settings.
      held_out: `[reviews of train]`, true where a review goes to a further split, `validation`;
        None makes no such split. See `validation.held_out`.

    Returns:
      The splits as ids, `train` and `test` in Keras's order for the seed, others in canonical
      order. A further split is encoded as `test` is. What is held out for `validation` keeps the
      order that it has in `train`, and so does what stays there; ids are the same as without.

    Raises:
      ImdbKerasError: an index does not fit in int32. With `keras` semantics also where Keras
        raises ValueError: `maxlen` leaves a split without a review, or there is no `num_words`
        and a review has no ids at all.
    """
    reviews, limit = selected(ranks, settings, held_out)

    def encode_split(split: str) -> Encoded:
        places, rows = reviews[split], ranks[source_of(split)]
        parts = (part.ids for part in encode_in_parts(rows, places, settings, limit))
        # A start marker may come before each row.
        most = int(rows.lengths[places].sum()) + len(places)
        return Encoded(joined(parts, most, np.int32), places)

    # NumPy and Arrow let go of the interpreter's lock while they work.
    with ThreadPoolExecutor() as threads:
        encoded = threads.map(encode_split, reviews)
        return Encoding(dict(zip(reviews, encoded, strict=True)), limit)


def encode_in_parts(
    ranks: Ranks,
    places: NDArray[np.int64],
    settings: Settings,
    limit: int | None,
    rows: int = _ROWS_AT_ONCE,
) -> Iterator[Encoded]:
    """Encodes a split part by part.

    Args:
      ranks: of its source, see `encode`.
      places: of its reviews, see `Encoded.reviews`.
      settings: see `encode`.
      limit: see `Encoding.limit`.
      rows: of a part.

    Yields:
      The next rows; none where there is no review.

    Raises:
      ImdbKerasError: an index does not fit in int32.
    """
    for start in range(0, len(places), rows):
        part = places[start : start + rows]
        yield Encoded(encode_ranks(ranks.take(part), settings, limit), part)


@dataclass(frozen=True, eq=False)
class RankFacts:
    """What `keras` semantics asks of the reviews of a split before any is encoded.

    Attributes:
      lengths: int64 `[reviews]`, ranks of each review.
      highest: int32 `[reviews]`, the highest of them; 0 where there is none.
    """

    lengths: NDArray[np.int64]
    highest: NDArray[np.int32]


def rank_facts(ranks: Ranks) -> RankFacts:
    """The facts of reviews, given as ranks."""
    lengths = ranks.lengths
    highest = np.zeros(len(ranks), np.int32)
    rows = ranks[:]
    if len(rows.values):
        has_ranks = lengths > 0
        starts = rows.row_splits[:-1][has_ranks]
        highest[has_ranks] = np.maximum.reduceat(rows.values, starts)
    return RankFacts(lengths, highest)


def needs_facts(settings: Settings) -> bool:
    """Whether `select` will ask for facts."""
    return settings.semantics == "keras" and bool(settings.maxlen or not settings.num_words)


def selected(
    ranks: Mapping[str, Ranks], settings: Settings, held_out: NDArray[np.bool_] | None = None
) -> tuple[dict[str, NDArray[np.int64]], int | None]:
    """What `select` decides of a corpus that is in memory; see `encode` for what goes in."""
    sizes = {split: len(rows) for split, rows in ranks.items()}
    return select(sizes, settings, lambda split: rank_facts(ranks[split]), held_out)


def select(
    sizes: Mapping[str, int],
    settings: Settings,
    facts: Callable[[str], RankFacts],
    held_out: NDArray[np.bool_] | None = None,
) -> tuple[dict[str, NDArray[np.int64]], int | None]:
    """Decides which reviews become records, in which order, and below which index words are kept.

    Args:
      sizes: split -> its number of reviews.
      settings: as for `encode`.
      facts: gives those of a split, if they are needed.
      held_out: as for `encode`; it is of all reviews, those that are removed included.

    Returns:
      Split -> places in canonical order, see `Encoded.reviews`; and `Encoding.limit`.

    Raises:
      ImdbKerasError: where Keras raises ValueError, see `encode`.
    """
    reviews = order(sizes, settings.seed)
    limit = settings.num_words
    if needs_facts(settings):
        known = {split: facts(split) for split in sizes}
        if maxlen := settings.maxlen:  # Keras takes 0 for no limit.
            # Keras counts the start marker, and words that are going to be cut.
            marker = settings.start_char is not None
            reviews = {
                split: places[known[split].lengths[places] + marker < maxlen]
                for split, places in reviews.items()
            }
            _refuse_empty_splits(reviews, settings)
        if not limit:  # Keras takes 0 for no limit.
            limit = _highest_index(
                {
                    split: known[split].highest[reviews[split]]
                    for split in SHUFFLED
                    if split in reviews
                },
                settings,
            )
    if held_out is not None:
        train = reviews["train"]
        reviews |= {"train": train[~held_out[train]], VALIDATION: train[held_out[train]]}
        if settings.semantics == "keras" and settings.maxlen:
            _refuse_empty_splits(reviews, settings)
    return reviews, limit


def order(sizes: Mapping[str, int], seed: int) -> dict[str, NDArray[np.int64]]:
    """Keras's order of the reviews: one generator shuffles train first, and then test.

    Args:
      sizes: split -> its number of reviews.
      seed: for `numpy.random.RandomState`.

    Returns:
      Split -> int64 `[reviews]`, places in canonical order; other splits are not shuffled.
    """
    rng = np.random.RandomState(seed)
    places = {split: np.arange(size) for split, size in sizes.items()}
    for split in SHUFFLED:
        if split in places:
            rng.shuffle(places[split])
    return places


def encode_ranks(ranks: Ragged, settings: Settings, limit: int | None) -> Ragged:
    """Encodes reviews one by one, in the order in which they come; none is removed.

    Args:
      ranks: int32, one row a review; a rank of 0 stands for a word that is always cut.
      settings: as for `encode`; the seed, and `maxlen` with `keras` semantics, do nothing here.
      limit: see `Encoding.limit`.

    Returns:
      int32 ids, one row a review.

    Raises:
      ImdbKerasError: an index does not fit in int32.
    """
    _check_indices(ranks, settings)
    start_char = settings.start_char
    indices = ranks.values + np.int32(settings.index_from)
    lowest = settings.skip_top + 1  # of the ranks that are kept
    if settings.semantics == "keras":
        lowest = settings.skip_top - settings.index_from
        # The code cuts the start marker like a word.
        if start_char is not None and not settings.skip_top <= start_char < (limit or 0):
            start_char = settings.oov_char
    cut = ranks.values < max(lowest, 1)
    if limit is not None:
        cut |= indices >= limit

    if settings.oov_char is None:
        ids = Ragged(indices, ranks.row_splits).keep_values(~cut)
    else:
        np.copyto(indices, np.int32(settings.oov_char), where=cut)
        ids = Ragged(indices, ranks.row_splits)
    if start_char is not None:
        ids = ids.prepend(start_char)
    if settings.semantics == "documented" and settings.maxlen is not None:
        ids = ids.truncate(settings.maxlen)
    return ids


def has_marker(settings: Settings, limit: int | None) -> bool:
    """Whether sequences begin with a start marker, or with what stands for one that was cut.

    Args:
      settings: as for `encode`.
      limit: see `Encoding.limit`.
    """
    no_word = Ragged(np.empty(0, np.int32), np.zeros(2, np.int64))
    return len(encode_ranks(no_word, settings, limit).values) > 0


def _refuse_empty_splits(reviews: Mapping[str, NDArray[np.int64]], settings: Settings) -> None:
    for split, kept in reviews.items():
        if not len(kept):
            raise ImdbKerasError(
                f"maxlen={settings.maxlen} leaves no review in {split}: with keras semantics "
                "reviews of that length and above are removed; use a larger maxlen"
            )


def _highest_index(ranks: Mapping[str, NDArray[np.int32]], settings: Settings) -> int:
    """The highest index present, which Keras takes for a limit that excludes it.

    Args:
      ranks: split -> the highest rank of each review.
      settings: as for `encode`.
    """
    if settings.start_char is None and any(not highest.all() for highest in ranks.values()):
        raise ImdbKerasError(
            "a review has no ids at all, for which keras semantics without num_words has no "
            "result; set num_words or start_char"
        )
    present = [
        int(highest.max()) + settings.index_from for highest in ranks.values() if highest.any()
    ]
    if settings.start_char is not None:
        present.append(settings.start_char)
    return max(present)


def _check_indices(ranks: Ragged, settings: Settings) -> None:
    limits = np.iinfo(np.int32)
    indices = {
        "index_from plus the highest rank": settings.index_from + int(ranks.values.max(initial=0)),
        "start_char": settings.start_char,
        "oov_char": settings.oov_char,
    }
    for what, index in indices.items():
        if index is not None and not limits.min <= index <= limits.max:
            raise ImdbKerasError(
                f"{what} is {index}, which does not fit in int32; use a smaller one"
            )
