"""What a record tells beside its tokens: movie, copy and text, by one process and by Beam."""

import json
import pathlib
from typing import Any

import mlcroissant as mlc
import numpy as np
import pytest
import tensorflow_datasets as tfds

import imdb_keras_tfds
from imdb_keras_tfds import Builder, ImdbKerasConfig, ImdbKerasError
from imdb_keras_tfds.beam import chunks, staging
from imdb_keras_tfds.describe import report
from imdb_keras_tfds.export import croissant
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.source import reading, release
from imdb_keras_tfds.source.reviews import Source
from imdb_keras_tfds.storage import cache, splits, verify
from imdb_keras_tfds.storage.shards import ExampleWriter, raw
from tests.helpers.building import IN_MEMORY, built
from tests.helpers.layout import FILES, LISTS, Files, write_folder, write_tar

WAYS: list[dict[str, Any]] = [{}, IN_MEMORY]
IDS = ["one process", "Beam"]


@pytest.fixture(scope="module")
def source() -> Source:
    return reading.read(release.sample_path(), release.SAMPLE)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "CHUNK_REVIEWS", 7)
    monkeypatch.setattr(chunks, "CHUNK_SIZE", 2_000)


def prepared(config: str | ImdbKerasConfig, data_dir: pathlib.Path, **options: Any) -> Builder:
    builder = Builder(config=config, data_dir=data_dir)
    builder.download_and_prepare(download_config=tfds.download.DownloadConfig(**options))
    return builder


def records(builder: Builder, split: str) -> dict[str, dict[str, Any]]:
    """Id -> record, as TFDS reads it."""
    found = tfds.as_numpy(builder.as_dataset(split=split))
    return {record["id"].decode(): record for record in found}


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("options", WAYS, ids=IDS)
def test_each_record_tells_its_movie_its_original_and_its_text(
    options: dict[str, Any], source: Source, tmp_path: pathlib.Path
) -> None:
    builder = prepared("sample_top100_text", tmp_path, **options)
    for split, reviews in source.splits.items():
        found = records(builder, split)
        assert len(found) == len(reviews)
        for row in range(len(reviews)):
            review = reviews[row]
            record = found[review.id]
            assert record["movie"].decode() == review.movie != ""
            assert record["duplicate_of"].decode() == review.duplicate_of
            assert record["text"] == review.text
            assert record["text"].decode() == review.text.decode()
    assert verify.verify(builder.data_dir) == []


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("sample_full_text", {}),
        ("sample_top100_max20_text", {"num_shards": 5}),
        ("sample_top100_max60_text_keras", {"num_shards": 2}),
        ("sample_full_text", {"file_format": "array_record"}),
    ],
)
def test_with_texts_too_beam_writes_the_bytes_of_one_process(
    name: str, options: dict[str, Any], tmp_path: pathlib.Path
) -> None:
    expected = built(name, tmp_path / "one", **options)
    assert built(name, tmp_path / "beam", **options, **IN_MEMORY) == expected


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("as_tar", [False, True])
@pytest.mark.parametrize("text", [False, True])
@pytest.mark.parametrize("lists", [[], ["train/urls_neg.txt", "test/urls_pos.txt"], list(LISTS)])
def test_ones_own_reviews(
    lists: list[str], text: bool, as_tar: bool, tmp_path: pathlib.Path
) -> None:
    files = FILES | {name: LISTS[name] for name in lists}
    files["test/neg/1_4.txt"] = files["train/pos/1_10.txt"]
    files["train/unsup/0_0.txt"] = files["train/neg/0_1.txt"]
    if "test/urls_neg.txt" in lists:
        files["test/urls_neg.txt"] *= 2
    if as_tar:
        path = write_tar(tmp_path / "mine.tar.gz", files.items())
    else:
        path = write_folder(tmp_path / "mine", files)
    config = ImdbKerasConfig(name="mine", corpus=path, text=text)
    expected = built(config, tmp_path / "one")
    assert built(config, tmp_path / "beam", **IN_MEMORY) == expected
    metadata = json.loads(expected["metadata.json"])
    for folder, held in metadata["source"].items():
        listed = f"{folder.split('/')[0]}/urls_{folder.split('/')[1]}.txt" in lists
        assert (held["movies_sha256"] is not None) == listed
    builder = Builder(config=config, data_dir=tmp_path / "one")
    expected_movies = {"train": 2 if lists else 0, "test": 1 if lists else 0, "unsupervised": 0}
    if len(lists) == len(LISTS):
        expected_movies = {"train": 5, "test": 3, "unsupervised": 1}
    copies = {"train": 0, "test": 1, "unsupervised": 1}
    for split, held in metadata["splits"].items():
        assert (held["with_movie"], held["copies"]) == (expected_movies[split], copies[split])
        found = splits.read(builder, split)
        assert sum(map(bool, found.movies or [])) == held["with_movie"]
        assert (found.texts is not None) == text
    test = splits.read(builder, "test")
    assert dict(zip(test.ids, test.duplicate_of or [], strict=True))["test/neg/1_4"] == (
        "train/pos/1_10"
    )
    assert verify.verify(builder.data_dir) == []


NOT_UTF8: Files = FILES | {"test/pos/3_9.txt": b"na\xefve"}


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("as_tar", [False, True])
@pytest.mark.parametrize("options", WAYS, ids=IDS)
def test_a_text_that_is_not_utf8_is_one_clear_line(
    options: dict[str, Any], as_tar: bool, tmp_path: pathlib.Path
) -> None:
    if as_tar:
        path = write_tar(tmp_path / "mine.tar.gz", NOT_UTF8.items())
    else:
        path = write_folder(tmp_path / "mine", NOT_UTF8)
    config = ImdbKerasConfig(name="mine", corpus=path, text=True)
    message = (
        r"'test/pos/3_9\.txt' is not UTF-8 \(at byte 2\); write it in UTF-8, or build a config"
    )
    with pytest.raises(ImdbKerasError, match=message) as refusal:
        prepared(config, tmp_path / "data", **options)
    assert "\n" not in str(refusal.value)
    # Without its text it need not be.
    builder = prepared(ImdbKerasConfig(name="mine", corpus=path), tmp_path / "data", **options)
    assert "test/pos/3_9" in records(builder, "test")


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("as_tar", [False, True])
@pytest.mark.parametrize("options", WAYS, ids=IDS)
@pytest.mark.parametrize(
    ("lists", "message"),
    [
        ({"train/urls_neg.txt": b"nothing\n"}, "'train/urls_neg.txt' is no list of movies"),
        (
            {"train/urls_neg.txt": LISTS["train/urls_pos.txt"][:98]},
            "'train/urls_neg.txt' has 2 lines, and none for 'train/neg/2_4.txt'",
        ),
    ],
)
def test_a_wrong_list_is_one_clear_line(
    lists: Files, message: str, options: dict[str, Any], as_tar: bool, tmp_path: pathlib.Path
) -> None:
    files = FILES | lists
    if as_tar:
        path = write_tar(tmp_path / "mine.tar.gz", files.items())
    else:
        path = write_folder(tmp_path / "mine", files)
    with pytest.raises(ImdbKerasError, match=message) as refusal:
        prepared(ImdbKerasConfig(name="mine", corpus=path), tmp_path / "data", **options)
    assert "\n" not in str(refusal.value)
    assert list((tmp_path / "data/imdb_keras/mine").iterdir()) == []


def test_pairs_are_tokens_and_labels_with_texts_too(tmp_path: pathlib.Path) -> None:
    pairs = tfds.load(
        "imdb_keras/sample_top100_text", split="train", as_supervised=True, data_dir=tmp_path
    )
    plain = tfds.load(
        "imdb_keras/sample_top100", split="train", as_supervised=True, data_dir=tmp_path
    )
    assert len(pairs.element_spec) == 2
    for (tokens, label), (others, other) in zip(
        tfds.as_numpy(pairs), tfds.as_numpy(plain), strict=True
    ):
        assert tokens.tolist() == others.tolist()
        assert label == other


def test_texts_are_read_though_the_ranks_are_in_the_cache(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    prepared("sample_full", tmp_path)
    read: list[Any] = []
    really = reading.read

    def counted(*arguments: Any, **named: Any) -> Source:
        read.append(arguments)
        return really(*arguments, **named)

    monkeypatch.setattr(reading, "read", counted)
    builder = prepared("sample_full_text", tmp_path)
    assert len(read) == 1
    found = splits.read(builder, "train")
    assert found.texts is not None
    assert all(found.texts.lengths > 0)


def test_codec_and_batches_of_a_config_with_texts(tmp_path: pathlib.Path) -> None:
    builder = prepared("sample_top100_text", tmp_path)
    codec = imdb_keras_tfds.codec(builder)
    found = splits.read(builder, "train")
    assert found.texts is not None
    texts = [text.tobytes().decode() for text in found.texts]
    for text, tokens in zip(texts, found.tokens, strict=True):
        assert np.array_equal(codec.encode(text), tokens)
    (batch,) = imdb_keras_tfds.batches(builder, "train", 48)
    assert np.array_equal(batch[0].numpy(), found.tokens.to_padded())


def test_report_and_croissant_of_a_config_with_texts(
    tmp_path: pathlib.Path, sample: Corpus
) -> None:
    builder = prepared("sample_top100_text", tmp_path)
    assert "imdb_keras/sample_top100_text" in report.page(builder, sample)
    described = croissant.document(builder)
    dataset = mlc.Dataset(described)
    assert dataset.metadata.ctx.issues.report() == ""
    (fields,) = (found["field"] for found in described["recordSet"] if found["name"] == "records")
    names = [field["name"] for field in fields]
    assert names == ["split", *builder.info.features]
    assert names[-1] == "text"


def test_a_text_that_was_changed_is_found(tmp_path: pathlib.Path) -> None:
    """The digest of a record covers it, and its movie, and its original."""
    builder = prepared("sample_top100_text", tmp_path, num_shards=1)
    (path,) = map(pathlib.Path, builder.info.splits["train"].filepaths)
    file_format = builder.info.file_format
    examples = list(raw(path, file_format))
    changes = {
        "text": (b"wonderful", b"wondrous!"),
        "movie": (b"tt9990001", b"tt9990002"),
        "duplicate_of": (b"train/pos/11_7", b"train/pos/12_8"),
    }
    for old, new in changes.values():
        changed = [example.replace(old, new) for example in examples]
        assert changed != examples
        ExampleWriter(file_format).write(path, enumerate(changed))
        problems = verify.verify(builder.data_dir)
        assert any("the content of split train is another" in problem for problem in problems)
        with pytest.raises(ImdbKerasError, match="the content of split train is not that of"):
            splits.read(builder, "train")
