"""Keras's two functions, `load_data` and `get_word_index`, without its pickles.

Usage:

    import imdb_keras_tfds as imdb   # instead of: from keras.datasets import imdb

    (x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=10_000)
    train, validation, test = imdb.load_data(num_words=10_000, validation_split=0.2)
    word_index = imdb.get_word_index()
"""

import json
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from ..config import MAX_SEED, ImdbKerasConfig
from ..errors import warn
from ..imdb_keras.imdb_keras_dataset_builder import Builder
from ..integers import integer
from ..ragged import Ragged
from ..recipe import sequences
from ..recipe.cuts import why_no_word
from ..recipe.validation import VALIDATION, held_out_of
from ..recipe.vocabulary import WORD_INDEX
from ..storage.prepared import read_corpus, read_word_index
from ..storage.preparing import prepare
from .arguments import Arguments, Path, check_path, percent_of

Split = tuple[NDArray[np.object_], NDArray[np.int64]]
RaggedSplit = tuple[Ragged, NDArray[np.int64]]

_NPZ = "imdb.npz"

# The config that every setting can be computed from: it keeps every word of every review.
_FULL = ImdbKerasConfig()


@overload
def load_data(
    path: Path | None = ...,
    num_words: int | None = ...,
    skip_top: int = ...,
    maxlen: int | None = ...,
    seed: int = ...,
    start_char: int | None = ...,
    oov_char: int | None = ...,
    index_from: int = ...,
    *,
    semantics: str = ...,
    validation_split: Literal[0] = ...,
    data_dir: Path | None = ...,
    archive: Path | None = ...,
    **kwargs: Any,
) -> tuple[Split, Split]: ...
@overload
def load_data(
    path: Path | None = ...,
    num_words: int | None = ...,
    skip_top: int = ...,
    maxlen: int | None = ...,
    seed: int = ...,
    start_char: int | None = ...,
    oov_char: int | None = ...,
    index_from: int = ...,
    *,
    semantics: str = ...,
    validation_split: float,
    data_dir: Path | None = ...,
    archive: Path | None = ...,
    **kwargs: Any,
) -> tuple[Split, Split, Split]: ...
def load_data(
    path: Path | None = _NPZ,
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
    *,
    semantics: str = "keras",
    validation_split: float = 0,
    data_dir: Path | None = None,
    archive: Path | None = None,
    **kwargs: Any,
) -> tuple[Split, ...]:
    """Loads the IMDB dataset, as `keras.datasets.imdb.load_data` does.

    The first call prepares the dataset `imdb_keras/full`; later ones read it, whatever their
    settings are.

    Args:
      path: Keras's name of the file in its cache: any bare name, or None. There is no such file
        here, see `data_dir`.
      num_words: words of an index (rank + `index_from`) below it are kept; None keeps all, but
        see `semantics`.
      skip_top: so many of the most frequent words are cut, but see `semantics`.
      maxlen: longer reviews are removed or truncated, see `semantics`.
      seed: of the shuffle.
      start_char: the id before each review; None for none.
      oov_char: the id in place of a word that was cut; None leaves such words out.
      index_from: the index of a word is its rank plus this.
      semantics: `keras` does what Keras's code does, quirks included; `documented` does what its
        page says. The documentation has a table of the differences.
      validation_split: so large a share of the training reviews of each label is held out, in whole
        percent up to 0.5; 0 holds none out. No movie and no text is on both sides: `seed` governs
        which, by the rule of `recipe.validation`, and all reviews keep their order. The choice is
        made before `maxlen` removes reviews.
      data_dir: TFDS's data folder; None for TFDS's default.
      archive: the archive to prepare the dataset from if it is not prepared yet, by its path or
        URL; see `Builder`.
      **kwargs: `nb_words`, which is what Keras 1 called `num_words`.

    Returns:
      `(x_train, y_train), (x_test, y_test)`: object arrays `[reviews]` of lists of int, and int64
      labels `[reviews]`, 1 for positive and 0 for negative. As in Keras, sequences that happen to
      be all of one length make an object array `[reviews, length]`. With a `validation_split`
      three pairs: train, validation, test.

    Raises:
      ImdbKerasError: a ValueError. Where Keras raises one (`maxlen` leaves no review, `path` has a
        folder in it); `semantics` is unknown; `validation_split` is no such share, or none that
        leaves validation a review of each label; an index does not fit in int32; the dataset
        cannot be prepared; and with documented semantics, settings that make no sense.
      TypeError: `start_char`, `oov_char` or `index_from` is no integer; there is no argument of
        such a name.

    Warns:
      UserWarning: the settings leave no word in any review.
      DeprecationWarning: `nb_words`.
    """
    arguments = Arguments(
        num_words, skip_top, maxlen, seed, start_char, oov_char, index_from, semantics
    )
    splits = _load("load_data", arguments, kwargs, path, data_dir, archive, validation_split)
    return tuple((_lists(x), y) for x, y in splits)


@overload
def load_ragged(
    path: Path | None = ...,
    num_words: int | None = ...,
    skip_top: int = ...,
    maxlen: int | None = ...,
    seed: int = ...,
    start_char: int | None = ...,
    oov_char: int | None = ...,
    index_from: int = ...,
    *,
    semantics: str = ...,
    validation_split: Literal[0] = ...,
    data_dir: Path | None = ...,
    archive: Path | None = ...,
    **kwargs: Any,
) -> tuple[RaggedSplit, RaggedSplit]: ...
@overload
def load_ragged(
    path: Path | None = ...,
    num_words: int | None = ...,
    skip_top: int = ...,
    maxlen: int | None = ...,
    seed: int = ...,
    start_char: int | None = ...,
    oov_char: int | None = ...,
    index_from: int = ...,
    *,
    semantics: str = ...,
    validation_split: float,
    data_dir: Path | None = ...,
    archive: Path | None = ...,
    **kwargs: Any,
) -> tuple[RaggedSplit, RaggedSplit, RaggedSplit]: ...
def load_ragged(
    path: Path | None = _NPZ,
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
    *,
    semantics: str = "keras",
    validation_split: float = 0,
    data_dir: Path | None = None,
    archive: Path | None = None,
    **kwargs: Any,
) -> tuple[RaggedSplit, ...]:
    """Loads the same as `load_data`, many times faster: flat arrays in the place of lists.

    A `tf.RaggedTensor` is made of it, without a copy of the lists, by
    `tf.RaggedTensor.from_row_splits(x_train.values, x_train.row_splits)`.

    Args:
      path: Keras's name of the file in its cache: any bare name, or None. There is no such file
        here, see `data_dir`.
      num_words: words of an index (rank + `index_from`) below it are kept; None keeps all, but
        see `semantics`.
      skip_top: so many of the most frequent words are cut, but see `semantics`.
      maxlen: longer reviews are removed or truncated, see `semantics`.
      seed: of the shuffle.
      start_char: the id before each review; None for none.
      oov_char: the id in place of a word that was cut; None leaves such words out.
      index_from: the index of a word is its rank plus this.
      semantics: `keras` does what Keras's code does, quirks included; `documented` does what its
        page says. The documentation has a table of the differences.
      validation_split: so large a share of the training reviews of each label is held out, in whole
        percent up to 0.5; 0 holds none out. No movie and no text is on both sides: `seed` governs
        which, by the rule of `recipe.validation`, and all reviews keep their order. The choice is
        made before `maxlen` removes reviews.
      data_dir: TFDS's data folder; None for TFDS's default.
      archive: the archive to prepare the dataset from if it is not prepared yet, by its path or
        URL; see `Builder`.
      **kwargs: `nb_words`, which is what Keras 1 called `num_words`.

    Returns:
      `(x_train, y_train), (x_test, y_test)`: for x a `Ragged` with `values`, int32 `[ids]`, and
      `row_splits`, int64 `[reviews + 1]`; review `i` is `x[i]`, or
      `x.values[x.row_splits[i]:x.row_splits[i + 1]]`. For y int64 `[reviews]`. With a
      `validation_split` three pairs: train, validation, test.

    Raises:
      ImdbKerasError: a ValueError. Where Keras raises one (`maxlen` leaves no review, `path` has a
        folder in it); `semantics` is unknown; `validation_split` is no such share, or none that
        leaves validation a review of each label; an index does not fit in int32; the dataset
        cannot be prepared; and with documented semantics, settings that make no sense.
      TypeError: `start_char`, `oov_char` or `index_from` is no integer; there is no argument of
        such a name.

    Warns:
      UserWarning: the settings leave no word in any review.
      DeprecationWarning: `nb_words`.
    """
    arguments = Arguments(
        num_words, skip_top, maxlen, seed, start_char, oov_char, index_from, semantics
    )
    return _load("load_ragged", arguments, kwargs, path, data_dir, archive, validation_split)


def get_word_index(
    path: Path | None = WORD_INDEX, *, data_dir: Path | None = None, archive: Path | None = None
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
      ImdbKerasError: the dataset cannot be prepared, or its word index is not as it was built.
    """
    check_path(path)
    word_index: dict[str, int] = json.loads(read_word_index(prepared(data_dir, archive)))
    return word_index


def prepared(
    data_dir: Path | None = None, archive: Path | None = None, *, download: bool = True
) -> Builder:
    """The builder of `imdb_keras/full`, which is prepared if it is not yet and `download` is True.

    Raises:
      ImdbKerasError: see `preparing.prepare`.
    """
    builder = Builder(config=_FULL, data_dir=data_dir, archive=archive)
    prepare(builder, download=download)
    return builder


def _load(
    function: str,
    arguments: Arguments,
    named: dict[str, Any],
    path: Path | None,
    data_dir: Path | None,
    archive: Path | None,
    validation_split: float,
) -> tuple[RaggedSplit, ...]:
    """What a function, called with these arguments, gives."""
    settings = arguments.with_old_names(named, function).settings()
    percent = percent_of(validation_split)
    # What else NumPy takes for a seed, None for instance, does not govern a choice.
    seed = integer("seed", arguments.seed, 0, MAX_SEED) if percent else 0
    check_path(path)
    corpus = read_corpus(prepared(data_dir, archive))
    encoding = sequences.encode(
        {split: reviews.ranks for split, reviews in corpus.splits.items()},
        settings,
        held_out_of(corpus.splits["train"], seed, percent),
    )
    no_word = why_no_word(settings, len(corpus.vocabulary), encoding.limit)
    if no_word and not isinstance(settings, ImdbKerasConfig):  # A config has warned by itself.
        warn(no_word)
    found = {
        split: (encoded.ids, corpus.splits[sequences.source_of(split)].labels[encoded.reviews])
        for split, encoded in encoding.splits.items()
    }
    return tuple(found[split] for split in ("train", VALIDATION, "test") if split in found)


def _lists(ids: Ragged) -> NDArray[np.object_]:
    rows: list[Any] = ids.tolist()
    if (ids.lengths == ids.lengths[0]).all():
        return np.array(rows, dtype=object)  # two-dimensional, as in Keras
    return np.fromiter(rows, object, len(rows))
