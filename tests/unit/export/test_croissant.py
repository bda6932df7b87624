import copy
import fnmatch
import json
import pathlib
import re
from typing import Any

import mlcroissant as mlc
import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder, ImdbKerasConfig, ImdbKerasError
from imdb_keras_tfds.export import croissant
from imdb_keras_tfds.source import release
from imdb_keras_tfds.storage import manifest
from imdb_keras_tfds.storage.hashing import sha256_of
from tests.helpers.croissants import complaints
from tests.helpers.layout import FILES, release_of, write_folder


def build(data_dir: pathlib.Path, file_format: str = "tfrecord") -> Builder:
    builder = Builder(config="sample_top500", data_dir=data_dir, file_format=file_format)
    shards = tfds.download.DownloadConfig(num_shards=2)
    builder.download_and_prepare(download_config=shards)
    return builder


@pytest.fixture(scope="module", params=["tfrecord", "array_record"])
def builder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Builder:
    return build(tmp_path_factory.mktemp("data"), request.param)


@pytest.fixture(scope="module")
def described(builder: Builder) -> Any:
    return croissant.document(builder)


def by_id(nodes: list[dict[str, Any]]) -> dict[str, Any]:
    return {node["@id"]: node for node in nodes}


def test_mlcroissant_has_nothing_to_say(described: dict[str, Any]) -> None:
    assert described["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    assert complaints(described) == ""


@pytest.mark.parametrize("spoilt", ["license", "datePublished", "sha256", "source"])
def test_mlcroissant_would_have_something_to_say(spoilt: str, builder: Builder) -> None:
    described = croissant.document(builder)
    if spoilt == "sha256":
        del described["distribution"][0]["sha256"]
    elif spoilt == "source":
        described["recordSet"][2]["field"][1]["source"] = {"fileSet": {"@id": "nowhere"}}
    else:
        del described[spoilt]
    assert complaints(described) != ""


def test_the_digests_are_those_of_the_files(builder: Builder, described: dict[str, Any]) -> None:
    files = {
        node["@id"]: node for node in described["distribution"] if node["@type"] == "cr:FileObject"
    }
    # TFDS's own file is not the same for each build.
    assert files.keys() == {path.name for path in builder.data_path.iterdir()} - {manifest.INFO}
    for name, file in files.items():
        path = pathlib.Path(builder.data_dir, file["contentUrl"])
        assert path.name == name
        assert file["sha256"] == sha256_of(path)
        assert file["contentSize"] == f"{path.stat().st_size} B"


def test_the_shards_are_found_and_tell_their_split(
    builder: Builder, described: dict[str, Any]
) -> None:
    shards = by_id(described["distribution"])["shards"]
    names = [path.name for path in builder.data_path.iterdir()]
    found = set(fnmatch.filter(names, shards["includes"]))
    by_split = {
        split: {path.name for path in info.filepaths} for split, info in builder.info.splits.items()
    }
    assert found == set.union(*by_split.values())
    assert len(found) == 6
    split = by_id(by_id(described["recordSet"])["records"]["field"])["records/split"]
    pattern = re.compile(split["source"]["transform"]["regex"])
    for name in found:
        match = pattern.match(name)
        assert match is not None
        assert name in by_split[match[1]]


def test_the_fields_are_the_features(builder: Builder, described: dict[str, Any]) -> None:
    fields = by_id(by_id(described["recordSet"])["records"]["field"])
    columns = [
        field["source"]["extract"].get("column")
        for name, field in fields.items()
        if name != "records/split"
    ]
    assert columns == list(builder.info.features)
    types = {name: field["dataType"] for name, field in fields.items()}
    assert types == {
        "records/split": "sc:Text",
        "records/id": "sc:Text",
        "records/tokens": "sc:Integer",
        "records/label": ["sc:Integer", "cr:Label"],
        "records/rating": "sc:Integer",
        "records/movie": "sc:Text",
        "records/duplicate_of": "sc:Text",
    }
    assert fields["records/tokens"]["repeated"] is True
    assert all(field["description"] for field in fields.values())


def test_mlcroissant_reads_splits_and_labels(described: dict[str, Any]) -> None:
    dataset = mlc.Dataset(copy.deepcopy(described))
    splits = {row["splits/name"]: row["splits/records"] for row in dataset.records("splits")}
    assert splits == {"train": 48, "test": 48, "unsupervised": 24}
    labels = {row["labels/id"]: row["labels/name"] for row in dataset.records("labels")}
    assert labels == {0: "neg", 1: "pos", -1: "unlabelled"}


def test_the_same_dataset_has_the_same_bytes_in_another_folder(
    builder: Builder, tmp_path: pathlib.Path
) -> None:
    other = build(tmp_path / "data", builder.info.file_format.value)
    croissant.write(builder, tmp_path / "one.json")
    croissant.write(other, tmp_path / "other.json")
    text = (tmp_path / "one.json").read_bytes()
    assert text == (tmp_path / "other.json").read_bytes()
    assert str(tmp_path).encode() not in text


def test_a_file_that_has_changed_is_refused(tmp_path: pathlib.Path) -> None:
    builder = build(tmp_path)
    (builder.data_path / "label.labels.txt").write_text("pos\nneg\n")
    with pytest.raises(ImdbKerasError, match=r"label\.labels\.txt: differs from SHA256SUMS"):
        croissant.document(builder)


def test_the_rights_in_the_reviews(
    described: dict[str, Any], tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert described["license"] == "https://spdx.org/licenses/Apache-2.0.html"
    releases = {**release.RELEASES, "stanford": release_of(FILES, "stanford")}
    monkeypatch.setattr(release, "RELEASES", releases)
    archive = write_folder(tmp_path / "aclImdb", FILES)
    builder = Builder(config="top10k", data_dir=tmp_path, archive=archive)
    builder.download_and_prepare()
    stanford = croissant.document(builder)
    assert complaints(stanford) == ""
    # The Stanford reviews have no licence, so none may be told.
    assert stanford["license"]["name"] == "No formal licence"
    assert stanford["license"]["url"] == stanford["url"]
    assert [person["name"] for person in stanford["creator"]] == [
        "Andrew L. Maas",
        "Raymond E. Daly",
        "Peter T. Pham",
        "Dan Huang",
        "Andrew Y. Ng",
        "Christopher Potts",
    ]
    assert stanford["datePublished"] == "2011-06"
    assert "Learning Word Vectors for Sentiment Analysis" in stanford["citeAs"]
    assert (stanford["name"], stanford["version"]) == ("imdb_keras/top10k", "1.1.0")


def test_what_is_written_is_the_document(
    builder: Builder, described: dict[str, Any], tmp_path: pathlib.Path
) -> None:
    croissant.write(builder, tmp_path / "croissant.json")
    assert json.loads((tmp_path / "croissant.json").read_text()) == described


def test_a_config_that_is_not_listed_is_described_however_its_builder_was_come_by(
    tmp_path: pathlib.Path,
) -> None:
    builder = Builder(config="sample_top500", data_dir=tmp_path)
    builder.download_and_prepare()
    described = croissant.document(builder)
    by_name = tfds.builder("imdb_keras/sample_top500", data_dir=tmp_path)
    from_folder = tfds.builder_from_directory(builder.data_dir)
    assert not isinstance(from_folder.builder_config, ImdbKerasConfig)
    for other in (by_name, from_folder):
        assert croissant.document(other) == described


def test_ones_own_reviews_are_refused(tmp_path: pathlib.Path) -> None:
    config = ImdbKerasConfig(name="mine", num_words=500, corpus=release.sample_path())
    builder = Builder(config=config, data_dir=tmp_path)
    builder.download_and_prepare()
    for one in (builder, tfds.builder_from_directory(builder.data_dir)):
        with pytest.raises(ImdbKerasError, match=r"mine/1.1.0 is a dataset of one's own reviews"):
            croissant.document(one)


def test_a_validation_split_is_described_as_one(tmp_path: pathlib.Path) -> None:
    builder = Builder(config="sample_top500_val20", data_dir=tmp_path)
    builder.download_and_prepare()
    described = croissant.document(builder)
    assert complaints(described) == ""
    rows = {row["splits/name"]: row for row in mlc.Dataset(described).records("splits")}
    assert list(rows) == ["train", "test", "unsupervised", "validation"]
    assert rows["validation"]["splits/records"] == 8
    assert rows["validation"]["splits/url"].endswith("ValidationSplit")
