"""Cuts review texts into words, by the rule of Keras's `Tokenizer` as Python 2 applied it to bytes.

The rule (Keras 1, `keras.preprocessing.text`, run under CPython 2.7):

1. ASCII capitals become lower case; a byte of 0x80 and above is never touched, so `É` stays `É`.
2. Each of the characters of `FILTERS` becomes a space. The apostrophe is not among them.
3. Words are what stands between spaces (0x20). No other white space separates.

Usage:

    tokenizer.words(b"Don't miss it!<br />")   # [b"don't", b"miss", b"it", b"br"]
"""

import string
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..ragged import Ragged

FILTERS = b'!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
"""The characters that separate words as the space does (Keras, `base_filter`)."""

_SPACE = 0x20

_SEPARATORS = FILTERS + bytes([_SPACE])

_NORMALIZE = bytes.maketrans(
    FILTERS + string.ascii_uppercase.encode(),
    b" " * len(FILTERS) + string.ascii_lowercase.encode(),
)


@dataclass(frozen=True, eq=False)
class Tokens:
    """The words of a number of reviews.

    Attributes:
      words: bytes, `[row_splits[-1]]`, the words of all reviews one behind the other.
      row_splits: int64 `[reviews + 1]`; review `i` has `words[row_splits[i]:row_splits[i + 1]]`.
    """

    words: pa.LargeBinaryArray
    row_splits: NDArray[np.int64]


def words(text: bytes) -> list[bytes]:
    """The words of one text.

    Args:
      text: UTF-8, or any other bytes that agree with ASCII below 0x80.

    Returns:
      Its words in order; none is empty.
    """
    return [word for word in text.translate(_NORMALIZE).split(b" ") if word]


def tokenize(texts: Ragged) -> Tokens:
    """The words of many texts at once: the same words as `words` gives for each.

    Args:
      texts: uint8, one text a row.

    Returns:
      The words, with as many rows as `texts`.
    """
    text = texts.values.tobytes()
    in_word = np.frombuffer(text.translate(_NORMALIZE), np.uint8) != _SPACE
    # A word starts behind a space or where its text does, and ends likewise. One array serves for
    # both, as the first touch of new memory takes longer than what is computed there.
    has_text = texts.lengths > 0
    first, last = texts.row_splits[:-1][has_text], texts.row_splits[1:][has_text] - 1
    is_edge = np.empty_like(in_word)
    np.greater(in_word[1:], in_word[:-1], out=is_edge[1:])
    is_edge[first] = in_word[first]
    starts = np.flatnonzero(is_edge)
    np.greater(in_word[:-1], in_word[1:], out=is_edge[:-1])
    is_edge[last] = in_word[last]
    lengths = np.flatnonzero(is_edge)
    lengths += 1
    lengths -= starts

    # Without the spaces the words stand one right behind the other, as Arrow wants them.
    offsets = np.zeros(len(starts) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return Tokens(
        words=pa.LargeBinaryArray.from_buffers(
            pa.large_binary(),
            len(starts),
            [None, pa.py_buffer(offsets), pa.py_buffer(text.translate(_NORMALIZE, _SEPARATORS))],
        ),
        row_splits=np.searchsorted(starts, texts.row_splits),
    )
