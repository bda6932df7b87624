import dataclasses
import json
import pathlib
import pickle
import shutil
import warnings
from typing import Any

import numpy as np
import pytest
import tensorflow_datasets as tfds

import imdb_keras_tfds
from imdb_keras_tfds import Builder, ImdbKerasConfig, ImdbKerasError
from imdb_keras_tfds.imdb_keras import imdb_keras_dataset_builder
from imdb_keras_tfds.recipe import sequences
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.source import release
from imdb_keras_tfds.storage import ranks, verify
from tests.helpers.commands import run, run_python
from tests.helpers.layout import FILES, release_of, write_folder, write_tar

SIZES = {"train": 48, "test": 48, "unsupervised": 24}


class SampleTest(tfds.testing.DatasetBuilderTestCase):
    """TFDS's own test of a builder, on the sample corpus."""

    DATASET_CLASS = Builder
    EXAMPLE_DIR = str(release.sample_path())
    BUILDER_CONFIG_NAMES_TO_TEST = (
        ImdbKerasConfig.from_name("sample"),
        ImdbKerasConfig.from_name("sample_top100_skip5_max20"),
        ImdbKerasConfig.from_name("sample_full_keras"),
        ImdbKerasConfig.from_name("sample_top100_text"),
    )
    SPLITS = SIZES


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A data_dir in which `imdb_keras/sample_full` is prepared."""
    folder = tmp_path_factory.mktemp("data")
    tfds.builder("imdb_keras/sample", data_dir=folder).download_and_prepare()
    return folder


def records(dataset: Any) -> list[dict[str, Any]]:
    return list(tfds.as_numpy(dataset))


def expected_records(corpus: Corpus, name: str, split: str) -> list[dict[str, Any]]:
    ranks = {split: reviews.ranks for split, reviews in corpus.splits.items()}
    encoded = sequences.encode(ranks, ImdbKerasConfig.from_name(name)).splits[split]
    reviews = corpus.splits[split]
    return [
        {
            "id": reviews.ids[i].encode(),
            "tokens": ids.tolist(),
            "label": reviews.labels[i],
            "rating": reviews.ratings[i],
            "movie": reviews.movies[i].encode(),
            "duplicate_of": reviews.duplicate_of[i].encode(),
        }
        for i, ids in zip(encoded.reviews, encoded.ids, strict=True)
    ]


def as_lists(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [record | {"tokens": record["tokens"].tolist()} for record in found]


@pytest.mark.parametrize("split", SIZES)
def test_records_are_the_sequences_in_order(
    split: str, data_dir: pathlib.Path, sample: Corpus
) -> None:
    dataset = tfds.load("imdb_keras/sample", split=split, data_dir=data_dir)
    assert as_lists(records(dataset)) == expected_records(sample, "sample", split)


def test_info(data_dir: pathlib.Path) -> None:
    info = tfds.builder("imdb_keras/sample", data_dir=data_dir).info
    assert info.full_name == "imdb_keras/sample_full/1.1.0"
    assert info.supervised_keys == ("tokens", "label")
    assert info.disable_shuffling
    assert info.features["label"].names == ["neg", "pos"]
    assert info.features["tokens"].shape == (None,)
    assert info.features["tokens"].np_dtype == np.int32
    assert {split: info.splits[split].num_examples for split in info.splits} == SIZES
    assert "Maas" in info.citation
    assert "1.1.0" in Builder.RELEASE_NOTES


def test_the_dataset_folder(data_dir: pathlib.Path, sample: Corpus) -> None:
    folder = data_dir / "imdb_keras/sample_full/1.1.0"
    assert (folder / "imdb_word_index.json").read_text() == sample.vocabulary.to_json()
    metadata = json.loads((folder / "metadata.json").read_text())
    assert ImdbKerasConfig(**metadata["settings"]) == ImdbKerasConfig(corpus="sample")
    assert metadata["vocabulary_size"] == release.SAMPLE.vocabulary_size
    for name, contents in release.SAMPLE.contents.items():
        assert metadata["source"][name] == {
            "reviews": contents.reviews,
            "bytes": contents.size,
            "sha256": contents.digest,
            "movies_sha256": contents.movies,
        }
    for split, found in metadata["splits"].items():
        ranked = sample.splits[split]
        assert found["records"] == len(ranked.ids)
        assert found["with_movie"] == sum(map(bool, ranked.movies))
        assert found["copies"] == sum(map(bool, ranked.duplicate_of)) > 0
    # Nothing that differs from machine to machine.
    assert str(data_dir) not in (folder / "metadata.json").read_text()
    assert tfds.builder("imdb_keras/sample", data_dir=data_dir).info.metadata == metadata


@pytest.mark.parametrize("name", ["sample_top300_skip20_max25", "sample_top100_max60_keras"])
def test_any_name_of_the_grammar_loads(name: str, tmp_path: pathlib.Path, sample: Corpus) -> None:
    loaded = [
        tfds.load(f"imdb_keras/{name}", split="test", data_dir=tmp_path)
        for _ in range(2)  # prepared, and then found
    ]
    for dataset in loaded:
        assert as_lists(records(dataset)) == expected_records(sample, name, "test")


def test_a_builder_tells_name_and_folder_in_one_line(tmp_path: pathlib.Path) -> None:
    builder = Builder(config="sample_top500", data_dir=tmp_path)
    assert repr(builder) == (
        f"Builder('imdb_keras/sample_top500/{Builder.VERSION}', data_dir={builder.data_dir!r})"
    )


def test_a_config_object_is_the_same_as_its_name(tmp_path: pathlib.Path) -> None:
    by_object = tfds.builder(
        "imdb_keras", config=ImdbKerasConfig(num_words=10_000), data_dir=tmp_path
    )
    again = tfds.builder("imdb_keras", config=ImdbKerasConfig(num_words=10_000), data_dir=tmp_path)
    by_name = tfds.builder("imdb_keras/top10k", data_dir=tmp_path)
    assert by_object.data_path == again.data_path == by_name.data_path
    assert by_object.builder_config is by_name.builder_config
    unlisted = [
        Builder(config=ImdbKerasConfig(num_words=77), data_dir=tmp_path).builder_config
        for _ in range(2)
    ]
    assert unlisted[0] is unlisted[1]


def test_the_default_is_the_first_of_the_listed_configs() -> None:
    assert list(Builder.builder_configs) == [
        "full",
        "top5k",
        "top10k",
        "top20k",
        "top10k_skip20",
        "full_keras",
        "top10k_val20",
        "top10k_text",
    ]
    assert Builder().builder_config.name == "full"
    assert Builder.builder_config_cls is ImdbKerasConfig


def test_a_wrong_name_is_answered_with_the_right_one() -> None:
    with pytest.raises(ImdbKerasError, match="'top10000' is not spelt right; use 'top10k'"):
        tfds.load("imdb_keras/top10000")


def test_a_collision_is_warned_of_once(tmp_path: pathlib.Path) -> None:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        config = ImdbKerasConfig(num_words=777, start_char=0)
        tfds.builder("imdb_keras", config=config, data_dir=tmp_path)
        tfds.builder(f"imdb_keras/{config.name}", data_dir=tmp_path)
    assert [warning.category for warning in warned] == [UserWarning]


def test_ways_of_reading(data_dir: pathlib.Path) -> None:
    arguments: dict[str, Any] = {"name": "imdb_keras/sample", "data_dir": data_dir}
    whole = as_lists(records(tfds.load(split="train", **arguments)))

    part = as_lists(records(tfds.load(split="train[25%:75%]", **arguments)))
    assert part == whole[12:36]

    pairs = tfds.load(split="train", as_supervised=True, **arguments)
    assert [(tokens.tolist(), label) for tokens, label in tfds.as_numpy(pairs)] == [
        (record["tokens"], record["label"]) for record in whole
    ]

    dataset, info = tfds.load(split="train", with_info=True, **arguments)
    frame = tfds.as_dataframe(dataset.take(3), info)
    assert frame["label"].tolist() == [record["label"] for record in whole[:3]]
    assert frame["id"].tolist() == [record["id"] for record in whole[:3]]

    batch = next(iter(tfds.as_numpy(pairs.padded_batch(4))))
    assert batch[0].shape == (4, max(len(record["tokens"]) for record in whole[:4]))


def test_max_examples_per_split(tmp_path: pathlib.Path, sample: Corpus) -> None:
    dataset = tfds.load(
        "imdb_keras/sample",
        split="train",
        data_dir=tmp_path,
        download_and_prepare_kwargs={
            "download_config": tfds.download.DownloadConfig(max_examples_per_split=5)
        },
    )
    assert as_lists(records(dataset)) == expected_records(sample, "sample", "train")[:5]


def test_several_shards_keep_the_order(tmp_path: pathlib.Path, sample: Corpus) -> None:
    builder = tfds.builder("imdb_keras/sample", data_dir=tmp_path)
    builder.download_and_prepare(download_config=tfds.download.DownloadConfig(num_shards=5))
    assert builder.info.splits["train"].num_shards == 5
    found = as_lists(records(builder.as_dataset(split="train")))
    assert found == expected_records(sample, "sample", "train")


def test_array_record(tmp_path: pathlib.Path, sample: Corpus) -> None:
    source = tfds.data_source(
        "imdb_keras/sample",
        split="test",
        data_dir=tmp_path,
        builder_kwargs={"file_format": "array_record"},
    )
    expected = expected_records(sample, "sample", "test")
    assert len(source) == len(expected)
    for i in (17, 0, 47):  # random access
        assert as_lists([source[i]]) == [expected[i]]


def test_reviews_without_tokens_are_kept(tmp_path: pathlib.Path, sample: Corpus) -> None:
    name = "sample_top60_skip50_startnone_oovnone"
    dataset = tfds.load(f"imdb_keras/{name}", split="train", data_dir=tmp_path)
    expected = expected_records(sample, name, "train")
    assert {len(record["tokens"]) for record in expected} >= {0, 1, 2}
    assert as_lists(records(dataset)) == expected


def test_the_registered_checksum_is_that_of_the_release() -> None:
    info = Builder.url_infos[release.URL]
    assert info.size == 84_125_825
    assert info.checksum == "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe"
    assert info.filename == "aclImdb_v1.tar.gz"


def test_a_builder_survives_pickle(tmp_path: pathlib.Path) -> None:
    builder = Builder(config="top10k", archive=tmp_path / "aclImdb", data_dir=tmp_path)
    again = pickle.loads(pickle.dumps(builder))
    assert again.builder_config is builder.builder_config
    assert again._source_path(None) == tmp_path / "aclImdb"


def test_a_prepared_folder_is_read_without_this_package(
    data_dir: pathlib.Path, sample: Corpus
) -> None:
    code = """
import json, sys
sys.modules["imdb_keras_tfds"] = None  # what cannot be imported
import tensorflow_datasets as tfds
builder = tfds.builder_from_directory(sys.argv[1])
dataset = tfds.as_numpy(builder.as_dataset(split="train"))
print(json.dumps([[record["id"].decode(), record["tokens"].tolist()] for record in dataset]))
print(json.dumps(builder.info.metadata["settings"]))
"""
    output = run_python(code, str(data_dir / "imdb_keras/sample_full/1.1.0")).splitlines()
    assert json.loads(output[0]) == [
        [record["id"].decode(), record["tokens"]]
        for record in expected_records(sample, "sample", "train")
    ]
    assert json.loads(output[1]) == ImdbKerasConfig(corpus="sample").settings


def test_importing_registers_the_dataset_without_what_only_building_takes() -> None:
    code = """
import sys
import imdb_keras_tfds
import tensorflow_datasets as tfds
print(tfds.builder_cls("imdb_keras").__module__)
print({"tensorflow", "pyarrow", "imdb_keras_tfds.source.reading"} & sys.modules.keys())
print(set(imdb_keras_tfds.__all__) <= set(dir(imdb_keras_tfds)), imdb_keras_tfds.batches.__name__)
"""
    builder_module = "imdb_keras_tfds.imdb_keras.imdb_keras_dataset_builder"
    assert run_python(code).splitlines() == [builder_module, "set()", "True batches"]


class TestArchive:
    """Where the reviews of the Stanford corpus come from."""

    @pytest.fixture(autouse=True)
    def _tiny_stanford(self, monkeypatch: pytest.MonkeyPatch) -> None:
        releases = {**release.RELEASES, "stanford": release_of(FILES, "stanford")}
        monkeypatch.setattr(release, "RELEASES", releases)

    @staticmethod
    def ids(builder: tfds.core.DatasetBuilder) -> list[bytes]:
        builder.download_and_prepare()
        return sorted(record["id"] for record in records(builder.as_dataset(split="train")))

    expected = sorted(
        name.removesuffix(".txt").encode()
        for name in FILES
        if name.startswith(("train/pos", "train/neg"))
    )

    def test_argument(self, tmp_path: pathlib.Path) -> None:
        folder = write_folder(tmp_path / "aclImdb", FILES)
        builder = tfds.builder("imdb_keras/top10k", archive=folder, data_dir=tmp_path)
        assert self.ids(builder) == self.expected

    def test_argument_in_the_name(self, tmp_path: pathlib.Path) -> None:
        path = write_tar(tmp_path / "some.tar.gz", FILES.items())
        dataset = tfds.load(
            f"imdb_keras/top10k/archive={path}", split="train", data_dir=tmp_path / "data"
        )
        assert sorted(record["id"] for record in records(dataset)) == self.expected

    def test_environment(self, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = write_tar(tmp_path / "some.tar.gz", FILES.items())
        monkeypatch.setenv("IMDB_KERAS_ARCHIVE", str(path))
        assert self.ids(tfds.builder("imdb_keras/top10k", data_dir=tmp_path)) == self.expected

    def test_the_argument_goes_before_the_environment(
        self, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("IMDB_KERAS_ARCHIVE", str(tmp_path / "nowhere"))
        folder = write_folder(tmp_path / "aclImdb", FILES)
        builder = tfds.builder("imdb_keras/top10k", archive=folder, data_dir=tmp_path)
        assert self.ids(builder) == self.expected

    def test_download(self, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = write_tar(tmp_path / "some.tar.gz", FILES.items())
        asked = []

        def download(_: Any, url: str) -> pathlib.Path:
            asked.append(url)
            return path

        monkeypatch.setattr(tfds.download.DownloadManager, "download", download)
        assert self.ids(tfds.builder("imdb_keras/top10k", data_dir=tmp_path)) == self.expected
        assert asked == [release.URL]

    def test_a_manual_download(
        self, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = write_tar(tmp_path / "aclImdb_v1.tar.gz", FILES.items())
        known = tfds.core.download.checksums.compute_url_info(path)
        infos = {release.URL: dataclasses.replace(known, filename=path.name)}
        monkeypatch.setattr(Builder, "url_infos", infos)
        builder = tfds.builder("imdb_keras/top10k", data_dir=tmp_path / "data")
        config = tfds.download.DownloadConfig(manual_dir=tmp_path)
        builder.download_and_prepare(download_config=config)
        assert builder.info.splits["train"].num_examples == len(self.expected)

    def test_a_failed_download_says_what_else_can_be_done(
        self, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def download(_: Any, url: str) -> pathlib.Path:
            raise ConnectionError(f"no route\nto {url}")

        monkeypatch.setattr(tfds.download.DownloadManager, "download", download)
        builder = tfds.builder("imdb_keras/top10k", data_dir=tmp_path)
        with pytest.raises(ImdbKerasError, match=r"no route to .* archive= or the environment"):
            builder.download_and_prepare()

    def test_a_manual_download_of_other_content_is_refused(self, tmp_path: pathlib.Path) -> None:
        # It has the registered name, but not the registered SHA-256.
        write_tar(tmp_path / "aclImdb_v1.tar.gz", FILES.items())
        builder = tfds.builder("imdb_keras/top10k", data_dir=tmp_path / "data")
        config = tfds.download.DownloadConfig(manual_dir=tmp_path)
        with pytest.raises(ImdbKerasError, match="wrong checksum"):
            builder.download_and_prepare(download_config=config)

    def test_other_content_is_refused_and_leaves_no_dataset(self, tmp_path: pathlib.Path) -> None:
        other = FILES | {"test/pos/0_7.txt": b"Something else."}
        folder = write_folder(tmp_path / "aclImdb", other)
        builder = tfds.builder("imdb_keras/top10k", archive=folder, data_dir=tmp_path / "data")
        with pytest.raises(ImdbKerasError, match="content of test/pos is not the release's"):
            builder.download_and_prepare()
        assert not list((tmp_path / "data").rglob("dataset_info.json"))
        assert not builder.is_prepared()

    def test_the_sample_is_not_built_from_an_archive(self, tmp_path: pathlib.Path) -> None:
        with pytest.raises(ImdbKerasError, match="'sample_full' is built from the sample corpus"):
            tfds.builder("imdb_keras/sample", archive=tmp_path, data_dir=tmp_path)

    def test_the_sample_leaves_the_environment_aside(
        self, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("IMDB_KERAS_ARCHIVE", str(tmp_path / "nowhere"))
        builder = tfds.builder("imdb_keras/sample", data_dir=tmp_path)
        assert len(self.ids(builder)) == SIZES["train"]


class TestOwnReviews:
    """Datasets of other reviews than those of a release."""

    @pytest.fixture
    def config(self, tmp_path: pathlib.Path) -> ImdbKerasConfig:
        folder = write_folder(tmp_path / "mine", FILES)
        return ImdbKerasConfig(name="mine", num_words=10_000, corpus=folder)

    def test_they_are_built_as_a_release_is(
        self, config: ImdbKerasConfig, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert config.corpus is not None
        releases = {**release.RELEASES, "stanford": release_of(FILES, "stanford")}
        monkeypatch.setattr(release, "RELEASES", releases)
        own = Builder(config=config, data_dir=tmp_path)
        stanford = Builder(config="top10k", archive=config.corpus, data_dir=tmp_path)
        for builder in (own, stanford):
            builder.download_and_prepare()
        own_files, files = (
            {path.name: path.read_bytes() for path in builder.data_path.iterdir()}
            for builder in (own, stanford)
        )
        differ = {name for name in files if own_files[name] != files[name]}
        assert own_files.keys() == files.keys()
        assert differ == {"metadata.json", "SHA256SUMS", "dataset_info.json"}
        settings = own.info.metadata["settings"] | {"corpus": "stanford"}
        assert settings.pop("name") == "mine"
        assert own.info.metadata == dict(stanford.info.metadata) | {
            "settings": own.info.metadata["settings"]
        }
        assert ImdbKerasConfig(**settings) == stanford.builder_config
        assert not any(str(tmp_path) in str(content) for content in own_files.values())

    def test_splits_may_be_missing(self, tmp_path: pathlib.Path) -> None:
        files = {name: text for name, text in FILES.items() if name.startswith("train/pos")}
        corpus = write_tar(tmp_path / "mine.tar", files.items())
        for config in (
            ImdbKerasConfig(name="mine", corpus=corpus),
            ImdbKerasConfig(name="mine_keras", corpus=corpus, semantics="keras"),
            ImdbKerasConfig(name="mine_short", corpus=corpus, semantics="keras", maxlen=7),
        ):
            builder = Builder(config=config, data_dir=tmp_path)
            builder.download_and_prepare()
            assert list(builder.info.splits) == ["train"]
            assert verify.verify(builder.data_path) == []

    def test_reviews_without_words(self, tmp_path: pathlib.Path) -> None:
        files = {"train/pos/0_9.txt": b"", "train/neg/0_1.txt": b" ... ", "test/pos/0_9.txt": b"a"}
        corpus = write_folder(tmp_path / "mine", files)
        builder = Builder(config=ImdbKerasConfig(name="mine", corpus=corpus), data_dir=tmp_path)
        builder.download_and_prepare()
        found = records(builder.as_dataset(split="train"))
        assert [record["tokens"].tolist() for record in found] == [[1], [1]]
        assert builder.info.metadata["vocabulary_size"] == 0

    def test_a_prepared_dataset_is_read_without_the_reviews(
        self, config: ImdbKerasConfig, tmp_path: pathlib.Path
    ) -> None:
        assert config.corpus is not None
        Builder(config=config, data_dir=tmp_path).download_and_prepare()
        shutil.rmtree(config.corpus)
        expected = ["train/neg/0_1", "train/neg/2_4", "train/pos/0_9", "train/pos/10_8"]

        by_name = tfds.load("imdb_keras/mine", split="train", data_dir=tmp_path)
        by_config = Builder(config=config, data_dir=tmp_path)
        by_config.download_and_prepare()
        for dataset in (by_name, by_config.as_dataset(split="train")):
            ids = sorted(record["id"].decode() for record in records(dataset))
            assert ids == [*expected, "train/pos/1_10"]
        assert verify.verify(by_config.data_path) == []
        codec = imdb_keras_tfds.codec("imdb_keras/mine", data_dir=tmp_path)
        assert codec.decode(codec.encode("A great film!")) == "[START] a great film"
        batches = imdb_keras_tfds.batches("imdb_keras/mine", "train", 5, data_dir=tmp_path)
        assert [len(labels) for _, labels in batches] == [5]

    def test_other_reviews_need_another_name_or_a_new_build(
        self, config: ImdbKerasConfig, tmp_path: pathlib.Path
    ) -> None:
        Builder(config=config, data_dir=tmp_path).download_and_prepare()
        other = write_folder(tmp_path / "other", FILES | {"train/pos/20_9.txt": b"More."})
        config = ImdbKerasConfig(**config.settings | {"corpus": other})
        builder = Builder(config=config, data_dir=tmp_path)
        assert builder.builder_config is config
        # As in TFDS, what is prepared is not built again.
        builder.download_and_prepare()
        assert builder.info.splits["train"].num_examples == 5
        anew = tfds.download.DownloadConfig(download_mode=tfds.GenerateMode.REUSE_CACHE_IF_EXISTS)
        builder.download_and_prepare(download_config=anew)
        assert builder.info.splits["train"].num_examples == 6

    def test_other_settings_of_the_same_name_are_refused(
        self, config: ImdbKerasConfig, tmp_path: pathlib.Path
    ) -> None:
        Builder(config=config, data_dir=tmp_path).download_and_prepare()
        other = ImdbKerasConfig(**config.settings | {"corpus": config.corpus, "num_words": 9_000})
        builder = Builder(config=other, data_dir=tmp_path)
        with pytest.raises(ImdbKerasError, match="'mine' has other settings than this config"):
            builder.download_and_prepare()

    def test_what_cannot_be_built_is_refused(
        self, config: ImdbKerasConfig, tmp_path: pathlib.Path
    ) -> None:
        with pytest.raises(ImdbKerasError, match=r"'mine' is not a config name; .* prepared"):
            Builder(config="mine", data_dir=tmp_path)
        nowhere = ImdbKerasConfig(**config.settings)
        with pytest.raises(ImdbKerasError, match="does not say where its reviews are"):
            Builder(config=nowhere, data_dir=tmp_path).download_and_prepare()
        with pytest.raises(ImdbKerasError, match="is built from your own reviews; leave archive"):
            Builder(config=config, archive=tmp_path, data_dir=tmp_path)
        missing = ImdbKerasConfig(name="mine", corpus=tmp_path / "missing.tar")
        with pytest.raises(ImdbKerasError, match=r"missing.tar: cannot be read \(No such file"):
            Builder(config=missing, data_dir=tmp_path).download_and_prepare()
        assert not list((tmp_path / "imdb_keras").glob("*/1.1.0"))

    def test_a_builder_survives_pickle(
        self, config: ImdbKerasConfig, tmp_path: pathlib.Path
    ) -> None:
        builder = Builder(config=config, data_dir=tmp_path)
        assert pickle.loads(pickle.dumps(builder)).builder_config == config

    def test_the_cache_serves_them(
        self, config: ImdbKerasConfig, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Builder(config=config, data_dir=tmp_path).download_and_prepare()
        monkeypatch.setattr(ranks, "build", None)  # what is not called
        further = ImdbKerasConfig(name="mine_keras", corpus=config.corpus, semantics="keras")
        builder = Builder(config=further, data_dir=tmp_path)
        builder.download_and_prepare()
        assert verify.verify(builder.data_path) == []


class TestCommand:
    """`tfds build`, in a process of its own."""

    @staticmethod
    def built(data_dir: pathlib.Path) -> list[str]:
        found = (data_dir / "imdb_keras").glob("*/1.1.0/dataset_info.json")
        return sorted(info.parent.parent.name for info in found)

    def test_by_name(self, tmp_path: pathlib.Path) -> None:
        run(
            ["tfds", "build", "imdb_keras/sample", "--imports", "imdb_keras_tfds"],
            env={"TFDS_DATA_DIR": str(tmp_path)},
        )
        assert self.built(tmp_path) == ["sample_full"]

    def test_by_settings(self, tmp_path: pathlib.Path) -> None:
        settings = json.dumps({"num_words": 750, "corpus": "sample"})
        run(
            ["tfds", "build", "imdb_keras", "--imports", "imdb_keras_tfds", "--config", settings],
            env={"TFDS_DATA_DIR": str(tmp_path)},
        )
        assert self.built(tmp_path) == ["sample_top750"]

    def test_ones_own_reviews(self, tmp_path: pathlib.Path) -> None:
        folder = write_folder(tmp_path / "mine", FILES)
        settings = json.dumps({"name": "mine", "num_words": 750, "corpus": str(folder)})
        run(
            ["tfds", "build", "imdb_keras", "--imports", "imdb_keras_tfds", "--config", settings],
            env={"TFDS_DATA_DIR": str(tmp_path)},
        )
        assert self.built(tmp_path) == ["mine"]

    def test_inside_the_dataset_folder(self, tmp_path: pathlib.Path) -> None:
        run(
            ["tfds", "build", "--config", "sample", "--data_dir", str(tmp_path)],
            cwd=pathlib.Path(imdb_keras_dataset_builder.__file__).parent,
        )
        assert self.built(tmp_path) == ["sample_full"]

    def test_a_wrong_archive_is_one_clear_line(self, tmp_path: pathlib.Path) -> None:
        done = run(
            [
                "tfds",
                "build",
                f"imdb_keras/top10k/archive={tmp_path}/nowhere.tar.gz",
                "--imports=imdb_keras_tfds",
                f"--data_dir={tmp_path}",
            ],
            check=False,
        )
        assert done.returncode
        last = done.stderr.strip().splitlines()[-1]
        assert "nowhere.tar.gz: cannot be read (No such file or directory)" in last
        assert self.built(tmp_path) == []
