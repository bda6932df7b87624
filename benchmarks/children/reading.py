"""Records and padded batches, read by this package and by others."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from . import timing
from .timing import Timed

_NAME, _SPLIT, _BATCH_SIZE = "imdb_keras/top10k", "train", 64


def read_batches(data_dir: str, rounds: str) -> dict[str, Any]:
    """Reads `train` in padded batches by both libraries, and counts the padding of ours."""
    timed = timing.alternate(
        {"ours": lambda: _read(_ours(data_dir)), "tfds": lambda: _read(_tfds(data_dir))},
        int(rounds),
    )
    padding = {
        "plain": _share_of_padding(_ours(data_dir)),
        "bucketed": _share_of_padding(_ours(data_dir, bucket_by_length=True)),
    }
    return {**timed, "padding": padding}


def read_by_loaders(data_dir: str, array_records: str, rounds: str) -> Timed:
    """Reads the same by ours, by PyTorch's loader and by Grain; and as many batches of nothing.

    Args:
      data_dir: of a prepared dataset.
      array_records: the data folder where the same is prepared as `array_record`.
      rounds: see `timing.alternate`.
    """
    batches = len(_ours(data_dir))
    return timing.alternate(
        {
            "ours": lambda: _read(_ours(data_dir)),
            "torch": lambda: _read(_torch(data_dir)),
            "grain": lambda: _read(_grain(array_records)),
            "empty": lambda: _read(_empty(batches)),
        },
        int(rounds),
    )


def first_batch(side: str, data_dir: str) -> None:
    """Reads the first batch by ours, or by TFDS."""
    batches = _ours(data_dir) if side == "ours" else _tfds(data_dir)
    next(iter(batches))


def read_records(data_dir: str) -> None:
    """Reads every record of every split by TFDS."""
    import tensorflow_datasets as tfds

    import imdb_keras_tfds  # noqa: F401

    for records in tfds.load(_NAME, data_dir=data_dir).values():
        for _ in records:
            pass


def verify(data_dir: str) -> None:
    """Checks every file and record, as the command does."""
    from imdb_keras_tfds.cli import command

    command.main(["verify", "top10k", "--data-dir", data_dir])


def _ours(data_dir: str, **options: Any) -> Any:
    import imdb_keras_tfds

    return imdb_keras_tfds.batches(_NAME, _SPLIT, _BATCH_SIZE, data_dir=data_dir, **options)


def _tfds(data_dir: str) -> Any:
    import tensorflow_datasets as tfds

    import imdb_keras_tfds  # noqa: F401

    # Ours reads the files in each epoch, and so must this.
    read_config = tfds.ReadConfig(try_autocache=False)
    return tfds.load(
        _NAME, split=_SPLIT, as_supervised=True, data_dir=data_dir, read_config=read_config
    ).padded_batch(_BATCH_SIZE)


def _torch(data_dir: str) -> Iterable[Any]:
    import torch

    import imdb_keras_tfds

    # Threads of its own take longer to wait for each other than to copy so little, and so do
    # processes (`num_workers`).
    torch.set_num_threads(1)
    pad_sequence = torch.nn.utils.rnn.pad_sequence
    (x, y), _ = imdb_keras_tfds.load_ragged(num_words=10_000, data_dir=data_dir)

    def padded(rows: Sequence[int]) -> tuple[Any, Any]:
        tokens = pad_sequence([torch.tensor(x[i]) for i in rows], batch_first=True)
        return tokens, torch.tensor(y[rows])

    places: Any = range(len(x))
    return torch.utils.data.DataLoader(places, _BATCH_SIZE, collate_fn=padded)


def _grain(data_dir: str) -> Iterable[Any]:
    import grain
    import numpy as np
    import tensorflow_datasets as tfds

    import imdb_keras_tfds  # noqa: F401

    def padded(rows: Sequence[Any]) -> tuple[Any, Any]:
        tokens = np.zeros((len(rows), max(len(row["tokens"]) for row in rows)), np.int32)
        for line, row in zip(tokens, rows, strict=True):
            line[: len(row["tokens"])] = row["tokens"]
        return tokens, np.array([row["label"] for row in rows])

    source = tfds.data_source(_NAME, split=_SPLIT, data_dir=data_dir)
    # It reads ahead in threads.
    batches: Callable[..., Any] = grain.MapDataset.source(source).batch
    found: Iterable[Any] = batches(_BATCH_SIZE, batch_fn=padded).to_iter_dataset()
    return found


def _empty(batches: int) -> Any:
    import tensorflow as tf

    return tf.data.Dataset.range(batches).map(lambda number: (number, number)).prefetch(1)


def _read(batches: Iterable[Any]) -> None:
    for _x, _y in batches:
        pass


def _share_of_padding(batches: Any) -> float:
    padding = ids = 0
    for x, _ in batches.as_numpy_iterator():
        padding += int((x == 0).sum())  # The id 0 has no other meaning.
        ids += x.size
    return padding / ids
