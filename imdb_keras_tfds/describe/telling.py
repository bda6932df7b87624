"""Finds the words that tell the classes of a dataset apart.

Usage:

    words = telling_words(Words.of(builder, records, corpus), records["train"].labels)
    words["neg"][0].word   # "bad"
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..source.release import LABEL_NAMES
from .words import Words

TELLING = 15
"""So many telling words of each class are told."""

PRIOR = 1_000
"""So many words their prior counts for."""


@dataclass(frozen=True)
class TellingWord:
    """A word that is more frequent in one class than in the other.

    Attributes:
      word: the word.
      counts: occurrences in the negative and in the positive records of `train`.
      z: its z-score, positive for a word of positive reviews.
    """

    word: str
    counts: tuple[int, int]
    z: float


def telling_words(words: Words, labels: NDArray[np.int64]) -> dict[str, list[TellingWord]]:
    """The most telling words of each class, counted in the records of `train`.

    They are those of the highest z-score of the log-odds ratio with an informative Dirichlet prior
    (Monroe, Colaresi and Quinn 2008, "Fightin' Words"). The prior are the words of both classes
    together, as `PRIOR` words, so that rare words need more than a chance to stand out. Words that
    were cut, but have a place in the records, count as one other word.

    Args:
      words: of the dataset.
      labels: `[records of train]`, 0 or 1.

    Returns:
      Class -> its words, the most telling first; none if only one class has words.
    """
    seen = words.seen["train"]
    label_of = np.repeat(labels, seen.lengths)
    counts = np.stack(
        [
            np.bincount(seen.values[label_of == label], minlength=len(words.vocabulary) + 1)
            for label in range(len(LABEL_NAMES))
        ]
    )
    if not counts.sum(axis=1).all():
        return {name: [] for name in LABEL_NAMES}
    posterior = counts + PRIOR * counts.sum(axis=0) / counts.sum()
    others = posterior.sum(axis=1, keepdims=True) - posterior
    # A word that stands alone cannot be more frequent than others.
    ranks = np.flatnonzero((posterior > 0).all(axis=0) & (others > 1e-9).all(axis=0))
    ranks = ranks[ranks > 0]
    neg, pos = np.log(posterior[:, ranks] / others[:, ranks])
    z = (pos - neg) / np.sqrt((1 / posterior[:, ranks]).sum(axis=0))
    order = np.argsort(z, kind="stable")
    chosen = {"neg": order[z[order] < 0][:TELLING], "pos": order[z[order] > 0][::-1][:TELLING]}
    return {
        name: [
            TellingWord(
                words.word(int(ranks[place])),
                (int(counts[0, ranks[place]]), int(counts[1, ranks[place]])),
                float(z[place]),
            )
            for place in places.tolist()
        ]
        for name, places in chosen.items()
    }
