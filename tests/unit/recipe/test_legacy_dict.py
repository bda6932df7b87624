import hashlib

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imdb_keras_tfds.recipe.legacy_dict import iteration_order, string_hashes

# Printed by CPython 2.7.18 (64 bit): MD5 of ' '.join(d) for a dict filled with 'w0', 'w1', ... of
# so many keys. The numbers lie at and beside the sizes at which a dict is rebuilt.
RECORDED_ORDERS = [
    (1, "7e75f6129f583b656699d3e99707f311"),
    (5, "a2e97a85464c86678886c08778e670ce"),
    (6, "aeb837326ceb3cf95894e693ec4d01ec"),
    (21, "7f04f5dfaea6872eea4a5e5a72431611"),
    (22, "8c4d682e2f87d1e7932216b49d3ca880"),
    (85, "c84bcedbc30726c748af7770253c9778"),
    (86, "c027283d947000f23834d107d215b131"),
    (1365, "87aab3b7236474665d845063a26141a4"),
    (1366, "99323204a18298d6b7bb751cebea5499"),
    (50000, "2faad32f120b7eec6d461207733ff45b"),
    (50001, "4eedd4688fcfc0778c48654da251f5e6"),
    (87381, "b70c48000c7b48b082f00c17c1ffbc32"),
    (87382, "dc7716a4e579be7d50842ba47e54665b"),
    (120000, "18aa93d50f95e1c69ccbfa03a922cdbe"),
]

# hash(word), printed by the same.
RECORDED_HASHES = [
    (b"a", 12_416_037_344),
    (b"the", -1_495_230_934_636_648_966),
    (b"don't", 1_711_716_545_879_208_455),
    (b"\xc3\x89douard", -3_916_859_059_348_731_509),
    (b"0000000000000000000000000000000000000000", 8_204_957_921_956_483_240),
]


def words_of(words: list[bytes]) -> pa.LargeBinaryArray:
    return pa.array(words, pa.large_binary())


class Dict27:
    """A CPython 2.7 dict, insertion by insertion, as Objects/dictobject.c has it."""

    def __init__(self) -> None:
        self.slots: list[int | None] = [None] * 8
        self.hashes: list[int] = []

    def insert(self, hashed: int) -> None:
        self.hashes.append(hashed)
        self._place(len(self.hashes) - 1)
        used = len(self.hashes)
        if used * 3 >= len(self.slots) * 2:
            wanted = used * (2 if used > 50_000 else 4)
            size = 8
            while size <= wanted:
                size *= 2
            keys = self.order()
            self.slots = [None] * size
            for key in keys:
                self._place(key)

    def order(self) -> list[int]:
        return [key for key in self.slots if key is not None]

    def _place(self, key: int) -> None:
        mask = len(self.slots) - 1
        i = perturb = self.hashes[key]
        while self.slots[i & mask] is not None:
            i = (5 * i + perturb + 1) & (2**64 - 1)
            perturb >>= 5
        self.slots[i & mask] = key


@pytest.mark.parametrize(("keys", "digest"), RECORDED_ORDERS)
def test_the_order_is_the_one_of_cpython(keys: int, digest: str) -> None:
    words = [b"w%d" % i for i in range(keys)]
    order = iteration_order(string_hashes(words_of(words)))
    joined = b" ".join(words[i] for i in order)
    assert hashlib.md5(joined, usedforsecurity=False).hexdigest() == digest


@pytest.mark.parametrize(("word", "hashed"), RECORDED_HASHES)
def test_a_hash_is_the_one_of_cpython(word: bytes, hashed: int) -> None:
    assert string_hashes(words_of([b"other", word])).view(np.int64)[1] == hashed


def test_hashes_of_a_part_of_an_array() -> None:
    words = words_of([b"one", b"two", b"", b"three"])
    assert string_hashes(words[1:3]).tolist() == string_hashes(words).tolist()[1:3]


def test_no_words() -> None:
    assert string_hashes(words_of([])).tolist() == []
    assert iteration_order(np.empty(0, np.uint64)).tolist() == []


# Hashes that agree in their low bits, or altogether, make keys meet again and again.
crowded = st.sampled_from([0, 1, 2, 8, 16, 2**63, 2**64 - 1]) | st.integers(0, 40)


@given(st.lists(crowded | st.integers(0, 2**64 - 1), max_size=120))
def test_the_order_is_the_one_of_inserting_key_by_key(hashes: list[int]) -> None:
    legacy = Dict27()
    for hashed in hashes:
        legacy.insert(hashed)
    assert iteration_order(np.array(hashes, np.uint64)).tolist() == legacy.order()
