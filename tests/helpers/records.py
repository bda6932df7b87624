"""Records one by one, of every form: of version 1.0.0, of today, and of today with texts."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from imdb_keras_tfds.ragged import Ragged
from imdb_keras_tfds.storage.records import Records


class Record(NamedTuple):
    """One record; `storage.records.Records` says what is in it."""

    id: str
    label: int
    rating: int
    tokens: NDArray[np.int32]
    movie: str | None = None
    duplicate_of: str | None = None
    text: bytes | None = None


_FIRST = ("id", "tokens", "label", "rating")

FORMS = (_FIRST, (*_FIRST, "movie", "duplicate_of"), (*_FIRST, "movie", "duplicate_of", "text"))
"""The features of each form."""

_ANY_LABELS = st.integers(-(2**63), 2**63 - 1) | st.sampled_from([-1, 0, 1])
_ANY_RATINGS = st.integers(-(2**31), 2**31 - 1) | st.integers(0, 10)
_TEXTS = st.text(max_size=200)
_TOKENS = st.lists(st.integers(0, 300) | st.integers(0, 2**31 - 1), max_size=300)


def forms_and_rows(
    labels: st.SearchStrategy[int] = _ANY_LABELS,
    ratings: st.SearchStrategy[int] = _ANY_RATINGS,
    min_size: int = 0,
) -> st.SearchStrategy[tuple[Sequence[str], list[Record]]]:
    """A form, and records of it, their tokens as arrays."""

    def rows(features: Sequence[str]) -> st.SearchStrategy[tuple[Sequence[str], list[Record]]]:
        has_movies, has_text = "movie" in features, "text" in features
        row = st.builds(
            Record,
            id=_TEXTS,
            label=labels,
            rating=ratings,
            tokens=_TOKENS.map(lambda tokens: np.array(tokens, np.int32)),
            movie=_TEXTS if has_movies else st.none(),
            duplicate_of=_TEXTS if has_movies else st.none(),
            text=_TEXTS.map(str.encode) if has_text else st.none(),
        )
        return st.tuples(st.just(features), st.lists(row, min_size=min_size, max_size=6))

    return st.sampled_from(FORMS).flatmap(rows)


def records_of(features: Sequence[str], rows: Sequence[Record]) -> Records:
    """The records as flat arrays."""
    movies: Any = [row.movie for row in rows]
    duplicate_of: Any = [row.duplicate_of for row in rows]
    texts = [np.frombuffer(row.text or b"", np.uint8) for row in rows]
    return Records(
        ids=[row.id for row in rows],
        tokens=Ragged.from_rows([row.tokens for row in rows], np.int32),
        labels=np.array([row.label for row in rows], np.int64),
        ratings=np.array([row.rating for row in rows], np.int32),
        movies=movies if "movie" in features else None,
        duplicate_of=duplicate_of if "movie" in features else None,
        texts=Ragged.from_rows(texts, np.uint8) if "text" in features else None,
    )


def rows_of(records: Records) -> Iterator[Record]:
    """The records one by one."""
    # Without a length, these three end with the others.
    none = repeat(None)
    columns = zip(
        records.ids,
        records.labels.tolist(),
        records.ratings.tolist(),
        records.tokens,
        none if records.movies is None else records.movies,
        none if records.duplicate_of is None else records.duplicate_of,
        none if records.texts is None else (text.tobytes() for text in records.texts),
        strict=False,
    )
    return map(Record._make, columns)


def comparable(rows: Iterable[Record] | Records) -> list[Record]:
    """Records with their tokens as lists, which can be compared."""
    if isinstance(rows, Records):
        rows = rows_of(rows)
    return [row._replace(tokens=row.tokens.tolist()) for row in rows]
