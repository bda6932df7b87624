import dataclasses
import inspect
import pathlib
import random
import warnings
from typing import Any

import numpy as np
import pytest
import tensorflow_datasets as tfds

import imdb_keras_tfds
from imdb_keras_tfds import ImdbKerasConfig, ImdbKerasError
from imdb_keras_tfds.keras_compat.arguments import Arguments
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.source import reading, release
from tests.helpers.keras_oracle import random_arguments


@pytest.fixture(scope="module")
def texts() -> list[bytes]:
    """The labelled reviews in canonical order, train before test."""
    source = reading.read(release.sample_path(), release.SAMPLE)
    return [row.tobytes() for split in ("train", "test") for row in source.splits[split].texts[:]]


@pytest.mark.parametrize("semantics", ["keras", "documented"])
@pytest.mark.parametrize("seed", range(60))
def test_it_encodes_what_load_data_returns(
    seed: int, semantics: str, texts: list[bytes], data_dir: pathlib.Path
) -> None:
    arguments = random_arguments(random.Random(seed), vocabulary_size=1_083, longest=140)
    arguments |= {"semantics": semantics, "data_dir": data_dir}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            loaded = imdb_keras_tfds.load_ragged(**arguments)
        except ImdbKerasError:
            with pytest.raises(ImdbKerasError):
                imdb_keras_tfds.codec(**arguments)
            return
        try:
            codec = imdb_keras_tfds.codec(**arguments)
        except ImdbKerasError as error:  # Keras takes what no config can say.
            assert "is out of bounds" in str(error)
            return
    encoded = {tuple(ids.tolist()) for ids in codec.encode(texts)}
    for x, _ in loaded:
        assert {tuple(row) for row in x.tolist()} <= encoded
        assert codec.vocabulary_size > x.values.max(initial=0)


def test_by_default_it_is_that_of_load_data(data_dir: pathlib.Path, sample: Corpus) -> None:
    codec = imdb_keras_tfds.codec(data_dir=data_dir)
    (x_train, _), _ = imdb_keras_tfds.load_data(data_dir=data_dir)
    assert codec.config == ImdbKerasConfig(semantics="keras")
    # Keras takes the highest index for a limit, and cuts its word.
    assert (len(codec), codec.vocabulary_size) == (1_082, 1_086)
    assert codec.decode(x_train[0]).startswith("[START] ")
    assert codec.word_index == imdb_keras_tfds.get_word_index(data_dir=data_dir)
    assert list(codec.word_index) == list(sample.vocabulary.word_index)
    codec.word_index.clear()  # The caller's own.
    assert codec.word_index["the"] == 1


def test_a_limit_of_0_is_none_as_in_keras(data_dir: pathlib.Path) -> None:
    assert imdb_keras_tfds.codec(num_words=0, data_dir=data_dir).config.num_words is None
    with pytest.raises(ImdbKerasError, match="num_words=0 is out of bounds"):
        imdb_keras_tfds.codec(num_words=0, semantics="documented", data_dir=data_dir)


@pytest.mark.parametrize(
    "arguments", [{"num_words": -3}, {"index_from": -2}, {"num_words": 60.5}, {"skip_top": -1}]
)
def test_what_no_config_can_say_is_refused(
    arguments: dict[str, Any], data_dir: pathlib.Path
) -> None:
    with pytest.raises(ImdbKerasError, match=r"is out of bounds|is not an integer"):
        imdb_keras_tfds.codec(**arguments, data_dir=data_dir)


def test_a_warning_comes_once(data_dir: pathlib.Path) -> None:
    for semantics in ("keras", "documented"):
        with pytest.warns(UserWarning, match="no word") as warned:
            imdb_keras_tfds.codec(num_words=2, semantics=semantics, data_dir=data_dir)
        assert [warning.filename for warning in warned] == [__file__]


def test_a_dataset_has_settled_its_arguments(data_dir: pathlib.Path) -> None:
    builder = tfds.builder("imdb_keras/sample", data_dir=data_dir)
    builder.download_and_prepare()
    codec = imdb_keras_tfds.codec("imdb_keras/sample", data_dir=data_dir)
    assert codec.config == ImdbKerasConfig(corpus="sample")
    assert np.array_equal(codec.encode("A film"), imdb_keras_tfds.codec(builder).encode("A film"))
    call: Any = imdb_keras_tfds.codec
    with pytest.raises(TypeError, match=r"codec\(\) got num_words= beside a dataset"):
        call(builder, num_words=5)
    with pytest.raises(TypeError):
        call(builder, data_dir, 5)


def test_its_arguments_are_those_of_load_data() -> None:
    ours = {field.name: field.default for field in dataclasses.fields(Arguments)}
    theirs = inspect.signature(imdb_keras_tfds.load_data).parameters
    others = {"path", "data_dir", "archive", "kwargs", "validation_split"}
    assert ours == {name: theirs[name].default for name in theirs.keys() - others}


def test_without_a_download_nothing_is_prepared(tmp_path: pathlib.Path) -> None:
    with pytest.raises(
        ImdbKerasError, match="build it with: tfds build imdb_keras/sample_full --imports"
    ):
        imdb_keras_tfds.codec(num_words=9, data_dir=tmp_path / "data", download=False)
    assert not (tmp_path / "data").exists()
