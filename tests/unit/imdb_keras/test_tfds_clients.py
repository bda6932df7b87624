"""What the clients of TFDS do with a builder, its info and its data."""

import copy
import pathlib
import pickle
import sys
from typing import Any

import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder, ImdbKerasError, batches
from imdb_keras_tfds.describe.report import page
from imdb_keras_tfds.export import croissant
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.storage.verify import verify
from tests.helpers.commands import run

FORMATS = ("tfrecord", "array_record")


@pytest.fixture(scope="module", params=FORMATS)
def fresh(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """A builder that has just built."""
    folder = tmp_path_factory.mktemp("data")
    builder = Builder(config="sample", data_dir=folder, file_format=request.param)
    builder.download_and_prepare(download_config=tfds.download.DownloadConfig(num_shards=3))
    return builder


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    builder = Builder(config="sample", data_dir=tmp_path_factory.mktemp("data"))
    builder.download_and_prepare(download_config=tfds.download.DownloadConfig(num_shards=3))
    return builder


def ids(dataset: Any) -> list[bytes]:
    return [record["id"] for record in tfds.as_numpy(dataset)]


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


class TestCopies:
    """Worker processes get what they read from by pickle."""

    @pytest.mark.parametrize("copied", [pickled, copy.deepcopy])
    def test_of_the_info(self, fresh: Builder, copied: Any) -> None:
        info = copied(fresh.info)
        assert info.metadata == fresh.info.metadata
        assert info.splits["train"].num_examples == 48

    @pytest.mark.parametrize("copied", [pickled, copy.deepcopy])
    def test_of_a_data_source(self, copied: Any, tmp_path: pathlib.Path) -> None:
        source = tfds.data_source(
            "imdb_keras/sample",
            split="train",
            data_dir=tmp_path,
            builder_kwargs={"file_format": "array_record"},
        )
        assert copied(source)[3]["id"] == source[3]["id"]

    def test_of_a_builder(self, fresh: Builder) -> None:
        assert copy.deepcopy(fresh).info.metadata == fresh.info.metadata


class TestMockData:
    """`tfds.testing.mock_data`, by which people test their own code."""

    @pytest.fixture(autouse=True)
    def nothing_is_left(self) -> Any:
        package = pathlib.Path(tfds.__file__).parent
        before = set(package.rglob("*"))
        yield
        assert {path for path in package.rglob("*") if path.suffix != ".pyc"} <= before

    @pytest.mark.parametrize("name", ["imdb_keras", "imdb_keras/top10k", "imdb_keras/top77_max9"])
    def test_load(self, name: str) -> None:
        with tfds.testing.mock_data(num_examples=3):
            dataset = tfds.load(name, split="train", as_supervised=True)
        assert len(list(dataset)) == 3

    @pytest.mark.parametrize("name", ["imdb_keras", "imdb_keras/top10k", "imdb_keras/top77_max9"])
    def test_data_source(self, name: str) -> None:
        with tfds.testing.mock_data(num_examples=3):
            source = tfds.data_source(name, split="train")
            assert len(source) == 3
            assert source[2]["tokens"].ndim == 1

    def test_metadata_of_a_prepared_dataset(self, prepared: Builder) -> None:
        data_dir = str(prepared.data_dir_root)
        policy = tfds.testing.MockPolicy.USE_FILES
        with tfds.testing.mock_data(num_examples=3, policy=policy, data_dir=data_dir):
            dataset, info = tfds.load("imdb_keras/sample", split="train", with_info=True)
        assert len(list(dataset)) == 3
        assert info.splits["train"].num_examples == 48


class TestOrder:
    """It is Keras's, unless a caller asks for another."""

    def test_shuffle_files(self, prepared: Builder) -> None:
        kept = ids(prepared.as_dataset(split="train"))
        shuffled = ids(
            prepared.as_dataset(
                split="train", shuffle_files=True, read_config=tfds.ReadConfig(shuffle_seed=1)
            )
        )
        assert sorted(shuffled) == sorted(kept)
        assert shuffled != kept

    def test_tutorials(self, prepared: Builder) -> None:
        dataset = tfds.load(
            "imdb_keras/sample",
            split="train",
            data_dir=prepared.data_dir_root,
            shuffle_files=True,
            as_supervised=True,
        )
        assert len(list(dataset)) == 48

    def test_interleaving(self, prepared: Builder) -> None:
        kept = ids(prepared.as_dataset(split="train"))
        config = tfds.ReadConfig(interleave_cycle_length=16, interleave_block_length=1)
        interleaved = ids(prepared.as_dataset(split="train", read_config=config))
        assert interleaved[:3] == [kept[0], kept[16], kept[32]]

    def test_what_is_not_listed_is_read_alike(self, tmp_path: pathlib.Path) -> None:
        """TFDS would read a prepared one by a builder of its own, with its own guard."""
        for _ in range(2):
            dataset = tfds.load(
                "imdb_keras/sample_top50", split="train", data_dir=tmp_path, shuffle_files=True
            )
            assert len(list(dataset)) == 48
        assert isinstance(tfds.builder("imdb_keras/sample_top50", data_dir=tmp_path), Builder)


class TestFileFormat:
    def test_a_good_one_works_with_all_of_this_package(
        self, fresh: Builder, sample: Corpus
    ) -> None:
        assert verify(fresh.data_dir) == []
        tokens, labels = next(iter(batches(fresh, "train", 48)))
        assert tokens.shape[0] == labels.shape[0] == 48
        assert page(fresh, sample).startswith("<!DOCTYPE html>")
        assert croissant.document(fresh)["name"]

    @pytest.mark.parametrize(
        "file_format",
        [known.value for known in tfds.core.FileFormat if known.value not in FORMATS],
    )
    def test_another_one_is_refused(self, file_format: str, tmp_path: pathlib.Path) -> None:
        refusal = f"file_format='{file_format}' cannot be built; take 'tfrecord' or 'array_record'"
        with pytest.raises(ImdbKerasError, match=refusal):
            Builder(
                config="sample", data_dir=tmp_path, file_format=file_format
            ).download_and_prepare()
        builder = Builder(config="sample", data_dir=tmp_path)
        with pytest.raises(ImdbKerasError, match=refusal):
            builder.download_and_prepare(file_format=file_format)
        assert not builder.data_path.parent.exists()

    def test_another_one_over_an_old_one(self, tmp_path: pathlib.Path) -> None:
        Builder(config="sample", data_dir=tmp_path).download_and_prepare()
        builder = Builder(config="sample", data_dir=tmp_path)
        over = tfds.download.DownloadConfig(download_mode=tfds.GenerateMode.REUSE_CACHE_IF_EXISTS)
        builder.download_and_prepare(file_format="array_record", download_config=over)
        assert len(builder.as_data_source(split="train")) == 48
        assert verify(builder.data_dir) == []


def test_show_examples_ends_in_the_words_of_tfds(prepared: Builder) -> None:
    dataset = prepared.as_dataset(split="train")
    with pytest.raises(ValueError, match="Visualisation not supported for dataset `imdb_keras`"):
        tfds.show_examples(dataset, prepared.info)


class TestSizes:
    def test_of_a_listed_config(
        self, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        builder = Builder(config="sample", data_dir=tmp_path)
        builder.download_and_prepare()
        said = capsys.readouterr().out
        assert "Unknown size" not in said
        size, place = builder.info.dataset_size, builder.data_dir
        assert f"imdb_keras/sample_full/1.1.0 (generated: {size}) to {place}..." in said
        assert f"prepared to {place}." in said

    def test_of_a_download(
        self,
        tmp_path: pathlib.Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def fail(*_: Any) -> None:
            raise OSError("not had")

        monkeypatch.setattr(tfds.download.DownloadManager, "download", fail)
        with pytest.raises(ImdbKerasError, match="not had"):
            Builder(config="top10k", data_dir=tmp_path).download_and_prepare()
        said = capsys.readouterr().out
        assert "download: 80.23 MiB, generated: 44.51 MiB, total: 124.74 MiB" in said


def test_a_first_load_warns_of_no_folder(tmp_path: pathlib.Path) -> None:
    """TFDS does of the folder of a config in which nothing is prepared yet."""
    code = """
import sys
import tensorflow_datasets as tfds, imdb_keras_tfds
tfds.load("imdb_keras/sample_top500", data_dir=sys.argv[1])
"""
    done = run([sys.executable, "-c", code, tmp_path])
    assert "Variant folder" not in done.stdout + done.stderr
