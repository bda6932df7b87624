from typing import Any

import numpy as np
import pytest

from imdb_keras_tfds import Builder, load_columns
from imdb_keras_tfds.describe.words import Words
from imdb_keras_tfds.recipe.corpus import Corpus
from tests.unit.describe.conftest import Build, own, words_of

CONFIGS = [
    "sample_full",
    "sample_top500",
    "sample_top500_skip20_max60_keras",
    "sample_top500_val20",
    "sample_full_max0",
    "sample_top500_max25",
    "sample_top300_max20_startnone_oovnone",
    "sample_top300_max60_oovnone_keras",
    "sample_top300_skip5_start3_keras",  # cuts the marker
    "sample_top300_skip5_start3_oovnone_keras",
    "sample_top50_from0_keras",
]


@pytest.fixture(scope="module", params=CONFIGS)
def builder(request: pytest.FixtureRequest, build: Build) -> Builder:
    return build(request.param)


@pytest.fixture(scope="module")
def words(builder: Builder, sample: Corpus) -> Words:
    return words_of(builder, sample)


def test_words_are_those_of_the_records_in_their_order(builder: Builder, words: Words) -> None:
    """Against a loop over the ids that anybody can load."""
    config = builder.builder_config
    vocabulary = words.vocabulary.words.to_pylist()
    assert list(words.seen) == [
        split for split in ("train", "validation", "test") if split in builder.info.splits
    ]
    for split, seen in words.seen.items():
        tokens = load_columns(builder, split)["tokens"]
        for ids, ranks in zip(tokens.tolist(), seen.tolist(), strict=True):
            rest = ids
            if config.start_char is not None and ids and words.has_marker:
                rest = ids[1:]
            expected = [
                token - config.index_from
                if token != config.oov_char
                and words.kept.start <= token - config.index_from < words.kept.stop
                else 0
                for token in rest
            ]
            assert ranks == expected
            assert all(rank <= len(vocabulary) for rank in ranks)


def test_known_words_are_seen_where_they_are_kept(words: Words) -> None:
    assert words.known is not None
    for split, known in words.known.items():
        seen = words.seen[split]
        for places, ranks in zip(known, seen, strict=True):
            kept = words.is_kept(places)
            if words.tells_places:
                shown = np.where(kept, places, 0)
                shown[shown + words.config.index_from == words.config.oov_char] = 0
                assert shown.tolist() == ranks.tolist()
            else:
                assert places[kept].tolist() == ranks.tolist()


def test_whole_reviews_are_those_of_the_corpus(
    builder: Builder, words: Words, sample: Corpus
) -> None:
    assert words.whole is not None
    of_id = {
        name: ranks.tolist()
        for reviews in sample.splits.values()
        for name, ranks in zip(reviews.ids, reviews.ranks[:], strict=True)
    }
    for split, whole in words.whole.items():
        ids = load_columns(builder, split)["id"].tolist()
        assert whole.tolist() == [of_id[name] for name in ids]


def test_removed_reviews_are_those_that_are_missing(
    builder: Builder, words: Words, sample: Corpus
) -> None:
    if words.removed is None:
        assert words.config.semantics == "documented" or not words.config.maxlen
        return
    for split, removed in words.removed.items():
        held = len(load_columns(builder, split)["id"])
        assert removed == len(sample.splits[split].ids) - held > 0


@pytest.mark.parametrize("config", ["sample_top500_max25_text", "sample_top300_max60_text_keras"])
def test_texts_tell_the_same_as_the_corpus(config: str, build: Build, sample: Corpus) -> None:
    builder = build(config)
    of_corpus, of_texts = words_of(builder, sample), words_of(builder, None)
    assert (of_corpus.source, of_texts.source) == ("corpus", "texts")
    assert of_corpus.whole is not None
    assert of_texts.whole is not None
    for split, whole in of_texts.whole.items():
        assert whole.equals(of_corpus.whole[split])


@pytest.mark.parametrize(
    ("name", "settings", "source"),
    [
        ("everything", {}, "records"),
        ("everything_val", {"validation_split": 20}, "records"),
        ("long_enough", {"maxlen": 200}, "records"),
        ("no_marker", {"start_char": None, "oov_char": None}, "records"),
        ("cut_off", {"maxlen": 60}, None),
        ("few_words", {"num_words": 500}, None),
        ("skipped", {"skip_top": 1}, None),
        ("last_word", {"semantics": "keras"}, None),  # the highest index is cut
    ],
)
def test_ids_tell_everything_where_nothing_was_cut(
    name: str, settings: dict[str, Any], source: str | None, build: Build, sample: Corpus
) -> None:
    builder = build(own(name, **settings))
    words = words_of(builder, None)
    assert words.source == source
    assert words.cuts_nothing == (source is not None)
    if source is None:
        assert words.whole is None
        assert words.known is None
        return
    assert words.whole is not None
    expected = words_of(builder, sample).whole
    assert expected is not None
    for split, whole in words.whole.items():
        assert whole.equals(expected[split])
