from typing import Any

import numpy as np
import pytest

from imdb_keras_tfds import Builder, ImdbKerasConfig, load_columns
from imdb_keras_tfds.describe.statistics import Lengths, VocabularyShares
from imdb_keras_tfds.describe.words import Words
from imdb_keras_tfds.recipe.corpus import Corpus
from tests.unit.describe.conftest import Build, own, words_of

SHARES = (0.5, 0.9, 0.95, 0.99, 1)

CONFIGS = [
    "sample_full",
    "sample_top500",
    "sample_top500_skip20_max60_keras",
    "sample_full_keras",
    "sample_full_max0_keras",
    "sample_top1",
    "sample_full_skip5000",
    "sample_full_max0",
    "sample_top500_max60",
    "sample_top500_skip20_val20",
    "sample_top300_max20_startnone_oovnone",
    "sample_top300_max60_oovnone_keras",
    "sample_top50_from0_keras",
]


@pytest.fixture(scope="module", params=CONFIGS)
def builder(request: pytest.FixtureRequest, build: Build) -> Builder:
    return build(request.param)


@pytest.fixture(scope="module")
def words(builder: Builder, sample: Corpus) -> Words:
    return words_of(builder, sample)


@pytest.fixture(scope="module")
def vocabulary(words: Words) -> VocabularyShares:
    found = VocabularyShares.of(words)
    assert found is not None
    return found


def by_id(sample: Corpus) -> dict[str, list[int]]:
    return {
        name: ranks.tolist()
        for reviews in sample.splits.values()
        for name, ranks in zip(reviews.ids, reviews.ranks[:], strict=True)
    }


def reviews_of(builder: Builder, split: str, sample: Corpus) -> list[list[int]]:
    """The ranks of all words of the reviews that a split holds."""
    whole = by_id(sample)
    return [whole[name] for name in load_columns(builder, split)["id"].tolist()]


def places(ranks: list[int], config: ImdbKerasConfig, kept: range) -> list[int]:
    """The words of a review up to where its record ends, word by word."""
    if config.semantics == "keras" or config.maxlen is None:
        return ranks
    room = max(config.maxlen - (config.start_char is not None), 0)
    found: list[int] = []
    for rank in ranks:
        if not room:
            break
        found.append(rank)
        room -= config.oov_char is not None or rank in kept
    return found


def test_shares_of_words_are_those_of_the_reviews_in_the_dataset(
    builder: Builder, words: Words, vocabulary: VocabularyShares, sample: Corpus
) -> None:
    config, shown = builder.builder_config, vocabulary.rows()
    assert sum(row.is_own for row in shown) == 1
    splits = [split for split in ("train", "validation", "test") if split in builder.info.splits]
    for split in splits:
        found = [
            rank
            for ranks in reviews_of(builder, split, sample)
            for rank in places(ranks, config, words.kept)
        ]
        for row in shown:
            assert list(row.shares) == splits
            stop = row.limit - config.index_from
            number = sum(words.kept.start <= rank < stop for rank in found)
            assert row.shares[split] == pytest.approx(number / max(len(found), 1))
            assert row.words >= len({rank for rank in found if words.kept.start <= rank < stop})


def test_the_own_share_is_that_of_the_ids_of_words(
    builder: Builder, vocabulary: VocabularyShares
) -> None:
    """By nothing but what anybody can load."""
    config = builder.builder_config
    if config.oov_char is None or config.index_from < 3:
        return  # Cut words have no id, or the one of another word.
    (own_row,) = [row for row in vocabulary.rows() if row.is_own]
    for split, share in own_row.shares.items():
        tokens = load_columns(builder, split)["tokens"]
        ids = [token for row in tokens.tolist() for token in row[1:]]
        cut = sum(token == config.oov_char for token in ids)
        assert share == pytest.approx(1 - cut / len(ids) if ids else 0)


def test_the_num_words_that_is_needed(vocabulary: VocabularyShares) -> None:
    for share in SHARES:
        needed = vocabulary.needed(share)
        if needed is None:
            assert vocabulary.most < share
            assert vocabulary.kept("train", vocabulary.stop) < share
        else:
            assert vocabulary.kept("train", needed) >= share > vocabulary.kept("train", needed - 1)


def test_records_tell_the_same_as_far_as_they_tell(
    builder: Builder, words: Words, vocabulary: VocabularyShares
) -> None:
    config = builder.builder_config
    alone = VocabularyShares.of(words_of(builder, None))
    if config.oov_char is None:
        assert alone is None
        return
    assert alone is not None
    if config.index_from < 3:
        return  # The id of cut words is one of a word too.
    assert alone.is_whole == (words.kept.stop > len(words.vocabulary))
    for split, shares in alone.shares.items():
        assert shares == pytest.approx(vocabulary.shares[split][: len(shares)])
        assert len(shares) == max(words.kept.stop, 1)
    assert [row for row in alone.rows() if row.is_own] == [
        row for row in vocabulary.rows() if row.is_own
    ]


def unlimited(builder: Builder, split: str, kept: range, sample: Corpus) -> list[int]:
    """The lengths that maxlen is held against, of the reviews that a split holds."""
    config = builder.builder_config
    are_left_out = config.semantics == "documented" and config.oov_char is None
    return sorted(
        sum(not are_left_out or rank in kept for rank in ranks) + (config.start_char is not None)
        for ranks in reviews_of(builder, split, sample)
    )


def test_lengths_are_those_of_the_reviews_in_the_dataset(
    builder: Builder, words: Words, sample: Corpus
) -> None:
    lengths = Lengths.of(words)
    for split, found in lengths.records.items():
        columns = load_columns(builder, split)
        assert found.tolist() == sorted(map(len, columns["tokens"].tolist()))
    for split, found in lengths.counted.items():
        assert found.tolist() == unlimited(builder, split, words.kept, sample)
    assert lengths.is_known
    assert lengths.longest == lengths.counted["train"].max()


def test_whole_reviews_are_those_of_a_loop(builder: Builder, words: Words, sample: Corpus) -> None:
    lengths, config = Lengths.of(words), builder.builder_config
    counted = unlimited(builder, "train", words.kept, sample)
    for row in lengths.rows():
        maxlen = row.maxlen
        if lengths.removes:
            ids = sum(length for length in counted if length < maxlen)
            whole = sum(length < maxlen for length in counted)
        else:
            ids = sum(min(length, maxlen) for length in counted)
            whole = sum(length <= maxlen for length in counted)
        assert row.reviews["train"] == pytest.approx(whole / len(counted))
        assert row.ids == pytest.approx(ids / sum(counted))
        assert row.is_own == (maxlen == config.maxlen)
    if config.maxlen and not lengths.removes:
        assert lengths.truncated == sum(length > config.maxlen for length in counted)


def test_the_maxlen_that_is_needed(words: Words) -> None:
    lengths = Lengths.of(words)
    for share in SHARES:
        needed, reviews = lengths.needed(share), len(lengths.counted["train"])
        assert needed is not None
        assert lengths.whole("train", needed) >= share * reviews
        assert lengths.whole("train", needed - 1) < share * reviews


@pytest.mark.parametrize("config", ["sample_full", "sample_top500_skip20_val20", "sample_top500"])
def test_without_maxlen_whole_reviews_are_those_of_the_datasets(
    config: str, build: Build, sample: Corpus
) -> None:
    """Against datasets that are really built with other settings."""
    builder = build(config)
    lengths = Lengths.of(words_of(builder, sample))
    for maxlen in (50, 60, lengths.needed(0.9)):
        other: Any = build(
            ImdbKerasConfig(**(builder.builder_config.settings | {"maxlen": maxlen}))
        )
        for split in lengths.counted:
            before, after = (load_columns(built, split)["tokens"] for built in (builder, other))
            whole = int((np.asarray(before.lengths) == after.lengths).sum())
            assert lengths.whole(split, maxlen or 0) == whole


def test_what_the_records_do_not_tell_is_not_told(build: Build, sample: Corpus) -> None:
    cut_off = Lengths.of(words_of(build(own("cut_off", maxlen=60)), None))
    whole = Lengths.of(words_of(build(own("cut_off", maxlen=60)), sample))
    assert cut_off.is_known
    assert (cut_off.end, whole.end) == (60, None)
    longer = [row for row in load_columns(build("sample_full"), "train")["tokens"] if len(row) > 60]
    assert (cut_off.truncated, whole.truncated) == (None, len(longer))
    assert cut_off.needed(0.99) is None
    assert cut_off.needed(0.25) == whole.needed(0.25) < 60  # type: ignore[operator]
    for row in cut_off.rows():
        assert row.maxlen < 60
        assert row.ids is None
        assert row.reviews["train"] == whole.whole("train", row.maxlen) / 48
    left_out = Lengths.of(
        words_of(build(own("left_out", num_words=300, oov_char=None, semantics="keras")), None)
    )
    assert not left_out.is_known
    assert left_out.rows() == []
    assert left_out.needed(0.9) is None
