import copy
import json
import logging
import os
import pathlib
import shutil
from collections.abc import Callable
from typing import Any

import mlcroissant as mlc
import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder, ImdbKerasConfig, ImdbKerasError, export_parquet, load_columns
from imdb_keras_tfds.describe.account import Account
from imdb_keras_tfds.export import croissant_tables
from imdb_keras_tfds.source import release
from imdb_keras_tfds.storage.hashing import sha256_of
from tests.helpers.croissants import assert_records, complaints
from tests.helpers.layout import FILES, release_of, write_folder

OF_1_0 = pathlib.Path(__file__).parents[2] / "prepared/imdb_keras/sample_full/1.0.0"

SEVERAL = 3_000
"""So small a size that a split of the sample is in several files."""


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    builder = Builder(config="sample_top500_val20_text", data_dir=tmp_path_factory.mktemp("data"))
    builder.download_and_prepare()
    return builder


@pytest.fixture(scope="module", params=[None, SEVERAL], ids=["one file", "several"])
def exported(
    request: pytest.FixtureRequest, builder: Builder, tmp_path_factory: pytest.TempPathFactory
) -> pathlib.Path:
    """The folder of an export, which no test may change."""
    folder = tmp_path_factory.mktemp("exports") / "imdb [a*b]"
    return export_parquet(builder, folder, max_shard_size=request.param)


@pytest.fixture(scope="module")
def described(exported: pathlib.Path) -> Any:
    return json.loads((exported / "croissant.json").read_text())


def test_mlcroissant_reads_every_record(builder: Builder, exported: pathlib.Path) -> None:
    dataset = mlc.Dataset(exported / "croissant.json")
    for split in builder.info.splits:
        assert_records(dataset, split, load_columns(builder, split))


def test_mlcroissant_has_nothing_to_say(
    exported: pathlib.Path, described: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    assert described["conformsTo"] == [
        "http://mlcommons.org/croissant/1.1",
        "http://mlcommons.org/croissant/RAI/1.0",
    ]
    assert complaints(exported / "croissant.json") == ""
    # It logs terms that its context has and the file's has not.
    assert [record.message for record in caplog.records] == []


@pytest.mark.parametrize("spoilt", ["license", "datePublished", "sha256", "isArray", "source"])
def test_mlcroissant_would_have_something_to_say(
    spoilt: str,
    described: dict[str, Any],
    exported: pathlib.Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    changed = copy.deepcopy(described)
    if spoilt == "sha256":
        del changed["distribution"][0]["sha256"]
    elif spoilt == "isArray":
        del changed["@context"]["isArray"]
    elif spoilt == "source":
        changed["recordSet"][0]["field"][0]["source"] = {"fileObject": {"@id": "nowhere"}}
    else:
        del changed[spoilt]
    caplog.set_level(logging.WARNING)
    found = complaints(changed)
    assert found or caplog.records


def test_there_is_a_record_set_for_each_split(builder: Builder, described: dict[str, Any]) -> None:
    sets = {record_set["@id"]: record_set for record_set in described["recordSet"]}
    splits = ["train", "validation", "test", "unsupervised"]
    assert list(sets) == [*splits, "splits", "labels"]
    assert sets["splits"]["dataType"] == "cr:Split"
    assert sets["labels"]["dataType"] == "sc:Enumeration"
    for split in splits:
        fields = {field["name"]: field for field in sets[split]["field"]}
        assert list(fields) == [
            "id",
            "tokens",
            "label",
            "rating",
            "movie",
            "duplicate_of",
            "text",
        ]
        assert fields["label"]["references"] == {"field": {"@id": "labels/id"}}
        assert fields["label"]["dataType"] == ["sc:Integer", "cr:Label"]
        assert (fields["tokens"]["isArray"], fields["tokens"]["arrayShape"]) == (True, "-1")
        assert "repeated" not in fields["tokens"]
    dataset = mlc.Dataset(copy.deepcopy(described))
    rows = {row["splits/name"]: row for row in dataset.records("splits")}
    assert {name: row["splits/records"] for name, row in rows.items()} == {
        name: info.num_examples for name, info in builder.info.splits.items()
    }
    assert rows["validation"]["splits/url"].endswith("ValidationSplit")
    labels = {row["labels/id"]: row["labels/name"] for row in dataset.records("labels")}
    assert labels == {0: "neg", 1: "pos", -1: "unlabelled"}


def test_sizes_and_digests_are_those_of_the_files(
    exported: pathlib.Path, described: dict[str, Any]
) -> None:
    files = [node for node in described["distribution"] if node["@type"] == "cr:FileObject"]
    assert {file["contentUrl"] for file in files} == {
        path.name for path in exported.glob("*.parquet")
    }
    for file in files:
        path = exported / file["contentUrl"]
        assert file["sha256"] == sha256_of(path)
        assert file["contentSize"] == f"{path.stat().st_size} B"
    assert "croissant.json" in (exported / "SHA256SUMS").read_text()


def test_it_says_what_the_card_says(builder: Builder, described: dict[str, Any]) -> None:
    account = Account.of(builder)
    said = {key.removeprefix("rai:"): told for key, told in described.items() if "rai:" in key}
    assert said.keys() == account.rai.keys()
    for name, told in said.items():
        texts = account.rai[name]
        assert told in (texts, " ".join(texts)), name
    # What mlcroissant reads of them; lists have no order in JSON-LD.
    metadata = mlc.Dataset(copy.deepcopy(described)).metadata
    assert sorted(metadata.data_biases) == sorted(account.rai["dataBiases"])
    assert sorted(metadata.data_limitations) == sorted(account.rai["dataLimitations"])
    assert metadata.data_collection == account.rai["dataCollection"][0]
    assert metadata.data_release_maintenance_plan is not None
    assert metadata.personal_sensitive_information


def test_a_changed_file_is_not_read(builder: Builder, tmp_path: pathlib.Path) -> None:
    folder = export_parquet(builder, tmp_path / "imdb")
    dataset = mlc.Dataset(folder / "croissant.json")
    other = folder / "test-00000-of-00001.parquet"
    shutil.copy(other, folder / "train-00000-of-00001.parquet")
    assert list(dataset.records("test"))
    with pytest.raises(mlc.GenerationError):
        list(dataset.records("train"))


@pytest.mark.parametrize("name", ["croissant.json", "../up.json", "../up/in [this]/c.json"])
def test_it_can_be_written_elsewhere(
    name: str,
    builder: Builder,
    exported: pathlib.Path,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = shutil.copytree(exported, tmp_path / "some where" / "imdb [a*b]")
    path = folder / name
    path.parent.mkdir(exist_ok=True, parents=True)
    # As a user would name them.
    monkeypatch.chdir(tmp_path / "some where")
    relative = pathlib.Path(os.path.relpath(path))
    if "in [this]" in name and len(list(folder.glob("train-*"))) > 1:
        with pytest.raises(ImdbKerasError, match=r"or from one above it; write the description to"):
            croissant_tables.write(builder, "imdb [a*b]", relative)
        assert not path.exists()
        return
    croissant_tables.write(builder, "imdb [a*b]", relative)
    assert_records(mlc.Dataset(relative), "train", load_columns(builder, "train"))
    assert complaints(path) == ""
    if name == "croissant.json":
        assert path.read_bytes() == (exported / name).read_bytes()


def test_files_that_are_there_besides_are_not_read(
    builder: Builder, tmp_path: pathlib.Path
) -> None:
    folder = export_parquet(builder, tmp_path / "imdb", max_shard_size=SEVERAL)
    (train, *_) = sorted(folder.glob("train-*"))
    shutil.copy(train, folder / "train-copy.parquet")
    (tmp_path / "imdb" / "deep").mkdir()
    shutil.copy(train, folder / "deep" / train.name)
    dataset = mlc.Dataset(folder / "croissant.json")
    assert_records(dataset, "train", load_columns(builder, "train"))


def test_a_dataset_of_1_0_has_fewer_fields(tmp_path: pathlib.Path) -> None:
    builder = tfds.builder_from_directory(OF_1_0)
    folder = export_parquet(builder, tmp_path / "imdb")
    dataset = mlc.Dataset(folder / "croissant.json")
    for split in builder.info.splits:
        assert_records(dataset, split, load_columns(builder, split))
    assert complaints(folder / "croissant.json") == ""


def test_ones_own_reviews_have_no_description(tmp_path: pathlib.Path) -> None:
    config = ImdbKerasConfig(name="mine", corpus=release.sample_path())
    builder = Builder(config=config, data_dir=tmp_path)
    builder.download_and_prepare()
    folder = export_parquet(builder, tmp_path / "imdb")
    assert "README.md" in os.listdir(folder)
    assert "croissant.json" not in os.listdir(folder)
    with pytest.raises(ImdbKerasError, match=r"mine/1.1.0 is a dataset of one's own reviews"):
        croissant_tables.text(builder, folder, "croissant.json")


def test_the_stanford_reviews_have_makers_and_no_licence(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases = {**release.RELEASES, "stanford": release_of(FILES, "stanford")}
    monkeypatch.setattr(release, "RELEASES", releases)
    archive = write_folder(tmp_path / "aclImdb", FILES)
    builder = Builder(config="top10k", data_dir=tmp_path, archive=archive)
    builder.download_and_prepare()
    folder = export_parquet(builder, tmp_path / "imdb")
    assert complaints(folder / "croissant.json") == ""
    described = json.loads((folder / "croissant.json").read_text())
    assert described["license"]["name"] == "No formal licence"
    assert described["creator"][0] == {"@type": "sc:Person", "name": "Andrew L. Maas"}
    assert described["datePublished"] == "2011-06"
    dataset = mlc.Dataset(folder / "croissant.json")
    for split in builder.info.splits:
        assert_records(dataset, split, load_columns(builder, split))


Spoil = Callable[[pathlib.Path], object]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda folder: (folder / "SHA256SUMS").unlink(), r"No such file"),
        (lambda folder: (folder / "SHA256SUMS").write_text("x"), r"its last line, 'x', has no end"),
        (lambda folder: (folder / "train-00000-of-00001.parquet").unlink(), r"No such file"),
        (
            lambda folder: (folder / "test-00000-of-00001.parquet").write_bytes(b"PAR1"),
            r"test-00000-of-00001\.parquet is not that of its SHA256SUMS",
        ),
        (lambda folder: shutil.rmtree(folder), r"No such file"),
    ],
)
def test_what_is_no_export_is_refused(
    spoil: Spoil, why: str, builder: Builder, tmp_path: pathlib.Path
) -> None:
    folder = export_parquet(builder, tmp_path / "imdb")
    spoil(folder)
    refusal = (
        rf"imdb: is no Parquet export of imdb_keras/sample_top500_val20_text/1\.1\.0 \({why}.*\); "
        r"write one with: imdb-keras export parquet sample_top500_val20_text -o "
    )
    with pytest.raises(ImdbKerasError, match=refusal):
        croissant_tables.text(builder, folder, tmp_path / "c.json")


def test_the_export_of_another_dataset_is_refused(
    original: pathlib.Path, builder: Builder, tmp_path: pathlib.Path
) -> None:
    other = tfds.builder_from_directory(original)
    folder = export_parquet(other, tmp_path / "imdb")
    with pytest.raises(ImdbKerasError, match=r"parquet is of imdb_keras/sample_full 1\.1\.0\)"):
        croissant_tables.text(builder, folder, tmp_path / "c.json")


def test_an_export_that_lacks_a_file_is_refused(builder: Builder, tmp_path: pathlib.Path) -> None:
    folder = export_parquet(builder, tmp_path / "imdb", max_shard_size=SEVERAL)
    sums = (folder / "SHA256SUMS").read_text().splitlines(keepends=True)
    (folder / "SHA256SUMS").write_text("".join(line for line in sums if "train-00001" not in line))
    with pytest.raises(ImdbKerasError, match=r"records of train, which are not all there are\)"):
        croissant_tables.text(builder, folder, tmp_path / "c.json")


def test_a_fifo_in_the_place_of_a_file_is_not_waited_for(
    builder: Builder, tmp_path: pathlib.Path
) -> None:
    folder = export_parquet(builder, tmp_path / "imdb")
    (folder / "train-00000-of-00001.parquet").unlink()
    os.mkfifo(folder / "train-00000-of-00001.parquet")
    with pytest.raises(ImdbKerasError, match="it is no plain file"):
        croissant_tables.text(builder, folder, tmp_path / "c.json")
