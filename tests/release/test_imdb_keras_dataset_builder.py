import json
import pathlib

import numpy as np
import tensorflow_datasets as tfds

from imdb_keras_tfds import ImdbKerasConfig
from imdb_keras_tfds.recipe import sequences
from imdb_keras_tfds.recipe.corpus import Corpus


def test_the_command_reads_the_archive_once(
    top10k: tfds.core.DatasetBuilder, data_dir: pathlib.Path
) -> None:
    assert (data_dir / "opened").read_text() == "x"
    sizes = {split: top10k.info.splits[split].num_examples for split in top10k.info.splits}
    assert sizes == {"train": 25_000, "test": 25_000, "unsupervised": 50_000}


def test_the_first_record_decodes(top10k: tfds.core.DatasetBuilder) -> None:
    (record,) = tfds.as_numpy(top10k.as_dataset(split="train[:1]"))
    word_index = json.loads((top10k.data_path / "imdb_word_index.json").read_text())
    words = {rank + 3: word for word, rank in word_index.items()} | {1: "[START]", 2: "[OOV]"}
    text = " ".join(words[token] for token in record["tokens"])
    assert text.startswith("[START] this film was just brilliant casting location scenery")
    assert top10k.info.features["label"].int2str(record["label"]) == "pos"
    assert record["id"] == b"train/pos/576_10"
    assert record["rating"] == 10


def test_records_are_the_sequences_in_order(
    top10k: tfds.core.DatasetBuilder, stanford: Corpus
) -> None:
    ranks = {split: reviews.ranks for split, reviews in stanford.splits.items()}
    encoded = sequences.encode(ranks, ImdbKerasConfig(num_words=10_000)).splits
    for split, reviews in stanford.splits.items():
        order = encoded[split].reviews
        dataset = top10k.as_dataset(split=split).ragged_batch(len(order))
        (found,) = dataset
        assert found["id"].numpy().tolist() == [reviews.ids[i].encode() for i in order]
        assert np.array_equal(found["label"], reviews.labels[order])
        assert np.array_equal(found["rating"], reviews.ratings[order])
        assert np.array_equal(found["tokens"].values, encoded[split].ids.values)
        assert np.array_equal(found["tokens"].row_splits, encoded[split].ids.row_splits)
