"""Which words each review has, as the sparse matrix that scikit-learn takes.

It stands in this wing, among what a training loop takes: its rows are those of the columns, and
nothing of it is a file or a table.

Usage:

    words = imdb_keras_tfds.bag_of_words("imdb_keras/top10k", "train")
    words.shape   # (25000, 10000)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import tensorflow_datasets as tfds
from etils import epath

from ..errors import ImdbKerasError
from ..ragged import Ragged
from ..storage.preparing import prepared_builder
from ..text.prepared import codec_of
from .columns import load_columns

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def bag_of_words(
    dataset: str | tfds.core.DatasetBuilder,
    split: str,
    *,
    counts: bool = False,
    data_dir: epath.PathLike | None = None,
    archive: epath.PathLike | None = None,
    download: bool = True,
) -> csr_matrix:
    """Which ids each review has, without TensorFlow: the multi-hot of textbooks, but sparse.

    A column is an id: of a word, of the start marker, of cut words, and column 0 of the padding,
    which no review has. All splits of a dataset have the same columns, so that what was fitted to
    one takes the others. A dataset that is not prepared yet is prepared first. SciPy is needed.

    Args:
      dataset: name (`imdb_keras/top10k`) or builder of the dataset.
      split: as TFDS spells it: `train`, `train[:80%]`, `train+unsupervised`.
      counts: how often a review has an id, instead of whether it does: for TF-IDF.
      data_dir: TFDS's data folder, where a name is given; None for TFDS's default.
      archive: to prepare the dataset from, where a name is given; see `Builder`.
      download: False prepares nothing.

    Returns:
      float32 `[records, codec.vocabulary_size]`, rows in the order of the records, the columns of
      a row in ascending order, and no zero stored.

    Raises:
      ImdbKerasError: SciPy is not there; the dataset cannot be prepared, or is not prepared and
        `download` is False; there is no such split; the records cannot be read, or are not those
        that were built.
    """
    _check_scipy()
    builder = prepared_builder(dataset, data_dir=data_dir, archive=archive, download=download)
    width = codec_of(builder).vocabulary_size
    return matrix_of(load_columns(builder, split)["tokens"], width, counts=counts)


def matrix_of(rows: Ragged, width: int, *, counts: bool = False) -> csr_matrix:
    """Which ids each row has, or how often.

    Args:
      rows: ids from 0 on, all below `width`.
      width: number of columns.
      counts: see `bag_of_words`.

    Returns:
      float32 `[rows, width]`, see `bag_of_words`.
    """
    from scipy.sparse import csr_matrix

    ones = np.ones(len(rows.values), np.float32)
    # SciPy sums up in the arrays that it is given, which are those of the rows otherwise.
    matrix = csr_matrix((ones, rows.values, rows.row_splits), (len(rows), width), copy=True)
    matrix.sum_duplicates()
    if not counts:
        matrix.data[:] = 1
    return matrix


def _check_scipy() -> None:
    """Says what to install, before a dataset is prepared in vain."""
    try:
        import scipy.sparse  # noqa: F401
    except ImportError as error:
        raise ImdbKerasError(
            "bag_of_words makes a matrix of SciPy, which cannot be imported "
            f"({error}); install it by: pip install scipy"
        ) from error
