"""Writes Keras's own files out of a corpus, byte for byte.

Keras published the hashes of four files: the word index as JSON, two pickles and an `.npz`, all
written by Python 2.7. Their bytes are put together here without Python 2, and without pickle: what
`cPickle` and numpy 1.12 wrote is regular enough to be laid out from flat arrays.

Usage:

    for file in keras_files.PUBLISHED:
        print(file.name, file.compute(corpus) == file.digest)
    keras_files.export(corpus, "/home/me/.keras")   # where Keras looks before it downloads
"""

import contextlib
import hashlib
import io
import os
import pathlib
import secrets
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .corpus import Corpus
from .errors import ImdbKerasError
from .ragged import Ragged
from .sequences import SHUFFLED
from .vocabulary import WORD_INDEX

Write = Callable[[bytes | memoryview], object]
"""Takes the next bytes of a file: the `write` of a file, or the `update` of a hash."""

_BATCH_SIZE = 1_000


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
        with contextlib.ExitStack() as stack:
            written = []
            for path, published in missing.items():
                # Not by `tempfile`, whose files are for their owner only.
                temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
                stack.callback(temporary.unlink, missing_ok=True)
                with temporary.open("xb") as file:
                    digest = published.write(corpus, file)
                if digest != published.digest:
                    raise ImdbKerasError(f"{path}: {_why_different(published, corpus)}")
                written.append((temporary, path))
            for temporary, path in written:
                temporary.replace(path)
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


def _write_reviews_pickle(corpus: Corpus, write: Write) -> None:
    """`data = ((x_train, y_train), (x_test, y_test))`, then `cPickle.dump(data, file, 0)`.

    cPickle numbers (`p1`) whatever something besides its container refers to, and so might be met
    again: the lists, since it iterates over what holds them, and `data`, but not the inner tuples.
    """
    table = _encoded_ranks(corpus, lambda rank: b"I%d\na" % rank)
    number = 1
    write(b"(")
    for split in SHUFFLED:
        ranks, labels = corpus.splits[split].ranks, corpus.splits[split].labels
        write(b"((lp%d\n" % number)
        number += 1
        for batch in _batches(0, len(ranks)):
            rows = ranks.rows(batch.start, batch.stop)
            text, word_starts = _encode(rows.values, table)
            pieces: list[bytes | memoryview] = []
            for start, stop in pairwise(word_starts[rows.row_splits].tolist()):
                pieces += (b"(lp%d\n" % number, text[start:stop], b"a")
                number += 1
            write(b"".join(pieces))
        write(b"(lp%d\n" % number)
        number += 1
        write(b"".join(b"I%d\na" % label for label in labels.tolist()))
        write(b"t")
    write(b"tp%d\n." % number)


def _write_word_index_pickle(corpus: Corpus, write: Write) -> None:
    """`cPickle.dump({word: rank}, file, 0)`, of a dict that was filled in order of rank."""
    order = corpus.vocabulary.legacy_order
    words = corpus.vocabulary.words.take(pa.array(order)).to_pylist()
    number = 1
    pieces = [b"(dp1\n"]
    for word, rank in zip(words, (order + 1).tolist(), strict=True):
        # Python 3 quotes and escapes bytes as Python 2 did its strings, but for the `b`.
        pieces.append(b"S%s\n" % repr(word)[1:].encode())
        # Strings of one byte exist only once in CPython, so cPickle has no need to number them.
        if len(word) > 1:
            number += 1
            pieces.append(b"p%d\n" % number)
        pieces.append(b"I%d\ns" % rank)
    write(b"".join(pieces))
    write(b".")


def _write_npz(corpus: Corpus, write: Write) -> None:
    """`numpy.savez_compressed(file, x_train=..., y_train=..., x_test=..., y_test=...)`.

    The entries are in the order of a CPython 2.7 dict, and carry the times at which numpy 1.12
    wrote each to a temporary file.
    """
    table = _encoded_ranks(corpus, _binary_int)
    # `zipfile` goes back to fill in sizes, which a `Write` cannot do.
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, split, second in [
            ("x_test", "test", 50),
            ("x_train", "train", 52),
            ("y_train", "train", 54),
            ("y_test", "test", 54),
        ]:
            entry = zipfile.ZipInfo(f"{name}.npy", (2017, 2, 18, 14, 55, second))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whatever this system is.
            entry.external_attr = 0o100600 << 16
            with archive.open(entry, "w") as array:
                reviews = corpus.splits[split]
                if name.startswith("x_"):
                    _write_npy_sequences(reviews.ranks, table, array.write)
                else:
                    array.write(_npy_header("<i8", len(reviews.labels)))
                    array.write(reviews.labels.astype("<i8").tobytes())
    write(file.getbuffer())


def _npy_header(descr: str, length: int) -> bytes:
    """The header of a one-dimensional array: numpy 1.12 made it a multiple of 16 bytes."""
    described = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({length},), }}"
    text = described.ljust(69).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


def _write_npy_sequences(ranks: Ragged, table: pa.LargeBinaryArray, write: Write) -> None:
    """An object array of lists of int, which numpy leaves to cPickle, protocol 2."""
    write(_npy_header("|O", len(ranks)))
    write(
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02"
        b"K\x00\x85U\x01b\x87Rq\x03(K\x01" + _binary_int(len(ranks)) + b"\x85"
        b"cnumpy\ndtype\nq\x04U\x02O8K\x00K\x01\x87Rq\x05"
        b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb\x89]q\x06"
    )
    for batch in _batches(0, len(ranks)):
        rows = ranks.rows(batch.start, batch.stop)
        text, starts = _encode(rows.values, table)
        mark, append = _append(batch)
        pieces: list[bytes | memoryview] = [mark]
        for review, (first, last) in zip(batch, pairwise(rows.row_splits.tolist()), strict=True):
            pieces.append(b"]" + _binary_put(7 + review))
            for words in _batches(first, last):
                before, after = _append(words)
                pieces += (before, text[starts[words.start] : starts[words.stop]], after)
        pieces.append(append)
        write(b"".join(pieces))
    write(b"tb.")


def _batches(start: int, stop: int) -> Iterator[range]:
    """Cuts `range(start, stop)` into what cPickle appends to a list at a time (`BATCHSIZE`)."""
    for first in range(start, stop, _BATCH_SIZE):
        yield range(first, min(first + _BATCH_SIZE, stop))


def _append(batch: range) -> tuple[bytes, bytes]:
    """The opcodes before and after a batch: APPEND for a single item, else MARK and APPENDS."""
    return (b"", b"a") if len(batch) == 1 else (b"(", b"e")


def _binary_int(value: int) -> bytes:
    """The shortest of BININT1, BININT2 and BININT; `value` is from 0 up to 2**31."""
    if value < 1 << 8:
        return b"K" + value.to_bytes(1, "little")
    if value < 1 << 16:
        return b"M" + value.to_bytes(2, "little")
    return b"J" + value.to_bytes(4, "little")


def _binary_put(number: int) -> bytes:
    """The shorter of BINPUT and LONG_BINPUT."""
    if number < 1 << 8:
        return b"q" + number.to_bytes(1, "little")
    return b"r" + number.to_bytes(4, "little")


def _encoded_ranks(corpus: Corpus, opcode: Callable[[int], bytes]) -> pa.LargeBinaryArray:
    """What each rank is pickled to, at the place of the rank; place 0 is unused."""
    ranks = range(len(corpus.vocabulary) + 1)
    return pa.array([opcode(rank) for rank in ranks], pa.large_binary())


def _encode(
    ranks: NDArray[np.int32], table: pa.LargeBinaryArray
) -> tuple[memoryview, NDArray[np.int64]]:
    """Pickles ranks.

    Args:
      ranks: int32 `[words]`.
      table: see `_encoded_ranks`.

    Returns:
      The text of all of them, and int64 `[words + 1]`, where in it each starts and the last ends.
    """
    encoded = table.take(pa.array(ranks))
    # Arrow holds byte strings as the very thing that is wanted: one behind the other.
    _, starts, text = encoded.buffers()
    return memoryview(text or b""), np.frombuffer(starts, np.int64)[: len(ranks) + 1]


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
        writer=_write_reviews_pickle,
    ),
    KerasFile(
        name="imdb_word_index.pkl",
        algorithm="md5",
        digest="72d94b01291be4ff843198d3b0e1e4d7",
        size=2_343_108,
        published="Keras's repository, until commit b0500764a8 (2017-02-18)",
        writer=_write_word_index_pickle,
    ),
    KerasFile(
        name=_NPZ,
        algorithm="sha256",
        digest="69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
        size=17_464_789,
        published="keras/src/datasets/imdb.py, today",
        writer=_write_npz,
    ),
)
"""The files whose hashes Keras published; the Stanford corpus gives each of them."""
