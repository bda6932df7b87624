"""Keras's own files, byte for byte, held against the hashes that Keras published.

Keras published the hashes of four files: the word index as JSON, two pickles and an `.npz`, all
written by Python 2.7.

Usage:

    for file in published.PUBLISHED:
        print(file.name, file.compute(corpus) == file.digest)
    published.export(corpus, "/home/me/.keras")   # where Keras looks before it downloads
"""

import contextlib
import hashlib
import os
import pathlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from ..errors import ImdbKerasError
from ..recipe.corpus import Corpus
from ..recipe.vocabulary import WORD_INDEX
from ..storage import atomic
from .npz import write_npz
from .pickles import Write, write_reviews, write_word_index


@dataclass(frozen=True)
class KerasFile:
    """A file whose hash Keras published.

    Attributes:
      name: its file name, as Keras has it.
      algorithm: of the hash, `md5` or `sha256`.
      digest: the hash, in hexadecimal.
      size: bytes of the file.
      published: where the hash stands.
      writer: hands the bytes of the file for a corpus to a `Write`, piece by piece.
    """

    name: str
    algorithm: str
    digest: str
    size: int
    published: str
    writer: Callable[[Corpus, Write], None] = field(repr=False)

    def compute(self, corpus: Corpus) -> str:
        """The hash of the file that this corpus gives; nothing is written to disk.

        Args:
          corpus: any one; `train` and `test` are among its splits.

        Returns:
          The hash, in hexadecimal: `digest` if the corpus is the one that Keras had.

        Raises:
          ImdbKerasError: the file is JSON, and a word of the corpus is not UTF-8.
        """
        hashed = hashlib.new(self.algorithm, usedforsecurity=False)
        self.writer(corpus, hashed.update)
        return hashed.hexdigest()

    def write(self, corpus: Corpus, file: BinaryIO) -> str:
        """Writes the file that this corpus gives, whether or not it is the published one.

        Args:
          corpus: as for `compute`.
          file: need not be seekable.

        Returns:
          The hash of what was written, as `compute` returns it.

        Raises:
          ImdbKerasError: as for `compute`.
        """
        hashed = hashlib.new(self.algorithm, usedforsecurity=False)

        def write(data: bytes | memoryview) -> None:
            hashed.update(data)
            file.write(data)

        self.writer(corpus, write)
        return hashed.hexdigest()


def export(
    corpus: Corpus, keras_home: os.PathLike[str] | str, *, force: bool = False
) -> list[pathlib.Path]:
    """Writes `datasets/imdb.npz` and `datasets/imdb_word_index.json` below Keras's folder.

    Keras finds them there, checks their hashes and downloads nothing. A file that is there already
    with the right content is left alone.

    Args:
      corpus: the Stanford corpus.
      keras_home: Keras's folder: `~/.keras`, or what the environment variable `KERAS_HOME` names.
        It is made if it is missing.
      force: overwrite files of another content.

    Returns:
      The paths of the two files.

    Raises:
      ImdbKerasError: a file of another content is there; the folder cannot be written to; or the
        corpus, or this Python's zlib, gives other files than Keras's. Then neither file is written.
    """
    folder = pathlib.Path(keras_home) / "datasets"
    files = {folder / file.name: file for file in PUBLISHED if file.name in (WORD_INDEX, _NPZ)}
    try:
        missing = {
            path: file for path, file in files.items() if not _is_there(path, file, force=force)
        }
        folder.mkdir(parents=True, exist_ok=True)
        for path in files:
            atomic.remove_leftovers(path)
        with contextlib.ExitStack() as stack:
            for path, published in missing.items():
                file = stack.enter_context(atomic.writing(path))
                if published.write(corpus, file) != published.digest:
                    raise ImdbKerasError(f"{path}: {_why_different(published, corpus)}")
    except OSError as error:
        raise ImdbKerasError(
            f"{folder}: Keras's files cannot be written there ({error.strerror}); make it a "
            "folder that can be written to, or name another by --keras-home"
        ) from error
    return list(files)


def _is_there(path: pathlib.Path, published: KerasFile, *, force: bool) -> bool:
    """Whether the published file is at `path`; if another one is, it may be overwritten."""
    hashed = hashlib.new(published.algorithm, usedforsecurity=False)
    try:
        with path.open("rb") as file:
            while data := file.read(1 << 20):
                hashed.update(data)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise ImdbKerasError(f"{path}: cannot be read ({error.strerror}); move it away") from error
    is_there = hashed.hexdigest() == published.digest
    if not is_there and not force:
        raise ImdbKerasError(
            f"{path}: a file of another content is there already; move it away, or overwrite it "
            "with --force"
        )
    return is_there


def _why_different(published: KerasFile, corpus: Corpus) -> str:
    # The pickle holds the same reviews uncompressed: it tells other reviews from another zlib.
    (uncompressed,) = (file for file in PUBLISHED if file.name == _PICKLE)
    if published.name == _NPZ and uncompressed.compute(corpus) == uncompressed.digest:
        return (
            f"this Python's zlib {zlib.ZLIB_RUNTIME_VERSION} compresses differently from the one "
            "that made Keras's file, so nothing is written; use a Python with the original zlib"
        )
    return (
        "these reviews give another file than Keras's, so nothing is written; use the Stanford "
        "archive"
    )


def _write_json(corpus: Corpus, write: Write) -> None:
    write(corpus.vocabulary.to_json().encode())


_PICKLE = "imdb_full.pkl"

_NPZ = "imdb.npz"

PUBLISHED: tuple[KerasFile, ...] = (
    KerasFile(
        name=WORD_INDEX,
        algorithm="md5",
        digest="bfafd718b763782e994055a2d397834f",
        size=1_641_221,
        published="keras/src/datasets/imdb.py, today",
        writer=_write_json,
    ),
    KerasFile(
        name=_PICKLE,
        algorithm="md5",
        digest="d091312047c43cf9e4e38fef92437263",
        size=65_552_540,
        published="Keras's repository, commit e0179bad2f (2016-07-27)",
        writer=write_reviews,
    ),
    KerasFile(
        name="imdb_word_index.pkl",
        algorithm="md5",
        digest="72d94b01291be4ff843198d3b0e1e4d7",
        size=2_343_108,
        published="Keras's repository, until commit b0500764a8 (2017-02-18)",
        writer=write_word_index,
    ),
    KerasFile(
        name=_NPZ,
        algorithm="sha256",
        digest="69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
        size=17_464_789,
        published="keras/src/datasets/imdb.py, today",
        writer=write_npz,
    ),
)
"""The files whose hashes Keras published; the Stanford corpus gives each of them."""
