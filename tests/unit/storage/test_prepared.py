import json
import pathlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tensorflow_datasets as tfds

import imdb_keras_tfds
from imdb_keras_tfds import Builder, ImdbKerasConfig, ImdbKerasError
from imdb_keras_tfds.keras_compat import load
from imdb_keras_tfds.ragged import Ragged
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.source import release
from imdb_keras_tfds.storage import cache, manifest, prepared, ranks, splits
from imdb_keras_tfds.storage.digests import SplitContent
from imdb_keras_tfds.storage.records import Records
from imdb_keras_tfds.storage.shards import ExampleWriter
from imdb_keras_tfds.storage.wire import serialize
from tests.helpers.commands import run
from tests.helpers.corpora import assert_same
from tests.helpers.layout import FILES, LISTS, write_folder

LABELLED = ("train", "test")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    data_dir = tmp_path_factory.mktemp("data")
    Builder(config="sample", data_dir=data_dir).download_and_prepare()
    return data_dir


@pytest.fixture
def data_dir(
    original: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> pathlib.Path:
    """A copy to spoil, and an empty cache."""
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    return shutil.copytree(original, tmp_path / "data")


def builder_of(data_dir: pathlib.Path) -> Builder:
    return Builder(config="sample", data_dir=data_dir)


def labelled(corpus: Corpus) -> Corpus:
    return replace(corpus, splits={split: corpus.splits[split] for split in LABELLED})


def spoil(
    builder: tfds.core.DatasetBuilder,
    split: str,
    change: Callable[[Records], Records],
    *,
    consistent: bool,
) -> None:
    """Writes other records in the place of a split's.

    Args:
      builder: of the dataset.
      split: the one that is changed.
      change: of its records.
      consistent: writes digests and manifest anew too.
    """
    folder = pathlib.Path(builder.data_dir)
    changed = change(splits.read(builder, split))
    (path,) = builder.info.splits[split].filepaths
    ExampleWriter(builder.info.file_format).write(path, enumerate(serialize(changed)))
    if consistent:
        content = SplitContent()
        content.update(changed)
        metadata = json.loads((folder / manifest.METADATA).read_text())
        metadata["splits"][split] = content.summary()
        (folder / manifest.METADATA).write_text(json.dumps(metadata))
        manifest.write_manifest(folder)


CHANGES: dict[str, Callable[[Records], Records]] = {
    "labels": lambda found: replace(found, labels=1 - found.labels),
    "ratings": lambda found: replace(found, ratings=found.ratings[::-1]),
    "ids": lambda found: replace(found, ids=found.ids[::-1]),
    "tokens": lambda found: replace(
        found, tokens=found.tokens.take(np.arange(len(found.ids))[::-1])
    ),
    "movies": lambda found: replace(found, movies=(found.movies or [])[::-1]),
    "copies": lambda found: replace(found, duplicate_of=[found.ids[0]] * len(found.ids)),
    "no tokens": lambda found: replace(
        found, tokens=Ragged(found.tokens.values[:0], found.tokens.row_splits * 0)
    ),
    # Behind the first start marker, where a word should be.
    "an id of no word": lambda found: replace(
        found,
        tokens=Ragged(np.append([1, 2], found.tokens.values[2:]), found.tokens.row_splits),
    ),
}

REFUSED_AT_ONCE = {
    "no tokens": "a record in it has no tokens",
    "an id of no word": "a token in it is not that of a word",
}


def test_a_release_is_read_and_remembered(data_dir: pathlib.Path, sample: Corpus) -> None:
    assert_same(prepared.read_corpus(builder_of(data_dir)), labelled(sample))
    recalled = ranks.recall(sample.contents, LABELLED)
    assert recalled is not None
    assert_same(recalled, labelled(sample))


@pytest.mark.parametrize("consistent", [False, True])
@pytest.mark.parametrize("split", LABELLED)
@pytest.mark.parametrize("change", CHANGES)
def test_other_records_are_refused_and_not_remembered(
    data_dir: pathlib.Path, sample: Corpus, change: str, split: str, consistent: bool
) -> None:
    spoil(builder_of(data_dir), split, CHANGES[change], consistent=consistent)
    builder = builder_of(data_dir)
    wrong = REFUSED_AT_ONCE.get(change, f"{split} in it is not that of the release")
    with pytest.raises(ImdbKerasError, match=wrong if consistent else manifest.METADATA) as refusal:
        prepared.read_corpus(builder)
    assert str(refusal.value).startswith(str(builder.data_dir))
    assert "\n" not in str(refusal.value)
    assert ranks.recall(sample.contents, LABELLED) is None
    # What is in the cache is right, whatever the folder holds.
    ranks.remember(sample)
    assert_same(prepared.read_corpus(builder), labelled(sample))


@pytest.mark.parametrize("consistent", [False, True])
def test_another_word_index_is_refused(
    data_dir: pathlib.Path, sample: Corpus, consistent: bool
) -> None:
    folder = pathlib.Path(builder_of(data_dir).data_dir)
    word_index = json.loads((folder / "imdb_word_index.json").read_text())
    word_index["the"], word_index["a"] = word_index["a"], word_index["the"]
    (folder / "imdb_word_index.json").write_text(json.dumps(word_index))
    if consistent:
        manifest.write_manifest(folder)
    wrong = "vocabulary in it is not that" if consistent else "imdb_word_index.json is not that"
    with pytest.raises(ImdbKerasError, match=wrong):
        prepared.read_corpus(builder_of(data_dir))
    assert ranks.recall(sample.contents, LABELLED) is None


def test_shards_that_cannot_be_read_are_refused(data_dir: pathlib.Path) -> None:
    builder = builder_of(data_dir)
    (path,) = builder.info.splits["train"].filepaths
    content = bytearray(pathlib.Path(path).read_bytes())
    content[100] ^= 1
    pathlib.Path(path).write_bytes(content)
    with pytest.raises(ImdbKerasError, match="split train cannot be read") as refusal:
        prepared.read_corpus(builder)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "source", [None, {}, [], {"train/pos": {}}, {"train/pos": {"reviews": 1, "bytes": 2}}]
)
def test_metadata_of_another_form_are_refused(data_dir: pathlib.Path, source: Any) -> None:
    builder = builder_of(data_dir)
    builder.info.metadata["source"] = source
    with pytest.raises(ImdbKerasError, match=manifest.METADATA):
        prepared.read_corpus(builder)


def test_a_source_that_is_not_the_release_is_refused(data_dir: pathlib.Path) -> None:
    builder = builder_of(data_dir)
    builder.info.metadata["source"]["test/neg"]["sha256"] = "0" * 64
    with pytest.raises(ImdbKerasError, match="was not built from sample"):
        prepared.read_corpus(builder)


class TestOwn:
    """Datasets of one's own reviews are held against their own digests, and not remembered."""

    @pytest.fixture
    def builder(self, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Builder:
        monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
        files = {name: text for name, text in (FILES | LISTS).items() if "unsup" not in name}
        config = ImdbKerasConfig(corpus=str(write_folder(tmp_path / "own", files)), name="own_mine")
        builder = Builder(config=config, data_dir=tmp_path / "data")
        builder.download_and_prepare()
        return builder

    def test_they_are_read(self, builder: Builder) -> None:
        expected = ranks.load(builder.builder_config.corpus, None)
        shutil.rmtree(cache.folder() or "")
        assert_same(prepared.read_corpus(builder), expected)
        assert not (cache.folder() or pathlib.Path()).exists()

    @pytest.mark.parametrize("change", CHANGES)
    def test_other_records_are_refused(self, builder: Builder, change: str) -> None:
        spoil(builder, "train", CHANGES[change], consistent=False)
        with pytest.raises(ImdbKerasError, match=r"split train is not that of metadata\.json"):
            prepared.read_corpus(builder)

    def test_another_word_index_is_refused(self, builder: Builder) -> None:
        path = pathlib.Path(builder.data_dir) / "imdb_word_index.json"
        path.write_text(path.read_text().replace("great", "grate"))
        with pytest.raises(ImdbKerasError, match=r"imdb_word_index\.json is not that"):
            prepared.read_corpus(builder)


class TestWhatReadsIt:
    """Flipped labels in a prepared dataset are nobody's result."""

    @pytest.mark.parametrize("consistent", [False, True])
    def test_load_data(
        self, data_dir: pathlib.Path, monkeypatch: pytest.MonkeyPatch, consistent: bool
    ) -> None:
        monkeypatch.setattr(load, "_FULL", ImdbKerasConfig(corpus="sample"))
        spoil(builder_of(data_dir), "train", CHANGES["labels"], consistent=consistent)
        with pytest.raises(ImdbKerasError, match="delete the folder"):
            imdb_keras_tfds.load_data(data_dir=data_dir)

    @pytest.mark.parametrize("is_cached", [False, True])
    def test_report(self, data_dir: pathlib.Path, sample: Corpus, is_cached: bool) -> None:
        spoil(builder_of(data_dir), "train", CHANGES["labels"], consistent=False)
        if is_cached:
            ranks.remember(sample)
        output = data_dir / "report.html"
        options = ["--data-dir", str(data_dir), "--output", str(output)]
        done = run(["imdb-keras", "report", "sample", *options], check=False)
        assert done.returncode != 0
        assert "split train is not that of metadata.json" in done.stderr.splitlines()[-1]
        assert not output.exists()

    def test_a_build_after_it(self, data_dir: pathlib.Path, tmp_path: pathlib.Path) -> None:
        """It is right, and so is what was read by then."""
        spoil(builder_of(data_dir), "train", CHANGES["labels"], consistent=True)
        with pytest.raises(ImdbKerasError):
            prepared.read_corpus(builder_of(data_dir))
        again = Builder(config="sample_top50", data_dir=tmp_path / "again")
        again.download_and_prepare()
        found = splits.read(again, "train")
        for name, label in zip(found.ids, found.labels.tolist(), strict=True):
            assert label == release.FOLDERS[name.rpartition("/")[0]].label
