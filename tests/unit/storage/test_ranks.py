import pathlib
from typing import Any

import pytest

from imdb_keras_tfds.errors import ImdbKerasError
from imdb_keras_tfds.recipe import corpus
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.recipe.tokenizer import words
from imdb_keras_tfds.source import reading, release
from imdb_keras_tfds.source.reviews import Source
from imdb_keras_tfds.storage import cache, ranks
from tests.helpers.layout import FILES, release_of, write_folder, write_tar


@pytest.fixture(scope="module")
def source() -> Source:
    return reading.read(release.sample_path(), release.SAMPLE)


@pytest.mark.parametrize("split", release.SPLITS)
def test_each_review_is_the_ranks_of_its_words(source: Source, sample: Corpus, split: str) -> None:
    word_index = {word.encode(): rank for word, rank in sample.vocabulary.word_index.items()}
    reviews, ranked = source.splits[split], sample.splits[split]
    assert len(ranked.ranks) == len(reviews)
    for i, row in enumerate(ranked.ranks):
        text = words(reviews[i].text)
        assert row.tolist() == [word_index[word] for word in text if word in word_index]
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


def assert_same(one: Corpus, other: Corpus) -> None:
    assert one.vocabulary.words == other.vocabulary.words
    assert one.contents == other.contents
    assert one.splits.keys() == other.splits.keys()
    for split, reviews in one.splits.items():
        others = other.splits[split]
        assert reviews.ids == others.ids
        for ours, theirs in [
            (reviews.ranks.values, others.ranks.values),
            (reviews.ranks.row_splits, others.ranks.row_splits),
            (reviews.labels, others.labels),
            (reviews.ratings, others.ratings),
        ]:
            assert ours.dtype == theirs.dtype
            assert ours.tolist() == theirs.tolist()


class TestLoad:
    """Ranks out of the cache."""

    RELEASE = release_of(FILES)

    @pytest.fixture(autouse=True)
    def _own_cache(self, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))

    @pytest.fixture
    def reads(self, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
        """What was really read."""
        reads: list[Any] = []
        read = reading.read

        def counted(path: Any, *arguments: Any) -> Source:
            reads.append(path)
            return read(path, *arguments)

        monkeypatch.setattr(reading, "read", counted)
        return reads

    def test_an_archive_is_read_once(self, tmp_path: pathlib.Path, reads: list[Any]) -> None:
        path = write_tar(tmp_path / "some.tar.gz", FILES.items())
        first = ranks.load(path, self.RELEASE)
        copy = tmp_path / "copy.tar.gz"
        copy.write_bytes(path.read_bytes())
        assert_same(ranks.load(copy, self.RELEASE), first)
        assert reads == [path]

    def test_another_archive_and_a_folder_are_read(
        self, tmp_path: pathlib.Path, reads: list[Any]
    ) -> None:
        sources = [
            write_tar(tmp_path / "some.tar.gz", FILES.items()),
            write_tar(tmp_path / "other.tar.gz", reversed(FILES.items())),
            write_folder(tmp_path / "folder", FILES),
        ]
        loaded = [ranks.load(path, self.RELEASE) for path in (*sources, *sources)]
        for other in loaded[1:]:
            assert_same(other, loaded[0])
        assert reads == [*sources, sources[2]]

    def test_the_cache_does_not_make_up_for_wrong_reviews(self, tmp_path: pathlib.Path) -> None:
        ranks.load(write_tar(tmp_path / "some.tar.gz", FILES.items()), self.RELEASE)
        other = {**FILES, "test/pos/0_7.txt": b"Something else."}
        path = write_tar(tmp_path / "other.tar.gz", other.items())
        with pytest.raises(ImdbKerasError, match="content of test/pos"):
            ranks.load(path, self.RELEASE)

    def test_a_damaged_cache_is_made_anew(self, tmp_path: pathlib.Path, reads: list[Any]) -> None:
        path = write_tar(tmp_path / "some.tar.gz", FILES.items())
        first = ranks.load(path, self.RELEASE)
        (kept,) = (tmp_path / "cache").rglob("unsupervised-*")
        kept.write_bytes(kept.read_bytes()[:-1])
        assert_same(ranks.load(path, self.RELEASE), first)
        assert_same(ranks.load(path, self.RELEASE), first)
        assert reads == [path, path]

    def test_without_a_cache_all_is_read(
        self, tmp_path: pathlib.Path, reads: list[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(cache.VARIABLE, "")
        path = write_tar(tmp_path / "some.tar.gz", FILES.items())
        assert_same(ranks.load(path, self.RELEASE), ranks.load(path, self.RELEASE))
        assert reads == [path, path]
