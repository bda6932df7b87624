from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imdb_keras_tfds import ImdbKerasError
from imdb_keras_tfds.storage.canonical import parse_canonical
from imdb_keras_tfds.storage.wire import serialize
from tests.helpers import records
from tests.helpers.records import Record

FormAndRows = tuple[Sequence[str], list[Record]]


@given(records.forms_and_rows())
def test_canonical_records_are_parsed(found: FormAndRows) -> None:
    features, rows = found
    parsed = parse_canonical(serialize(records.records_of(*found)), features)
    assert records.comparable(parsed) == records.comparable(rows)
    assert parsed.tokens.values.dtype == parsed.ratings.dtype == np.int32
    assert parsed.labels.dtype == np.int64


@given(records.forms_and_rows(min_size=1), st.sampled_from(records.FORMS))
def test_records_of_one_form_are_none_of_another(found: FormAndRows, other: Sequence[str]) -> None:
    features, _ = found
    examples = serialize(records.records_of(*found))
    if other != features:
        with pytest.raises(ImdbKerasError, match="record 0 has not the form that a build writes"):
            parse_canonical(examples, other)


FEATURES = records.FORMS[-1]

(ONE,) = serialize(
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


@given(st.binary(max_size=80) | st.integers(0, 8 * len(ONE) - 1).map(lambda bit: flipped(ONE, bit)))
def test_what_is_parsed_has_no_other_form(record: bytes) -> None:
    try:
        parsed = parse_canonical([record], FEATURES)
    except ImdbKerasError as error:
        assert "record 0 has not the form that a build writes" in str(error)
    else:
        assert serialize(parsed) == [record]


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


@pytest.mark.parametrize("byte", range(len(ONE)))
def test_no_other_byte_anywhere_gives_the_same(byte: int) -> None:
    for bit in range(8):
        changed = flipped(ONE, 8 * byte + bit)
        try:
            parsed = parse_canonical([ONE, changed, ONE], FEATURES)
        except ImdbKerasError as error:
            assert "record 1 has not the form that a build writes" in str(error)
        else:
            assert serialize(parsed) == [ONE, changed, ONE]


@pytest.mark.parametrize("label", [-(2**63), -1, 0, 1, 2**63 - 1])
@pytest.mark.parametrize("rating", [-(2**31), 0, 2**31 - 1])
def test_numbers_are_those_of_their_types(label: int, rating: int) -> None:
    row = Record(id="", label=label, rating=rating, tokens=np.array([0, 127, 128, 2**31 - 1]))
    features = records.FORMS[0]
    (example,) = serialize(records.records_of(features, [row]))
    parsed = parse_canonical([example], features)
    assert (parsed.labels.tolist(), parsed.ratings.tolist()) == ([label], [rating])
    assert parsed.tokens.tolist() == [row.tokens.tolist()]


def test_a_number_of_more_bits_than_its_type_has_another_form() -> None:
    least = b"\xff" * 9  # of -1, the last byte of which has one bit
    (example,) = serialize(
        records.records_of(
            records.FORMS[0], [Record(id="", label=-1, rating=1, tokens=np.array([1]))]
        )
    )
    assert example.count(least + b"\x01") == 1
    for last in (b"\x00", b"\x03", b"\x7f", b"\x81"):
        with pytest.raises(ImdbKerasError, match="record 0 has not the form"):
            parse_canonical([example.replace(least + b"\x01", least + last)], records.FORMS[0])


def test_of_no_records_there_are_none() -> None:
    parsed = parse_canonical([], FEATURES)
    assert (parsed.ids, parsed.tokens.tolist()) == ([], [])
