import pathlib
import tempfile

import pytest
import tensorflow_datasets as tfds
from hypothesis import given
from hypothesis import strategies as st

from imdb_keras_tfds.storage.shards import ExampleWriter, raw

TFRECORD = tfds.core.FileFormat.TFRECORD


def flipped(record: bytes, bit: int) -> bytes:
    changed = bytearray(record)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_tfrecords_are_read_as_they_were_written(examples: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "shard"
        ExampleWriter(TFRECORD).write(path, enumerate(examples))
        assert list(raw(path, TFRECORD)) == examples


def test_a_flipped_bit_anywhere_in_a_tfrecord_is_found(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "shard"
    ExampleWriter(TFRECORD).write(path, enumerate([b"one", b"three"]))
    content = path.read_bytes()
    for bit in range(8 * len(content)):
        path.write_bytes(flipped(content, bit))
        with pytest.raises(ValueError, match=r"checksum|ends within"):
            list(raw(path, TFRECORD))
    for size in range(1, len(content)):
        path.write_bytes(content[:size])
        records = raw(path, TFRECORD)
        if size == 19:
            assert list(records) == [b"one"]
        else:
            with pytest.raises(ValueError, match="the file ends within it"):
                list(records)
