"""The report of a dataset as an object, which shows itself in a notebook.

Usage:

    page = imdb_keras_tfds.report("imdb_keras/top10k")   # as the last line of a cell, it is shown
    pathlib.Path("report.html").write_text(page)
"""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import tensorflow_datasets as tfds
from etils import epath

from ..config import ImdbKerasConfig
from ..recipe.corpus import Corpus
from ..recipe.sequences import SHUFFLED
from ..storage.prepared import contents_of, read_corpus
from ..storage.preparing import prepared_builder
from ..storage.ranks import recall
from ..storage.settings import config_of
from ..storage.versions import is_earlier


class ReportPage(str):
    """A page of HTML; a `str` in all but how a notebook shows it."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        """The page in a frame, so that its looks and those of the notebook leave each other alone.

        A frame without scripts, as the page has none.
        """
        style = "width: 100%; height: 40em; border: 1px solid #8888"
        page = html.escape(self)
        return f'<iframe title="report" sandbox srcdoc="{page}" style="{style}"></iframe>'

    def __reduce__(self) -> Any:
        """Is kept and sent as a plain text, which can be read where this package is not."""
        return str, (str(self),)


def report(
    dataset: str | tfds.core.DatasetBuilder,
    *,
    data_dir: epath.PathLike | None = None,
    archive: epath.PathLike | None = None,
    download: bool = True,
) -> str:
    """Shows a dataset on one page of HTML, for choosing the settings by looking.

    It is what `imdb-keras report` writes, and needs `pip install 'imdb-keras-tfds[report]'`. A
    dataset that is not prepared yet is prepared first, and so may be the one of all words, which
    tells what other settings would keep.

    Args:
      dataset: name (`imdb_keras/top10k`) or builder of the dataset.
      data_dir: TFDS's data folder, where a name is given; None for TFDS's default.
      archive: to prepare a dataset from, where a name is given; see `Builder`.
      download: False prepares nothing.

    Returns:
      HTML that loads nothing; a notebook shows it.

    Raises:
      ImdbKerasError: matplotlib or Jinja is not installed; the dataset cannot be prepared, or is
        not prepared and `download` is False; it has no review in `train`; its records cannot be
        read, or are not those that were built.
    """
    from . import report as module  # which imports matplotlib

    builder = prepared_builder(dataset, data_dir=data_dir, archive=archive, download=download)

    def full(name: str) -> tfds.core.DatasetBuilder:
        root = epath.Path(builder.data_dir).parents[2]
        return prepared_builder(
            f"{builder.name}/{name}", data_dir=root, archive=archive, download=download
        )

    return ReportPage(module.page(builder, corpus_of(builder, full)))


def corpus_of(
    builder: tfds.core.DatasetBuilder, full: Callable[[str], tfds.core.DatasetBuilder]
) -> Corpus | None:
    """What a dataset was built from: out of the cache, or else out of the dataset of all words.

    Args:
      builder: of a prepared dataset.
      full: prepares the dataset of a config that keeps all words, and returns its builder.

    Returns:
      None for one's own reviews and for an earlier version, where that may not be at hand any more.

    Raises:
      ImdbKerasError: the dataset of all words cannot be read.
    """
    config = config_of(builder)
    if config.is_own or is_earlier(str(builder.info.version)):
        return None
    corpus = recall(contents_of(builder), SHUFFLED)
    return corpus or read_corpus(full(ImdbKerasConfig(corpus=config.corpus).name))
