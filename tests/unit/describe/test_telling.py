from collections import Counter
from math import log, sqrt
from pathlib import Path

import numpy as np
import pytest

from imdb_keras_tfds import Builder, codec, load_columns
from imdb_keras_tfds.describe.telling import PRIOR, TELLING, TellingWord, telling_words
from imdb_keras_tfds.recipe.corpus import Corpus
from tests.unit.describe.conftest import Build, own, words_of


def told(builder: Builder, corpus: Corpus | None) -> dict[str, list[TellingWord]]:
    return telling_words(words_of(builder, corpus), load_columns(builder, "train")["label"])


@pytest.mark.parametrize(
    "config",
    [
        "sample_top500",
        "sample_full",
        "sample_top500_skip20_max60_keras",
        "sample_top500_skip20",
        "sample_top500_max25",
        "sample_top500_val20",
        "sample_top300_max20_startnone_oovnone",
    ],
)
def test_telling_words_are_those_of_the_published_formula_on_the_records(
    config: str, build: Build, sample: Corpus
) -> None:
    builder = build(config)
    settings, names = builder.builder_config, {}
    for word, rank in codec(builder).word_index.items():
        names[rank + settings.index_from] = word
    columns = load_columns(builder, "train")
    counts: dict[int, Counter[str]] = {0: Counter(), 1: Counter()}
    for label, row in zip(columns["label"].tolist(), columns["tokens"].tolist(), strict=True):
        ids = row[1:] if settings.start_char is not None else row
        counts[label].update("cut" if i == settings.oov_char else names[i] for i in ids)
    n = {label: sum(counter.values()) for label, counter in counts.items()}

    def z(word: str) -> float:
        a0 = PRIOR
        a = a0 * (counts[0][word] + counts[1][word]) / (n[0] + n[1])
        neg, pos = counts[0][word], counts[1][word]
        delta = log((pos + a) / (n[1] + a0 - pos - a)) - log((neg + a) / (n[0] + a0 - neg - a))
        return delta / sqrt(1 / (pos + a) + 1 / (neg + a))

    words = told(builder, sample)
    shown = words["neg"] + words["pos"]
    assert [word.z for word in shown] == pytest.approx([z(word.word) for word in shown])
    assert [word.counts for word in shown] == [
        (counts[0][word.word], counts[1][word.word]) for word in shown
    ]
    # Words of one score may stand for each other.
    scores = sorted(z(word) for word in {*counts[0], *counts[1]} - {"cut"})
    best = [score for score in scores[:TELLING] if score < 0]
    best += [score for score in scores[-TELLING:] if score > 0]
    assert sorted(word.z for word in shown) == pytest.approx(best)
    # The corpus only tells what is in none of the records.
    assert told(builder, None) == words


@pytest.mark.parametrize("config", ["sample_top1", "sample_full_max0", "sample_full_skip5000"])
def test_without_words_there_are_none(config: str, build: Build, sample: Corpus) -> None:
    assert told(build(config), sample) == {"neg": [], "pos": []}


def test_a_word_alone_and_a_class_alone_tell_nothing(build: Build, tmp_path: Path) -> None:
    assert told(build("sample_top5_oovnone"), None) == {"neg": [], "pos": []}
    (tmp_path / "train/pos").mkdir(parents=True)
    (tmp_path / "train/pos/0_9.txt").write_text("a fine film")
    assert told(build(own("pos_alone", tmp_path)), None) == {"neg": [], "pos": []}


def test_a_word_whose_id_stands_for_cut_words_too_is_none(build: Build, sample: Corpus) -> None:
    """Id 2 is that of the second word, and of all that were cut."""
    builder = build("sample_top50_from0_keras")
    words = words_of(builder, sample)
    everything = told(builder, sample)
    assert words.word(2) not in {word.word for word in everything["neg"] + everything["pos"]}
    assert np.isfinite([word.z for found in everything.values() for word in found]).all()
