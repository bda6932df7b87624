"""Datasets in each file format, converted ones too, and damage of their shards."""

import json
import pathlib
import random
import shutil

import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder
from imdb_keras_tfds.storage import shards
from imdb_keras_tfds.storage.manifest import write_manifest
from imdb_keras_tfds.storage.verify import verify
from tests.helpers.converter import convert
from tests.helpers.faults_report import RecordProperty, report
from tests.helpers.fuzz import fuzz_tries


@pytest.fixture(scope="module", params=["array_record", "parquet"])
def converted_once(
    original: pathlib.Path,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("data") / "imdb_keras/sample_full/1.1.0"
    convert(shutil.copytree(original, folder), request.param)
    info = json.loads((folder / "dataset_info.json").read_text())
    assert info["alternativeFileFormats"] == [request.param]
    return folder


class TestConvertedDatasets:
    """What `tfds convert_format` leaves in a folder."""

    @pytest.fixture
    def converted(self, converted_once: pathlib.Path, tmp_path: pathlib.Path) -> pathlib.Path:
        """A copy to spoil."""
        return shutil.copytree(converted_once, tmp_path / "imdb_keras/sample_full/1.1.0")

    @staticmethod
    def added(folder: pathlib.Path, split: str) -> pathlib.Path:
        """The shard of a split that was added."""
        (path,) = (
            path
            for path in folder.iterdir()
            if path.name.startswith(f"imdb_keras-{split}") and "tfrecord" not in path.name
        )
        return path

    def test_are_well(self, converted: pathlib.Path) -> None:
        assert verify(converted) == []

    def test_twice_are_well(self, folder: pathlib.Path) -> None:
        convert(folder, "array_record")
        convert(folder, "parquet")
        assert verify(folder) == []

    def test_need_all_their_shards(self, converted: pathlib.Path) -> None:
        path = self.added(converted, "unsupervised")
        path.unlink()
        problem = f"{path}: record 0 cannot be read (No such file or directory)"
        assert problem in verify(converted)

    def test_need_the_same_records(self, converted: pathlib.Path) -> None:
        shutil.copy(self.added(converted, "test"), self.added(converted, "train"))
        assert any("the content of split train is another" in line for line in verify(converted))

    def test_need_to_be_told(self, converted: pathlib.Path) -> None:
        path = converted / "dataset_info.json"
        info = json.loads(path.read_text())
        info.pop("alternativeFileFormats")
        path.write_text(json.dumps(info, indent=2, sort_keys=True))
        assert len([line for line in verify(converted) if "is not in SHA256SUMS" in line]) == 3


@pytest.mark.fuzz
@pytest.mark.parametrize("file_format", ["tfrecord", "array_record", "parquet"])
def test_any_damage_of_a_shard_is_found(
    tmp_path: pathlib.Path, file_format: str, record_property: RecordProperty
) -> None:
    """Even where the manifest was made to fit: the records are held against the digests."""
    builder = Builder(config="sample_full_max20", data_dir=tmp_path)
    builder.download_and_prepare()
    folder = pathlib.Path(builder.data_dir)
    if file_format != "tfrecord":
        convert(folder, file_format)
    path = folder / f"imdb_keras-train.{file_format}-00000-of-00001"
    before = path.read_bytes()
    originals = list(shards.raw(path, tfds.core.FileFormat(file_format)))
    source = random.Random(1)
    tried = fuzz_tries(100)
    for _ in range(tried):
        place = source.randrange(len(before))
        damaged = bytearray(before)
        kind = source.choice(["flip", "cut", "twice", "zeros"])
        if kind == "flip":
            damaged[place] ^= 1 << source.randrange(8)
        elif kind == "cut":
            del damaged[place:]
        elif kind == "twice":
            damaged[place:place] = before[place : place + source.randrange(1, 100)]
        else:
            damaged[place : place + 50] = bytes(len(damaged[place : place + 50]))
        path.write_bytes(damaged)
        if file_format == "tfrecord":
            write_manifest(folder)
        if not verify(folder):
            # Bytes that a format leaves aside, as it does with padding, do not decide anything.
            assert list(shards.raw(path, tfds.core.FileFormat(file_format))) == originals
            assert damaged == before or file_format != "tfrecord"
    report(record_property, f"a damaged shard ({file_format})", tried, "found by `verify`")
