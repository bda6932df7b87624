"""The reviews of a source as workers see them: chunk by chunk.

Usage:

    for part in source.parts(3):
        print(part.ids)
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import ImdbKerasError
from ..recipe import corpus
from ..recipe.corpus import RankedReviews
from ..recipe.tokenizer import tokenize
from ..recipe.vocabulary import Vocabulary, number_words
from ..source.checks import Checks
from ..source.folder import read_file
from ..source.release import Release
from ..source.reviews import Gathered, Reviews
from .workspace import Found, Workspace

CHUNK_SIZE = 8 << 20
"""Bytes of text or records that a worker takes at a time."""


@dataclass(frozen=True)
class WorkerSource:
    """The reviews as workers see them.

    Attributes:
      path: as for `reading.read`, and so is the next.
      release: see there.
      workspace: has the names of each chunk, and the texts of a tar.
      texts: whether the texts, all of them UTF-8, are wanted beside their ranks.
    """

    path: str
    release: Release | None
    workspace: Workspace
    texts: bool

    def parts(self, chunk: int) -> Iterator[Reviews]:
        """The reviews of a chunk, some at a time, in ascending order of their names.

        Movies and copies are not told of: they are for the driver to find.
        """
        listed = self.workspace.read(f"names-{chunk}")
        folder, directory = listed.note("folder"), listed.note("directory")
        names = listed["name"].to_pylist()
        texts: Iterator[bytes]
        if directory:
            texts = (read_file(f"{directory}/{name}") for name in names)
        else:
            texts = (text.as_py() for text in self.workspace.read(f"texts-{chunk}")["text"])
        checks = Checks(self.path, self.release, utf8=self.texts)
        part, size = Gathered([folder]), 0
        with checks.readable():
            for name, text in zip(names, texts, strict=True):
                checks.size(folder, name, len(text))
                checks.texts(folder, [name], [text])
                part.add(folder, [name], [text])
                size += len(text)
                if size >= CHUNK_SIZE:
                    yield part.laid_out({})
                    part, size = Gathered([folder]), 0
        if len(part):
            yield part.laid_out({})

    def ranked(self, chunk: int, vocabulary: Vocabulary) -> Iterator[RankedReviews]:
        """The same reviews as ranks.

        Raises:
          ImdbKerasError: a review is not what it was when it was counted.
        """
        counted = self.workspace.read(f"read-{chunk}")["digest"].to_pylist()
        place = 0
        for part in self.parts(chunk):
            if digests_of(part) != counted[place : place + len(part)]:
                raise ImdbKerasError(f"{self.path}: reviews were changed while they were read")
            place += len(part)
            numbered = number_words(tokenize(part.texts))
            ranks = corpus.rank(vocabulary.ranks(numbered.words), numbered)
            yield RankedReviews(
                ids=part.ids,
                ranks=ranks,
                labels=part.labels,
                ratings=part.ratings,
                movies=part.movies,
                duplicate_of=part.duplicate_of,
                texts=part.texts if self.texts else None,
            )


def digests_of(reviews: Reviews) -> list[bytes]:
    """The raw SHA-256 of the text of each review."""
    return [hashlib.sha256(text.tobytes()).digest() for text in reviews.texts]


def digest_array(found: Found) -> NDArray[np.uint8]:
    """The digests of a table, uint8 `[rows, 32]`."""
    return np.frombuffer(b"".join(found["digest"].to_pylist()), np.uint8).reshape(-1, 32)
