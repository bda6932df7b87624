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
    tokens = cut(texts)
    return Tokens(without_spaces(tokens.words), tokens.row_splits)


def cut(texts: Ragged) -> Tokens:
    """The words of many texts, each with the spaces that follow it up to the next word.

    That is all of a text in one piece, so that no byte has to be moved: to tell the words of a
    whole corpus apart, `without_spaces` need only see the distinct ones.

    Args:
      texts: see `tokenize`.
    """
    text = texts.values.tobytes().translate(_NORMALIZE)
    in_word = np.frombuffer(text, np.uint8) != _SPACE
    # A word starts behind a space, or where its text does; behind the last one is the end.
    is_start = np.empty(len(text) + 1, np.bool_)
    np.greater(in_word[1:], in_word[:-1], out=is_start[1:-1])
    first = texts.row_splits[:-1][texts.lengths > 0]
    is_start[first] = in_word[first]
    is_start[-1] = True
    starts = np.flatnonzero(is_start)
    return Tokens(
        words=pa.LargeBinaryArray.from_buffers(
            pa.large_binary(), len(starts) - 1, [None, pa.py_buffer(starts), pa.py_buffer(text)]
        ),
        row_splits=np.searchsorted(starts[:-1], texts.row_splits),
    )


def without_spaces(words: pa.LargeBinaryArray) -> pa.LargeBinaryArray:
    """The words themselves, of those that `cut` gives or of the distinct ones among them."""
    _, offsets, data = words.buffers()
    bounds = np.frombuffer(offsets, np.int64)[words.offset :][: len(words) + 1]
    text = bytes(memoryview(data or b"")[bounds[0] : bounds[-1]])
    ends = np.zeros(len(words) + 1, np.int64)
    if len(words):
        in_word = np.frombuffer(text, np.uint8) != _SPACE
        lengths = np.add.reduceat(in_word, bounds[:-1] - bounds[0], dtype=np.int64)
        np.cumsum(lengths, out=ends[1:])
    letters = text.replace(bytes([_SPACE]), b"")
    return pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(words), [None, pa.py_buffer(ends), pa.py_buffer(letters)]
    )
