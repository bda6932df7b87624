"""The whole dataset with its texts, exported, and read by Hugging Face's `datasets`."""

import pathlib

import pytest
import tensorflow_datasets as tfds

import imdb_keras_tfds
from imdb_keras_tfds import Builder
from imdb_keras_tfds.export import shards
from tests.helpers.exports import read_by


@pytest.fixture(scope="module")
def builder(real_archive: str, data_dir: pathlib.Path) -> tfds.core.DatasetBuilder:
    builder = Builder(config="top10k_text", data_dir=data_dir, archive=real_archive)
    builder.download_and_prepare()
    return builder


@pytest.fixture(scope="module")
def export(
    builder: tfds.core.DatasetBuilder, tmp_path_factory: pytest.TempPathFactory
) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("exports") / "imdb"
    return imdb_keras_tfds.export_parquet(builder, folder, max_shard_size=40_000_000)


def test_hugging_face_reads_every_row(
    export: pathlib.Path,
    builder: tfds.core.DatasetBuilder,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    printed = read_by(
        "hugging_face", export, builder.data_dir, cache=tmp_path_factory.mktemp("hugging_face")
    )
    assert printed == ["train 25000 25000", "test 25000 25000", "unsupervised 50000 50000"]


def test_no_file_is_larger_than_asked_for(export: pathlib.Path) -> None:
    sizes = [path.stat().st_size for path in export.glob("*.parquet")]
    assert max(sizes) < 40_000_000
    # Each split takes as many files as its rows, uncompressed, need.
    splits = {split: len(list(export.glob(f"{split}-*"))) for split in ("train", "unsupervised")}
    assert splits == {"train": 2, "unsupervised": 3}
    assert all(shards.NAME.fullmatch(path.name) for path in export.glob("*.parquet"))


def test_a_table_is_the_file(export: pathlib.Path, builder: tfds.core.DatasetBuilder) -> None:
    from pyarrow import parquet

    table = parquet.read_table(sorted(export.glob("test-*.parquet")))
    assert table.equals(imdb_keras_tfds.to_arrow(builder, "test"))


def test_all_splits_have_as_many_words(builder: tfds.core.DatasetBuilder) -> None:
    for split, records in (("train", 25_000), ("test", 25_000), ("unsupervised", 50_000)):
        words = imdb_keras_tfds.bag_of_words(builder, split)
        assert words.shape == (records, 10_000)
        assert words.nnz == words.data.sum()
