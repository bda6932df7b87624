import dataclasses
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
from imdb_keras_tfds.storage.hashing import sha256_of
from tests.helpers.corpora import assert_same, keep, wrong_corpora
from tests.helpers.layout import FILES, Files, write_folder, write_tar


def more_files(reviews: int) -> Files:
    """So many reviews of a few words in each labelled folder."""
    words = [f"word{number}" for number in range(97)]
    return {
        f"{folder}/{number}_{rating}.txt": " ".join(
            words[(number * place * rating) % 97] for place in range(1, number % 7 + 2)
        ).encode()
        for folder, rating in [("train/pos", 9), ("train/neg", 2), ("test/pos", 8)]
        for number in range(reviews)
    }


@pytest.fixture(scope="module")
def source() -> Source:
    return reading.read(release.sample_path(), release.SAMPLE)


@pytest.mark.parametrize("split", release.SPLITS)
def test_each_review_is_the_ranks_of_its_words(source: Source, sample: Corpus, split: str) -> None:
    word_index = {word.encode(): rank for word, rank in sample.vocabulary.word_index.items()}
    reviews, ranked = source.splits[split], sample.splits[split]
    assert len(ranked.ranks) == len(reviews)
    for i, row in enumerate(ranked.ranks[:]):
        text = words(reviews[i].text)
        assert row.tolist() == [word_index[word] for word in text if word in word_index]
    assert ranked.ids == reviews.ids
    assert ranked.labels.tolist() == reviews.labels.tolist()
    assert ranked.ratings.tolist() == reviews.ratings.tolist()
    assert ranked.movies == reviews.movies
    assert ranked.duplicate_of == reviews.duplicate_of
    assert ranked.texts is None
    assert ranked.ranks[:].dtype == "int32"


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
        assert chunked.splits[split].ranks[:].equals(ranked.ranks[:])


def sample_files() -> Files:
    """The files of the sample, as they lie in an archive."""
    root = release.sample_path() / release.ROOT
    return {
        str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*_*.txt"))
    }


class TestLoad:
    """Ranks of a release out of the cache."""

    FILES = sample_files()

    @pytest.fixture(autouse=True)
    def _own_cache(self, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))

    @pytest.fixture
    def reads(self, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
        """What was really read."""
        reads: list[Any] = []
        read = reading.read

        def counted(path: Any, *arguments: Any, **named: Any) -> Source:
            reads.append(path)
            return read(path, *arguments, **named)

        monkeypatch.setattr(reading, "read", counted)
        return reads

    def test_an_archive_is_read_once(self, tmp_path: pathlib.Path, reads: list[Any]) -> None:
        path = write_tar(tmp_path / "some.tar.gz", self.FILES.items())
        first = ranks.load(path, release.SAMPLE)
        copy = tmp_path / "copy.tar.gz"
        copy.write_bytes(path.read_bytes())
        assert_same(ranks.load(copy, release.SAMPLE), first)
        assert reads == [path]

    def test_another_archive_and_a_folder_are_read(
        self, tmp_path: pathlib.Path, reads: list[Any]
    ) -> None:
        sources = [
            write_tar(tmp_path / "some.tar.gz", self.FILES.items()),
            write_tar(tmp_path / "other.tar.gz", reversed(self.FILES.items())),
            write_folder(tmp_path / "folder", self.FILES),
        ]
        loaded = [ranks.load(path, release.SAMPLE) for path in (*sources, *sources)]
        for other in loaded[1:]:
            assert_same(other, loaded[0])
        assert reads == [*sources, sources[2]]

    def test_the_cache_does_not_make_up_for_wrong_reviews(self, tmp_path: pathlib.Path) -> None:
        ranks.load(write_tar(tmp_path / "some.tar.gz", self.FILES.items()), release.SAMPLE)
        name = next(name for name in self.FILES if name.startswith("test/pos/"))
        other = {**self.FILES, name: self.FILES[name][::-1]}
        path = write_tar(tmp_path / "other.tar.gz", other.items())
        with pytest.raises(ImdbKerasError, match="content of test/pos"):
            ranks.load(path, release.SAMPLE)

    def test_a_damaged_cache_is_made_anew(self, tmp_path: pathlib.Path, reads: list[Any]) -> None:
        path = write_tar(tmp_path / "some.tar.gz", self.FILES.items())
        first = ranks.load(path, release.SAMPLE)
        (kept,) = (tmp_path / "cache").rglob("*-unsupervised.ranks")
        kept.write_bytes(kept.read_bytes()[:-1])
        assert_same(ranks.load(path, release.SAMPLE), first)
        assert_same(ranks.load(path, release.SAMPLE), first)
        assert reads == [path, path]

    def test_without_a_cache_all_is_read(
        self, tmp_path: pathlib.Path, reads: list[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(cache.VARIABLE, "")
        path = write_tar(tmp_path / "some.tar.gz", self.FILES.items())
        assert_same(ranks.load(path, release.SAMPLE), ranks.load(path, release.SAMPLE))
        assert reads == [path, path]

    def test_wrong_tables_are_made_anew(
        self,
        tmp_path: pathlib.Path,
        reads: list[Any],
        sample: Corpus,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        # The digests alone decide, not what is good enough for one's own reviews.
        monkeypatch.setattr(ranks, "_is_of", lambda corpus, source: True)
        path = write_tar(tmp_path / "some.tar.gz", self.FILES.items())
        ranks.load(path, release.SAMPLE)
        tried = 0
        for _, wrong in wrong_corpora(sample):
            keep(wrong)
            assert ranks.recall(sample.contents, release.SPLITS) is None
            assert_same(ranks.load(path, release.SAMPLE), sample)
            tried += 1
            assert reads == [path] * (1 + tried)
            assert_same(ranks.load(path, release.SAMPLE), sample)
        assert len(reads) == 1 + tried

    def test_no_wrong_corpus_is_remembered(self, sample: Corpus) -> None:
        for _, wrong in wrong_corpora(sample):
            ranks.remember(wrong)
            assert ranks.recall(sample.contents, release.SPLITS) is None
        ranks.remember(sample)
        for _, wrong in wrong_corpora(sample):
            ranks.remember(wrong)
            recalled = ranks.recall(sample.contents, release.SPLITS)
            assert recalled is not None
            assert_same(recalled, sample)

    def test_an_archive_that_is_wrongly_known_is_still_the_release(
        self, tmp_path: pathlib.Path, sample: Corpus
    ) -> None:
        ranks.remember(sample)
        path = tmp_path / "other.tar.gz"
        path.write_bytes(b"Something else.")
        ranks._know(sha256_of(path), release.SAMPLE)
        assert_same(ranks.load(path, release.SAMPLE), sample)

    def test_the_archives_known_last_are_kept(self) -> None:
        sums = [f"{number:064x}" for number in range(ranks._MAX_ARCHIVES + 2)]
        for sha256 in [*sums, sums[5]]:
            ranks._know(sha256, release.SAMPLE)
        assert ranks._known(release.SAMPLE) == [*sums[2:5], *sums[6:], sums[5]]


class TestLoadOwn:
    """Ranks of one's own reviews out of the cache."""

    @pytest.fixture(autouse=True)
    def _own_cache(self, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))

    @pytest.fixture
    def builds(self, monkeypatch: pytest.MonkeyPatch) -> list[Source]:
        """What was really ranked."""
        builds: list[Source] = []

        def counted(source: Source, *arguments: Any, **named: Any) -> Corpus:
            builds.append(source)
            return corpus.build(source, *arguments, **named)

        monkeypatch.setattr(ranks, "build", counted)
        return builds

    @pytest.mark.parametrize("files", [FILES, {"train/neg/0_1.txt": b""}, more_files(700)])
    def test_they_are_ranked_once(
        self, tmp_path: pathlib.Path, builds: list[Source], files: Files
    ) -> None:
        path = write_folder(tmp_path / "own", files)
        first = ranks.load(path, None)
        assert_same(first, corpus.build(reading.read(path, None)))
        archive = write_tar(tmp_path / "own.tar.gz", files.items())
        assert_same(ranks.load(archive, None), first)
        assert_same(ranks.load(path, None), first)
        assert len(builds) == 1

    @pytest.mark.parametrize("files", [FILES, more_files(700)])
    def test_wrong_tables_are_made_anew(
        self, tmp_path: pathlib.Path, builds: list[Source], files: Files
    ) -> None:
        path = write_folder(tmp_path / "own", files)
        right = ranks.load(path, None)
        for tried, (_, wrong) in enumerate(wrong_corpora(right), start=1):
            keep(wrong)
            assert_same(ranks.load(path, None), right)
            assert len(builds) == 1 + tried
            assert_same(ranks.load(path, None), right)
            assert len(builds) == 1 + tried

    def test_those_of_other_reviews_are_not_taken(
        self, tmp_path: pathlib.Path, builds: list[Source]
    ) -> None:
        """Even if everything but the texts is the same."""
        other = dict.fromkeys(FILES, b"Another film.")
        right = ranks.load(write_folder(tmp_path / "own", FILES), None)
        wrong = ranks.load(write_folder(tmp_path / "other", other), None)
        keep(dataclasses.replace(wrong, contents=right.contents))
        assert_same(ranks.load(tmp_path / "own", None), right)
        assert len(builds) == 3
