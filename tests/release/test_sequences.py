from imdb_keras_tfds import ImdbKerasConfig
from imdb_keras_tfds.recipe import sequences
from imdb_keras_tfds.recipe.corpus import Corpus


def test_the_figures_that_were_published(stanford: Corpus) -> None:
    ranks = {split: stanford.splits[split].ranks for split in ("train", "test")}
    encoded = sequences.encode(ranks, ImdbKerasConfig()).splits
    first = encoded["train"].ids[0].tolist()
    assert first[:14] == [1, 14, 22, 16, 43, 530, 973, 1622, 1385, 65, 458, 4468, 66, 3941]
    assert len(first) == 218
    y = {split: stanford.splits[split].labels[encoded[split].reviews] for split in encoded}
    assert y["train"][:10].tolist() == [1, 0, 0, 1, 0, 0, 1, 0, 1, 0]
    assert y["test"][:10].tolist() == [0, 1, 1, 0, 1, 1, 1, 0, 0, 1]
