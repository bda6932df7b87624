"""Movies and copies of the Stanford reviews: counts found once, which stay what they are."""

import hashlib
import io
import json
import pathlib
import tarfile
from collections import Counter

import numpy as np
import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder, ImdbKerasError
from imdb_keras_tfds.describe import audit
from imdb_keras_tfds.source import movies, reading, release
from imdb_keras_tfds.source.reviews import Review, Source
from imdb_keras_tfds.storage import splits, verify

MOVIES = {"train": 3_456, "test": 3_581, "unsupervised": 7_091}
COPIES = {
    ("train", "train"): 96,
    ("test", "train"): 123,
    ("test", "test"): 199,
    ("unsupervised", "train"): 371,
    ("unsupervised", "test"): 270,
    ("unsupervised", "unsupervised"): 472,
}
"""Split of a copy, split of its original -> number of copies."""

SHARED = "tt0406816"
"""The movie that train and test share, against what the release's README says."""


def split_of(name: str) -> str:
    folder = name.rpartition("/")[0]
    (split,) = (split for split, folders in release.SPLITS.items() if folder in folders)
    return split


@pytest.fixture(scope="module")
def by_id(real_source: Source) -> dict[str, Review]:
    return {
        review.id: review
        for reviews in real_source.splits.values()
        for review in (reviews[row] for row in range(len(reviews)))
    }


def test_movies_of_each_split(real_source: Source) -> None:
    found = {split: Counter(reviews.movies) for split, reviews in real_source.splits.items()}
    assert {split: len(counts) for split, counts in found.items()} == MOVIES
    assert max(count for counts in found.values() for count in counts.values()) == 30
    assert set(found["train"]) & set(found["test"]) == {SHARED}
    assert not set(found["unsupervised"]) & (set(found["train"]) | set(found["test"]))
    for counts in found.values():
        assert all(len(title) == 9 and title.startswith("tt") for title in counts)


def test_the_movie_that_train_and_test_share(by_id: dict[str, Review]) -> None:
    found: dict[str, list[int]] = {}
    for review in by_id.values():
        if review.movie == SHARED:
            folder, _, name = review.id.rpartition("/")
            found.setdefault(folder, []).append(movies.number(name))
    assert {folder: sorted(numbers) for folder, numbers in found.items()} == {
        "train/neg": [12_498, 12_499],
        "test/pos": list(range(17)),
        "test/neg": list(range(6)),
    }


def test_a_movie_that_is_known_from_the_text(by_id: dict[str, Review]) -> None:
    review = by_id["train/pos/576_10"]
    assert review.movie == "tt0105265"  # A River Runs Through It
    for name in (b"Norman", b"Robert"):
        assert name in review.text


def test_lists_are_those_of_the_archive(real_archive: str) -> None:
    with tarfile.open(real_archive) as tar:
        for folder, contents in release.STANFORD.contents.items():
            file = tar.extractfile(f"{release.ROOT}/{movies.list_name(folder)}")
            assert file is not None
            content = file.read()
            assert hashlib.sha256(content).hexdigest() == contents.movies
            assert len(content) == 49 * contents.reviews


def test_copies_of_each_pair_of_splits(real_source: Source) -> None:
    found = Counter(
        (split, split_of(original))
        for split, reviews in real_source.splits.items()
        for original in reviews.duplicate_of
        if original
    )
    assert found == COPIES
    assert sum(found.values()) == 1_531


def test_copies_are_those_of_the_texts(by_id: dict[str, Review]) -> None:
    first: dict[bytes, Review] = {}
    other_label = other_rating = same_movie = 0
    for review in by_id.values():
        original = first.setdefault(review.text, review)
        assert review.duplicate_of == ("" if original is review else original.id)
        if original is not review:
            labels = {review.label, original.label}
            other_label += len(labels - {release.UNLABELLED}) > 1
            ratings = {review.rating, original.rating} - {0}
            other_rating += len(ratings) > 1
            same_movie += review.movie == original.movie
    assert (other_label, other_rating, same_movie) == (0, 4, 172)


def test_records_and_metadata_tell_of_them(
    top10k: tfds.core.DatasetBuilder, by_id: dict[str, Review]
) -> None:
    metadata = json.loads((top10k.data_path / "metadata.json").read_text())
    for split, held in metadata["splits"].items():
        copies = sum(number for (copy, _), number in COPIES.items() if copy == split)
        assert (held["with_movie"], held["copies"]) == (held["records"], copies)
        found = splits.read(top10k, split)
        assert found.movies == [by_id[name].movie for name in found.ids]
        assert found.duplicate_of == [by_id[name].duplicate_of for name in found.ids]


def test_the_audit_finds_them(top10k: tfds.core.DatasetBuilder) -> None:
    found = audit.of(top10k)
    assert found.copies is not None
    assert found.shared is not None
    assert found.random_cut is not None
    assert {split: told.movies for split, told in found.splits.items()} == MOVIES
    assert {told.most_of_a_movie for told in found.splits.values()} == {30}
    assert {(pair.split, pair.original): pair.reviews for pair in found.copies} == COPIES
    assert sum(len(pair.other_rating) for pair in found.copies) == 4
    assert not any(pair.other_label for pair in found.copies)
    of_movies = {pair.splits: (pair.movies, pair.of_movies, pair.examples) for pair in found.shared}
    assert of_movies.pop(("train", "test")) == (1, (2, 23), [SHARED])
    assert set(map(str, of_movies.values())) == {"(0, (0, 0), [])"}
    assert found.random_cut.movie_or_text == pytest.approx(0.96, abs=0.005)


def test_texts_are_those_of_the_files(
    real_archive: str,
    by_id: dict[str, Review],
    top10k: tfds.core.DatasetBuilder,
    tmp_path: pathlib.Path,
) -> None:
    builder = Builder(config="top10k_text", archive=real_archive, data_dir=tmp_path)
    builder.download_and_prepare()
    for split in release.SPLITS:
        found, plain = splits.read(builder, split), splits.read(top10k, split)
        assert found.texts is not None
        assert found.ids == plain.ids
        assert np.array_equal(found.tokens.values, plain.tokens.values)
        for name, text in zip(found.ids, found.texts, strict=True):
            assert text.tobytes() == by_id[name].text
            text.tobytes().decode()
    assert verify.verify(builder.data_dir) == []


@pytest.mark.parametrize("change", ["missing", "a title"])
def test_another_list_is_not_the_release(
    change: str, real_archive: str, tmp_path: pathlib.Path
) -> None:
    name = movies.list_name("test/neg")
    path = tmp_path / "other.tar.gz"
    with (
        tarfile.open(real_archive, "r|gz") as tar,
        tarfile.open(path, "w:gz", compresslevel=1) as other,
    ):
        for member in tar:
            file = tar.extractfile(member)
            if member.name == f"{release.ROOT}/{name}":
                if change == "missing":
                    continue
                assert file is not None
                content = file.read().replace(SHARED.encode(), b"tt0000000", 1)
                other.addfile(member, io.BytesIO(content))
            else:
                other.addfile(member, file)
    message = {
        "missing": f"there is no list of movies aclImdb/{name}, which the release has",
        "a title": f"the list of movies aclImdb/{name} is not the release's",
    }[change]
    with pytest.raises(ImdbKerasError, match=message):
        reading.read(path, release.STANFORD)
