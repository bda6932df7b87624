"""Keeps the ranks of a corpus, and takes them from the cache or a prepared dataset.

Usage:

    corpus = ranks.load(path, release.STANFORD)
    corpus.splits["train"].ranks[0]   # int32 ranks of the first training review's words

The ranks of a corpus are kept in the cache under the digests of its folders.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa
import tensorflow_datasets as tfds
from etils import epath

from ..config import ImdbKerasConfig
from ..errors import ImdbKerasError
from ..progress import default_progress
from ..ragged import Ragged
from ..recipe.corpus import Corpus, RankedReviews, build
from ..recipe.sequences import SHUFFLED, order
from ..recipe.vocabulary import WORD_INDEX, Vocabulary
from ..source import reading
from ..source.folder import locate
from ..source.release import SPLITS, Contents, Release
from . import cache
from .hashing import sha256_of
from .splits import read

_VOCABULARY = "vocabulary"


_FORM = 1
"""To be raised with every change of what is kept in the cache."""


def load(
    path: epath.PathLike,
    release: Release | None,
    progress: Callable[..., Any] = default_progress,
) -> Corpus:
    """Reads and ranks the reviews of a release, or takes their ranks from the cache.

    The cache spares an archive of a release that was read before, one of the same SHA-256, the
    reading too. A folder, and one's own reviews, are always read.

    Args:
      path: see `reading.read`.
      release: see `reading.read`.
      progress: see `reading.read`.

    Raises:
      ImdbKerasError: see `reading.read`.
    """
    if release is not None and (recalled := _recall_archive(path, release)) is not None:
        return recalled
    source = reading.read(path, release, progress)
    corpus = recall(source.contents, source.splits)
    if corpus is None:
        corpus = build(source)
        remember(corpus)
    if source.sha256 is not None:
        cache.write(_key(source.contents), _archive_mark(source.sha256), pa.table({}))
    return corpus


def _recall_archive(path: epath.PathLike, release: Release) -> Corpus | None:
    """The corpus of an archive that was read before; None if it was not, or for a folder."""
    key = _key(release.contents)
    place = locate(path)
    # Without a vocabulary there is nothing to recall, and no need to read the archive for its hash.
    if (
        place.is_file()
        and cache.read(key, _VOCABULARY) is not None
        and cache.read(key, _archive_mark(sha256_of(place))) is not None
    ):
        return recall(release.contents, SPLITS)
    return None


def remember(corpus: Corpus) -> None:
    """Keeps a corpus in the cache."""
    key = _key(corpus.contents)
    for split, reviews in corpus.splits.items():
        ranks = pa.LargeListArray.from_arrays(
            pa.array(reviews.ranks.row_splits), pa.array(reviews.ranks.values)
        )
        columns = {
            "id": pa.array(reviews.ids),
            "ranks": ranks,
            "label": pa.array(reviews.labels),
            "rating": pa.array(reviews.ratings),
        }
        cache.write(key, split, pa.table(columns))
    cache.write(key, _VOCABULARY, pa.table({"word": corpus.vocabulary.words}))


def recall(contents: Mapping[str, Contents], splits: Iterable[str]) -> Corpus | None:
    """A corpus out of the cache; None if it is not there as a whole.

    Args:
      contents: what the folders of its source hold.
      splits: those that are wanted.
    """
    key = _key(contents)
    columns = {}
    for name in (*splits, _VOCABULARY):
        table = cache.read(key, name)
        if table is None:
            return None
        columns[name] = {column: table[column].chunk(0) for column in table.column_names}
    words = columns.pop(_VOCABULARY)["word"]
    ranked = {
        split: RankedReviews(
            ids=column["id"].to_pylist(),
            ranks=Ragged(column["ranks"].values.to_numpy(), column["ranks"].offsets.to_numpy()),
            labels=column["label"].to_numpy(),
            ratings=column["rating"].to_numpy(),
        )
        for split, column in columns.items()
    }
    return Corpus(Vocabulary(words), ranked, contents)


def _archive_mark(sha256: str) -> str:
    """The name of an empty table: that an archive of this SHA-256 held this corpus."""
    return f"archive-{sha256}"


def _key(contents: Mapping[str, Contents]) -> str:
    """The name of a corpus in the cache: by its contents, and by the form of what is kept."""
    described = {folder: asdict(found) for folder, found in contents.items()}
    text = json.dumps([_FORM, described], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def contents_of(builder: tfds.core.DatasetBuilder) -> dict[str, Contents]:
    """What the source of a prepared dataset held, by folder."""
    return {
        folder: Contents(found["reviews"], found["bytes"], found["sha256"])
        for folder, found in builder.info.metadata["source"].items()
    }


def read_corpus(builder: tfds.core.DatasetBuilder) -> Corpus:
    """The labelled reviews as ranks, in canonical order, out of a dataset that holds every word.

    Args:
      builder: of the prepared config `full`, or another one that keeps all words and reviews.

    Returns:
      The corpus that the dataset was built from, with the splits `train` and `test`.

    Raises:
      ImdbKerasError: the dataset does not hold all reviews.
    """
    config: ImdbKerasConfig = builder.builder_config
    contents = contents_of(builder)
    for split in SHUFFLED:
        held = builder.info.splits[split].num_examples
        expected = sum(contents[folder].reviews for folder in SPLITS[split])
        if held != expected:
            raise ImdbKerasError(
                f"{builder.data_dir}: split {split} holds {held:,} of {expected:,} reviews; delete "
                "the folder, so that it is built again"
            )
    corpus = recall(contents, SHUFFLED)
    if corpus is not None:
        return corpus
    records = {split: read(builder, split) for split in SHUFFLED}
    places = order({split: len(found.ids) for split, found in records.items()}, config.seed)
    splits = {}
    for split, found in records.items():
        canonical = np.argsort(places[split])
        is_word = np.ones(len(found.tokens.values), np.bool_)
        if config.start_char is not None:
            is_word[found.tokens.row_splits[:-1]] = False
        words = found.tokens.keep_values(is_word)
        ranks = Ragged(words.values - np.int32(config.index_from), words.row_splits)
        splits[split] = RankedReviews(
            ids=[found.ids[place] for place in canonical],
            ranks=ranks.take(canonical),
            labels=found.labels[canonical],
            ratings=found.ratings[canonical],
        )
    word_index = (builder.data_path / WORD_INDEX).read_text()
    corpus = Corpus(Vocabulary.from_json(word_index), splits, contents)
    remember(corpus)
    return corpus
