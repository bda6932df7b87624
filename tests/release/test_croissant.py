import pathlib

import mlcroissant as mlc
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder, export_parquet, load_columns
from imdb_keras_tfds.export import croissant
from imdb_keras_tfds.storage import manifest
from tests.helpers.croissants import assert_records, complaints


def test_what_the_command_built_is_described(top10k: tfds.core.DatasetBuilder) -> None:
    described = croissant.document(top10k)
    digests = {node["@id"]: node.get("sha256") for node in described["distribution"]}
    assert digests.items() >= manifest.reference(top10k.data_dir)["files"].items()
    dataset = mlc.Dataset(described)
    assert dataset.metadata.ctx.issues.report() == ""
    splits = {row["splits/name"]: row["splits/records"] for row in dataset.records("splits")}
    assert splits == {"train": 25_000, "test": 25_000, "unsupervised": 50_000}


def test_every_record_of_the_export_is_read(
    real_archive: str, data_dir: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    builder = Builder(config="top10k_text", data_dir=data_dir, archive=real_archive)
    builder.download_and_prepare()
    path = export_parquet(builder, tmp_path / "imdb") / "croissant.json"
    assert complaints(path) == ""
    dataset = mlc.Dataset(path)
    for split in builder.info.splits:
        assert_records(dataset, split, load_columns(builder, split))
