"""Which words settings keep, as far as that can be told without a review.

Usage:

    cuts.word_indices(ImdbKerasConfig(num_words=10_000), 88_584)   # range(4, 10000)
    cuts.why_no_word(ImdbKerasConfig(num_words=2), 88_584)   # "num_words=2 and skip_top=0 ..."
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .sequences import Settings


def word_indices(settings: Settings, vocabulary_size: int, limit: int | None = None) -> range:
    """The indices that words may have after those below and above were cut.

    Args:
      settings: as for `sequences.encode`.
      vocabulary_size: the number of words.
      limit: see `sequences.Encoding.limit`; None where it is not known, or there is none.
    """
    first = settings.index_from + 1
    stop = first + vocabulary_size
    if settings.num_words:  # Keras takes 0 for no limit.
        stop = min(stop, settings.num_words)
    if limit is not None:
        stop = min(stop, limit)
    if settings.semantics == "keras":
        first = max(first, settings.skip_top)
    else:
        first += settings.skip_top
    # Keras takes numbers that are not whole.
    return range(math.ceil(first), math.ceil(stop))


def why_no_word(settings: Settings, vocabulary_size: int, limit: int | None = None) -> str | None:
    """Why settings leave no word in any review; None if they leave some.

    Args:
      settings: as for `word_indices`, and so are the others.
      vocabulary_size: see there.
      limit: see there.
    """
    if settings.semantics == "documented" and settings.maxlen is not None:
        has_marker = settings.start_char is not None
        if settings.maxlen <= has_marker:
            return f"maxlen={settings.maxlen} leaves no word in any review; use a larger maxlen"
    if not word_indices(settings, vocabulary_size, limit):
        return (
            f"num_words={settings.num_words} and skip_top={settings.skip_top} leave no word in any "
            f"review, as the indices of words begin with {settings.index_from + 1}; use a larger "
            "num_words or a smaller skip_top"
        )
    return None
