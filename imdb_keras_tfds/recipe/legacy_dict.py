"""The order in which a CPython 2.7 dict iterates over its keys.

Keras ranked words of equal count, and wrote its word index, in the order of such a dict. This is
the 64-bit build without hash randomisation (Objects/stringobject.c and Objects/dictobject.c of
CPython 2.7), for a dict into which byte strings are only ever inserted.

Usage:

    words = pa.array([b"the", b"and", b"a"], pa.large_binary())
    legacy_dict.iteration_order(legacy_dict.string_hashes(words))   # array([1, 2, 0])
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_HASH_MULTIPLIER = np.uint64(1_000_003)
_MINUS_ONE = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_MINUS_TWO = np.uint64(0xFFFF_FFFF_FFFF_FFFE)

_MIN_SLOTS = 8
_LARGE_DICT = 50_000
_PERTURB_SHIFT = np.uint64(5)


def string_hashes(words: pa.LargeBinaryArray) -> NDArray[np.uint64]:
    """`hash(word)` of each byte string (CPython 2.7, `string_hash`).

    Args:
      words: byte strings.

    Returns:
      uint64 `[len(words)]`; CPython reads the same bits as a signed number.
    """
    offsets = np.frombuffer(words.buffers()[1], np.int64)[words.offset :][: len(words) + 1]
    letters = np.frombuffer(words.buffers()[2] or b"", np.uint8).astype(np.uint64)
    starts, lengths = offsets[:-1], np.diff(offsets)

    hashes = np.zeros(len(words), np.uint64)
    # Longest words first: those that have an i-th byte are then a head of the array.
    by_length = np.argsort(-lengths, kind="stable")
    rising = np.sort(lengths)
    for i in range(int(lengths.max(initial=0))):
        longer = by_length[: len(words) - np.searchsorted(rising, i, side="right")]
        letter = letters[starts[longer] + i]
        if i == 0:
            hashes[longer] = letter << np.uint64(7)
        hashes[longer] = (_HASH_MULTIPLIER * hashes[longer]) ^ letter
    hashes ^= lengths.astype(np.uint64)
    # -1 tells CPython's callers of an error, so no string has it.
    hashes[hashes == _MINUS_ONE] = _MINUS_TWO
    return hashes


def iteration_order(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The iteration order of a dict of distinct keys with these hashes, inserted one by one.

    Args:
      hashes: uint64 `[keys]`, in order of insertion; the keys differ, their hashes may not.

    Returns:
      int64 `[keys]`, the numbers of the keys in order of iteration.
    """
    order = np.empty(0, np.int64)
    slots = _MIN_SLOTS
    while True:
        # A dict is rebuilt as soon as it is two thirds full (`insertdict`).
        used = min(-(-slots * 2 // 3), len(hashes))
        insertion = np.concatenate([order, np.arange(len(order), used)])
        order = insertion[np.argsort(_final_slots(hashes[insertion], slots))]
        if used * 3 < slots * 2:
            return order
        wanted = used * (2 if used > _LARGE_DICT else 4)
        slots = _MIN_SLOTS
        while slots <= wanted:
            slots *= 2


def _final_slots(hashes: NDArray[np.uint64], slots: int) -> NDArray[np.uint64]:
    """The slot that each key takes when the keys go one by one into an empty table.

    One by one, a key takes the first slot on its probing path that no earlier key has. The same
    comes of letting all keys probe at once, each slot keeping the earliest key that has asked for
    it and sending the others on, until nobody is sent on: an earlier key always wins, whenever it
    comes.
    """
    mask = np.uint64(slots - 1)
    perturb = hashes.copy()
    probe = hashes.copy()
    nobody = len(hashes)
    owners = np.full(slots, nobody)
    seeking = np.arange(len(hashes))
    while len(seeking):
        slot: NDArray[np.uint64] = probe[seeking] & mask
        before = owners[slot]
        np.minimum.at(owners, slot, seeking)
        wins = owners[slot] == seeking
        sent_on = before[wins & (before != nobody)]
        seeking = np.concatenate([seeking[~wins], sent_on])
        probe[seeking] = np.uint64(5) * probe[seeking] + perturb[seeking] + np.uint64(1)
        perturb[seeking] >>= _PERTURB_SHIFT
    final: NDArray[np.uint64] = probe & mask
    return final
