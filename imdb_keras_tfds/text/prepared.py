"""The codec of a prepared dataset, out of the files in its folder.

Usage:

    codec = codec_of("imdb_keras/top10k")
    codec.encode("What a film!")   # array([  1,  51,   6,  22], dtype=int32)
"""

from __future__ import annotations

import os

import tensorflow_datasets as tfds
from etils import epath

from ..config import ImdbKerasConfig
from ..errors import ImdbKerasError
from ..recipe.vocabulary import WORD_INDEX, Vocabulary
from ..storage import strict_json
from ..storage.manifest import MAX_SIZE, MAX_WORD_INDEX_SIZE, METADATA
from ..storage.plain_files import read_plain, reason_of
from ..storage.preparing import check_no_archive, how_to_prepare, prepared_builder
from .codec import Codec


def codec_of(
    dataset: str | tfds.core.DatasetBuilder | tfds.core.DatasetInfo,
    *,
    data_dir: str | os.PathLike[str] | None = None,
    archive: str | os.PathLike[str] | None = None,
    download: bool = True,
) -> Codec:
    """The codec of a dataset; of a prepared one nothing but its folder is needed.

    Args:
      dataset: its name (`imdb_keras/top10k`), builder or info.
      data_dir: TFDS's data folder, where a name is given; None for TFDS's default.
      archive: see `preparing.prepared_builder`.
      download: see there.

    Returns:
      A codec under the dataset's own settings.

    Raises:
      ImdbKerasError: an info is given, or `download` is False, and the dataset is not prepared; it
        cannot be prepared; it is not one of this package's.
    """
    if isinstance(dataset, tfds.core.DatasetInfo):
        check_no_archive(archive)
        info = dataset
    else:
        info = prepared_builder(dataset, data_dir=data_dir, archive=archive, download=download).info
    folder = epath.Path(info.data_dir)
    try:
        metadata = strict_json.parse(read_plain(folder / METADATA, MAX_SIZE))
        config = ImdbKerasConfig(**metadata["settings"])
        words = Vocabulary.from_json(read_plain(folder / WORD_INDEX, MAX_WORD_INDEX_SIZE).decode())
        limit = metadata["index_limit"]
        if limit is not None and type(limit) is not int:
            raise TypeError(f"index_limit is {limit!r}")
        return Codec(config, words, limit)
    except FileNotFoundError as error:
        raise ImdbKerasError(
            f"{folder}: no dataset of imdb_keras is prepared there ({error.filename} is missing); "
            f"{how_to_prepare(info)}"
        ) from error
    except OSError as error:
        raise ImdbKerasError(
            f"{folder}: the dataset cannot be read ({reason_of(error)}); build it again"
        ) from error
    except ImdbKerasError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise ImdbKerasError(
            f"{folder}/{METADATA} is not one of imdb_keras; build the dataset again"
        ) from error
