"""Ranks the reviews of a source, or takes their ranks from the cache.

The cache is not believed. Of a release, the digests of what it must hold came with the package. Of
one's own reviews, which are always read, everything that was read is compared, the vocabulary is
computed anew from the ranks, and so are the ranks of some reviews of each split. What is not right
is no error: it is computed, and kept, anew.

That an archive of some SHA-256 holds a release is believed: it spares the reading of the archive.
If it were wrong, the result would still be the release.

Usage:

    corpus = ranks.load(path, release.STANFORD)
    corpus.splits["train"].ranks[0]   # int32 ranks of the first training review's words
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from absl import logging
from etils import epath

from ..ahead import at_once
from ..progress import default_progress
from ..recipe.corpus import Corpus, build, rank
from ..recipe.vocabulary import NumberedWords, Vocabulary, count_words, merge, number_words
from ..source import reading
from ..source.checks import Checks
from ..source.folder import locate
from ..source.release import SPLITS, Contents, Release
from ..source.reviews import Source
from . import cache, pinned, tables
from .hashing import sha256_of
from .pinned import VOCABULARY
from .tables import Table

_ARCHIVES = "archives"

_MAX_ARCHIVES = 16
"""Of so many archives it is kept that they hold a release."""

_RANKED_ANEW = 500
"""Reviews of each split of one's own, spread evenly."""

_FORM = 4
"""To be raised with every change of what is kept in the cache, or of how it comes about."""


def load(
    path: epath.PathLike,
    release: Release | None,
    progress: Callable[..., Any] = default_progress,
    *,
    texts: bool = False,
    meanwhile: Callable[..., None] = at_once,
) -> Corpus:
    """Reads and ranks the reviews of a release, or takes their ranks from the cache.

    The cache spares an archive of a release that was read before, one of the same SHA-256, the
    reading too. A folder, and one's own reviews, are always read, and so is all whose texts are
    wanted.

    Args:
      path: see `reading.read`.
      release: see `reading.read`.
      progress: see `reading.read`.
      texts: whether the corpus is to hold the texts, all of them UTF-8.
      meanwhile: calls what writes the cache, now or later.

    Raises:
      ImdbKerasError: see `reading.read`.
    """
    if release is not None and not texts and _is_known(path, release):
        recalled = recall(release.contents, SPLITS)
        if recalled is not None:
            return recalled
    source = reading.read(path, release, progress, utf8=texts)
    if pinned.digests(source.contents) is None:
        corpus = _recall_own(source)
    else:
        corpus = recall(source.contents, source.splits)
    if corpus is None:
        corpus = build(source, progress, take_texts=not texts)
        meanwhile(remember, corpus)
    if release is not None and source.sha256 is not None:
        meanwhile(_know, source.sha256, release)
    return _with_texts(corpus, source) if texts else corpus


def _with_texts(corpus: Corpus, source: Source) -> Corpus:
    splits = {
        split: replace(reviews, texts=source.splits[split].texts)
        for split, reviews in corpus.splits.items()
    }
    return replace(corpus, splits=splits)


def remember(corpus: Corpus) -> None:
    """Keeps a corpus in the cache; one of a release only if it is as it must be.

    Args:
      corpus: of one's own reviews only as `build` has made it.
    """
    found, expected = pinned.tables_of(corpus), pinned.digests(corpus.contents)
    if expected and any(table.digest != expected[name] for name, table in found.items()):
        logging.warning("The ranks of a release are not as they must be, and are not kept.")
        return
    for name, table in found.items():
        cache.write(_key(corpus.contents), name, table)


def recall(contents: Mapping[str, Contents], splits: Iterable[str]) -> Corpus | None:
    """The corpus of a release out of the cache.

    Args:
      contents: what the folders of its source hold.
      splits: those that are wanted.

    Returns:
      None if it is not there as a whole, or the source is no release.
    """
    expected = pinned.digests(contents)
    if expected is None:
        return None
    return _recall(contents, splits, lambda name, table: table.digest == expected.get(name))


def _recall(
    contents: Mapping[str, Contents],
    splits: Iterable[str],
    is_right: Callable[[str, Table], bool] = lambda name, table: True,
) -> Corpus | None:
    key, splits = _key(contents), list(splits)
    columns = {VOCABULARY: tables.columns_of_vocabulary(_size(contents, SPLITS["train"])[1])}
    for split in splits:
        columns[split] = tables.columns_of_reviews(*_size(contents, SPLITS[split]))

    def read(name: str) -> Table | None:
        table = cache.read(key, name, columns[name])
        return table if table is not None and is_right(name, table) else None

    # Reading and hashing let go of the interpreter's lock.
    with ThreadPoolExecutor(len(columns)) as threads:
        found = dict(zip(columns, threads.map(read, columns), strict=True))
    whole = {name: table for name, table in found.items() if table is not None}
    if whole.keys() != columns.keys():
        return None
    try:
        vocabulary = tables.to_vocabulary(whole[VOCABULARY])
        reviews = {split: tables.to_reviews(whole[split], len(vocabulary)) for split in splits}
    except ValueError:
        return None
    return Corpus(vocabulary, reviews, contents)


def _recall_own(source: Source) -> Corpus | None:
    """The corpus of one's own reviews out of the cache; None if it is not theirs."""
    corpus = _recall(source.contents, source.splits)
    return corpus if corpus is not None and _is_of(corpus, source) else None


def _is_of(corpus: Corpus, source: Source) -> bool:
    """Whether a corpus, of any content, is that of a source, as far as can be told soon."""
    for split, ranked in corpus.splits.items():
        reviews = source.splits[split]
        if not (
            ranked.ids == reviews.ids
            and np.array_equal(ranked.labels, reviews.labels)
            and np.array_equal(ranked.ratings, reviews.ratings)
            and ranked.movies == reviews.movies
            and ranked.duplicate_of == reviews.duplicate_of
        ):
            return False
    if not _is_vocabulary_of_train(corpus):
        return False
    for split, ranked in corpus.splits.items():
        texts = source.splits[split].texts
        some = np.unique(np.linspace(0, len(texts) - 1, _RANKED_ANEW).astype(np.int64))
        words = number_words(texts.take(some))
        anew, kept = rank(corpus.vocabulary.ranks(words.words), words)[:], ranked.ranks.take(some)
        if not (
            np.array_equal(anew.row_splits, kept.row_splits)
            and np.array_equal(anew.values, kept.values)
        ):
            return False
    return True


def _is_vocabulary_of_train(corpus: Corpus) -> bool:
    """Whether the words, counted in the ranks of `train`, are ranked as they are."""
    words, ranks = corpus.vocabulary.words, corpus.splits["train"].ranks[:]
    if (np.bincount(ranks.values, minlength=len(words) + 1)[1:] == 0).any():
        return False
    counts = count_words(NumberedWords(words, ranks.values - np.int32(1), ranks.row_splits))
    return bool(Vocabulary.from_counts(merge([counts])).words.equals(words))


def _size(contents: Mapping[str, Contents], folders: Iterable[str]) -> tuple[int, int]:
    """Number of reviews, and bytes of their texts, in some folders."""
    found = [contents[folder] for folder in folders if folder in contents]
    return sum(folder.reviews for folder in found), sum(folder.size for folder in found)


def _is_known(path: epath.PathLike, release: Release) -> bool:
    """Whether an archive was read before, and held the release; False for a folder."""
    known, place = _known(release), locate(path)
    # Without any there is no need to read the archive for its hash.
    if not known:
        return False
    with Checks(path, release).readable():
        return place.is_file() and sha256_of(place) in known


def _know(sha256: str, release: Release) -> None:
    """Keeps that the archive of this SHA-256 holds the release."""
    known = [*(other for other in _known(release) if other != sha256), sha256]
    content = bytes.fromhex("".join(known[-_MAX_ARCHIVES:]))
    cache.write(_key(release.contents), _ARCHIVES, Table((np.frombuffer(content, np.uint8),)))


def _known(release: Release) -> list[str]:
    size = hashlib.sha256().digest_size
    table = cache.read(_key(release.contents), _ARCHIVES, [("|u1", _MAX_ARCHIVES * size)])
    if table is None:
        return []
    content = table.columns[0].tobytes()
    return [content[start : start + size].hex() for start in range(0, len(content), size)]


def _key(contents: Mapping[str, Contents]) -> str:
    """The name of a corpus in the cache: by its contents, and by the form of what is kept."""
    described = {folder: asdict(found) for folder, found in contents.items()}
    text = json.dumps([_FORM, described], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
