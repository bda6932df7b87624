import hashlib
from collections import Counter

import pytest

from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.recipe.tokenizer import words
from imdb_keras_tfds.source import release
from imdb_keras_tfds.source.reviews import Source
from imdb_keras_tfds.storage import pinned


def test_the_source_is_the_release(real_source: Source) -> None:
    assert real_source.contents == release.STANFORD.contents
    sizes = {split: len(reviews) for split, reviews in real_source.splits.items()}
    assert sizes == {"train": 25_000, "test": 25_000, "unsupervised": 50_000}
    labels = real_source.splits["train"].labels.tolist()
    assert labels == [1] * 12_500 + [0] * 12_500


def test_the_word_index_is_the_one_that_keras_published(stanford: Corpus) -> None:
    text = stanford.vocabulary.to_json().encode()
    assert len(text) == 1_641_221
    # The hash stands in keras/src/datasets/imdb.py.
    digest = hashlib.md5(text, usedforsecurity=False).hexdigest()
    assert digest == "bfafd718b763782e994055a2d397834f"


def test_the_digests_in_the_package_are_those_of_the_corpus(stanford: Corpus) -> None:
    digests = {name: table.digest for name, table in pinned.tables_of(stanford).items()}
    assert pinned.digests(release.STANFORD.contents) == digests


def test_the_figures_of_the_corpus(stanford: Corpus) -> None:
    assert len(stanford.vocabulary) == release.STANFORD.vocabulary_size == 88_584
    assert len(stanford.splits["train"].ranks[:].values) == 5_942_841
    assert len(stanford.splits["test"].ranks[:].values) == 5_745_105
    counts = Counter(stanford.splits["train"].ranks[:].values.tolist())
    assert sum(count == 1 for count in counts.values()) == 36_579
    top = stanford.vocabulary.words[:5].to_pylist()
    assert top == [b"the", b"and", b"a", b"of", b"to"]
    assert [counts[rank] for rank in range(1, 6)] == [336_148, 164_097, 163_040, 145_847, 135_708]


@pytest.mark.parametrize("split", ["train", "test", "unsupervised"])
def test_reviews_are_the_ranks_of_their_words(
    real_source: Source, stanford: Corpus, split: str
) -> None:
    word_index = {word.encode(): rank for word, rank in stanford.vocabulary.word_index.items()}
    reviews, ranks = real_source.splits[split], stanford.splits[split].ranks
    for i in range(0, len(reviews), 7):
        text = words(reviews[i].text)
        assert ranks[i].tolist() == [word_index[word] for word in text if word in word_index]
