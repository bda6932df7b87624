"""Keras's two functions, `load_data` and `get_word_index`, without its pickles.

Usage:

    import imdb_keras_tfds as imdb   # instead of: from keras.datasets import imdb

    (x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=10_000)
    word_index = imdb.get_word_index()
"""

import json
import operator
import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..config import SEMANTICS, ImdbKerasConfig
from ..errors import ImdbKerasError
from ..imdb_keras.imdb_keras_dataset_builder import Builder
from ..ragged import Ragged
from ..recipe import sequences
from ..recipe.vocabulary import WORD_INDEX
from ..storage.ranks import read_corpus

Path = str | os.PathLike[str]
Split = tuple[NDArray[np.object_], NDArray[np.int64]]
RaggedSplit = tuple[Ragged, NDArray[np.int64]]

_NPZ = "imdb.npz"

# The config that every setting can be computed from: it keeps every word of every review.
_FULL = ImdbKerasConfig()


@dataclass
class _Arguments:
    """The arguments of `load_data`; Keras checks none of them."""

    num_words: int | None
    skip_top: int
    maxlen: int | None
    seed: int
    start_char: int | None
    oov_char: int | None
    index_from: int
    semantics: str


def load_data(
    path: Path = _NPZ,
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
    *,
    semantics: str = "keras",
    data_dir: Path | None = None,
    archive: Path | None = None,
) -> tuple[Split, Split]:
    """Loads the IMDB dataset, as `keras.datasets.imdb.load_data` does.

    The first call prepares the dataset `imdb_keras/full`; later ones read it, whatever their
    settings are.

    Args:
      path: Keras's name for where the data is cached: the data folder of TFDS. The default stands
        for TFDS's own default.
      num_words: words of an index (rank + `index_from`) below it are kept; None keeps all, but
        see `semantics`.
      skip_top: so many of the most frequent words are cut, but see `semantics`.
      maxlen: longer reviews are removed or truncated, see `semantics`.
      seed: of the shuffle.
      start_char: the id before each review; None for none.
      oov_char: the id in place of a word that was cut; None leaves such words out.
      index_from: the index of a word is its rank plus this.
      semantics: `keras` does what Keras's code does, quirks included; `documented` does what its
        page says. The README has a table of the differences.
      data_dir: TFDS's data folder, instead of `path`.
      archive: the local archive to prepare the dataset from if it is not prepared yet; see
        `Builder`.

    Returns:
      `(x_train, y_train), (x_test, y_test)`: object arrays `[reviews]` of lists of int, and int64
      labels `[reviews]`, 1 for positive and 0 for negative. As in Keras, sequences that happen to
      be all of one length make an object array `[reviews, length]`.

    Raises:
      ImdbKerasError: a ValueError. Where Keras raises one (`maxlen` leaves no review); `semantics`
        is unknown; an index does not fit in int32; the dataset cannot be prepared; and with
        documented semantics, settings that make no sense.
      TypeError: `start_char`, `oov_char` or `index_from` is no integer.
    """
    (x_train, y_train), (x_test, y_test) = load_ragged(
        path,
        num_words,
        skip_top,
        maxlen,
        seed,
        start_char,
        oov_char,
        index_from,
        semantics=semantics,
        data_dir=data_dir,
        archive=archive,
    )
    return (_lists(x_train), y_train), (_lists(x_test), y_test)


def load_ragged(
    path: Path = _NPZ,
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
    *,
    semantics: str = "keras",
    data_dir: Path | None = None,
    archive: Path | None = None,
) -> tuple[RaggedSplit, RaggedSplit]:
    """Loads the same as `load_data`, many times faster: flat arrays in the place of lists.

    A `tf.RaggedTensor` is made of it, without a copy of the lists, by
    `tf.RaggedTensor.from_row_splits(x_train.values, x_train.row_splits)`.

    Args:
      path: as for `load_data`, and so are all others.
      num_words: see there.
      skip_top: see there.
      maxlen: see there.
      seed: see there.
      start_char: see there.
      oov_char: see there.
      index_from: see there.
      semantics: see there.
      data_dir: see there.
      archive: see there.

    Returns:
      `(x_train, y_train), (x_test, y_test)`: for x a `Ragged` with `values`, int32 `[ids]`, and
      `row_splits`, int64 `[reviews + 1]`; review `i` is `x[i]`, or
      `x.values[x.row_splits[i]:x.row_splits[i + 1]]`. For y int64 `[reviews]`.

    Raises:
      ImdbKerasError: as for `load_data`.
      TypeError: as for `load_data`.
    """
    if semantics not in SEMANTICS:
        raise ImdbKerasError(f"semantics={semantics!r} is unknown; use 'documented' or 'keras'")
    settings: sequences.Settings
    if semantics == "documented":
        settings = ImdbKerasConfig(
            num_words, skip_top, maxlen, seed, start_char, oov_char, index_from, semantics
        )
    else:
        settings = _Arguments(
            num_words,
            skip_top,
            maxlen,
            seed,
            None if start_char is None else operator.index(start_char),
            None if oov_char is None else operator.index(oov_char),
            operator.index(index_from),
            semantics,
        )
    corpus = read_corpus(prepared(_data_dir(path, _NPZ, data_dir), archive))
    encoding = sequences.encode(
        {split: reviews.ranks for split, reviews in corpus.splits.items()}, settings
    )
    train, test = (
        (encoded.ids, corpus.splits[split].labels[encoded.reviews])
        for split, encoded in encoding.splits.items()
    )
    return train, test


def get_word_index(
    path: Path = WORD_INDEX, *, data_dir: Path | None = None, archive: Path | None = None
) -> dict[str, int]:
    """Loads the word index, as `keras.datasets.imdb.get_word_index` does.

    Args:
      path: as for `load_data`.
      data_dir: as for `load_data`.
      archive: as for `load_data`.

    Returns:
      Word -> rank, from 1, in the order of Keras's file. The index of a word in `load_data`'s
      sequences is its rank plus `index_from`.

    Raises:
      ImdbKerasError: the dataset cannot be prepared.
    """
    builder = prepared(_data_dir(path, WORD_INDEX, data_dir), archive)
    word_index: dict[str, int] = json.loads((builder.data_path / WORD_INDEX).read_text())
    return word_index


def prepared(data_dir: Path | None = None, archive: Path | None = None) -> Builder:
    """The builder of `imdb_keras/full`, which is prepared if it is not yet."""
    builder = Builder(config=_FULL, data_dir=data_dir, archive=archive)
    builder.download_and_prepare()
    return builder


def _data_dir(path: Path, default: str, data_dir: Path | None) -> Path | None:
    if path == default:
        return data_dir
    if data_dir is not None:
        raise ImdbKerasError(f"path={path!r} and data_dir={data_dir!r}: name the folder only once")
    if os.path.isfile(path):
        raise ImdbKerasError(f"path={path!r} is a file; name a folder, or leave path out")
    return path


def _lists(ids: Ragged) -> NDArray[np.object_]:
    rows: list[Any] = [row.tolist() for row in ids]
    if (ids.lengths == ids.lengths[0]).all():
        return np.array(rows, dtype=object)  # two-dimensional, as in Keras
    array = np.empty(len(rows), object)
    array[:] = rows
    return array
