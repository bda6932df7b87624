import random
from types import SimpleNamespace

import numpy as np
import pytest

from imdb_keras_tfds import ImdbKerasConfig, sequences
from imdb_keras_tfds.corpus import Corpus

from ..keras_oracle import KerasOracle, same_rows


@pytest.fixture(scope="module")
def oracle(stanford: Corpus, tmp_path_factory: pytest.TempPathFactory) -> KerasOracle:
    return KerasOracle(stanford, tmp_path_factory.mktemp("keras"))


def test_the_figures_that_were_published(stanford: Corpus) -> None:
    ranks = {split: stanford.splits[split].ranks for split in ("train", "test")}
    encoded = sequences.encode(ranks, ImdbKerasConfig()).splits
    first = encoded["train"].ids[0].tolist()
    assert first[:14] == [1, 14, 22, 16, 43, 530, 973, 1622, 1385, 65, 458, 4468, 66, 3941]
    assert len(first) == 218
    y = {split: stanford.splits[split].labels[encoded[split].reviews] for split in encoded}
    assert y["train"][:10].tolist() == [1, 0, 0, 1, 0, 0, 1, 0, 1, 0]
    assert y["test"][:10].tolist() == [0, 1, 1, 0, 1, 1, 1, 0, 0, 1]


@pytest.mark.parametrize("seed", range(6))
def test_keras_semantics_are_those_of_keras(
    seed: int, stanford: Corpus, oracle: KerasOracle
) -> None:
    rng = random.Random(seed)
    arguments = {
        "num_words": [None, 10_000, 88_587, rng.randrange(1, 90_000)][seed % 4],
        "skip_top": rng.choice([0, 20, rng.randrange(1_000)]),
        "maxlen": rng.choice([None, rng.randrange(50, 2_000)]),
        "seed": rng.choice([113, rng.randrange(2**32)]),
        "start_char": rng.choice([1, None, 0]),
        "oov_char": rng.choice([2, None, 0]),
        "index_from": rng.choice([3, 0, 10]),
    }
    ranks = {split: stanford.splits[split].ranks for split in ("train", "test")}
    encoded = sequences.encode(ranks, SimpleNamespace(**arguments, semantics="keras")).splits
    expected = oracle.load_data(**arguments)
    for (x, y), split in zip(expected, ("train", "test"), strict=True):
        assert same_rows(x, encoded[split].ids)
        assert np.array_equal(y, stanford.splits[split].labels[encoded[split].reviews])
