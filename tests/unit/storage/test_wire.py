import pathlib
import tempfile
from collections.abc import Callable, Sequence

import numpy as np
import pytest
import tensorflow_datasets as tfds
from hypothesis import given
from hypothesis import strategies as st

from imdb_keras_tfds import ImdbKerasError
from imdb_keras_tfds.storage.canonical import parse_canonical
from imdb_keras_tfds.storage.records import Record
from imdb_keras_tfds.storage.shards import ExampleWriter, raw
from imdb_keras_tfds.storage.wire import serialize
from tests.helpers import records

TFRECORD = tfds.core.FileFormat.TFRECORD

FormAndRows = tuple[Sequence[str], list[Record]]


@given(records.forms_and_rows())
def test_canonical_records_are_parsed(found: FormAndRows) -> None:
    features, rows = found
    parsed = parse_canonical(list(serialize(records.records_of(*found))), features)
    assert records.comparable(parsed) == records.comparable(rows)
    assert parsed.tokens.values.dtype == parsed.ratings.dtype == np.int32
    assert parsed.labels.dtype == np.int64


@given(records.forms_and_rows(min_size=1), st.sampled_from(records.FORMS))
def test_records_of_one_form_are_none_of_another(found: FormAndRows, other: Sequence[str]) -> None:
    features, _ = found
    examples = list(serialize(records.records_of(*found)))
    if other != features:
        with pytest.raises(ImdbKerasError, match="record 0 has not the form that a build writes"):
            parse_canonical(examples, other)


FEATURES = records.FORMS[-1]

ONE = next(
    serialize(
        records.records_of(
            FEATURES,
            [
                Record(
                    id="train/pos/1_9",
                    label=1,
                    rating=9,
                    tokens=np.array([1, 300, 70_000]),
                    movie="tt0105265",
                    duplicate_of="",
                    text=b"Fine.",
                )
            ],
        )
    )
)


@given(st.binary(max_size=80) | st.integers(0, 8 * len(ONE) - 1).map(lambda bit: flipped(ONE, bit)))
def test_what_is_parsed_has_no_other_form(record: bytes) -> None:
    try:
        parsed = parse_canonical([record], FEATURES)
    except ImdbKerasError as error:
        assert "record 0 has not the form that a build writes" in str(error)
    else:
        assert list(serialize(parsed)) == [record]


def flipped(record: bytes, bit: int) -> bytes:
    changed = bytearray(record)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize(
    "change",
    [
        lambda record: b"",
        lambda record: record[:-1],
        lambda record: record + b"\x00",
        lambda record: record + record,
        lambda record: b"\x0a" + b"\xff" * 100_000,
        lambda record: record.replace(b"train/", b"trai\xff/"),
        # A token of 2**32 - 1, one of more bits, one spelt with more bytes than it needs.
        lambda record: record.replace(b"\x01\xac\x02\xf0\xa2\x04", b"\x01\xff\xff\xff\xff\x0f"),
        lambda record: record.replace(b"\x01\xac\x02\xf0\xa2\x04", b"\xff\xff\xff\xff\xff\x01"),
        lambda record: record.replace(b"\x01\xac\x02\xf0\xa2\x04", b"\x81\x00\xac\x02\xf0\x22"),
        lambda record: record.replace(b"\xa2\x04", b"\xa2\x84"),
        lambda record: record.replace(b"rating", b"ratinh"),
        lambda record: record.replace(b"Fine.", b"Fin\xc3."),
        lambda record: record.replace(b"tt0105265", b"tt\xff105265"),
    ],
)
def test_the_record_of_another_form_is_named(change: Callable[[bytes], bytes]) -> None:
    assert change(ONE) != ONE
    with pytest.raises(ImdbKerasError, match=r"^record 12 has not the form that a build writes$"):
        parse_canonical([ONE, ONE, change(ONE), ONE], FEATURES, first=10)


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
