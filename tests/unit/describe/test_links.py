import itertools
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imdb_keras_tfds.describe import links
from imdb_keras_tfds.describe.links import SPLIT_ORDER, Links
from imdb_keras_tfds.ragged import Ragged
from imdb_keras_tfds.storage.records import Records

Review = dict[str, Any]


def records_of(reviews: list[Review]) -> Records:
    return Records(
        ids=[review["id"] for review in reviews],
        tokens=Ragged.from_rows([[1]] * len(reviews), np.int32),
        labels=np.array([review["label"] for review in reviews], np.int64),
        ratings=np.array([review["rating"] for review in reviews], np.int32),
        movies=[review["movie"] for review in reviews],
        duplicate_of=[review["duplicate_of"] for review in reviews],
    )


@st.composite
def datasets(draw: st.DrawFn) -> dict[str, list[Review]]:
    """Splits of reviews of few movies and few texts, each split shuffled."""
    labelled = st.tuples(st.integers(0, 1), st.integers(1, 10))
    dataset: dict[str, list[Review]] = {}
    first_of: dict[int, str] = {}
    for split in SPLIT_ORDER:
        facts = st.just((-1, 0)) if split == "unsupervised" else labelled
        drawn = draw(
            st.lists(
                st.tuples(st.sampled_from(["", "tt1", "tt2", "tt3"]), st.integers(0, 9), facts),
                max_size=6,
            )
        )
        reviews = []
        for number, (movie, text, (label, rating)) in enumerate(drawn):
            own = f"{split}/{number}"
            first = first_of.setdefault(text, own)
            reviews.append(
                {
                    "id": own,
                    "label": label,
                    "rating": rating,
                    "movie": movie,
                    "duplicate_of": "" if first == own else first,
                    "text": text,
                }
            )
        dataset[split] = draw(st.permutations(reviews))
    # TFDS tells splits in any order.
    return dict(draw(st.permutations(list(dataset.items()))))


def links_of(dataset: dict[str, list[Review]]) -> Links:
    found = Links.of({split: records_of(reviews) for split, reviews in dataset.items()})
    assert found is not None
    return found


@given(datasets())
def test_copies_are_those_of_a_loop(dataset: dict[str, list[Review]]) -> None:
    by_id = {review["id"]: review for reviews in dataset.values() for review in reviews}
    counts: Counter[tuple[str, str]] = Counter()
    labels, ratings = set(), set()
    for review in by_id.values():
        if original := by_id.get(review["duplicate_of"]):
            pair = review["id"], original["id"]
            counts[review["id"].split("/")[0], original["id"].split("/")[0]] += 1
            if -1 not in (review["label"], original["label"]):
                labels |= {pair} if review["label"] != original["label"] else set()
                ratings |= {pair} if review["rating"] != original["rating"] else set()
    found = list(links_of(dataset).copies())
    assert {(copies.split, copies.original): copies.reviews for copies in found} == counts
    assert {pair for copies in found for pair in copies.other_label} == labels
    assert {pair for copies in found for pair in copies.other_rating} == ratings
    for copies in found:
        assert len(copies.examples) == min(copies.reviews, links.EXAMPLES)
        assert all(by_id[copy]["duplicate_of"] == original for copy, original in copies.examples)


@given(datasets())
def test_what_is_shared_is_that_of_sets(dataset: dict[str, list[Review]]) -> None:
    found = links_of(dataset).shared()
    assert [pair.splits for pair in found] == list(itertools.combinations(SPLIT_ORDER, 2))
    for pair in found:
        one, other = (dataset[split] for split in pair.splits)
        movies = {review["movie"] for review in one} & {review["movie"] for review in other} - {""}
        texts = {review["text"] for review in one} & {review["text"] for review in other}
        for key, shared, count, of_each in (
            ("movie", movies, pair.movies, pair.of_movies),
            ("text", texts, pair.texts, pair.of_texts),
        ):
            assert count == len(shared)
            assert of_each == tuple(
                sum(review[key] in shared for review in reviews) for reviews in (one, other)
            )
        assert pair.examples == sorted(movies)[: links.EXAMPLES]


@given(datasets(), st.integers(1, 99))
def test_the_random_cut_is_the_mean_of_all_cuts(
    dataset: dict[str, list[Review]], percent: int
) -> None:
    reviews = dataset["train"] + dataset["validation"]
    held_out = len(reviews) * percent // 100
    shares = Counter[str]()
    cuts = list(itertools.combinations(range(len(reviews)), held_out)) if held_out <= 3 else []
    for cut in cuts:
        left = [review for place, review in enumerate(reviews) if place not in cut]
        movies = {review["movie"] for review in left} - {""}
        texts = {review["text"] for review in left}
        for place in cut:
            movie, text = reviews[place]["movie"] in movies, reviews[place]["text"] in texts
            shares.update({"movie": movie, "text": text, "movie_or_text": movie or text})
    found = links_of(dataset).random_cut(percent)
    assert (found.reviews, found.held_out) == (len(reviews), held_out)
    if cuts:
        total = max(len(cuts) * held_out, 1)
        for name, share in shares.items():
            assert getattr(found, name) == pytest.approx(share / total)
        if not held_out:
            assert (found.movie, found.text, found.movie_or_text) == (0, 0, 0)


def test_records_that_do_not_tell_have_no_links() -> None:
    told = records_of([])
    untold = Records(told.ids, told.tokens, told.labels, told.ratings)
    assert Links.of({"train": untold}) is None
