"""Whole builds: of configs of `imdb_keras`, of TFDS's own dataset, and of what is made of them."""

from typing import Any

_REVIEWS = 100_000
"""Of the Stanford corpus."""

_URL = "http://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz"


def build(config: str, data_dir: str, file_format: str = "tfrecord") -> None:
    """Builds a config of `imdb_keras`, from the archive that the environment names."""
    import tensorflow_datasets as tfds

    import imdb_keras_tfds  # noqa: F401

    builder = tfds.builder(f"imdb_keras/{config}", data_dir=data_dir, file_format=file_format)
    builder.download_and_prepare()
    _check(builder)


def build_imdb_reviews(manual_dir: str, size: str, sha256: str, data_dir: str) -> None:
    """Builds `imdb_reviews` of TFDS from `aclImdb_v1.tar.gz` in `manual_dir`."""
    import tensorflow_datasets as tfds
    from tensorflow_datasets.core.download.checksums import UrlInfo

    builder = tfds.builder("imdb_reviews/plain_text", data_dir=data_dir)
    # TFDS knows the original archive only, and this one may have been packed anew.
    builder.url_infos[_URL] = UrlInfo(
        size=tfds.core.utils.Size(size), checksum=sha256, filename="aclImdb_v1.tar.gz"
    )
    builder.download_and_prepare(
        download_config=tfds.download.DownloadConfig(manual_dir=manual_dir)
    )
    _check(builder)


def _check(builder: Any) -> None:
    found = sum(split.num_examples for split in builder.info.splits.values())
    if found != _REVIEWS:
        raise ValueError(f"{builder.info.full_name} has {found:,} records, not {_REVIEWS:,}")


def export_keras(data_dir: str, keras_home: str) -> None:
    """Writes Keras's own files, out of the prepared config `full`."""
    from imdb_keras_tfds import Builder
    from imdb_keras_tfds.keras_compat import published
    from imdb_keras_tfds.storage import prepared

    published.export(prepared.read_corpus(Builder(config="full", data_dir=data_dir)), keras_home)
