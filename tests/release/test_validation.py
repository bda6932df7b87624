from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

import imdb_keras_tfds
from imdb_keras_tfds.recipe.corpus import Corpus, RankedReviews
from imdb_keras_tfds.recipe.validation import held_out_of

SEEDS = (113, 1, 2**32 - 1)


def texts_of(reviews: RankedReviews) -> NDArray[np.str_]:
    """Which text each review has, by the id of the first that has it."""
    originals = np.array(reviews.duplicate_of)
    return np.where(originals == "", np.array(reviews.ids), originals)


@pytest.fixture(scope="module")
def groups(stanford: Corpus) -> NDArray[np.int64]:
    """The group of each training review, found in another way."""
    train = stanford.splits["train"]
    titles, movie = np.unique(train.movies, return_inverse=True)
    texts, text = np.unique(texts_of(train), return_inverse=True)
    size = len(titles) + len(texts)
    edges = coo_array((np.ones(len(movie)), (movie, text + len(titles))), shape=(size, size))
    _, component = connected_components(edges, directed=False)
    group: NDArray[np.int64] = component[movie]
    return group


def test_groups_are_few_and_small(groups: NDArray[np.int64]) -> None:
    sizes = np.bincount(groups)
    assert np.count_nonzero(sizes) == 3_438
    assert sizes.max() == 32


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("percent", [1, 5, 10, 20, 33, 50])
def test_shares_are_exact_and_no_movie_and_no_text_is_on_both_sides(
    percent: int, seed: int, stanford: Corpus, groups: NDArray[np.int64]
) -> None:
    train = stanford.splits["train"]
    held_out = held_out_of(train, seed, percent)
    assert held_out is not None
    assert np.bincount(train.labels[held_out]).tolist() == [125 * percent] * 2
    for column in (groups, np.array(train.movies), texts_of(train)):
        assert not set(column[held_out].tolist()) & set(column[~held_out].tolist())


def test_a_random_cut_holds_out_known_movies_and_texts(stanford: Corpus) -> None:
    train = stanford.splits["train"]
    order = np.arange(25_000)
    np.random.RandomState(113).shuffle(order)
    kept, held = order[:20_000], order[20_000:]
    movies, texts = np.array(train.movies), texts_of(train)
    assert np.isin(movies[held], movies[kept]).sum() == pytest.approx(0.961 * 5_000, abs=2.5)
    assert np.isin(texts[held], texts[kept]).sum() == 26


def test_train_and_test_share_one_movie_and_123_texts(stanford: Corpus) -> None:
    train, test = stanford.splits["train"], stanford.splits["test"]
    assert set(train.movies) & set(test.movies) == {"tt0406816"}
    assert [reviews.movies.count("tt0406816") for reviews in (train, test)] == [2, 23]
    originals = np.array(test.duplicate_of)
    assert np.char.startswith(originals, "train/").sum() == 123
    assert np.char.startswith(originals, "test/").sum() == 199


@pytest.mark.usefixtures("top10k")
def test_load_data_holds_out_the_same(stanford: Corpus, real_archive: str, data_dir: str) -> None:
    options: dict[str, Any] = {"num_words": 10_000, "data_dir": data_dir, "archive": real_archive}
    (x, y), _ = imdb_keras_tfds.load_ragged(**options)
    train, validation, _ = imdb_keras_tfds.load_ragged(**options, validation_split=0.2)
    order = np.arange(25_000)
    np.random.RandomState(113).shuffle(order)
    held_out = held_out_of(stanford.splits["train"], 113, 20)
    assert held_out is not None
    is_held = held_out[order]
    for (ids, labels), chosen in ((train, ~is_held), (validation, is_held)):
        assert ids.equals(x[chosen])
        assert np.array_equal(labels, y[chosen])
