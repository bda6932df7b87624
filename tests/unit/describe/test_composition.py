import pathlib
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder, load_columns
from imdb_keras_tfds.describe.composition import Composition, Split
from imdb_keras_tfds.ragged import Ragged
from imdb_keras_tfds.storage.splits import read

OF_1_0 = pathlib.Path(__file__).parents[2] / "prepared/imdb_keras/sample_full/1.0.0"


def of(builder: tfds.core.DatasetBuilder) -> Composition:
    return Composition.of({split: read(builder, split) for split in builder.info.splits})


@pytest.mark.parametrize("config", ["sample_full", "sample_top50_max20_val20", "sample_top9_keras"])
def test_the_counts_are_those_of_a_loop(config: str, tmp_path: pathlib.Path) -> None:
    builder = Builder(config=config, data_dir=tmp_path)
    builder.download_and_prepare()
    composition = of(builder)
    all_movies: Counter[str] = Counter()
    all_stars: dict[str, Counter[int]] = {}
    for name, split in composition.splits.items():
        columns = load_columns(builder, name)
        labels, stars = Counter[str](), dict[str, Counter[int]]()
        for label, rating in zip(
            columns["label"].tolist(), columns["rating"].tolist(), strict=True
        ):
            if label >= 0:
                labels[("neg", "pos")[label]] += 1
                stars.setdefault(("neg", "pos")[label], Counter())[rating] += 1
        lengths = sorted(len(row) for row in columns["tokens"])
        movies = Counter(movie for movie in columns["movie"].tolist() if movie)
        assert split.reviews == builder.info.splits[name].num_examples == len(lengths)
        assert split.labels == labels
        assert split.labelled == labels.total()
        assert split.stars == stars
        assert split.without_stars == (columns["rating"] == 0).sum()
        assert split.lengths == (lengths[0], lengths[(len(lengths) - 1) // 2], lengths[-1])
        assert split.ids == sum(lengths)
        assert split.movies == movies
        assert split.with_movie == movies.total()
        all_movies += movies
        for label, counts in stars.items():
            all_stars.setdefault(label, Counter()).update(counts)
    assert composition.movies == all_movies
    assert composition.stars == all_stars
    assert list(composition.stars) == ["neg", "pos"]
    assert all(list(counts) == sorted(counts) for counts in composition.stars.values())
    assert composition.reviews == sum(split.reviews for split in composition.splits.values())


def test_a_dataset_of_1_0_tells_no_movies() -> None:
    composition = of(tfds.builder_from_directory(OF_1_0))
    assert composition.movies is None
    assert [split.movies for split in composition.splits.values()] == [None] * 3
    assert [split.with_movie for split in composition.splits.values()] == [0] * 3
    assert composition.splits["train"].labels == {"neg": 24, "pos": 24}


def test_a_split_without_reviews_and_one_of_empty_reviews(original: pathlib.Path) -> None:
    records = read(tfds.builder_from_directory(original), "train")
    none = np.empty(0, np.int64)
    nothing = replace(
        records,
        ids=[],
        tokens=records.tokens[none],
        labels=records.labels[none],
        ratings=records.ratings[none],
        movies=[],
        duplicate_of=[],
    )
    split = Split.of(nothing)
    assert (split.reviews, split.lengths, split.ids, split.labels) == (0, (0, 0, 0), 0, {})
    assert (split.movies, split.with_movie) == ({}, 0)
    empty = Ragged(np.empty(0, np.int32), np.zeros(len(records.ids) + 1, np.int64))
    assert Split.of(replace(records, tokens=empty)).lengths == (0, 0, 0)
