import pathlib
import warnings
from collections import Counter
from math import log, sqrt
from typing import Any

import pytest

from imdb_keras_tfds import Builder, ImdbKerasConfig
from imdb_keras_tfds.describe.statistics import PRIOR, Lengths, VocabularyShares, telling_words
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.recipe.sequences import encode

SHARES = (0.5, 0.9, 0.95, 0.99, 1)


def build(config: str, data_dir: pathlib.Path) -> Builder:
    builder = Builder(config=config, data_dir=data_dir)
    builder.download_and_prepare()
    return builder


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(
    scope="module",
    params=[
        "sample_full",
        "sample_top500_skip20_max60_keras",
        "sample_full_keras",
        "sample_full_max0_keras",
        "sample_top1",
        "sample_full_skip5000",
        "sample_full_max0",
        "sample_top300_max20_startnone_oovnone",
        "sample_top50_from0_keras",
    ],
)
def builder(request: pytest.FixtureRequest, data_dir: pathlib.Path) -> Builder:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of ids that mean two things
        return build(request.param, data_dir)


def ids_of(sample: Corpus, **settings: Any) -> Any:
    """The ids of the sample under other settings, by the code that builds datasets."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        config = ImdbKerasConfig(**settings)
    ranks = {split: reviews.ranks for split, reviews in sample.splits.items()}
    return {split: encoded.ids for split, encoded in encode(ranks, config).splits.items()}


def test_shares_of_words_are_those_of_the_datasets(builder: Builder, sample: Corpus) -> None:
    shown = VocabularyShares.of(builder, sample).rows()
    assert sum(row.is_own for row in shown) == 1
    for row in shown:
        settings = builder.builder_config.settings
        settings |= {"num_words": ImdbKerasConfig.from_name(row.name).num_words}
        # Cut words are left out, and nothing but words is there.
        ids = ids_of(sample, **(settings | {"start_char": None, "oov_char": None, "maxlen": None}))
        for split, share in row.shares.items():
            words = len(sample.splits[split].ranks.values)
            assert share == pytest.approx(len(ids[split].values) / words)
        assert row.words >= len(set(ids["train"].values.tolist()))


def test_the_num_words_that_is_needed(builder: Builder, sample: Corpus) -> None:
    vocabulary = VocabularyShares.of(builder, sample)
    for share in SHARES:
        needed = vocabulary.needed(share)
        if needed is None:
            assert vocabulary.kept("train", vocabulary.stop) < share
        else:
            assert vocabulary.kept("train", needed) >= share > vocabulary.kept("train", needed - 1)


def test_whole_reviews_are_those_of_the_datasets(builder: Builder, sample: Corpus) -> None:
    lengths = Lengths.of(builder, sample)
    settings = builder.builder_config.settings
    unlimited = ids_of(sample, **(settings | {"maxlen": None}))
    for maxlen in [50, 63, 64, 80, *(lengths.needed(share) for share in SHARES)]:
        limited = ids_of(sample, **(settings | {"maxlen": maxlen}))
        for split in ("train", "test"):
            whole = len(limited[split])
            if not lengths.removes:
                whole = int((limited[split].lengths == unlimited[split].lengths).sum())
            assert lengths.whole(split, maxlen) == whole
    for row in lengths.rows():
        limited = ids_of(sample, **(settings | {"maxlen": row.maxlen}))
        if builder.builder_config.oov_char is not None:
            share = len(limited["train"].values) / len(unlimited["train"].values)
            assert row.ids == pytest.approx(share)
        assert row.is_own == (row.maxlen == builder.builder_config.maxlen)


def test_the_maxlen_that_is_needed(builder: Builder, sample: Corpus) -> None:
    lengths = Lengths.of(builder, sample)
    for share in SHARES:
        needed, reviews = lengths.needed(share), len(lengths.lengths["train"])
        assert lengths.whole("train", needed) >= share * reviews
        assert lengths.whole("train", needed - 1) < share * reviews


def test_telling_words_are_those_of_the_published_formula(
    data_dir: pathlib.Path, sample: Corpus
) -> None:
    words = telling_words(build("sample_top500", data_dir), sample)
    train, texts = sample.splits["train"], sample.vocabulary.words.to_pylist()
    counts: dict[int, Counter[str]] = {0: Counter(), 1: Counter()}
    for label, row in zip(train.labels.tolist(), train.ranks, strict=True):
        counts[label].update(texts[rank - 1].decode() for rank in row.tolist())
    n = {label: sum(counter.values()) for label, counter in counts.items()}

    def z(word: str) -> float:
        a0 = PRIOR
        a = a0 * (counts[0][word] + counts[1][word]) / (n[0] + n[1])
        neg, pos = counts[0][word], counts[1][word]
        delta = log((pos + a) / (n[1] + a0 - pos - a)) - log((neg + a) / (n[0] + a0 - neg - a))
        return delta / sqrt(1 / (pos + a) + 1 / (neg + a))

    kept = {text.decode() for text in texts[:496]}
    expected = sorted(kept, key=z)
    shown = words["neg"] + words["pos"]
    assert [word.z for word in shown] == pytest.approx([z(word.word) for word in shown])
    assert [word.counts for word in shown] == [
        (counts[0][word.word], counts[1][word.word]) for word in shown
    ]
    # Words of one score may stand for each other.
    best = map(z, expected[:15] + expected[-15:])
    assert sorted(word.z for word in shown) == pytest.approx(sorted(best))
    assert {word.word for word in shown} <= kept
