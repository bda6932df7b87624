"""Parses records that have the very bytes which a build writes, and refuses all others.

All records of a batch are taken apart at once, field by field, and everything about their form is
looked at on the way: so nothing has to be serialised again to be sure of it.

Usage:

    examples = wire.serialize(records)
    features = ("id", "tokens", "label", "rating", "movie", "duplicate_of")
    parse_canonical(examples, features).tokens[0]   # array([1, 591, 202, 14, ...], dtype=int32)
"""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import ImdbKerasError
from ..ragged import Ragged
from .records import Records
from .wire import BYTES_LIST, FIRST, INT64_LIST, VALUE_OF_ENTRY

_TEXTS, _NUMBERS, _TOKENS = ("duplicate_of", "id", "movie", "text"), ("label", "rating"), "tokens"

_MOST_BYTES = 10
"""Of a varint: as many as 64 bits need."""

_BYTES_OF_TOKEN = 5
"""Of the varint of a token: as many as 31 bits need."""


def parse_canonical(
    serialized: Sequence[bytes], features: Collection[str], first: int = 0
) -> Records:
    """Parses records that have the bytes which `wire.serialize` gives them, without TensorFlow.

    Args:
      serialized: `[records]`, one serialised record each.
      features: of each record; one of version 1.0.0 has no `movie` and no `duplicate_of`.
      first: the number of the first of them, for errors.

    Raises:
      ImdbKerasError: one has not; the error says which.
    """
    cursor = _Cursor(serialized)
    values: dict[str, _Slices] = {}
    cursor.enter(FIRST)
    for name in sorted(features):
        cursor.enter(FIRST)
        cursor.expect(FIRST + bytes([len(name)]) + name.encode())
        cursor.enter(VALUE_OF_ENTRY)
        cursor.enter(BYTES_LIST if name in _TEXTS else INT64_LIST)
        values[name] = cursor.value(may_be_missing=name == _TOKENS)
        for _ in ("list", "feature", "entry"):
            cursor.leave()
    for _ in ("features", "record"):
        cursor.leave()
    numbers = {name: cursor.number(values[name]) for name in _NUMBERS}
    texts = {name: cursor.texts(values[name]) for name in _TEXTS[:3] if name in features}
    tokens = cursor.tokens(values[_TOKENS])
    cursor.wrong |= numbers["rating"] != numbers["rating"].astype(np.int32)
    rows = None
    if "text" in features:
        cursor.texts(values["text"])
        rows = cursor.rows(values["text"])
    if cursor.wrong.any():
        place = first + int(cursor.wrong.argmax())
        raise ImdbKerasError(f"record {place} has not the form that a build writes")
    return Records(
        ids=texts["id"],
        tokens=tokens,
        labels=numbers["label"],
        ratings=numbers["rating"].astype(np.int32),
        movies=texts.get("movie"),
        duplicate_of=texts.get("duplicate_of"),
        texts=rows,
    )


_Slices = tuple[NDArray[np.int64], NDArray[np.int64]]
"""For each record where something begins and ends."""


class _Cursor:
    """A place in each of some records, which moves through all of them at once.

    Attributes:
      wrong: `[records]`, whether a record has been found to have another form. What is read of it
        behind that makes no sense, but does no harm.
    """

    def __init__(self, serialized: Sequence[bytes]):
        self.wrong = np.zeros(len(serialized), np.bool_)
        # Behind the last record there is still something to look at.
        self._bytes = b"".join([*serialized, bytes(1)])
        self._data = np.frombuffer(self._bytes, np.uint8)
        stops = np.cumsum([0, *map(len, serialized)])
        self._at, self._ends = stops[:-1], [stops[1:]]

    def expect(self, text: bytes) -> None:
        """Steps over what must stand here."""
        for byte in text:
            self.wrong |= self._here() != byte
            self._at = self._at + 1

    def enter(self, tag: bytes) -> None:
        """Steps into a field: over its tag and its length."""
        self.expect(tag)
        size = self._varint()
        # A field that ends behind what it is in shows here, not when it is left.
        end = self._at + size.astype(np.int64)
        self.wrong |= (size >= len(self._data)) | (end > self._ends[-1])
        self._ends.append(np.where(self.wrong, self._at, end))

    def leave(self) -> None:
        """Checks that a field ends here."""
        self.wrong |= self._at != self._ends.pop()

    def value(self, *, may_be_missing: bool) -> _Slices:
        """Steps over the one value of a list; one of no numbers is not even there."""
        end = self._ends[-1]
        if not may_be_missing:
            self.enter(FIRST)
            begin = self._at
            self._at = self._ends[-1]
            self.leave()
            return begin, self._at
        is_missing = self._at == end
        start, wrong = self._at, self.wrong.copy()
        self.enter(FIRST)
        begin = self._at
        self.wrong |= begin == self._ends[-1]
        self._at = self._ends[-1]
        self.leave()
        self.wrong = np.where(is_missing, wrong, self.wrong)
        self._at = np.where(is_missing, start, self._at)
        return np.where(is_missing, start, begin), self._at

    def number(self, found: _Slices) -> NDArray[np.int64]:
        """The int64 numbers that values are."""
        self._at, end = found
        number = self._varint()
        self.wrong |= self._at != end
        return number.view(np.int64)

    def texts(self, found: _Slices) -> list[str]:
        """The strings that values are."""
        texts = []
        for place, (begin, end) in enumerate(zip(*(side.tolist() for side in found), strict=True)):
            try:
                texts.append(self._bytes[begin:end].decode())
            except UnicodeDecodeError:
                self.wrong[place] = True
        return texts

    def rows(self, found: _Slices) -> Ragged:
        """The bytes of values, one row a record."""
        begin, end = found
        # Between any two of them there is a row of what is not wanted.
        begin = np.where(self.wrong, 0, begin)
        end = np.where(self.wrong, 0, end)
        bounds = np.maximum.accumulate(np.stack([begin, end], axis=1).ravel())
        all_rows = Ragged(self._data, np.concatenate([[0], bounds, [len(self._data)]]))
        return all_rows.take(np.arange(1, 2 * len(begin), 2))

    def tokens(self, found: _Slices) -> Ragged:
        """The numbers of 31 bits that values are, one row a record."""
        rows = self.rows(found)
        data, row_splits = rows.values, rows.row_splits
        is_more = data >= 0x80
        ends = np.flatnonzero(~is_more)
        numbers = data[ends].astype(np.int32)
        # Those that have a further byte before the last one that was looked at.
        longer = np.flatnonzero(is_more[ends - 1]) if len(ends) else ends
        if len(longer) and not longer[0] and not ends[0]:
            longer = longer[1:]  # There is none before the first byte.
        wrong = [ends[longer][numbers[longer] == 0]]  # It could be spelt shorter.
        for back in range(1, _BYTES_OF_TOKEN):
            at = ends[longer]
            digits = data[at - back].astype(np.int32) & 0x7F
            too_large = numbers[longer] >> 24 > 0
            wrong.append(at[too_large])
            numbers[longer] = numbers[longer] << 7 | digits
            has_more = (at > back) & is_more[at - back - 1]
            longer = longer[has_more]
        wrong.append(ends[longer])
        last = row_splits[1:][rows.lengths > 0] - 1
        wrong.append(last[is_more[last]])
        for places in wrong:
            found_wrong = np.searchsorted(row_splits, places, side="right") - 1
            self.wrong[found_wrong] = True
        return Ragged(numbers, np.searchsorted(ends, row_splits).astype(np.int64))

    def _here(self) -> NDArray[np.uint8]:
        here: NDArray[np.uint8] = self._data[np.minimum(self._at, len(self._data) - 1)]
        return here

    def _varint(self) -> NDArray[np.uint64]:
        """Steps over a varint, spelt as short as can be; its value."""
        value = np.zeros(len(self._at), np.uint64)
        is_more = np.ones(len(self._at), np.bool_)
        for place in range(_MOST_BYTES):
            byte = np.where(is_more, self._here(), 0)
            value |= (byte & 0x7F).astype(np.uint64) << np.uint64(7 * place)
            if place:
                self.wrong |= is_more & (byte == 0)
            if place == _MOST_BYTES - 1:
                self.wrong |= byte > 1  # There is one bit left.
            self._at = self._at + is_more
            is_more = byte >= 0x80
            if not is_more.any():
                break
        return value
