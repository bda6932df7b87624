import re
import string

import pytest

from imdb_keras_tfds.errors import ImdbKerasError
from imdb_keras_tfds.recipe.tokenizer import words
from imdb_keras_tfds.source import reading, release
from imdb_keras_tfds.source.reviews import Source


@pytest.fixture(scope="module")
def source() -> Source:
    # `read` holds every folder's count, size and digest against `release.SAMPLE`.
    return reading.read(release.sample_path(), release.SAMPLE)


def texts(source: Source, split: str) -> list[str]:
    reviews = source.splits[split]
    return [reviews[i].text.decode() for i in range(len(reviews))]


def test_every_folder_of_the_layout_is_in_a_split_and_a_release() -> None:
    folders = [folder for folders in release.SPLITS.values() for folder in folders]
    assert sorted(folders) == sorted(release.FOLDERS)
    for known in release.RELEASES.values():
        assert known.contents.keys() == release.FOLDERS.keys()


def test_the_sample_is_balanced_and_large_enough_to_learn_from(source: Source) -> None:
    for split, least in {"train": 40, "test": 40, "unsupervised": 20}.items():
        reviews = source.splits[split]
        assert len(reviews) >= least
        if split != "unsupervised":
            assert (reviews.labels == 1).sum() == (reviews.labels == 0).sum() == len(reviews) / 2


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize(
    "trap",
    ["<br />", "'", "\xa0", "\t", r"[À-ÖØ-Þ]", r"[à-öø-ÿ]", r"\b[0-9]+(?:st|nd|rd|th|s)\b", "[“”]"],
)
def test_the_sample_holds_the_traps(source: Source, split: str, trap: str) -> None:
    assert sum(bool(re.search(trap, text)) for text in texts(source, split)) >= 1


def test_the_sample_holds_every_filtered_character_but_newline(source: Source) -> None:
    assert set(string.punctuation) <= set("".join(texts(source, "train")))


def test_the_sample_holds_words_that_training_does_not_have(source: Source) -> None:
    known = {word for text in texts(source, "train") for word in words(text.encode())}
    for text, original in zip(
        texts(source, "test"), source.splits["test"].duplicate_of, strict=True
    ):
        assert bool(set(words(text.encode())) - known) != original.startswith("train/")


def test_the_sample_has_names_whose_order_is_not_that_of_their_numbers(source: Source) -> None:
    ids = source.splits["train"].ids
    numbers = [int(re.findall(r"/([0-9]+)_", name)[0]) for name in ids[: len(ids) // 2]]
    assert numbers != sorted(numbers)


def test_the_sample_has_what_the_release_has_of_movies(source: Source) -> None:
    movies = {split: reviews.movies for split, reviews in source.splits.items()}
    for split in movies:
        assert all(movies[split])
        assert len(set(movies[split])) < len(movies[split])
    assert len(set(movies["train"]) & set(movies["test"])) == 1
    assert not set(movies["unsupervised"]) & {*movies["train"], *movies["test"]}


def test_the_sample_has_what_the_release_has_of_copies(source: Source) -> None:
    copies = {
        (split, original.rpartition("/")[0])
        for split, reviews in source.splits.items()
        for original in reviews.duplicate_of
        if original
    }
    assert copies == {
        ("train", "train/pos"),
        ("test", "train/neg"),
        ("unsupervised", "test/neg"),
    }


def test_a_package_without_its_sample_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr(release, "__file__", f"{tmp_path}/imdb_keras_tfds/source/release.py")
    with pytest.raises(ImdbKerasError, match=r"sample corpus .* is missing; install"):
        release.sample_path()
