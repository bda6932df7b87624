"""The records of a dataset as Arrow tables, which pandas, polars, DuckDB and others take.

This wing is where what other programs read is made; the tables are what its Parquet files hold,
and are made of the flat arrays of the records, not of what `load_columns` makes of them for NumPy.

Usage:

    table = imdb_keras_tfds.to_arrow("imdb_keras/top10k", "train")
    table.to_pandas()           # a pandas DataFrame
    polars.from_arrow(table)    # a polars DataFrame
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import tensorflow_datasets as tfds
from etils import epath
from numpy.typing import NDArray

from ..ragged import Ragged
from ..source.release import LABEL_NAMES
from ..storage.preparing import prepared_builder
from ..storage.records import Records
from ..storage.settings import config_of
from ..storage.splits import read
from ..storage.versions import form_of
from ..training.parts import parts_of

ORIGIN = b"imdb_keras"
"""The key of a schema's metadata that says which dataset the records are of."""

# The value of this key is what Hugging Face's `datasets` takes for the features of a table.
_HUGGING_FACE = b"huggingface"

_TYPES = {
    "id": pa.string(),
    "tokens": pa.list_(pa.int32()),
    "label": pa.int64(),
    "rating": pa.int32(),
    "movie": pa.string(),
    "duplicate_of": pa.string(),
    "text": pa.string(),
}

# `datasets` calls a list List since its version 4, and reads Sequence in all versions.
_OF_HUGGING_FACE: dict[str, Any] = {
    "tokens": {"feature": {"dtype": "int32", "_type": "Value"}, "_type": "Sequence"},
    "label": {"names": list(LABEL_NAMES), "_type": "ClassLabel"},
}

_MOST_VALUES = 2**31 - 1  # Of a chunk, whose offsets are int32.


def to_arrow(
    dataset: str | tfds.core.DatasetBuilder,
    split: str,
    *,
    data_dir: epath.PathLike | None = None,
    archive: epath.PathLike | None = None,
    download: bool = True,
) -> pa.Table:
    """All records of a split as an Arrow table, without TensorFlow.

    Tokens and texts are not copied: they stay where the records were parsed to, in flat arrays, and
    only their offsets, of int64 there, are made anew as int32. `table.to_pandas()` makes a pandas
    DataFrame of it, `polars.from_arrow(table)` one of polars. The records are held against the
    digest of the dataset's `metadata.json`. A dataset that is not prepared yet is prepared first.

    Args:
      dataset: name (`imdb_keras/top10k`) or builder of the dataset.
      split: as TFDS spells it: `train`, `train[:80%]`, `train+unsupervised`.
      data_dir: TFDS's data folder, where a name is given; None for TFDS's default.
      archive: to prepare the dataset from, where a name is given; see `Builder`.
      download: False prepares nothing.

    Returns:
      A table of `[records]` rows in the order of the records, a column for each feature: `tokens`
      list<int32>, `label` int64 (0 `neg`, 1 `pos`, -1 none), `rating` int32, and of type string
      `id`, `movie`, `duplicate_of`, and `text` in configs that have it. The metadata of its schema
      makes `label` a `ClassLabel` for Hugging Face's `datasets`.

    Raises:
      ImdbKerasError: the dataset cannot be prepared, or is not prepared and `download` is False;
        it is none of this package's; there is no such split; the records cannot be read, or are not
        those that were built.
    """
    builder = prepared_builder(dataset, data_dir=data_dir, archive=archive, download=download)
    schema = schema_of(builder)
    parts = parts_of(builder, split)
    found = {name: table_of(read(builder, name), schema) for name in {part.split for part in parts}}
    rows = []
    for part in parts:
        start, stop, _ = part.rows.indices(len(found[part.split]))
        rows.append(found[part.split].slice(start, stop - start))
    return pa.concat_tables(rows)


def schema_of(builder: tfds.core.DatasetBuilder) -> pa.Schema:
    """The schema of the records of a dataset.

    Args:
      builder: of a prepared dataset, of any version.

    Returns:
      The features in the order of the builder's. The metadata says what they are for Hugging
      Face's `datasets`, and by `ORIGIN` which dataset it is.

    Raises:
      ImdbKerasError: the dataset is none of this package's.
    """
    # TFDS does not keep their order in a folder.
    config, version = config_of(builder), str(builder.info.version)
    names = form_of(version).features(config)
    features = {
        name: _OF_HUGGING_FACE.get(name, {"dtype": str(_TYPES[name]), "_type": "Value"})
        for name in names
    }
    origin = {"dataset": f"{builder.name}/{config.name}", "version": version}
    return pa.schema(
        [(name, _TYPES[name]) for name in names],
        {
            _HUGGING_FACE: json.dumps({"info": {"features": features}}).encode(),
            ORIGIN: json.dumps(origin).encode(),
        },
    )


def table_of(records: Records, schema: pa.Schema) -> pa.Table:
    """Records as a table; numbers, tokens and texts stay in the memory where they are.

    Args:
      records: any of a dataset.
      schema: of the dataset, see `schema_of`.
    """
    columns = {
        "id": records.ids,
        "tokens": _lists(records.tokens),
        "label": records.labels,
        "rating": records.ratings,
        "movie": records.movies,
        "duplicate_of": records.duplicate_of,
        "text": None if records.texts is None else _strings(records.texts),
    }
    return pa.table({name: columns[name] for name in schema.names}, schema)


def row_sizes(table: pa.Table) -> NDArray[np.int64]:
    """The bytes of each row of a table, `[rows]`, however it is cut into chunks.

    Args:
      table: as `table_of` makes it.
    """
    sizes = np.zeros(len(table), np.int64)
    for column in table.columns:
        is_nested = pa.types.is_list(column.type) or pa.types.is_string(column.type)
        if not is_nested:
            sizes += column.type.bit_width // 8
            continue
        value_size = 1 if pa.types.is_string(column.type) else column.type.value_type.bit_width // 8
        lengths = [_offsets(chunk) for chunk in column.chunks]
        sizes += np.concatenate([np.empty(0, np.int64), *map(np.diff, lengths)]) * value_size
        sizes += np.int64(pa.int32().bit_width // 8)
    return sizes


def _offsets(chunk: pa.Array) -> NDArray[np.int32]:
    """Where the rows of a chunk of lists or strings begin, and the last one ends."""
    offsets = np.frombuffer(chunk.buffers()[1], np.int32)
    return offsets[chunk.offset : chunk.offset + len(chunk) + 1]


def _lists(rows: Ragged) -> pa.ChunkedArray:
    chunks = [
        pa.ListArray.from_arrays(pa.array(offsets), pa.array(values))
        for values, offsets in _chunks(rows)
    ]
    return pa.chunked_array(chunks, pa.list_(pa.from_numpy_dtype(rows.dtype)))


def _strings(rows: Ragged) -> pa.ChunkedArray:
    chunks = [
        pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(values))
        for values, offsets in _chunks(rows)
    ]
    return pa.chunked_array(chunks, pa.string())


def _chunks(rows: Ragged) -> Iterator[tuple[NDArray[Any], NDArray[np.int32]]]:
    """The values, and the offsets of the rows in them, of as many rows as int32 suffices for."""
    splits, start = rows.row_splits, 0
    while start < len(rows):
        first = splits[start]
        stop = int(np.searchsorted(splits, first + _MOST_VALUES, side="right")) - 1
        offsets = (splits[start : stop + 1] - first).astype(np.int32)
        yield rows.values[first : splits[stop]], offsets
        start = stop
