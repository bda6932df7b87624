"""Which reviews of `train` are held out for validation, so that the model knows nothing of them.

A random cut does not do: most reviews that it holds out are of a movie that has other reviews in
what is left, and some are copies of one there. Here whole groups go to one side or the other:

1. Movies that share a review of the very same text are one group, named by the smallest of their
   titles as strings. A review without a movie is a group of its own, named by its id, unless it
   shares its text with others; where none of these has a movie, the smallest id names them.
2. Groups stand in ascending order of the SHA-256 of `"<seed>/<name>"` in UTF-8.
3. One after the other, a group is held out if for every label its reviews still fit; there is room
   for the given percentage of the reviews of that label, rounded down.

The choice depends on nothing else: not on the order of the reviews, nor on a generator of random
numbers that could change.

Usage:

    held_out = held_out_of(corpus.splits["train"], seed=113, percent=20)
    corpus.splits["train"].labels[held_out]   # of the reviews held out
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..errors import ImdbKerasError
from ..source.release import LABEL_NAMES

if TYPE_CHECKING:
    from .corpus import RankedReviews

VALIDATION = "validation"
"""The split of the reviews that are held out."""

MAX_PERCENT = 50
"""Above the half, `train` would be the smaller part."""


def held_out(
    ids: Sequence[str],
    movies: Sequence[str],
    duplicate_of: Sequence[str],
    labels: NDArray[np.int64],
    *,
    seed: int,
    percent: int,
) -> NDArray[np.bool_]:
    """Which reviews are held out; see the module for the rule.

    Args:
      ids: `[reviews]`, all different; those of all of `train`, in any order.
      movies: `[reviews]`, titles; empty where unknown.
      duplicate_of: `[reviews]`, the id of one review of the very same text, the same for all of
        them but itself; empty otherwise.
      labels: `[reviews]`, 0 or 1.
      seed: of the config.
      percent: from 1 to `MAX_PERCENT`.

    Returns:
      `[reviews]`, true where a review is held out.

    Raises:
      ImdbKerasError: no review of some label can be held out.
    """
    groups, names = _groups(ids, movies, duplicate_of)
    kinds, kind = np.unique(labels, return_inverse=True)
    cells = groups * len(kinds) + kind
    counts = np.bincount(cells, minlength=len(names) * len(kinds)).reshape(-1, len(kinds))
    totals = counts.sum(axis=0)
    room = (totals * percent // 100).tolist()
    chosen = np.zeros(len(names), np.bool_)
    sizes = counts.tolist()
    for group in sorted(range(len(names)), key=lambda group: _place(seed, names[group])):
        if all(size <= left for size, left in zip(sizes[group], room, strict=True)):
            room = [left - size for size, left in zip(sizes[group], room, strict=True)]
            chosen[group] = True
    for label, total, taken in zip(kinds, totals, counts[chosen].sum(axis=0), strict=True):
        if not taken:
            raise ImdbKerasError(
                f"a validation split of {percent} % has room for {total * percent // 100:,} of the "
                f"{total:,} reviews of label {LABEL_NAMES[label]} in train, and none of their "
                "groups, by movies and copies, fits; use a larger share, or more reviews"
            )
    return chosen[groups]


def held_out_of(train: RankedReviews, seed: int, percent: int) -> NDArray[np.bool_] | None:
    """The same of the reviews of `train`; None where `percent` is 0, and nothing is held out."""
    if not percent:
        return None
    return held_out(
        train.ids, train.movies, train.duplicate_of, train.labels, seed=seed, percent=percent
    )


def _groups(
    ids: Sequence[str], movies: Sequence[str], duplicate_of: Sequence[str]
) -> tuple[NDArray[np.int64], list[str]]:
    """The number of each review's group, `[reviews]`, and the names of the groups."""
    own, title, original = (np.array(text, np.str_) for text in (ids, movies, duplicate_of))
    has_movie = title != ""
    # Titles come first and in order, so that the smallest number in a group is that of its name.
    titles, of_title = np.unique(title[has_movie], return_inverse=True)
    others, of_other = np.unique(own[~has_movie], return_inverse=True)
    node = np.empty(len(own), np.int64)
    node[has_movie] = of_title
    node[~has_movie] = of_other + len(titles)
    texts, text = np.unique(np.where(original == "", own, original), return_inverse=True)

    # Groups that share a text are put together until none do: that of the larger root is hung below
    # the smaller root, and all of it then points there at once.
    names = [*titles.tolist(), *others.tolist()]
    root = np.arange(len(names))
    while True:
        smallest = np.full(len(texts), len(names))
        np.minimum.at(smallest, text, root[node])
        lower = root.copy()
        np.minimum.at(lower, root[node], smallest[text])
        while not np.array_equal(lower, lower[lower]):
            lower = lower[lower]
        if np.array_equal(lower, root):
            break
        root = lower
    roots, group = np.unique(root[node], return_inverse=True)
    return group, [names[number] for number in roots]


def _place(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"{seed}/{name}".encode()).digest()
