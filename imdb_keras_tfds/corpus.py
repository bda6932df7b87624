"""Turns the reviews of a source into ranks, and the training reviews into the vocabulary.

Usage:

    corpus = corpus.load(path, release.STANFORD)
    corpus.splits["train"].ranks[0]   # int32 ranks of the first training review's words

The ranks of a corpus are kept in the cache under the digests of its folders.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from etils import epath
from numpy.typing import NDArray

from . import archive, cache
from .archive import Source
from .hashing import sha256_of
from .ragged import Ragged, concatenate
from .release import SPLITS, Contents, Release
from .tokenizer import tokenize
from .vocabulary import NumberedWords, Vocabulary, count_words, merge, number_words

# These bound the memory, not the result: so many bytes of text are worked on at a time in a thread.
_CHUNK_SIZE = 4 << 20
_THREADS = min(4, os.cpu_count() or 1)

_VOCABULARY = "vocabulary"

_FORM = 1
"""To be raised with every change of what is kept in the cache."""


@dataclass(frozen=True, eq=False)
class RankedReviews:
    """The reviews of a split as ranks, in canonical order.

    Attributes:
      ids: `[reviews]`, see `archive.Review.id`.
      ranks: int32, one row a review: the ranks, from 1, of its words in order. A word that no
        training review has is left out (Keras).
      labels: int64 `[reviews]`.
      ratings: int32 `[reviews]`.
    """

    ids: list[str]
    ranks: Ragged
    labels: NDArray[np.int64]
    ratings: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Corpus:
    """A source, ranked.

    Attributes:
      vocabulary: the words of the labelled training reviews by rank.
      splits: split -> its reviews.
      contents: folder -> what the source held in it.
    """

    vocabulary: Vocabulary
    splits: Mapping[str, RankedReviews]
    contents: Mapping[str, Contents]


def load(
    path: epath.PathLike,
    release: Release | None,
    progress: Callable[..., Any] = archive.default_progress,
) -> Corpus:
    """Reads and ranks the reviews of a release, or takes their ranks from the cache.

    The cache spares an archive of a release that was read before, one of the same SHA-256, the
    reading too. A folder, and one's own reviews, are always read.

    Args:
      path: see `archive.read`.
      release: see `archive.read`.
      progress: see `archive.read`.

    Raises:
      ImdbKerasError: see `archive.read`.
    """
    if release is not None and (recalled := _recall_archive(path, release)) is not None:
        return recalled
    source = archive.read(path, release, progress)
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
    # Without a vocabulary there is nothing to recall, and no need to read the archive for its hash.
    if (
        epath.Path(path).is_file()
        and cache.read(key, _VOCABULARY) is not None
        and cache.read(key, _archive_mark(sha256_of(path))) is not None
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


def build(source: Source) -> Corpus:
    """Counts and ranks the words of the `train` split, and ranks the reviews of all splits."""
    # NumPy and Arrow let go of the interpreter's lock while they work.
    with ThreadPoolExecutor(_THREADS) as threads:
        numbered: dict[str, Iterable[NumberedWords]] = {
            name: threads.map(_number, _parts(reviews.texts))
            for name, reviews in source.splits.items()
        }
        numbered["train"] = train = list(numbered["train"])
        counts, first_review = [], 0
        for part in train:
            counts.append(count_words(part, first_review))
            first_review += len(part.row_splits) - 1
        vocabulary = Vocabulary.from_counts(merge(counts))

        splits = {}
        for name, reviews in source.splits.items():
            parts = list(numbered.pop(name))
            # By one call, as Arrow hashes the whole vocabulary at each.
            ranks = vocabulary.ranks(pa.concat_arrays([part.words for part in parts]))
            ends = np.cumsum([len(part.words) for part in parts])
            ranked = concatenate(threads.map(rank, np.split(ranks, ends[:-1]), parts))
            splits[name] = RankedReviews(reviews.ids, ranked, reviews.labels, reviews.ratings)
    return Corpus(vocabulary, splits, source.contents)


def _parts(texts: Ragged) -> Iterator[Ragged]:
    """All texts, in parts of whole reviews."""
    chunk = texts.row_splits[:-1] // _CHUNK_SIZE
    bounds = [0, *(np.flatnonzero(np.diff(chunk)) + 1).tolist(), len(texts)]
    return (texts.rows(start, stop) for start, stop in pairwise(bounds))


def _number(texts: Ragged) -> NumberedWords:
    return number_words(tokenize(texts))


def rank(ranks_of_words: NDArray[np.int32], part: NumberedWords) -> Ragged:
    """The ranks of reviews, int32, one row a review; words without a rank are left out.

    Args:
      ranks_of_words: `[words]`, of the distinct words of the part; 0 for none.
      part: the words of the reviews.
    """
    ranks = Ragged(ranks_of_words[part.numbers], part.row_splits)
    return ranks.keep_values(ranks.values > 0)
