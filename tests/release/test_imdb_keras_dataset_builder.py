import json
import pathlib

import numpy as np
import tensorflow_datasets as tfds

from imdb_keras_tfds import ImdbKerasConfig, sequences
from imdb_keras_tfds.corpus import Corpus

from ..commands import run


def test_top10k_is_built_by_the_command_in_one_pass(
    real_archive: str, tmp_path: pathlib.Path
) -> None:
    counter = tmp_path / "sitecustomize.py"
    # Every process of the command notes when it opens the archive.
    counter.write_text(
        "import sys\n"
        "def note(event, arguments):\n"
        f"    if event == 'open' and str(arguments[0]) == {real_archive!r}:\n"
        f"        open({str(tmp_path / 'opened')!r}, 'a').write('x')\n"
        "sys.addaudithook(note)\n"
    )
    run(
        ["tfds", "build", "imdb_keras/top10k", "--imports", "imdb_keras_tfds"],
        env={"TFDS_DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": str(tmp_path)},
    )
    assert (tmp_path / "opened").read_text() == "x"
    info = tfds.builder("imdb_keras/top10k", data_dir=tmp_path / "data").info
    sizes = {split: info.splits[split].num_examples for split in info.splits}
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
    encoded = sequences.encode(ranks, ImdbKerasConfig(num_words=10_000))
    for split, reviews in stanford.splits.items():
        order = encoded[split].reviews
        found = list(tfds.as_numpy(top10k.as_dataset(split=split)))
        assert [record["id"].decode() for record in found] == [reviews.ids[i] for i in order]
        assert [record["label"] for record in found] == reviews.labels[order].tolist()
        assert [record["rating"] for record in found] == reviews.ratings[order].tolist()
        tokens = np.concatenate([record["tokens"] for record in found])
        assert np.array_equal(tokens, encoded[split].ids.values)
        assert [len(record["tokens"]) for record in found] == encoded[split].ids.lengths.tolist()
