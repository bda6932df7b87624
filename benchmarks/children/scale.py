"""Synthetic corpora: they are written, ranked, and built, in one process and by Beam."""

from pathlib import Path
from typing import Any

from .. import memory


def write_corpus(path: str, reviews: str, form: str = "tar") -> None:
    """Writes a synthetic corpus; see `synthetic.write`."""
    from .. import synthetic

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
      path: of a synthetic corpus; `stanford` for the archive that the environment names, or
        `sample` for the reviews in the package.
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
    config = (
        ImdbKerasConfig(num_words=10_000, corpus=path)
        if path in ("stanford", "sample")
        else _synthetic(path)
    )
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
