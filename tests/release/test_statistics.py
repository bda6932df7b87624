import re

import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import load_columns
from imdb_keras_tfds.describe.statistics import Lengths, VocabularyShares
from imdb_keras_tfds.describe.telling import telling_words
from imdb_keras_tfds.describe.words import Words
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.storage.splits import read
from tests.helpers import pages


@pytest.fixture(scope="module")
def told() -> dict[str, list[str]]:
    """The figures of the README: setting -> what it keeps of train and test."""
    section = (pages.ROOT / "docs/how-to/choose-settings.md").read_text()
    rows = re.findall(r"^\| `?(\w+)`? \| ([\d.]+%) \| ([\d.]+%) \|$", section, re.M)
    return {setting: [train, test] for setting, train, test in rows}


@pytest.fixture(scope="module")
def words(top10k: tfds.core.DatasetBuilder, stanford: Corpus) -> Words:
    records = {split: read(top10k, split) for split in ("train", "test")}
    return Words.of(top10k, records, stanford)


def test_what_num_words_keeps(words: Words, told: dict[str, list[str]]) -> None:
    vocabulary = VocabularyShares.of(words)
    assert vocabulary is not None
    rows = {row.name: row for row in vocabulary.rows()}
    for name in ("top5k", "top10k", "top20k"):
        assert told[name] == [f"{share:.1%}" for share in rows[name].shares.values()]
    assert rows["top10k"].is_own


def test_what_is_kept_is_what_the_records_have(
    top10k: tfds.core.DatasetBuilder, words: Words
) -> None:
    vocabulary = VocabularyShares.of(words)
    assert vocabulary is not None
    for split in vocabulary.shares:
        tokens = load_columns(top10k, split)["tokens"]
        cut, markers = int((tokens.values == 2).sum()), len(tokens)
        share = 1 - cut / (len(tokens.values) - markers)
        assert vocabulary.kept(split, 10_000) == pytest.approx(share)


def test_what_maxlen_keeps(words: Words, told: dict[str, list[str]]) -> None:
    lengths = Lengths.of(words)
    rows = {str(row.maxlen): row for row in lengths.rows()}
    for maxlen in ("256", "400", "500"):
        assert told[maxlen] == [f"{share:.1%}" for share in rows[maxlen].reviews.values()]


def test_the_most_telling_words(top10k: tfds.core.DatasetBuilder, words: Words) -> None:
    found = telling_words(words, load_columns(top10k, "train")["label"])
    assert [word.word for word in found["neg"][:3]] == ["bad", "worst", "no"]
    assert [word.word for word in found["pos"][:3]] == ["great", "and", "his"]
