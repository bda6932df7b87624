import pathlib
import random

import pytest

import imdb_keras_tfds
from imdb_keras_tfds.recipe.corpus import Corpus
from tests.helpers.keras_oracle import KerasOracle, assert_same_data, random_arguments


@pytest.fixture(scope="module")
def oracle(stanford: Corpus, tmp_path_factory: pytest.TempPathFactory) -> KerasOracle:
    return KerasOracle(stanford, tmp_path_factory.mktemp("keras"))


@pytest.mark.parametrize("seed", range(20))
def test_load_data_is_that_of_keras(
    seed: int, oracle: KerasOracle, real_archive: str, data_dir: pathlib.Path
) -> None:
    arguments = random_arguments(random.Random(seed), vocabulary_size=88_584, longest=2_500)
    ours = imdb_keras_tfds.load_data(**arguments, archive=real_archive, data_dir=data_dir)
    assert_same_data(ours, oracle.load_data(**arguments))


def test_the_word_index_is_in_the_order_of_keras(
    stanford: Corpus, real_archive: str, data_dir: pathlib.Path
) -> None:
    word_index = imdb_keras_tfds.get_word_index(archive=real_archive, data_dir=data_dir)
    assert list(word_index.items()) == list(stanford.vocabulary.word_index.items())
