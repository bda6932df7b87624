import mlcroissant as mlc
import tensorflow_datasets as tfds

from imdb_keras_tfds.export import croissant
from imdb_keras_tfds.storage import manifest


def test_what_the_command_built_is_described(top10k: tfds.core.DatasetBuilder) -> None:
    described = croissant.document(top10k)
    digests = {node["@id"]: node.get("sha256") for node in described["distribution"]}
    assert digests.items() >= manifest.reference(top10k.data_dir)["files"].items()
    dataset = mlc.Dataset(described)
    assert dataset.metadata.ctx.issues.report() == ""
    splits = {row["splits/name"]: row["splits/records"] for row in dataset.records("splits")}
    assert splits == {"train": 25_000, "test": 25_000, "unsupervised": 50_000}
