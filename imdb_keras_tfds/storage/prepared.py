"""Takes the ranks of a corpus out of a prepared dataset that holds every word of it.

Usage:

    corpus = prepared.read_corpus(tfds.builder("imdb_keras/full"))
    corpus.splits["train"].ranks[0]   # int32 ranks of the first training review's words
"""

import hashlib
from collections.abc import Mapping
from typing import NoReturn

import numpy as np
import tensorflow_datasets as tfds

from ..config import ImdbKerasConfig
from ..errors import ImdbKerasError
from ..ragged import Ragged
from ..recipe.compact import CompactRanks
from ..recipe.corpus import Corpus, RankedReviews
from ..recipe.sequences import SHUFFLED, order
from ..recipe.vocabulary import WORD_INDEX, Vocabulary
from ..source.release import RELEASES, SPLITS, Contents
from . import pinned
from .manifest import MANIFEST, MAX_WORD_INDEX_SIZE, METADATA, read_manifest
from .plain_files import read_plain, reason_of
from .ranks import recall, remember
from .records import Records
from .splits import read


def contents_of(builder: tfds.core.DatasetBuilder) -> dict[str, Contents]:
    """What the source of a prepared dataset held, by folder.

    Raises:
      ImdbKerasError: its `metadata.json` does not say so.
    """
    try:
        return {
            folder: Contents(
                found["reviews"], found["bytes"], found["sha256"], found["movies_sha256"]
            )
            for folder, found in builder.info.metadata["source"].items()
        }
    except (KeyError, TypeError, AttributeError):
        _refuse(builder, f"{METADATA} does not say what the dataset was built from")


def read_corpus(builder: tfds.core.DatasetBuilder) -> Corpus:
    """The labelled reviews as ranks, in canonical order.

    Args:
      builder: of the prepared config `full`, or another one that keeps all words and reviews.

    Returns:
      The corpus that the dataset was built from, with the splits `train` and `test`. That of a
      release is taken from the cache if it is there, else kept in it.

    Raises:
      ImdbKerasError: the dataset does not hold all reviews; it cannot be read; its records are not
        those of its `metadata.json`, its word index is not that of its `SHA256SUMS`; or what it
        says to be of a release is not.
    """
    config: ImdbKerasConfig = builder.builder_config
    contents = contents_of(builder)
    _check_sizes(builder, contents)
    if (corpus := recall(contents, SHUFFLED)) is not None:
        return corpus
    records = {split: read(builder, split) for split in SHUFFLED}
    places = order({split: len(found.ids) for split, found in records.items()}, config.seed)
    splits = {
        split: _reviews(builder, found, np.argsort(places[split]))
        for split, found in records.items()
    }
    corpus = Corpus(Vocabulary.from_json(read_word_index(builder)), splits, contents)
    expected = pinned.digests(contents)
    if expected is None:
        return corpus
    for name, table in pinned.tables_of(corpus).items():
        if table.digest != expected[name]:
            _refuse(builder, f"the {name} in it is not that of the release")
    remember(corpus)
    return corpus


def _check_sizes(builder: tfds.core.DatasetBuilder, contents: Mapping[str, Contents]) -> None:
    """Refuses a dataset without all reviews, or not of the release that it is named after."""
    release = RELEASES.get(builder.builder_config.corpus)
    if release is not None and release.contents != contents:
        _refuse(builder, f"by its {METADATA} it was not built from {release.name}")
    for split in SHUFFLED:
        held = builder.info.splits[split].num_examples
        expected = sum(contents[folder].reviews for folder in SPLITS[split])
        if held != expected:
            _refuse(builder, f"split {split} holds {held:,} of {expected:,} reviews")


def _reviews(
    builder: tfds.core.DatasetBuilder, records: Records, canonical: np.typing.NDArray[np.int64]
) -> RankedReviews:
    """The reviews of records of every word.

    Args:
      builder: of the dataset.
      records: of a split.
      canonical: places of the records, in the order of the reviews.
    """
    config, tokens = builder.builder_config, records.tokens
    movies, duplicate_of = records.movies, records.duplicate_of
    if movies is None or duplicate_of is None:
        _refuse(builder, "its records do not tell of movies")
    words = tokens
    if config.start_char is not None:
        if not tokens.lengths.all():
            _refuse(builder, "a record in it has no tokens")
        words = tokens.without_first()
    ranks = Ragged(words.values - np.int32(config.index_from), words.row_splits)
    try:
        compact = CompactRanks.of(ranks.take(canonical))
    except ValueError:
        _refuse(builder, "a token in it is not that of a word")
    return RankedReviews(
        ids=[records.ids[place] for place in canonical],
        ranks=compact,
        labels=records.labels[canonical],
        ratings=records.ratings[canonical],
        movies=[movies[place] for place in canonical],
        duplicate_of=[duplicate_of[place] for place in canonical],
    )


def read_word_index(builder: tfds.core.DatasetBuilder) -> str:
    """The text of Keras's word index, as it was built.

    Args:
      builder: of a prepared dataset.

    Raises:
      ImdbKerasError: it cannot be read, or is not that of the dataset's `SHA256SUMS`.
    """
    try:
        text = read_plain(builder.data_path / WORD_INDEX, MAX_WORD_INDEX_SIZE).decode()
        sums = read_manifest(builder.data_path)
    except (OSError, ValueError) as error:
        reason = reason_of(error)
        _refuse(builder, f"{WORD_INDEX} or {MANIFEST} cannot be read ({reason})")
    if hashlib.sha256(text.encode()).hexdigest() != sums.get(WORD_INDEX):
        _refuse(builder, f"{WORD_INDEX} is not that of {MANIFEST}")
    return text


def _refuse(builder: tfds.core.DatasetBuilder, what: str) -> NoReturn:
    raise ImdbKerasError(
        f"{builder.data_dir}: {what}; delete the folder, so that it is built again"
    )
