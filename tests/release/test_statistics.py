import re

import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds.describe.statistics import Lengths, VocabularyShares, telling_words
from imdb_keras_tfds.recipe.corpus import Corpus
from tests.helpers import pages


@pytest.fixture(scope="module")
def told() -> dict[str, list[str]]:
    """The figures of the README: setting -> what it keeps of train and test."""
    section = (pages.ROOT / "docs/how-to/choose-settings.md").read_text()
    rows = re.findall(r"^\| `?(\w+)`? \| ([\d.]+%) \| ([\d.]+%) \|$", section, re.M)
    return {setting: [train, test] for setting, train, test in rows}


def test_what_num_words_keeps(
    top10k: tfds.core.DatasetBuilder, stanford: Corpus, told: dict[str, list[str]]
) -> None:
    vocabulary = VocabularyShares.of(top10k, stanford)
    rows = {row.name: row for row in vocabulary.rows()}
    for name in ("top5k", "top10k", "top20k"):
        assert told[name] == [f"{share:.1%}" for share in rows[name].shares.values()]
    assert rows["top10k"].is_own


def test_what_maxlen_keeps(
    top10k: tfds.core.DatasetBuilder, stanford: Corpus, told: dict[str, list[str]]
) -> None:
    lengths = Lengths.of(top10k, stanford)
    rows = {str(row.maxlen): row for row in lengths.rows()}
    for maxlen in ("256", "400", "500"):
        assert told[maxlen] == [f"{share:.1%}" for share in rows[maxlen].reviews.values()]


def test_the_most_telling_words(top10k: tfds.core.DatasetBuilder, stanford: Corpus) -> None:
    words = telling_words(top10k, stanford)
    assert [word.word for word in words["neg"][:3]] == ["bad", "worst", "no"]
    assert [word.word for word in words["pos"][:3]] == ["great", "and", "his"]
