"""Padded batches for training, by this package and by others."""

from typing import Any

from . import timing


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

    timed = timing.alternate(
        {"ours": lambda: _epoch(ours()), "tfds": lambda: _epoch(theirs())}, int(rounds)
    )
    padding = {
        "plain": _share_of_padding(ours()),
        "bucketed": _share_of_padding(ours(bucket_by_length=True)),
    }
    return {**timed, "padding": padding}


def _epoch(batches: Any) -> None:
    for _x, _y in batches:
        pass


def _share_of_padding(batches: Any) -> float:
    padding = ids = 0
    for x, _ in batches.as_numpy_iterator():
        padding += int((x == 0).sum())  # The id 0 has no other meaning.
        ids += x.size
    return padding / ids
