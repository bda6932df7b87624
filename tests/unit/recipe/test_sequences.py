import random
import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imdb_keras_tfds import ImdbKerasConfig, ImdbKerasError
from imdb_keras_tfds.ragged import Ragged
from imdb_keras_tfds.recipe import sequences
from imdb_keras_tfds.recipe.compact import Ranks
from imdb_keras_tfds.recipe.corpus import Corpus
from tests.helpers.keras_oracle import KerasOracle, random_arguments, same_rows

DEFAULTS = ImdbKerasConfig().settings


def settings_of(**changed: Any) -> Any:
    return SimpleNamespace(**(DEFAULTS | changed))


def splits_of(corpus: Corpus) -> dict[str, Ranks]:
    return {split: reviews.ranks for split, reviews in corpus.splits.items()}


@pytest.fixture(scope="module")
def oracle(sample: Corpus, tmp_path_factory: pytest.TempPathFactory) -> KerasOracle:
    return KerasOracle(sample, tmp_path_factory.mktemp("keras"))


@pytest.mark.parametrize("seed", range(200))
def test_keras_semantics_are_those_of_keras(seed: int, sample: Corpus, oracle: KerasOracle) -> None:
    arguments = random_arguments(random.Random(seed), vocabulary_size=1_083, longest=140)
    settings = settings_of(**arguments, semantics="keras")
    ranks = {split: sample.splits[split].ranks for split in ("train", "test")}
    try:
        expected = oracle.load_data(**arguments)
    except ValueError:
        with pytest.raises(ImdbKerasError):
            sequences.encode(ranks, settings)
        return
    encoded = sequences.encode(ranks, settings).splits
    for (x, y), split in zip(expected, ("train", "test"), strict=True):
        assert same_rows(x, encoded[split].ids)
        assert encoded[split].ids.values.dtype == np.int32
        assert y.tolist() == sample.splits[split].labels[encoded[split].reviews].tolist()


@pytest.mark.parametrize("num_words", [2, 3, 4, 50, 1_000, 100_000])
@pytest.mark.parametrize("oov_char", [2, None])
def test_the_two_semantics_agree_on_num_words_alone(
    num_words: int, oov_char: int | None, sample: Corpus
) -> None:
    both = [
        sequences.encode(
            splits_of(sample),
            settings_of(num_words=num_words, oov_char=oov_char, semantics=semantics),
        ).splits
        for semantics in ("documented", "keras")
    ]
    for split in sample.splits:
        assert (both[0][split].ids.values == both[1][split].ids.values).all()
        assert (both[0][split].ids.row_splits == both[1][split].ids.row_splits).all()


def documented_row(ranks: list[int], settings: Any) -> list[int]:
    """The column `documented` of the README's table, word by word."""
    ids = []
    for rank in ranks:
        index = rank + settings.index_from
        if rank > settings.skip_top and (settings.num_words is None or index < settings.num_words):
            ids.append(index)
        elif settings.oov_char is not None:
            ids.append(settings.oov_char)
    if settings.start_char is not None:
        ids.insert(0, settings.start_char)
    return ids[: settings.maxlen]


rows_of_ranks = st.lists(st.lists(st.integers(1, 30), max_size=8), min_size=1, max_size=6)


@given(
    st.fixed_dictionaries({"train": rows_of_ranks, "test": rows_of_ranks, "more": rows_of_ranks}),
    st.fixed_dictionaries(
        {
            "num_words": st.none() | st.integers(1, 40),
            "skip_top": st.integers(0, 31),
            "maxlen": st.none() | st.integers(0, 9),
            "seed": st.integers(0, 2**32 - 1),
            "start_char": st.none() | st.integers(0, 40),
            "oov_char": st.none() | st.integers(0, 40),
            "index_from": st.integers(0, 5),
        }
    ),
)
def test_documented_semantics_are_those_of_the_page(
    rows: dict[str, list[list[int]]], changed: dict[str, Any]
) -> None:
    settings = settings_of(**changed)
    encoded = sequences.encode(
        {
            split: Ragged.from_rows([np.array(row) for row in ranks], np.int32)
            for split, ranks in rows.items()
        },
        settings,
    ).splits
    for split, ranks in rows.items():
        order = encoded[split].reviews.tolist()
        assert sorted(order) == list(range(len(ranks)))
        expected = [documented_row(ranks[i], settings) for i in order]
        assert [row.tolist() for row in encoded[split].ids] == expected
    assert encoded["more"].reviews.tolist() == list(range(len(rows["more"])))


def test_one_generator_shuffles_train_and_then_test(sample: Corpus) -> None:
    rng = np.random.RandomState(7)
    encoded = sequences.encode(splits_of(sample), settings_of(seed=7)).splits
    for split in ("train", "test"):
        order = np.arange(len(sample.splits[split].ranks))
        rng.shuffle(order)
        assert encoded[split].reviews.tolist() == order.tolist()


def test_a_further_split_is_cut_at_the_limit_of_train_and_test() -> None:
    ranks = {
        "train": Ragged.from_rows([np.array([1, 2])], np.int32),
        "test": Ragged.from_rows([np.array([3])], np.int32),
        "unsupervised": Ragged.from_rows([np.array([1, 3, 9])], np.int32),
    }
    encoded = sequences.encode(ranks, settings_of(semantics="keras")).splits
    assert encoded["test"].ids[0].tolist() == [1, 2]
    assert encoded["unsupervised"].ids[0].tolist() == [1, 4, 2, 2]


@pytest.mark.parametrize("split", ["train", "test", "unsupervised"])
def test_a_maxlen_that_empties_a_split_is_refused(split: str) -> None:
    rows = {name: [np.array([1])] for name in ("train", "test", "unsupervised")}
    rows[split] = [np.array([1, 2, 3])]
    ranks = {name: Ragged.from_rows(row, np.int32) for name, row in rows.items()}
    with pytest.raises(ImdbKerasError, match=f"maxlen=4 leaves no review in {split}: .* larger"):
        sequences.encode(ranks, settings_of(maxlen=4, semantics="keras"))
    assert len(sequences.encode(ranks, settings_of(maxlen=4)).splits[split].ids) == 1


@given(st.integers(0, 2**32 - 1), st.booleans(), st.data())
def test_what_is_held_out_is_a_part_of_train_as_it_was(
    sample: Corpus, seed: int, is_keras: bool, data: st.DataObject
) -> None:
    ranks, size = splits_of(sample), len(sample.splits["train"].ids)
    held_out = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    settings = settings_of(seed=seed, maxlen=75, semantics="keras" if is_keras else "documented")
    whole = sequences.encode(ranks, settings)
    is_held = held_out[whole.splits["train"].reviews]
    if is_keras and (is_held.all() or not is_held.any()):
        with pytest.raises(
            ImdbKerasError, match=r"maxlen=75 leaves no review in (train|validation)"
        ):
            sequences.encode(ranks, settings, held_out)
        return
    cut = sequences.encode(ranks, settings, held_out)
    assert list(cut.splits) == ["train", "test", "unsupervised", "validation"]
    assert cut.limit == whole.limit
    parts = {"train": ~is_held, "validation": is_held}
    for split, encoded in cut.splits.items():
        expected = whole.splits[sequences.source_of(split)]
        kept = parts.get(split, np.ones(len(expected.reviews), np.bool_))
        assert encoded.ids.equals(expected.ids[kept])
        assert encoded.reviews.tolist() == expected.reviews[kept].tolist()


def test_keras_semantics_refuse_a_review_without_ids() -> None:
    ranks = {
        "train": Ragged.from_rows([np.array([1]), np.array([])], np.int32),
        "test": Ragged.from_rows([np.array([1])], np.int32),
    }
    with pytest.raises(ImdbKerasError, match="a review has no ids at all"):
        sequences.encode(ranks, settings_of(start_char=None, semantics="keras"))


@pytest.mark.parametrize(
    "changed", [{"index_from": 2**31 - 5}, {"start_char": 2**31}, {"oov_char": -(2**31) - 1}]
)
def test_an_index_beyond_int32_is_refused(changed: dict[str, int], sample: Corpus) -> None:
    with pytest.raises(ImdbKerasError, match=r"does not fit in int32; use a smaller one"):
        sequences.encode(splits_of(sample), settings_of(**changed))


@pytest.mark.parametrize(
    ("changed", "limit"),
    [
        ({}, None),
        ({"num_words": 50}, 50),
        ({"num_words": 50, "semantics": "keras"}, 50),
        ({"semantics": "keras"}, 1_083 + 3),
        ({"semantics": "keras", "start_char": 5_000}, 5_000),
    ],
)
def test_the_limit_that_was_applied(
    changed: dict[str, Any], limit: int | None, sample: Corpus
) -> None:
    assert sequences.encode(splits_of(sample), settings_of(**changed)).limit == limit


@pytest.mark.parametrize("semantics", ["documented", "keras"])
@pytest.mark.parametrize(("oov_char", "expected"), [(2, [1, 2, 2, 9]), (None, [1, 9])])
def test_a_rank_of_0_is_always_cut(
    semantics: str, oov_char: int | None, expected: list[int]
) -> None:
    ranks = Ragged.from_rows([np.array([0, 95, 6])], np.int32)
    settings = settings_of(oov_char=oov_char, semantics=semantics)
    assert sequences.encode_ranks(ranks, settings, limit=98)[0].tolist() == expected


def test_a_config_is_taken_as_it_is(sample: Corpus) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        config = ImdbKerasConfig.from_name("sample_top100_skip5_max20")
    encoded = sequences.encode(splits_of(sample), config).splits
    assert encoded["train"].ids.lengths.max() == 20
    assert set(encoded["train"].ids.values.tolist()) <= {1, 2, *range(9, 100)}
