import random
from collections.abc import Iterator

import pytest

from imdb_keras_tfds.source.unpacked import LimitError, Unpacked


def chunks(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


@pytest.mark.parametrize("size", [700, 2048, 1 << 20])
def test_what_is_taken_and_skipped_is_in_order(size: int) -> None:
    chance = random.Random(1)
    content = chance.randbytes(512 * 400)
    found = Unpacked(chunks(content, size), len(content))
    while found.place < len(content):
        start = found.place
        size = min(chance.choice([0, 1, 512, 700, 6000]), len(content) - start)
        if chance.random() < 0.5:
            assert found.take(size) == content[start : start + size]
        else:
            found.skip(size)
        assert found.place == start + -(-size // 512) * 512
    assert found.rest_is_zeros()
    with pytest.raises(EOFError):
        found.take(1)


def test_what_is_missing_is_found() -> None:
    for take in (Unpacked.take, Unpacked.skip):
        with pytest.raises(EOFError):
            take(Unpacked(iter([b"x" * 100]), 1000), 100)  # its block is not filled up


def test_no_more_than_the_limit_is_read() -> None:
    for number in (1025, 10 << 20):
        with pytest.raises(LimitError):
            Unpacked(chunks(bytes(number), 1 << 20), 1024).take(512)
    found = Unpacked(chunks(bytes(1024), 1 << 20), 1024)
    with pytest.raises(LimitError):
        found.skip(1 << 63)
    found.skip(1024)


def test_the_rest_is_zeros_or_not() -> None:
    for content, zeros in (
        (b"", True),
        (bytes(3 << 20), True),
        (bytes(3 << 20) + b"\1", False),
        (b"\1" + bytes(3 << 20), False),
    ):
        found = Unpacked(chunks(b"x" * 512 + content, 1 << 20), 4 << 20)
        found.take(512)
        assert found.rest_is_zeros() == zeros
