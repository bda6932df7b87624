"""The codec of a dataset, or of the arguments of `load_data`.

Usage:

    (x_train, y_train), (x_test, y_test) = imdb_keras_tfds.load_data(num_words=10_000)
    codec = imdb_keras_tfds.codec(num_words=10_000)
    codec.decode(x_train[0])   # "[START] this film was just brilliant casting ..."
"""

from typing import Any, overload

import tensorflow_datasets as tfds

from ..config import ImdbKerasConfig
from ..recipe.sequences import needs_facts, rank_facts, select
from ..recipe.vocabulary import Vocabulary
from ..storage.prepared import read_corpus, read_word_index
from ..text.codec import Codec
from ..text.prepared import codec_of
from .arguments import Arguments, Path, check_path
from .load import prepared


@overload
def codec(
    dataset: str | tfds.core.DatasetBuilder | tfds.core.DatasetInfo,
    *,
    data_dir: Path | None = None,
    archive: Path | None = None,
    download: bool = True,
) -> Codec: ...
@overload
def codec(
    *,
    path: Path | None = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
    semantics: str = "keras",
    data_dir: Path | None = None,
    archive: Path | None = None,
    download: bool = True,
    **kwargs: Any,
) -> Codec: ...
def codec(
    dataset: Any = None,
    *,
    data_dir: Path | None = None,
    archive: Path | None = None,
    download: bool = True,
    **arguments: Any,
) -> Codec:
    """The codec of a dataset, or of what `load_data` gives for the same arguments.

    A dataset that is not prepared yet is prepared first; of a prepared one nothing but its folder
    is needed. For arguments that dataset is `imdb_keras/full`, as for `load_data`.

    Args:
      dataset: its name (`imdb_keras/top10k`), builder or info; by its info nothing is prepared.
      data_dir: TFDS's data folder, where `dataset` is no builder or info; None for TFDS's default.
      archive: to prepare the dataset from, where `dataset` is no builder or info; see `Builder`.
      download: False prepares nothing.
      **arguments: those of `load_data`, instead of `dataset`, with the same defaults:
        `codec(num_words=10_000)` encodes and decodes what `load_data(num_words=10_000)` returns.

    Returns:
      A codec under these settings.

    Raises:
      ImdbKerasError: the dataset cannot be prepared, or is not prepared and `download` is False or
        its info is given; it is not one of this package's; for arguments, where `load_data` raises
        one, and where no config has such settings (negative ones, for instance).
      TypeError: there is no argument of such a name, or `dataset` is given too.

    Warns:
      UserWarning: see `ImdbKerasConfig`.
      DeprecationWarning: `nb_words`.
    """
    if dataset is None:
        return _codec_of_arguments(
            data_dir=data_dir, archive=archive, download=download, **arguments
        )
    for name in arguments:
        raise TypeError(f"codec() got {name}= beside a dataset, whose settings hold; leave one out")
    return codec_of(dataset, data_dir=data_dir, archive=archive, download=download)


def _codec_of_arguments(
    *,
    path: Path | None = None,
    data_dir: Path | None,
    archive: Path | None,
    download: bool,
    **arguments: Any,
) -> Codec:
    settings = Arguments.named(arguments, "codec").settings()
    check_path(path)
    if not isinstance(settings, ImdbKerasConfig):
        # Keras takes 0 for no limit.
        settings = ImdbKerasConfig(**vars(settings) | {"num_words": settings.num_words or None})
    builder = prepared(data_dir, archive, download=download)
    if not needs_facts(settings):
        return Codec(settings, Vocabulary.from_json(read_word_index(builder)), settings.num_words)
    corpus = read_corpus(builder)
    ranks = {split: reviews.ranks for split, reviews in corpus.splits.items()}
    _, limit = select(
        {split: len(rows) for split, rows in ranks.items()},
        settings,
        lambda split: rank_facts(ranks[split]),
    )
    return Codec(settings, corpus.vocabulary, limit)
