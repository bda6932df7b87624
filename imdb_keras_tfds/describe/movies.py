"""Counts the reviews of each movie of a dataset.

Usage:

    movies = most_reviewed(records)
    movies[0].title, movies[0].reviews["train"]   # "tt0022100", 30
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..storage.records import Records
from .links import SPLIT_ORDER

SHOWN = 10
"""So many of the most reviewed movies are told."""


@dataclass(frozen=True)
class Movie:
    """A movie, and how often it is reviewed.

    Attributes:
      title: that of IMDb, `tt0105265`.
      reviews: split -> the number of its reviews.
    """

    title: str
    reviews: Mapping[str, int]


def most_reviewed(records: Mapping[str, Records]) -> list[Movie]:
    """The movies with the most reviews in all splits together; of as many, by their titles.

    Args:
      records: split -> its records.

    Returns:
      At most `SHOWN`; none where no movie is known, as in version 1.0.0.
    """
    order = sorted(records, key=SPLIT_ORDER.index)
    of_splits = [np.array(records[split].movies or [], np.str_) for split in order]
    titles, movie = np.unique(np.concatenate(of_splits), return_inverse=True)
    split = np.repeat(np.arange(len(order)), [len(movies) for movies in of_splits])
    cells = movie * len(order) + split
    counts = np.bincount(cells, minlength=len(titles) * len(order)).reshape(-1, len(order))
    most = np.argsort(-counts.sum(axis=1), kind="stable")
    most = most[titles[most] != ""][:SHOWN]
    return [
        Movie(str(titles[place]), dict(zip(order, counts[place].tolist(), strict=True)))
        for place in most.tolist()
    ]
