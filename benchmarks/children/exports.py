"""Parquet files, written by this package and by Hugging Face's `datasets`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

_NAME = "imdb_keras/top10k_text"


def export_parquet(data_dir: str, folder: str) -> None:
    """Writes all splits by `export_parquet`."""
    import imdb_keras_tfds

    imdb_keras_tfds.export_parquet(_NAME, folder, data_dir=data_dir)


def export_by_datasets(data_dir: str, folder: str) -> None:
    """Writes the same rows by `to_parquet` of datasets that a generator over TFDS's makes."""
    import datasets

    # Nothing stays outside of the folder, nor is found there another time.
    cache = str(Path(folder) / "cache")
    for split in ("train", "test", "unsupervised"):
        written = datasets.Dataset.from_generator(
            _rows, cache_dir=cache, gen_kwargs={"split": split, "data_dir": data_dir}
        )
        written.to_parquet(str(Path(folder) / f"{split}.parquet"))


def _rows(split: str, data_dir: str) -> Iterator[Any]:
    import tensorflow_datasets as tfds

    import imdb_keras_tfds  # noqa: F401

    yield from tfds.as_numpy(tfds.load(_NAME, split=split, data_dir=data_dir))
