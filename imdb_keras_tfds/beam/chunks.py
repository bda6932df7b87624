"""The reviews of a source as workers see them: chunk by chunk, once as texts, and then as ranks.

Usage:

    for part in source.parts(3):
        print(part.names)
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..errors import ImdbKerasError
from ..ragged import Ragged
from ..recipe import corpus
from ..recipe.compact import CompactRanks
from ..recipe.vocabulary import NumberedWords, Vocabulary
from ..source.checks import Checks
from ..source.folder import read_file
from ..source.release import Release
from .workspace import Found, Workspace

CHUNK_SIZE = 8 << 20
"""Bytes of text or records that a worker takes at a time."""


@dataclass(frozen=True, eq=False)
class Part:
    """Some reviews of a chunk, in ascending order of their names.

    Attributes:
      names: of the files.
      texts: uint8, one row a review.
      digests: the raw SHA-256 of each text.
    """

    names: list[str]
    texts: Ragged
    digests: list[bytes]


@dataclass(frozen=True, eq=False)
class RankedPart:
    """The same reviews as ranks.

    Attributes:
      chunk: which they are of.
      number: of the part within the chunk, from 0.
      first: the place of the first of them within the chunk.
      ranks: one row a review.
      texts: uint8, one row a review, where they are wanted.
    """

    chunk: int
    number: int
    first: int
    ranks: CompactRanks
    texts: Ragged | None


@dataclass(frozen=True)
class WorkerSource:
    """The reviews as workers see them.

    Attributes:
      path: as for `reading.read`, and so is the next.
      release: see there.
      workspace: has the names of each chunk, the texts of a tar, and the words that were found.
      texts: whether the texts, all of them UTF-8, are wanted beside their ranks.
    """

    path: str
    release: Release | None
    workspace: Workspace
    texts: bool

    def parts(self, chunk: int) -> Iterator[Part]:
        """The reviews of a chunk, some at a time."""
        listed = self.workspace.read(f"names-{chunk}")
        folder, directory = listed.note("folder"), listed.note("directory")
        names = listed["name"].to_pylist()
        texts: Iterator[bytes]
        if directory:
            texts = (read_file(f"{directory}/{name}") for name in names)
        else:
            texts = (text.as_py() for text in self.workspace.read(f"texts-{chunk}")["text"])
        checks = Checks(self.path, self.release, utf8=self.texts)
        taken: list[bytes] = []
        first = size = 0
        with checks.readable():
            for place, (name, text) in enumerate(zip(names, texts, strict=True)):
                checks.size(folder, name, len(text))
                checks.texts(folder, [name], [text])
                taken.append(text)
                size += len(text)
                if size >= CHUNK_SIZE:
                    yield _part(names[first : place + 1], taken)
                    first, taken, size = place + 1, [], 0
        if taken:
            yield _part(names[first:], taken)

    def keep(self, chunk: int, part: int, numbered: NumberedWords) -> None:
        """Keeps the words of a part, so that nobody has to read it, and look for them, again."""
        self.workspace.write(f"words-{chunk}-{part}", {"word": numbered.words})
        self.workspace.write(f"numbers-{chunk}-{part}", {"number": numbered.numbers})

    def ranked(self, chunks: Sequence[int], vocabulary: Vocabulary) -> Iterator[RankedPart]:
        """The reviews of some chunks, part by part, as ranks.

        Raises:
          ImdbKerasError: a text that is wanted is not what it was when its words were counted.
        """
        lengths = {chunk: self._lengths(chunk) for chunk in chunks}
        places = [(chunk, part) for chunk in chunks for part in range(len(lengths[chunk]))]
        words = [self.workspace.read(f"words-{chunk}-{part}")["word"] for chunk, part in places]
        # By one call, as Arrow hashes the whole vocabulary at each.
        ranks = vocabulary.ranks(pa.concat_arrays([pa.array([], pa.large_binary()), *words]))
        ends = np.cumsum([len(found) for found in words])
        for (chunk, part), found, of_words in zip(
            places, words, np.split(ranks, ends[:-1]), strict=True
        ):
            if part == 0:
                first, texts = 0, self._texts(chunk)
            in_part = lengths[chunk][part]
            numbers = self.workspace.read(f"numbers-{chunk}-{part}").numbers("number")
            row_splits = np.append(0, np.cumsum(in_part))
            yield RankedPart(
                chunk=chunk,
                number=part,
                first=first,
                ranks=corpus.rank(of_words, NumberedWords(found, numbers, row_splits)),
                texts=next(texts),
            )
            first += len(in_part)

    def _lengths(self, chunk: int) -> list[NDArray[np.int64]]:
        """For each part of a chunk the number of words of each review."""
        read = self.workspace.read(f"read-{chunk}")
        parts = read.numbers("part")
        return np.split(read.numbers("words"), np.flatnonzero(np.diff(parts)) + 1)

    def _texts(self, chunk: int) -> Iterator[Ragged | None]:
        """The texts of a chunk, part by part; None for each where they are not wanted."""
        if not self.texts:
            while True:
                yield None
        counted = self.workspace.read(f"read-{chunk}")["digest"].to_pylist()
        place = 0
        for part in self.parts(chunk):
            if part.digests != counted[place : place + len(part.names)]:
                raise ImdbKerasError(f"{self.path}: reviews were changed while they were read")
            place += len(part.names)
            yield part.texts


def _part(names: list[str], texts: list[bytes]) -> Part:
    lengths = np.array([len(text) for text in texts])
    return Part(
        names=names,
        texts=Ragged.from_lengths(np.frombuffer(b"".join(texts), np.uint8), lengths),
        digests=[hashlib.sha256(text).digest() for text in texts],
    )


def grouped(distinct: Sequence[int], most: int) -> list[list[int]]:
    """Puts chunks into groups, for Arrow hashes the whole vocabulary at each look-up.

    So that takes no longer than to look up the words, and no group has more words than a worker
    holds anyway.

    Args:
      distinct: for each chunk the number of its distinct words.
      most: words of a group of more than one chunk.

    Returns:
      The numbers of the chunks of each group.
    """
    groups: list[list[int]] = []
    room = -1
    for chunk, words in enumerate(distinct):
        if words > room:
            groups.append([])
            room = most
        groups[-1].append(chunk)
        room -= words
    return groups


def digest_array(found: Found) -> NDArray[np.uint8]:
    """The digests of a table, uint8 `[rows, 32]`."""
    _, digests = found["digest"].buffers()
    return np.frombuffer(digests, np.uint8, 32 * len(found)).reshape(-1, 32)
