"""The programs that people have read an export, whole and without a network."""

import pathlib
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
import tensorflow_datasets as tfds

import imdb_keras_tfds
from tests.helpers import frameworks
from tests.helpers.exports import read_by

SPLITS = ["train", "test"]


SHARD_SIZES = {"sample_full": 4_000, "own": 400}
"""Name of a dataset -> what its shards hold at most; others have one shard."""


@pytest.fixture(scope="module")
def export(
    builder: tfds.core.DatasetBuilder, tmp_path_factory: pytest.TempPathFactory
) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("exports") / "imdb"
    size = SHARD_SIZES.get(builder.builder_config.name)
    imdb_keras_tfds.export_parquet(builder, folder, max_shard_size=size)
    assert (len(list(folder.glob("train-*"))) > 2) == (size is not None)
    # No reader takes what is beside the shards for one.
    (folder / "notes.txt").write_text("of somebody")
    return folder


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return tmp_path_factory.mktemp("hugging_face")


def test_hugging_face(
    export: pathlib.Path, builder: tfds.core.DatasetBuilder, cache: pathlib.Path
) -> None:
    printed = read_by("hugging_face", export, builder.data_dir, cache=cache)
    splits = builder.info.splits
    expected = {
        f"{split} {splits[split].num_examples} {splits[split].num_examples}" for split in splits
    }
    assert set(printed) == expected


@pytest.mark.parametrize("split", SPLITS)
def test_pandas(export: pathlib.Path, builder: tfds.core.DatasetBuilder, split: str) -> None:
    columns: Any = imdb_keras_tfds.load_columns(builder, split)
    frame = pd.concat(map(pd.read_parquet, sorted(export.glob(f"{split}-*.parquet"))))
    assert list(frame) == list(columns)
    for name, column in columns.items():
        theirs = frame[name].tolist()
        if name == "tokens":
            assert {ids.dtype for ids in theirs} == {np.dtype(np.int32)}
            theirs = [ids.tolist() for ids in theirs]
        assert theirs == column.tolist()


@pytest.mark.parametrize("split", SPLITS)
def test_polars(export: pathlib.Path, builder: tfds.core.DatasetBuilder, split: str) -> None:
    columns: Any = imdb_keras_tfds.load_columns(builder, split)
    frame = pl.scan_parquet(export / f"{split}-*.parquet").collect()
    assert frame.schema["tokens"] == pl.List(pl.Int32)
    assert frame.to_dict(as_series=False) == {name: c.tolist() for name, c in columns.items()}


@pytest.mark.parametrize("split", SPLITS)
def test_duckdb(export: pathlib.Path, builder: tfds.core.DatasetBuilder, split: str) -> None:
    columns: Any = imdb_keras_tfds.load_columns(builder, split)
    names = ", ".join(columns)
    with duckdb.connect() as connection:
        rows = connection.sql(f"select {names} from '{export}/{split}-*.parquet'").fetchall()
        (counted,) = connection.sql(f"select count(*) from '{export}/*.parquet'").fetchall()
    assert rows == list(zip(*(column.tolist() for column in columns.values()), strict=True))
    assert counted == (sum(info.num_examples for info in builder.info.splits.values()),)


def test_torch(
    export: pathlib.Path, builder: tfds.core.DatasetBuilder, cache: pathlib.Path
) -> None:
    frameworks.need("torch")
    labels = imdb_keras_tfds.load_columns(builder, "train")["label"]
    (printed,) = read_by("torch_batches", export, cache=cache)
    assert printed == f"{-(-len(labels) // 16)} torch.int64 {len(labels)} {labels.sum()}"
