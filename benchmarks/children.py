"""What is measured: functions that run in processes of their own.

    python -m benchmarks.children NAME ARGUMENTS...

The last line of the output is the result of the function, as JSON. Each function imports what it
needs by itself, so that a process pays for nothing else.
"""

import gc
import importlib
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import memory

_REVIEWS = 100_000
"""Of the Stanford corpus."""

_URL = "http://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz"

Seconds = dict[str, list[float]]
"""Side -> what each round took."""


def import_all() -> None:
    """Imports what any of the others imports."""
    for name in ("imdb_keras_tfds", "tensorflow_datasets", "keras", "tf_keras", "tokenizers"):
        importlib.import_module(name)


def import_package(name: str) -> dict[str, Any]:
    """Imports a package; tells how long that took, and whether TensorFlow came with it."""
    start = time.perf_counter()
    importlib.import_module(name)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "tensorflow": "tensorflow" in sys.modules}


def build(config: str, data_dir: str) -> None:
    """Builds a config of `imdb_keras`, from the archive that the environment names."""
    import tensorflow_datasets as tfds

    import imdb_keras_tfds  # noqa: F401

    builder = tfds.builder(f"imdb_keras/{config}", data_dir=data_dir)
    builder.download_and_prepare()
    _check(builder)


def build_imdb_reviews(manual_dir: str, size: str, sha256: str, data_dir: str) -> None:
    """Builds `imdb_reviews` of TFDS from `aclImdb_v1.tar.gz` in `manual_dir`."""
    import tensorflow_datasets as tfds
    from tensorflow_datasets.core.download.checksums import UrlInfo

    builder = tfds.builder("imdb_reviews/plain_text", data_dir=data_dir)
    # TFDS knows the original archive only, and this one may have been packed anew.
    builder.url_infos[_URL] = UrlInfo(
        size=tfds.core.utils.Size(size), checksum=sha256, filename="aclImdb_v1.tar.gz"
    )
    builder.download_and_prepare(
        download_config=tfds.download.DownloadConfig(manual_dir=manual_dir)
    )
    _check(builder)


def _check(builder: Any) -> None:
    found = sum(split.num_examples for split in builder.info.splits.values())
    if found != _REVIEWS:
        raise ValueError(f"{builder.info.full_name} has {found:,} records, not {_REVIEWS:,}")


def rank(archive_path: str, rounds: str) -> Seconds:
    """Ranks the words of the labelled reviews by four libraries; reading is not counted."""
    import dataclasses

    from imdb_keras_tfds.recipe import corpus
    from imdb_keras_tfds.source import reading, release

    source = reading.read(archive_path, release.STANFORD)
    train, test = source.splits["train"], source.splits["test"]
    source = dataclasses.replace(source, splits={"train": train, "test": test})

    import tensorflow as tf

    raw = [[text.tobytes() for text in reviews.texts] for reviews in (train, test)]
    tensors = [tf.constant(texts) for texts in raw]
    strings = [[text.decode() for text in texts] for texts in raw]
    return _alternate(
        {
            "ours": lambda: corpus.build(source),
            "text_vectorization": lambda: _text_vectorization(tensors),
            "keras_tokenizer": lambda: _keras_tokenizer(strings),
            "word_level": lambda: _word_level(strings),
        },
        int(rounds),
        warm_up=False,  # They take long enough.
    )


def _text_vectorization(splits: list[Any]) -> None:
    import keras
    import tensorflow as tf

    batch_size = 4_096  # The fastest when tried: 256, 1,024, 4,096, 25,000.
    layer = keras.layers.TextVectorization(ragged=True)
    layer.adapt(tf.data.Dataset.from_tensor_slices(splits[0]).batch(batch_size).prefetch(2))
    for texts in splits:
        for start in range(0, len(texts), batch_size):
            layer(texts[start : start + batch_size])


def _keras_tokenizer(splits: list[list[str]]) -> None:
    # Imported so that mypy does not ask for it: nothing else needs it. So below.
    text = importlib.import_module("tf_keras.preprocessing.text")
    tokenizer = text.Tokenizer()
    tokenizer.fit_on_texts(splits[0])
    for texts in splits:
        tokenizer.texts_to_sequences(texts)


def _word_level(splits: list[list[str]]) -> None:
    hf = importlib.import_module("tokenizers")
    tokenizer = hf.Tokenizer(hf.models.WordLevel(unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer = hf.normalizers.Lowercase()
    tokenizer.pre_tokenizer = hf.pre_tokenizers.Sequence(
        [hf.pre_tokenizers.WhitespaceSplit(), hf.pre_tokenizers.Punctuation("removed")]
    )
    trainer = hf.trainers.WordLevelTrainer(
        vocab_size=1_000_000, special_tokens=["[UNK]"], show_progress=False
    )
    tokenizer.train_from_iterator(splits[0], trainer)
    for texts in splits:
        tokenizer.encode_batch(texts)


def export_keras(data_dir: str, keras_home: str) -> None:
    """Writes Keras's own files, out of the prepared config `full`."""
    from imdb_keras_tfds import Builder
    from imdb_keras_tfds.keras_compat import published
    from imdb_keras_tfds.storage import prepared

    published.export(prepared.read_corpus(Builder(config="full", data_dir=data_dir)), keras_home)


def load(function: str, data_dir: str, rounds: str) -> Seconds:
    """Loads the data by a function of this package, and by Keras from `KERAS_HOME`."""
    import keras

    import imdb_keras_tfds

    load_ours = getattr(imdb_keras_tfds, function)
    return _alternate(
        {
            "ours": lambda: load_ours(num_words=10_000, data_dir=data_dir),
            "keras": lambda: keras.datasets.imdb.load_data(num_words=10_000),
        },
        int(rounds),
    )


def read_batches(data_dir: str, rounds: str) -> dict[str, Any]:
    """Reads `train` in padded batches by both libraries, and counts the padding of ours."""
    import tensorflow_datasets as tfds

    import imdb_keras_tfds

    name, split, batch_size = "imdb_keras/top10k", "train", 64

    def ours(**options: Any) -> Any:
        return imdb_keras_tfds.batches(name, split, batch_size, data_dir=data_dir, **options)

    def theirs() -> Any:
        # Ours reads the files in each epoch, and so must this.
        read_config = tfds.ReadConfig(try_autocache=False)
        return tfds.load(
            name, split=split, as_supervised=True, data_dir=data_dir, read_config=read_config
        ).padded_batch(batch_size)

    return {
        "seconds": _alternate(
            {"ours": lambda: _epoch(ours()), "tfds": lambda: _epoch(theirs())}, int(rounds)
        ),
        "padding": {
            "plain": _share_of_padding(ours()),
            "bucketed": _share_of_padding(ours(bucket_by_length=True)),
        },
    }


def _epoch(batches: Any) -> None:
    for _x, _y in batches:
        pass


def _share_of_padding(batches: Any) -> float:
    padding = ids = 0
    for x, _ in batches.as_numpy_iterator():
        padding += int((x == 0).sum())  # The id 0 has no other meaning.
        ids += x.size
    return padding / ids


def write_corpus(path: str, reviews: str, form: str = "tar") -> None:
    """Writes a synthetic corpus; see `synthetic.write`."""
    from . import synthetic

    synthetic.write(Path(path), int(reviews), as_folder=form == "folder")


def rank_synthetic(path: str) -> None:
    """Reads, ranks and encodes a synthetic corpus in memory."""
    from imdb_keras_tfds.recipe import corpus, sequences
    from imdb_keras_tfds.source import reading

    ranked = corpus.build(reading.read(path, None))
    ranks = {split: reviews.ranks for split, reviews in ranked.splits.items()}
    sequences.encode(ranks, _synthetic(path))


def build_synthetic(path: str, data_dir: str) -> None:
    """Builds a dataset of a synthetic corpus."""
    from imdb_keras_tfds import Builder

    Builder(config=_synthetic(path), data_dir=data_dir).download_and_prepare()


def build_in_shards(path: str, data_dir: str, shards: str, workers: str) -> dict[str, Any]:
    """Builds a dataset of a corpus: in this process, or by Beam's own runner in others.

    Args:
      path: of a synthetic corpus, or `stanford` for the archive that the environment names.
      data_dir: TFDS's data folder.
      shards: of each split.
      workers: processes of Beam; 0 for none.

    Returns:
      Peaks of memory in bytes, of this process and of each worker; and the manifest.
    """
    import tensorflow_datasets as tfds

    from imdb_keras_tfds import Builder, ImdbKerasConfig

    download_config = tfds.download.DownloadConfig(num_shards=int(shards))
    if int(workers):
        from apache_beam.options.pipeline_options import PipelineOptions

        download_config.beam_options = PipelineOptions(
            flags=[
                "--runner=FnApiRunner",
                "--direct_running_mode=multi_processing",
                f"--direct_num_workers={workers}",
            ]
        )
    config = ImdbKerasConfig(num_words=10_000) if path == "stanford" else _synthetic(path)
    builder = Builder(config=config, data_dir=data_dir)
    with memory.watched_workers() as peaks:
        builder.download_and_prepare(download_config=download_config)
    manifest = (builder.data_path / "SHA256SUMS").read_text()
    return {"driver": memory.peak("self"), "workers": list(peaks.values()), "manifest": manifest}


def rank_random_words(words: str) -> int:
    """Merges the counts of random words, ranks them, and makes the word index.

    Returns:
      Bytes by which the peak of memory grew.
    """
    import numpy as np
    import pyarrow as pa

    from imdb_keras_tfds.recipe.vocabulary import Vocabulary, WordCounts, merge

    number = int(words)
    rng = np.random.default_rng(0)
    counts = WordCounts(
        pa.array([f"{word:08x}".encode() for word in range(number)], pa.large_binary()),
        rng.geometric(0.1, number),
        np.arange(number) << 32,
    )
    before = memory.peak("self")
    Vocabulary.from_counts(merge([counts, counts])).to_json()
    return memory.peak("self") - before


def list_reviews(reviews: str) -> int:
    """Does what Beam's driver does with the names of so many reviews.

    Returns:
      Bytes by which the peak of memory grew.
    """
    import numpy as np
    import pyarrow as pa

    from imdb_keras_tfds.beam import listing, staging
    from imdb_keras_tfds.recipe import sequences
    from imdb_keras_tfds.source.copies import first_places
    from imdb_keras_tfds.source.movies import Movies

    number, chunk = int(reviews), staging.CHUNK_REVIEWS
    names = [
        pa.array(sorted(f"{i}_9.txt" for i in range(start, min(start + chunk, number))))
        for start in range(0, number, chunk)
    ]
    lists = {"train/pos": Movies(["tt0000000"] * number, "")}
    before = memory.peak("self")
    listed = listing.Listing.of(["train/pos"] * len(names), names)
    parts = [np.zeros((len(part), 32), np.uint8) for part in names]
    digests = listed.by_place(parts)
    sizes = listed.by_place([np.zeros(len(part), np.int64) for part in names])
    movies, originals = listed.movies(lists), first_places(digests)
    order = sequences.order({"train": number}, seed=113)
    record, bucket = np.zeros(number, np.int64), np.zeros(number, np.int64)
    del parts, digests, sizes, movies, originals, order, record, bucket
    return memory.peak("self") - before


def _synthetic(path: str) -> Any:
    from imdb_keras_tfds import ImdbKerasConfig

    return ImdbKerasConfig(name="synthetic", num_words=10_000, corpus=path)


def _alternate(
    sides: Mapping[str, Callable[[], object]], rounds: int, *, warm_up: bool = True
) -> Seconds:
    """Calls all sides in turn, as often as there are rounds, and once before for warming up."""
    if warm_up:
        for call in sides.values():
            call()
    seconds: Seconds = {side: [] for side in sides}
    for _ in range(rounds):
        for side, call in sides.items():
            gc.collect()  # No side pays for what another one left.
            start = time.perf_counter()
            result = call()
            seconds[side].append(time.perf_counter() - start)
            del result
    return seconds


CHILDREN: dict[str, Callable[..., object]] = {
    function.__name__: function
    for function in (
        import_all,
        import_package,
        build,
        build_imdb_reviews,
        rank,
        export_keras,
        load,
        read_batches,
        write_corpus,
        rank_synthetic,
        build_synthetic,
        build_in_shards,
        rank_random_words,
        list_reviews,
    )
}
"""The functions that can be run, by name."""


if __name__ == "__main__":
    print(json.dumps(CHILDREN[sys.argv[1]](*sys.argv[2:])))
