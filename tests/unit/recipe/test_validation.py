import hashlib
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from imdb_keras_tfds import ImdbKerasError
from imdb_keras_tfds.recipe.validation import MAX_PERCENT, held_out

SEEDS = st.integers(0, 2**32 - 1)
PERCENTS = st.integers(1, MAX_PERCENT)


@dataclass(frozen=True)
class Review:
    id: str
    movie: str
    text: int
    label: int


def reviews(max_size: int = 60) -> st.SearchStrategy[list[Review]]:
    """Reviews of few movies and texts, so that long chains of both come about."""
    of_one = st.tuples(
        st.none() | st.integers(0, 12), st.integers(0, 12) | st.integers(), st.integers(0, 1)
    )
    return st.lists(of_one, min_size=1, max_size=max_size).map(
        lambda rows: [
            Review(
                id=f"train/{'pos' if label else 'neg'}/{number}_1",
                movie="" if movie is None else f"tt{movie:07}",
                text=text,
                label=label,
            )
            for number, (movie, text, label) in enumerate(rows)
        ]
    )


def choose(reviews: list[Review], seed: int, percent: int) -> NDArray[np.bool_]:
    first: dict[int, str] = {}
    originals = [first.setdefault(review.text, review.id) for review in reviews]
    return held_out(
        [review.id for review in reviews],
        [review.movie for review in reviews],
        [
            "" if original == review.id else original
            for original, review in zip(originals, reviews, strict=True)
        ],
        np.array([review.label for review in reviews], np.int64),
        seed=seed,
        percent=percent,
    )


def groups_of(reviews: list[Review]) -> dict[str, list[Review]]:
    """The groups by name, put together review by review."""
    groups: list[list[Review]] = []
    for review in reviews:
        near = [
            group
            for group in groups
            if any(
                other.text == review.text or (other.movie and other.movie == review.movie)
                for other in group
            )
        ]
        groups = [group for group in groups if group not in near]
        groups.append([review, *(other for group in near for other in group)])
    return {
        min([member.movie for member in group if member.movie] or [m.id for m in group]): group
        for group in groups
    }


def room_of(reviews: list[Review], percent: int) -> Counter[int]:
    totals = Counter(review.label for review in reviews)
    return Counter({label: percent * total // 100 for label, total in totals.items()})


def expected(reviews: list[Review], seed: int, percent: int) -> set[str]:
    """What the rule holds out, word for word."""
    groups, room, held = groups_of(reviews), room_of(reviews, percent), set()
    for name in sorted(groups, key=lambda name: hashlib.sha256(f"{seed}/{name}".encode()).digest()):
        size = Counter(review.label for review in groups[name])
        if all(size[label] <= room[label] for label in room):
            room.subtract(size)
            held |= {review.id for review in groups[name]}
    return held


def is_refused(reviews: list[Review], held: set[str]) -> bool:
    labels = {review.label for review in reviews}
    return {review.label for review in reviews if review.id in held} != labels


@settings(max_examples=300)
@given(reviews(), SEEDS, PERCENTS)
def test_the_choice_is_that_of_the_rule(reviews: list[Review], seed: int, percent: int) -> None:
    held = expected(reviews, seed, percent)
    if is_refused(reviews, held):
        with pytest.raises(ImdbKerasError, match=f"a validation split of {percent} % has room for"):
            choose(reviews, seed, percent)
        return
    mask = choose(reviews, seed, percent)
    assert mask.dtype == np.bool_
    assert {review.id for review, is_held in zip(reviews, mask, strict=True) if is_held} == held


@settings(max_examples=200)
@given(reviews(), SEEDS, st.integers(20, MAX_PERCENT))
def test_no_movie_and_no_text_is_on_both_sides_and_no_more_would_fit(
    reviews: list[Review], seed: int, percent: int
) -> None:
    try:
        mask = choose(reviews, seed, percent)
    except ImdbKerasError:
        return
    held = [review for review, is_held in zip(reviews, mask, strict=True) if is_held]
    kept = [review for review, is_held in zip(reviews, mask, strict=True) if not is_held]
    assert not {review.text for review in held} & {review.text for review in kept}
    assert not {r.movie for r in held if r.movie} & {r.movie for r in kept if r.movie}
    assert {review.label for review in kept} == {review.label for review in held}

    left = room_of(reviews, percent)
    left.subtract(review.label for review in held)
    assert min(left.values()) >= 0
    for group in groups_of(kept).values():
        size = Counter(review.label for review in group)
        assert any(size[label] > left[label] for label in left)


@given(reviews(), SEEDS, st.integers(20, MAX_PERCENT), st.data())
def test_the_order_of_the_reviews_makes_no_difference(
    reviews: list[Review], seed: int, percent: int, data: st.DataObject
) -> None:
    def outcome(reviews: list[Review]) -> set[str] | str:
        try:
            mask = choose(reviews, seed, percent)
        except ImdbKerasError as error:
            return str(error)
        return {review.id for review, is_held in zip(reviews, mask, strict=True) if is_held}

    assert outcome(data.draw(st.permutations(reviews))) == outcome(reviews)


@given(st.integers(100, 400), SEEDS, PERCENTS)
def test_reviews_without_movies_and_copies_give_the_exact_share(
    number: int, seed: int, percent: int
) -> None:
    alone = [Review(f"train/x/{i}_1", "", i, i % 2) for i in range(2 * number)]
    mask = choose(alone, seed, percent)
    shares = Counter(review.label for review, is_held in zip(alone, mask, strict=True) if is_held)
    assert shares == dict.fromkeys((0, 1), percent * number // 100)


def test_a_long_chain_of_movies_and_copies_is_one_group() -> None:
    rng = np.random.default_rng(1)
    numbers = rng.permutation(20_000)
    chain = [
        Review(f"train/pos/{i}_9", f"tt{numbers[i // 2]:07}", (i + 1) // 2, 1)
        for i in range(2 * len(numbers))
    ]
    others = [Review(f"train/pos/{i}_9", "", -i, 1) for i in range(50_000, 50_000 + len(chain))]
    mask = choose(chain + others, 113, 50)
    assert mask[: len(chain)].all() or not mask[: len(chain)].any()
    assert mask.sum() == len(chain)


def test_seeds_choose_differently() -> None:
    alone = [Review(f"train/x/{i}_1", f"tt{i // 2:07}", i, i % 2) for i in range(200)]
    choices = {choose(alone, seed, 20).tobytes() for seed in range(20)}
    assert len(choices) == 20


def test_one_movie_for_all_is_refused_in_one_line() -> None:
    of_one = [Review(f"train/x/{i}_1", "tt0000001", i, i % 2) for i in range(2_400)]
    with pytest.raises(ImdbKerasError) as error:
        choose(of_one, 113, 50)
    assert str(error.value) == (
        "a validation split of 50 % has room for 600 of the 1,200 reviews of label neg in train, "
        "and none of their groups, by movies and copies, fits; use a larger share, or more reviews"
    )
