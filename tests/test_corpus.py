import pytest

from imdb_keras_tfds import archive, corpus, release
from imdb_keras_tfds.archive import Source
from imdb_keras_tfds.corpus import Corpus
from imdb_keras_tfds.tokenizer import words


@pytest.fixture(scope="module")
def source() -> Source:
    return archive.read(release.sample_path(), release.SAMPLE)


@pytest.mark.parametrize("split", release.SPLITS)
def test_each_review_is_the_ranks_of_its_words(source: Source, sample: Corpus, split: str) -> None:
    word_index = {word.encode(): rank for word, rank in sample.vocabulary.word_index.items()}
    reviews, ranked = source.splits[split], sample.splits[split]
    assert len(ranked.ranks) == len(reviews)
    for i, ranks in enumerate(ranked.ranks):
        text = words(reviews[i].text)
        assert ranks.tolist() == [word_index[word] for word in text if word in word_index]
    assert ranked.ids == reviews.ids
    assert ranked.labels.tolist() == reviews.labels.tolist()
    assert ranked.ratings.tolist() == reviews.ratings.tolist()
    assert ranked.ranks.values.dtype == "int32"


def test_the_vocabulary_is_that_of_the_labelled_training_reviews(
    source: Source, sample: Corpus
) -> None:
    train = source.splits["train"]
    seen = {word for i in range(len(train)) for word in words(train[i].text)}
    assert {word.encode() for word in sample.vocabulary.word_index} == seen
    assert len(sample.vocabulary) == len(seen) == release.SAMPLE.vocabulary_size


@pytest.mark.parametrize("chunk_size", [1, 700, 5_000])
def test_working_in_chunks_changes_nothing(
    source: Source, sample: Corpus, chunk_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "_CHUNK_SIZE", chunk_size)
    chunked = corpus.build(source)
    assert chunked.vocabulary.words == sample.vocabulary.words
    for split, ranked in sample.splits.items():
        assert (chunked.splits[split].ranks.values == ranked.ranks.values).all()
        assert (chunked.splits[split].ranks.row_splits == ranked.ranks.row_splits).all()
