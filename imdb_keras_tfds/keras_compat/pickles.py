"""Encodes ranks and words as the `cPickle` of Python 2.7 did, without pickle.

What it wrote is regular enough to be laid out from flat arrays.

Usage:

    write_reviews(corpus, file.write)       # imdb_full.pkl
    write_word_index(corpus, file.write)    # imdb_word_index.pkl
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..recipe.compact import Ranks
from ..recipe.corpus import Corpus
from ..recipe.sequences import SHUFFLED

Write = Callable[[bytes | memoryview], object]
"""Takes the next bytes of a file: the `write` of a file, or the `update` of a hash."""

_BATCH_SIZE = 1_000


def write_reviews(corpus: Corpus, write: Write) -> None:
    """`data = ((x_train, y_train), (x_test, y_test))`, then `cPickle.dump(data, file, 0)`.

    cPickle numbers (`p1`) whatever something besides its container refers to, and so might be met
    again: the lists, since it iterates over what holds them, and `data`, but not the inner tuples.
    """
    table = encoded_ranks(corpus, lambda rank: b"I%d\na" % rank)
    number = 1
    write(b"(")
    for split in SHUFFLED:
        ranks, labels = corpus.splits[split].ranks, corpus.splits[split].labels
        write(b"((lp%d\n" % number)
        number += 1
        for batch in _batches(0, len(ranks)):
            rows = ranks[batch.start : batch.stop]
            text, word_starts = _encode(rows.values, table)
            pieces: list[bytes | memoryview] = []
            for start, stop in pairwise(word_starts[rows.row_splits].tolist()):
                pieces += (b"(lp%d\n" % number, text[start:stop], b"a")
                number += 1
            write(b"".join(pieces))
        write(b"(lp%d\n" % number)
        number += 1
        write(b"".join(b"I%d\na" % label for label in labels.tolist()))
        write(b"t")
    write(b"tp%d\n." % number)


def write_word_index(corpus: Corpus, write: Write) -> None:
    """`cPickle.dump({word: rank}, file, 0)`, of a dict that was filled in order of rank."""
    order = corpus.vocabulary.legacy_order
    words = corpus.vocabulary.words.take(pa.array(order)).to_pylist()
    number = 1
    pieces = [b"(dp1\n"]
    for word, rank in zip(words, (order + 1).tolist(), strict=True):
        # Python 3 quotes and escapes bytes as Python 2 did its strings, but for the `b`.
        pieces.append(b"S%s\n" % repr(word)[1:].encode())
        # Strings of one byte exist only once in CPython, so cPickle has no need to number them.
        if len(word) > 1:
            number += 1
            pieces.append(b"p%d\n" % number)
        pieces.append(b"I%d\ns" % rank)
    write(b"".join(pieces))
    write(b".")


def write_object_array(ranks: Ranks, table: pa.LargeBinaryArray, write: Write) -> None:
    """An object array of lists of int, which numpy leaves to cPickle, protocol 2.

    Args:
      ranks: one row a list.
      table: see `encoded_ranks`, by `binary_int`.
      write: takes the bytes.
    """
    write(
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02"
        b"K\x00\x85U\x01b\x87Rq\x03(K\x01" + binary_int(len(ranks)) + b"\x85"
        b"cnumpy\ndtype\nq\x04U\x02O8K\x00K\x01\x87Rq\x05"
        b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb\x89]q\x06"
    )
    for batch in _batches(0, len(ranks)):
        rows = ranks[batch.start : batch.stop]
        text, starts = _encode(rows.values, table)
        mark, append = _append(batch)
        pieces: list[bytes | memoryview] = [mark]
        for review, (first, last) in zip(batch, pairwise(rows.row_splits.tolist()), strict=True):
            pieces.append(b"]" + _binary_put(7 + review))
            for words in _batches(first, last):
                before, after = _append(words)
                pieces += (before, text[starts[words.start] : starts[words.stop]], after)
        pieces.append(append)
        write(b"".join(pieces))
    write(b"tb.")


def _batches(start: int, stop: int) -> Iterator[range]:
    """Cuts `range(start, stop)` into what cPickle appends to a list at a time (`BATCHSIZE`)."""
    for first in range(start, stop, _BATCH_SIZE):
        yield range(first, min(first + _BATCH_SIZE, stop))


def _append(batch: range) -> tuple[bytes, bytes]:
    """The opcodes before and after a batch: APPEND for a single item, else MARK and APPENDS."""
    return (b"", b"a") if len(batch) == 1 else (b"(", b"e")


def binary_int(value: int) -> bytes:
    """The shortest of BININT1, BININT2 and BININT; `value` is from 0 up to 2**31."""
    if value < 1 << 8:
        return b"K" + value.to_bytes(1, "little")
    if value < 1 << 16:
        return b"M" + value.to_bytes(2, "little")
    return b"J" + value.to_bytes(4, "little")


def _binary_put(number: int) -> bytes:
    """The shorter of BINPUT and LONG_BINPUT."""
    if number < 1 << 8:
        return b"q" + number.to_bytes(1, "little")
    return b"r" + number.to_bytes(4, "little")


def encoded_ranks(corpus: Corpus, opcode: Callable[[int], bytes]) -> pa.LargeBinaryArray:
    """What each rank is pickled to, at the place of the rank; place 0 is unused."""
    ranks = range(len(corpus.vocabulary) + 1)
    return pa.array([opcode(rank) for rank in ranks], pa.large_binary())


def _encode(
    ranks: NDArray[np.int32], table: pa.LargeBinaryArray
) -> tuple[memoryview, NDArray[np.int64]]:
    """Pickles ranks.

    Args:
      ranks: int32 `[words]`.
      table: see `_encoded_ranks`.

    Returns:
      The text of all of them, and int64 `[words + 1]`, where in it each starts and the last ends.
    """
    encoded = table.take(pa.array(ranks))
    # Arrow holds byte strings as the very thing that is wanted: one behind the other.
    _, starts, text = encoded.buffers()
    return memoryview(text or b""), np.frombuffer(starts, np.int64)[: len(ranks) + 1]
