"""What version 1.0.0 of the dataset wrote is still read and checked."""

import json
import pathlib
import shutil
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow_datasets as tfds

import imdb_keras_tfds
from imdb_keras_tfds import Builder, ImdbKerasConfig, ImdbKerasError
from imdb_keras_tfds.storage import pinned, splits, verify
from imdb_keras_tfds.storage.manifest import read_manifest, write_manifest
from imdb_keras_tfds.storage.versions import form_of, is_earlier
from tests.helpers.commands import run

Edit = Callable[[dict[str, Any]], None]

NAME = "imdb_keras/sample_full/1.0.0"


@pytest.fixture
def old(repository: pathlib.Path, tmp_path: pathlib.Path) -> pathlib.Path:
    """The folder of a sample that 1.0.0 wrote, in a data folder of its own."""
    return shutil.copytree(repository / "tests/prepared" / NAME, tmp_path / NAME)


def data_dir(old: pathlib.Path) -> pathlib.Path:
    return old.parent.parent.parent


def test_its_bytes_are_those_that_were_written(old: pathlib.Path) -> None:
    run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=old)
    assert (
        read_manifest(old)["metadata.json"]
        == "9a0cc2e2506a9cd7b0cfc85ca2d81f9f08cdd7587b030ee97805e58fe7444c43"
    )


def test_verify_finds_it_well(old: pathlib.Path) -> None:
    assert verify.verify(old) == []


@pytest.mark.parametrize("split", ["train", "test", "unsupervised"])
def test_verify_finds_what_is_wrong_in_it(old: pathlib.Path, split: str) -> None:
    (path,) = old.glob(f"imdb_keras-{split}.*")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert any(str(path) in problem for problem in verify.verify(old))


def test_verify_takes_no_form_of_another_version(old: pathlib.Path) -> None:
    edits: dict[str, Edit] = {
        "settings": lambda found: found["settings"].update(text=False, validation_split=0),
        "source": lambda found: found["source"]["train/pos"].update(movies_sha256=None),
        "splits": lambda found: found["splits"]["train"].update(with_movie=0, copies=0),
    }
    for name, edit in edits.items():
        metadata = json.loads((old / "metadata.json").read_text())
        edit(metadata)
        other = shutil.copytree(old, data_dir(old) / "other" / name / NAME)
        (other / "metadata.json").write_text(json.dumps(metadata))
        write_manifest(other)
        assert verify.verify(other) != []
    new = shutil.copytree(old, old.parent / "1.1.0")
    info = json.loads((new / "dataset_info.json").read_text())
    (new / "dataset_info.json").write_text(
        json.dumps(info | {"version": "1.1.0"}, indent=2, sort_keys=True)
    )
    assert verify.verify(new) != []


def test_the_command_checks_and_tells_of_it(old: pathlib.Path) -> None:
    options = ["--data-dir", str(data_dir(old))]
    assert "all is well" in run(["imdb-keras", "verify", NAME, *options]).stdout
    told = run(["imdb-keras", "info", "sample_full/1.0.0", *options]).stdout
    assert "1,111 words" in told
    assert "train: 48 reviews in 1 shards\n" in told
    ids = run(["imdb-keras", "encode", "sample_full/1.0.0", "What a film!", *options]).stdout
    assert len(ids.split()) == 4
    built = run(["imdb-keras", "build", "sample_full/1.0.0", "--overwrite", *options], check=False)
    assert built.returncode != 0
    assert "is of an earlier version, which cannot be built" in built.stderr
    missing = run(["imdb-keras", "verify", "sample_top9/1.0.0", *options], check=False)
    assert "names another version than 1.1.0" in missing.stderr


def test_tfds_loads_it(old: pathlib.Path) -> None:
    dataset, info = tfds.load(
        "imdb_keras/sample_full:1.0.0", split="train", data_dir=data_dir(old), with_info=True
    )
    assert str(info.version) == "1.0.0"
    assert list(dataset.element_spec) == ["id", "label", "rating", "tokens"]
    assert sum(1 for _ in dataset) == 48


def test_its_codec(old: pathlib.Path) -> None:
    builder = tfds.builder_from_directory(old)
    codec = imdb_keras_tfds.codec(builder.info)
    found = splits.read(builder, "train")
    assert codec.decode(found.tokens[0]).startswith("[START] ")
    assert codec.encode("What a film!").tolist() == [
        1,
        *(codec.word_index[word] + 3 for word in ("what", "a", "film")),
    ]
    by_name = imdb_keras_tfds.codec("imdb_keras/sample_full:1.0.0", data_dir=data_dir(old))
    assert by_name.word_index == codec.word_index


def test_its_batches(old: pathlib.Path) -> None:
    found = splits.read(tfds.builder_from_directory(old), "train")
    for dataset in (
        imdb_keras_tfds.batches(tfds.builder_from_directory(old), "train", 48),
        imdb_keras_tfds.batches(
            "imdb_keras/sample_full:1.0.0", "train", 48, data_dir=data_dir(old)
        ),
    ):
        (batch,) = dataset
        tokens, labels = (part.numpy() for part in batch)
        assert np.array_equal(tokens, found.tokens.to_padded())
        assert np.array_equal(labels, found.labels)


def test_its_records_tell_of_no_movie(old: pathlib.Path) -> None:
    found = splits.read(tfds.builder_from_directory(old), "test")
    assert (found.movies, found.duplicate_of, found.texts) == (None, None, None)
    assert len(found.ids) == 48


def test_a_build_stands_beside_it(old: pathlib.Path) -> None:
    builder = Builder(config="sample", data_dir=data_dir(old))
    assert not builder.is_prepared()
    builder.download_and_prepare()
    assert sorted(path.name for path in old.parent.iterdir()) == ["1.0.0", "1.1.0"]
    assert verify.verify(old) == verify.verify(builder.data_dir) == []


@pytest.mark.parametrize("name", ["sample_full", "sample_top9", "top10k"])
@pytest.mark.parametrize("version", ["1.0.0", "0.9.0", "2.0.0"])
def test_where_it_is_not_prepared_one_line_says_what_to_do(
    name: str, version: str, tmp_path: pathlib.Path
) -> None:
    with pytest.raises(ImdbKerasError) as refusal:
        tfds.load(f"imdb_keras/{name}:{version}", data_dir=tmp_path)
    message = str(refusal.value)
    assert "\n" not in message
    assert f"version '{version}' of imdb_keras cannot be built, only '1.1.0'" in message
    assert "leave the version out" in message
    assert ("name by data_dir=" in message) == (version == "1.0.0")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("version", ["1.1.0", "1.*.*", "experimental_latest", None])
def test_the_version_of_today_may_be_named(version: str | None, tmp_path: pathlib.Path) -> None:
    builder = Builder(config="sample", version=version, data_dir=tmp_path)
    assert builder.version == Builder.VERSION


def test_forms() -> None:
    config = ImdbKerasConfig.from_name("sample_full_text")
    assert form_of(str(Builder.VERSION)).features(config) == list(
        Builder(config=config).info.features
    )
    assert [is_earlier(version) for version in ("1.0.0", "1.1.0", None, 1)] == [
        True,
        False,
        False,
        False,
    ]
    for version in Builder.RELEASE_NOTES:
        assert is_earlier(version) == (version != str(Builder.VERSION))


def test_digests_of_earlier_versions_are_kept() -> None:
    names = [config.name for config in Builder.BUILDER_CONFIGS]
    later = {"top10k_val20", "top10k_text"}
    assert pinned.configs("1.0.0").keys() == ({*names, "sample_full"} - later)
    assert pinned.configs("1.1.0").keys() == {*names, "sample_full"}
    assert pinned.configs("0.9.0") == pinned.configs(None) == {}
