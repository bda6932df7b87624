import pathlib
import warnings
from collections import Counter
from typing import Any

import numpy as np
import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder, ImdbKerasConfig, codec
from imdb_keras_tfds.describe import audit
from imdb_keras_tfds.describe.links import SPLIT_ORDER
from imdb_keras_tfds.recipe import validation


def build(config: str | ImdbKerasConfig, data_dir: pathlib.Path) -> Builder:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of ids that mean two things
        builder = Builder(config=config, data_dir=data_dir)
        builder.download_and_prepare()
    return builder


@pytest.mark.parametrize(
    "config",
    [
        "sample_full",
        "sample_top50_val20",
        "sample_top20_text",
        "sample_top500_skip20_max60_keras",
        "sample_full_skip5000",
        "sample_top1",
        "sample_full_max1",
        "sample_full_max0",
        "sample_top300_max20_startnone",
        "sample_top30_skip10_start9_keras",
    ],
)
def test_the_figures_of_a_split_are_those_of_its_records(
    config: str, tmp_path: pathlib.Path
) -> None:
    builder = build(config, tmp_path)
    found = audit.of(builder)
    assert found.name == builder.info.full_name
    assert list(found.splits) == [name for name in SPLIT_ORDER if name in builder.info.splits]
    decoder = codec(builder)
    start = decoder.encode("").tolist()
    for split, told in found.splits.items():
        lengths, unknown, without = [], 0, 0
        movies: Counter[str] = Counter()
        for record in tfds.as_numpy(builder.as_dataset(split=split)):
            ids = record["tokens"][len(start) :].tolist()
            assert record["tokens"][: len(start)].tolist() == start[: len(record["tokens"])]
            lengths.append(len(ids))
            cut = sum(token == 2 for token in ids)
            unknown += cut
            without += bool(ids) and cut == len(ids)
            movies[record["movie"].decode()] += 1
        assert told.reviews == len(lengths) == builder.info.splits[split].num_examples
        assert told.empty == lengths.count(0)
        assert told.short == sum(0 < length < audit.SHORT for length in lengths)
        assert told.without_known_word == without
        assert told.unknown_words == pytest.approx(unknown / max(sum(lengths), 1))
        assert told.without_movie == movies.pop("", 0)
        assert (told.movies, told.most_of_a_movie) == (len(movies), max(movies.values()))


@pytest.mark.parametrize("config", ["sample_top50_oovnone", "sample_full_oov7"])
def test_what_a_record_does_not_tell_is_none(config: str, tmp_path: pathlib.Path) -> None:
    for split in audit.of(build(config, tmp_path)).splits.values():
        assert split.unknown_words is None
        assert split.without_known_word is None
        assert split.movies


def test_a_dataset_of_version_1_0_0_does_not_tell_movies(repository: pathlib.Path) -> None:
    folder = repository / "tests/prepared/imdb_keras/sample_full/1.0.0"
    found = audit.of(tfds.builder_from_directory(folder))
    assert (found.copies, found.shared, found.random_cut, found.leak) == (None,) * 4
    assert found.splits["train"].reviews == 48
    assert found.splits["train"].movies is None


def test_ones_own_reviews_are_audited(tmp_path: pathlib.Path) -> None:
    for folder in ("train/pos", "train/neg"):
        path = tmp_path / "mine" / folder
        path.mkdir(parents=True)
        for number in range(4):
            (path / f"{number}_{'7' if folder.endswith('pos') else '3'}.txt").write_text("So so.")
    config = ImdbKerasConfig(name="mine", corpus=tmp_path / "mine")
    found = audit.of(build(config, tmp_path / "data"))
    (split,) = found.splits.values()
    assert (split.reviews, split.short, split.movies, split.without_movie) == (8, 8, 0, 8)
    assert found.copies is not None
    (copies,) = found.copies
    assert (copies.split, copies.original, copies.reviews) == ("train", "train", 7)
    assert len(copies.other_label) == len(copies.other_rating) == 4
    assert found.random_cut is not None
    assert (found.random_cut.movie, found.random_cut.text) == (0, 1)
    assert found.shared == []


def test_a_validation_split_that_is_none_leaks(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert audit.of(build("sample_full_val20", tmp_path / "ours")).leak is None

    def by_place(ids: list[str], *_: Any, **__: Any) -> Any:
        return np.arange(len(ids)) >= len(ids) // 2

    monkeypatch.setattr(validation, "held_out", by_place)
    leak = audit.of(build("sample_full_val20", tmp_path / "by_place")).leak
    assert leak is not None
    assert leak.splits == ("train", "validation")
    assert leak.movies + leak.texts > 0
