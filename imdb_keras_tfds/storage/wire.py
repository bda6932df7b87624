"""The bytes of a record: `tf.train.Example` in one canonical form, and back.

Usage:

    examples = serialize(records)
    features = ("id", "tokens", "label", "rating", "movie", "duplicate_of")
    parse(examples, features).tokens[0]   # array([1, 591, 202, 14, ...], dtype=int32)
"""

import functools
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..arrow_arrays import arrow_of, binary_of, binary_of_rows, joined_binary
from ..ragged import Ragged
from .records import Records

# Tags of the length-delimited fields of protobuf messages: field number << 3 | 2. Field 1 of
# Example holds the Features, of Features a map entry, of an entry the name, of a list the values.
FIRST = b"\x0a"

VALUE_OF_ENTRY = b"\x12"

BYTES_LIST = b"\x0a"

INT64_LIST = b"\x1a"

_ROWS_AT_ONCE = 1_000
"""The varints of so many rows are made at once: what that takes has room in a processor's cache."""


def serialize(records: Records, varints: pa.LargeBinaryArray | None = None) -> list[bytes]:
    """Serialises records as `tf.train.Example`, straight from the flat arrays.

    The map of features, which Python's protobuf serialises in another order in each process, is in
    ascending order of their names.

    Args:
      records: whole records.
      varints: those of their tokens, if they are there already; see `varints_of`.

    Returns:
      For each record the bytes of TFDS's serialiser, or rather those that
      `SerializeToString(deterministic=True)` gives for them.
    """
    columns = [
        *_strings(records, "duplicate_of"),
        *_strings(records, "id"),
        _numbers(b"label", records.labels),
        *_strings(records, "movie"),
        _numbers(b"rating", records.ratings),
    ]
    if records.texts is not None:
        texts = binary_of_rows(records.texts.values, records.texts.row_splits)
        columns += _entries(b"text", BYTES_LIST, texts)
    columns += _entries(
        b"tokens", INT64_LIST, varints_of(records.tokens) if varints is None else varints
    )
    features = joined_binary(*columns)
    heads = _by_value(_sizes(features), lambda size: FIRST + _varint(size))
    serialized: list[bytes] = joined_binary(heads, features).to_pylist()
    return serialized


def _strings(records: Records, name: str) -> Sequence[pa.LargeBinaryArray]:
    """The parts of the entries of a feature; none where there is none of it."""
    return _entries(name.encode(), BYTES_LIST, records.utf8[name]) if name in records.utf8 else ()


def _entries(
    name: bytes, kind: bytes, values: pa.LargeBinaryArray
) -> tuple[pa.LargeBinaryArray, pa.LargeBinaryArray]:
    """The two parts of the entry of each value."""
    return _by_value(_sizes(values), lambda size: _head(name, kind, size)), values


def _numbers(name: bytes, values: NDArray[Any]) -> pa.LargeBinaryArray:
    """The entry of each number."""

    def entry(number: int) -> bytes:
        value = _varint(number)
        return _head(name, INT64_LIST, len(value)) + value

    return _by_value(values, entry)


def _by_value(values: NDArray[Any], made: Callable[[int], bytes]) -> pa.LargeBinaryArray:
    """What is made of each value, once for all that are equal."""
    distinct, places = np.unique(values, return_inverse=True)
    return binary_of(list(map(made, distinct.tolist()))).take(arrow_of(places))


def _sizes(values: pa.LargeBinaryArray) -> NDArray[np.int64]:
    return np.diff(np.frombuffer(values.buffers()[1], np.int64)[: len(values) + 1])


@functools.lru_cache(1 << 14)
def _head(name: bytes, kind: bytes, size: int) -> bytes:
    """What stands in an entry before a value of so many bytes."""
    head = b""
    if size or kind != INT64_LIST:  # Packed numbers are left out if there are none.
        head = FIRST + _varint(size)
    for tag in (kind, VALUE_OF_ENTRY):
        head = tag + _varint(len(head) + size) + head
    head = FIRST + _varint(len(name)) + name + head
    return FIRST + _varint(len(head) + size) + head


@functools.lru_cache(1 << 14)
def _varint(value: int) -> bytes:
    """The base-128 varint of an int64; protobuf writes a negative one as if unsigned."""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def varints_of(rows: Ragged) -> pa.LargeBinaryArray:
    """The varints of rows of numbers of 31 bits, a string of them a row."""
    firsts = range(0, max(len(rows), 1), _ROWS_AT_ONCE)
    return pa.concat_arrays([_varints_of(rows[first : first + _ROWS_AT_ONCE]) for first in firsts])


def _varints_of(rows: Ragged) -> pa.LargeBinaryArray:
    """The same, of all rows at once."""
    values = rows.values.astype(np.uint32)
    # Whether a number reaches its second byte, its third, and so on.
    reaches = [
        values >= np.uint32(1 << shift)
        for shift in range(7, int(values.max(initial=0)).bit_length(), 7)
    ]
    sizes = np.ones(len(values), np.uint8)
    for reach in reaches:
        sizes += reach
    places = np.append(0, np.cumsum(sizes, dtype=np.int64))
    bounds, places = places[rows.row_splits], places[:-1]
    varints = np.empty(bounds[-1], np.uint8)
    more = [*reaches, np.zeros(len(values), np.bool_)]
    varints[places] = values.astype(np.uint8) & 0x7F | more[0].view(np.uint8) << 7
    for byte, reach in enumerate(reaches, start=1):
        numbers = np.flatnonzero(reach)
        digits = (values[numbers] >> np.uint32(7 * byte)).astype(np.uint8) & 0x7F
        varints[places[numbers] + byte] = digits | more[byte][numbers].view(np.uint8) << 7
    return binary_of_rows(varints, bounds)


def parse(serialized: Sequence[bytes], features: Collection[str]) -> Records:
    """Parses serialised records, all by one call.

    Args:
      serialized: their bytes.
      features: of each record, those of one of version 1.0.0 lack `movie` and `duplicate_of`.
    """
    parsed = parse_features(serialized, *features)

    def strings(feature: str) -> list[str] | None:
        if feature not in parsed:
            return None
        return [value.decode() for value in parsed[feature].numpy().tolist()]

    return Records(
        ids=strings("id") or [],
        tokens=flat_tokens(parsed["tokens"]),
        labels=parsed["label"].numpy(),
        ratings=parsed["rating"].numpy().astype(np.int32),
        movies=strings("movie"),
        duplicate_of=strings("duplicate_of"),
        texts=_joined(parsed["text"].numpy().tolist()) if "text" in parsed else None,
    )


def _joined(texts: Sequence[bytes]) -> Ragged:
    lengths = np.array([len(text) for text in texts], np.int64)
    return Ragged.from_lengths(np.frombuffer(b"".join(texts), np.uint8), lengths)


def parse_features(serialized: Sequence[bytes], *features: str) -> dict[str, Any]:
    """The tensors of some features; tokens are ragged."""
    import tensorflow as tf

    text = tf.io.FixedLenFeature((), tf.string)
    types = {
        "id": text,
        "tokens": tf.io.RaggedFeature(tf.int64, row_splits_dtype=tf.int64),
        "label": tf.io.FixedLenFeature((), tf.int64),
        "rating": tf.io.FixedLenFeature((), tf.int64),
        "movie": text,
        "duplicate_of": text,
        "text": text,
    }
    # A list it would take several times as long over.
    examples = tf.constant(serialized, tf.string)
    parsed: dict[str, Any] = tf.io.parse_example(
        examples, {feature: types[feature] for feature in features}
    )
    return parsed


def flat_tokens(tokens: Any) -> Ragged:
    """A ragged tensor of int64 tokens as flat arrays."""
    import tensorflow as tf

    # `numpy()` makes a copy.
    values = np.asarray(memoryview(tf.cast(tokens.values, tf.int32)))
    return Ragged(values, tokens.row_splits.numpy())
