import json
import pathlib
import sys
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import tensorflow_datasets as tfds
from hypothesis import given
from hypothesis import strategies as st

import imdb_keras_tfds
from imdb_keras_tfds import Builder, ImdbKerasError, Ragged
from imdb_keras_tfds.export import arrow
from imdb_keras_tfds.storage import splits
from imdb_keras_tfds.storage.records import Records
from tests.helpers.commands import run_python

SPLITS = ["train", "test[:3]", "train[5:7]+test[-3:]", "train+train[:2]", "train[:0]"]


@pytest.mark.parametrize("split", SPLITS)
def test_a_table_is_the_columns(builder: tfds.core.DatasetBuilder, split: str) -> None:
    table = imdb_keras_tfds.to_arrow(builder, split)
    table.validate(full=True)
    columns: Any = imdb_keras_tfds.load_columns(builder, split)
    assert table.column_names == list(columns)
    for name, column in columns.items():
        assert table[name].to_pylist() == column.tolist(), name
        assert table[name].null_count == 0
    assert table.schema.equals(arrow.schema_of(builder), check_metadata=True)


def test_the_types_are_those_of_the_features(builder: tfds.core.DatasetBuilder) -> None:
    schema = arrow.schema_of(builder)
    assert set(schema.names) == set(builder.info.features)
    assert schema.field("tokens").type == pa.list_(pa.int32())
    for name, feature in builder.info.features.items():
        if isinstance(feature, tfds.features.Text):
            assert schema.field(name).type == pa.string()
        elif name != "tokens":
            assert schema.field(name).type == pa.from_numpy_dtype(feature.np_dtype)


def test_the_schema_tells_the_dataset_and_the_features(builder: tfds.core.DatasetBuilder) -> None:
    metadata = arrow.schema_of(builder).metadata
    name, version = f"imdb_keras/{builder.builder_config.name}", str(builder.info.version)
    assert json.loads(metadata[arrow.ORIGIN]) == {"dataset": name, "version": version}
    features = json.loads(metadata[b"huggingface"])["info"]["features"]
    assert features["label"] == {"names": ["neg", "pos"], "_type": "ClassLabel"}


def test_nothing_is_copied(exported_data_dir: pathlib.Path) -> None:
    builder = Builder(config="sample_top500_val20_text", data_dir=exported_data_dir)
    builder.download_and_prepare()
    records = splits.read(builder, "test")
    table = arrow.table_of(records, arrow.schema_of(builder))
    assert records.texts is not None
    tokens, text = (table[name].chunk(0) for name in ("tokens", "text"))
    assert tokens.values.buffers()[1].address == records.tokens.values.ctypes.data
    assert text.buffers()[2].address == records.texts.values.ctypes.data
    for name, column in (("label", records.labels), ("rating", records.ratings)):
        assert table[name].chunk(0).buffers()[1].address == column.ctypes.data
    # And back to NumPy without a copy.
    flat = tokens.values.to_numpy(zero_copy_only=True)
    assert np.shares_memory(flat, records.tokens.values)


def test_the_flat_arrays_are_those_of_load_columns(
    exported_data_dir: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways take what `splits.read` gives as it is."""
    builder = Builder(config="sample", data_dir=exported_data_dir)
    builder.download_and_prepare()
    records = splits.read(builder, "train")
    monkeypatch.setattr(arrow, "read", lambda *_: records)
    monkeypatch.setattr("imdb_keras_tfds.training.columns.read", lambda *_: records)
    columns = imdb_keras_tfds.load_columns(builder, "train")
    chunk = imdb_keras_tfds.to_arrow(builder, "train")["tokens"].chunk(0)
    assert chunk.values.buffers()[1].address == columns["tokens"].values.ctypes.data


def test_pandas_and_polars_take_it(builder: tfds.core.DatasetBuilder) -> None:
    table = imdb_keras_tfds.to_arrow(builder, "train")
    columns: Any = imdb_keras_tfds.load_columns(builder, "train")
    frame = table.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    polars = pl.from_arrow(table)
    assert isinstance(polars, pl.DataFrame)
    assert polars.schema["tokens"] == pl.List(pl.Int32)
    for name, column in columns.items():
        assert polars[name].to_list() == column.tolist()
        ours = column.tolist()
        theirs = frame[name].tolist()
        assert [ids.tolist() for ids in theirs] == ours if name == "tokens" else theirs == ours


def test_tensorflow_is_not_needed(exported_data_dir: pathlib.Path) -> None:
    code = """
import sys
import imdb_keras_tfds
table = imdb_keras_tfds.to_arrow("imdb_keras/sample", "train", data_dir=sys.argv[1])
print(table.num_rows, "tensorflow" in sys.modules)
"""
    assert run_python(code, str(exported_data_dir)).splitlines()[-1] == "48 False"


def test_a_dataset_of_another_package_is_refused(tmp_path: pathlib.Path) -> None:
    class Other(tfds.core.GeneratorBasedBuilder, skip_registration=True):  # type: ignore[call-arg]
        VERSION = tfds.core.Version("1.0.0")

        def _info(self) -> tfds.core.DatasetInfo:
            return tfds.core.DatasetInfo(
                builder=self, features=tfds.features.FeaturesDict({"id": tfds.features.Text()})
            )

        def _split_generators(self, dl_manager: Any) -> Any:
            return {"train": self._generate_examples()}

        def _generate_examples(self) -> Any:
            yield 0, {"id": "a"}

    other = Other(data_dir=tmp_path)
    other.download_and_prepare()
    with pytest.raises(ImdbKerasError, match="is no dataset of imdb_keras"):
        imdb_keras_tfds.to_arrow(other, "train")


def test_a_split_that_is_none_is_refused(builder: tfds.core.DatasetBuilder) -> None:
    with pytest.raises(ImdbKerasError, match=r"split='trian' cannot be read"):
        imdb_keras_tfds.to_arrow(builder, "trian")


def test_what_is_not_prepared_is_prepared_or_not(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ImdbKerasError, match="build it with: tfds build imdb_keras/sample_top9"):
        imdb_keras_tfds.to_arrow(
            "imdb_keras/sample_top9", "train", data_dir=tmp_path, download=False
        )
    assert len(imdb_keras_tfds.to_arrow("imdb_keras/sample_top9", "train", data_dir=tmp_path)) == 48


SCHEMA = pa.schema([("tokens", pa.list_(pa.int32())), ("text", pa.string()), ("label", pa.int64())])


def records_of(rows: list[list[int]]) -> Records:
    """Records whose texts are as long as their tokens."""
    return Records(
        ids=[str(place) for place in range(len(rows))],
        tokens=Ragged.from_rows(rows, np.int32),
        labels=np.arange(len(rows)),
        ratings=np.zeros(len(rows), np.int32),
        texts=Ragged.from_rows([[97 + value % 26 for value in row] for row in rows], np.uint8),
    )


ROWS = st.lists(st.lists(st.integers(0, 2**31 - 1), max_size=9), max_size=20)


@given(ROWS, st.integers(9, 30))
def test_what_offsets_of_int32_cannot_tell_comes_in_chunks(
    rows: list[list[int]], most: int
) -> None:
    records = records_of(rows)
    whole = arrow.table_of(records, SCHEMA)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrow, "_MOST_VALUES", most)
        cut = arrow.table_of(records, SCHEMA)
    cut.validate(full=True)
    assert cut.equals(whole)
    assert all(len(chunk.values) <= most for chunk in cut["tokens"].chunks)
    assert cut["tokens"].num_chunks <= 1 + 2 * sum(map(len, rows)) // most
    assert cut["tokens"].to_pylist() == rows
    assert arrow.row_sizes(cut).tolist() == arrow.row_sizes(whole).tolist()


def test_offsets_of_int32_tell_as_much_as_they_can() -> None:
    assert np.iinfo(np.int32).max == arrow._MOST_VALUES


@given(ROWS)
def test_the_sizes_of_rows_are_those_of_arrow(rows: list[list[int]]) -> None:
    table = arrow.table_of(records_of(rows), SCHEMA)
    sizes = arrow.row_sizes(table)
    # Each row has an offset in both columns, and behind the last one there is another one.
    assert sizes.tolist() == [5 * len(row) + 8 + 4 + 4 for row in rows]
    assert table.nbytes - sizes.sum() in (0, 2 * 4)
    part = table.slice(len(rows) // 2)
    assert arrow.row_sizes(part).tolist() == sizes[len(rows) // 2 :].tolist()


def test_arrow_is_little_endian_as_numpy_is_here() -> None:
    assert sys.byteorder == "little"
