"""All columns of a split as flat arrays, for NumPy, scikit-learn and what else takes arrays.

Usage:

    train = imdb_keras_tfds.load_columns("imdb_keras/top10k", "train")
    train["tokens"][train["rating"] == 10]   # a `Ragged` of the reviews with ten stars
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NoReturn, TypedDict

import numpy as np
import tensorflow_datasets as tfds
from etils import epath
from numpy.typing import ArrayLike, NDArray

from ..errors import ImdbKerasError
from ..integers import shown
from ..ragged import Ragged, concatenate, places
from ..storage.preparing import prepared_builder
from ..storage.records import Records
from ..storage.splits import read, read_features
from ..storage.wire import flat_tokens
from .parts import parts_of

Column = NDArray[Any] | Ragged


class _Columns(TypedDict):
    id: NDArray[np.str_]
    tokens: Ragged
    label: NDArray[np.int64]
    rating: NDArray[np.int32]
    movie: NDArray[np.str_]
    duplicate_of: NDArray[np.str_]


class Columns(_Columns, total=False):
    """The columns of a split, one a feature, each `[records]` in the order of the records.

    Attributes:
      id: the review's folder and number in the archive, `train/pos/576_10`.
      tokens: int32, one row a review.
      label: int64, 1 positive, 0 negative, -1 none.
      rating: int32, 1 to 10; 0 where there is none.
      movie: the title of the movie, `tt0105265`; empty where it is not known.
      duplicate_of: the id of the first review of the very same text, in the order train, test,
        unsupervised; empty for that one, and where there is no other.
      text: the review, in configs that have it, as Python's own strings.

    A dataset of version 1.0.0 has no `movie` and no `duplicate_of`.
    """

    text: NDArray[np.object_]


Where = Callable[[Columns], ArrayLike] | ArrayLike
"""A mask `[records]` or numbers of records, or what makes one of these out of the columns."""


def load_columns(
    dataset: str | tfds.core.DatasetBuilder,
    split: str,
    *,
    data_dir: epath.PathLike | None = None,
    archive: epath.PathLike | None = None,
    download: bool = True,
) -> Columns:
    """All columns of a split as flat arrays, without TensorFlow.

    The records are held against the digest of the dataset's `metadata.json`. A dataset that is not
    prepared yet is prepared first.

    Args:
      dataset: name (`imdb_keras/top10k`) or builder of the dataset.
      split: as TFDS spells it: `train`, `train[:80%]`, `train+unsupervised`.
      data_dir: TFDS's data folder, where a name is given; None for TFDS's default.
      archive: to prepare the dataset from, where a name is given; see `Builder`.
      download: False prepares nothing.

    Returns:
      The columns by the names of the features, tokens as a `Ragged`, all others as arrays
      `[records]`.

    Raises:
      ImdbKerasError: the dataset cannot be prepared, or is not prepared and `download` is False;
        there is no such split; the records cannot be read, or are not those that were built.
    """
    builder = prepared_builder(dataset, data_dir=data_dir, archive=archive, download=download)
    parts = parts_of(builder, split)
    found = {name: _columns_of(read(builder, name)) for name in {part.split for part in parts}}
    columns: Any = _joined(
        {name: column[part.rows] for name, column in found[part.split].items()} for part in parts
    )
    return columns  # type: ignore[no-any-return]


def read_columns(
    builder: tfds.core.DatasetBuilder, split: str, features: Collection[str]
) -> dict[str, Any]:
    """Some columns of a split, parsed by TensorFlow, which is the fastest where it is imported.

    Args:
      builder: of a prepared dataset.
      split: see `load_columns`.
      features: names of features that the dataset has.

    Returns:
      See `load_columns`.

    Raises:
      ImdbKerasError: there is no such split, or its records cannot be read.
    """
    parts = []
    for part in parts_of(builder, split):
        parsed = read_features(builder, part.split, features)
        types = builder.info.features
        parts.append(
            {
                name: _column(name, tensor, types[name].np_dtype)[part.rows]
                for name, tensor in parsed.items()
            }
        )
    return _joined(parts)


def chosen_rows(where: Where, columns: Mapping[str, Any], records: int) -> NDArray[np.int64]:
    """The numbers of the records that `where` chooses, from 0, in the order that it gives.

    Args:
      where: see `Where`.
      columns: what a function is given.
      records: number of records.

    Raises:
      ImdbKerasError: it asks for a column that there is not, or is no mask and no numbers of these
        records.
    """
    given: Any = _Given(columns)
    chosen = where(given) if callable(where) else where
    try:
        return places(chosen, records)
    except IndexError as error:
        reason = str(error).partition(";")[0]
        raise ImdbKerasError(
            f"where={shown(where)} chooses no records ({reason}); give a mask of {records:,} "
            "booleans, numbers of records, or a function of the columns that gives either"
        ) from error


class _Given(dict[str, Column]):
    """The columns that a function is given."""

    def __missing__(self, name: object) -> NoReturn:
        raise ImdbKerasError(f"where asks for column {shown(name)}; there are {', '.join(self)}")


def _columns_of(records: Records) -> dict[str, Column]:
    """The columns of all records of a split."""
    columns: dict[str, Column | None] = {
        "id": np.array(records.ids, np.str_),
        "tokens": records.tokens,
        "label": records.labels,
        "rating": records.ratings,
        "movie": None if records.movies is None else np.array(records.movies, np.str_),
        "duplicate_of": None
        if records.duplicate_of is None
        else np.array(records.duplicate_of, np.str_),
        "text": None
        if records.texts is None
        else np.array([text.tobytes().decode() for text in records.texts], np.object_),
    }
    return {name: column for name, column in columns.items() if column is not None}


def _column(name: str, tensor: Any, dtype: Any) -> Column:
    """The column of a feature, of a tensor as `parse_features` gives it."""
    if hasattr(tensor, "row_splits"):
        return flat_tokens(tensor)
    values: NDArray[Any] = tensor.numpy()
    if values.dtype == object:
        # Of all strings NumPy makes the longest one, which for texts are gigabytes.
        kind = np.object_ if name == "text" else np.str_
        return np.array([text.decode() for text in values.tolist()], kind)
    return values.astype(dtype, copy=False)


def _joined(parts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """All records of the parts, one part behind the other."""
    first, *others = parts
    if not others:
        return first
    return {
        name: concatenate([column, *(part[name] for part in others)])
        if isinstance(column, Ragged)
        else np.concatenate([column, *(part[name] for part in others)])
        for name, column in first.items()
    }
