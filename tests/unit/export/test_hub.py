import pathlib

import pytest
import tensorflow_datasets as tfds
import yaml

import imdb_keras_tfds
from imdb_keras_tfds.describe import card
from imdb_keras_tfds.describe.account import Account
from imdb_keras_tfds.export import hub
from imdb_keras_tfds.export.shards import ExportedSplit, Shard

SPLITS = [
    ExportedSplit("train", (Shard("a", 900, 70), Shard("b", 80, 7)), 12_000),
    ExportedSplit("test", (Shard("c", 20, 3),), 400),
]


def test_the_head_tells_what_was_written(builder: tfds.core.DatasetBuilder) -> None:
    head = hub.head(builder, SPLITS)
    assert head["dataset_info"]["splits"] == [
        {"name": "train", "num_bytes": 12_000, "num_examples": 980},
        {"name": "test", "num_bytes": 400, "num_examples": 20},
    ]
    assert head["dataset_info"]["download_size"] == 80
    assert head["dataset_info"]["dataset_size"] == 12_400
    assert head["size_categories"] == ["1K<n<10K"]
    (config,) = head["configs"]
    assert config["data_files"] == [
        {"split": "train", "path": "train-*"},
        {"split": "test", "path": "test-*"},
    ]
    assert head["task_categories"] == ["text-classification"]
    name = f"imdb_keras/{builder.builder_config.name} {builder.info.version}"
    assert head["pretty_name"] == name
    is_own = builder.builder_config.name == "own"
    assert head["license"] == ("unknown" if is_own else "apache-2.0")
    assert head.get("language") == (None if is_own else ["en"])


def test_the_stanford_reviews_have_no_licence_of_the_list(repository: pathlib.Path) -> None:
    builder = tfds.builder("imdb_keras/top10k_text", data_dir=repository / "missing")
    head = hub.head(builder, SPLITS)
    assert head["license"] == "other"
    assert head["license_link"] == builder.info.homepage
    assert head["language"] == ["en"]


@pytest.mark.parametrize(
    ("records", "span"),
    [
        (999, "n<1K"),
        (1_000, "1K<n<10K"),
        (99_999, "10K<n<100K"),
        (100_000, "100K<n<1M"),
        (10**11, "10B<n<100B"),
    ],
)
def test_the_span_is_that_of_the_hub(
    builder: tfds.core.DatasetBuilder, records: int, span: str
) -> None:
    split = ExportedSplit("train", (Shard("a", records, 1),), 1)
    assert hub.head(builder, [split])["size_categories"] == [span]


def test_the_head_is_yaml_and_the_card_is_the_body(builder: tfds.core.DatasetBuilder) -> None:
    text = hub.readme(builder, SPLITS, Account.of(builder))
    before, head, body = text.split("---\n", 2)
    assert before == ""
    assert yaml.safe_load(head) == hub.head(builder, SPLITS)
    assert body == "\n" + card.markdown(builder)


def test_the_features_are_those_of_the_table_for_hugging_face(
    builder: tfds.core.DatasetBuilder,
) -> None:
    """`datasets` reads the same features from the head and from the schema of a file."""
    datasets = pytest.importorskip("datasets")
    schema = imdb_keras_tfds.to_arrow(builder, "train").schema
    of_head = datasets.Features._from_yaml_list(
        hub.head(builder, SPLITS)["dataset_info"]["features"]
    )
    of_schema = datasets.Features.from_arrow_schema(schema)
    assert of_head == of_schema
    assert list(of_head) == schema.names
    assert of_head["label"].names == builder.info.features["label"].names
    # Its own schema of these features is ours, but for the words that say where it comes from.
    assert of_head.arrow_schema.equals(schema)
