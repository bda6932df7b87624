"""Makes small archives in the layout of the release, whole or broken."""

import contextlib
import gzip
import hashlib
import io
import os
import pathlib
import tarfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from imdb_keras_tfds.recipe.tokenizer import words
from imdb_keras_tfds.source.release import Contents, Release

Files = dict[str, bytes]

FILES: Files = {
    "train/pos/0_9.txt": b"A great, great film!",
    "train/pos/10_8.txt": b"Great fun.<br />Don't miss it.",
    "train/pos/1_10.txt": b"The best film.",
    "train/neg/0_1.txt": b"A dull film.",
    "train/neg/2_4.txt": b"",
    "train/unsup/0_0.txt": b"A film.",
    "test/pos/0_7.txt": b"Unseen greatness, a great film.",
    "test/neg/0_3.txt": b"Dull, dull, dull.",
}
"""A corpus of eight reviews."""


def list_of(*numbers: int) -> bytes:
    """A list of movies, as the release has them, of the numbers of their titles."""
    return b"".join(
        b"http://www.imdb.com/title/tt%07d/usercomments\n" % number for number in numbers
    )


LISTS: Files = {
    "train/urls_pos.txt": list_of(11, 12, 12, 13, 14, 15, 16, 17, 18, 19, 20),
    "train/urls_neg.txt": list_of(12, 0, 30),
    "train/urls_unsup.txt": list_of(40),
    "test/urls_pos.txt": list_of(30),
    "test/urls_neg.txt": list_of(30),
}
"""Its lists of movies: one movie is in two folders of train, another in train and test."""


def release_of(files: Files, name: str = "tiny") -> Release:
    """The release that holds exactly these files."""
    contents = {}
    for folder in ("train/pos", "train/neg", "test/pos", "test/neg", "train/unsup"):
        digest = hashlib.sha256()
        texts = {path: text for path, text in files.items() if path.startswith(f"{folder}/")}
        for path, text in sorted(texts.items()):
            digest.update(path.encode() + b"\0" + hashlib.sha256(text).digest())
        size = sum(map(len, texts.values()))
        movies = files.get("/urls_".join(folder.split("/")) + ".txt")
        contents[folder] = Contents(
            len(texts),
            size,
            digest.hexdigest(),
            None if movies is None else hashlib.sha256(movies).hexdigest(),
        )
    known = {
        word
        for path, text in files.items()
        if path.startswith(("train/pos/", "train/neg/"))
        for word in words(text)
    }
    return Release(name, contents, len(known))


def tar_bytes(
    members: Iterable[tuple[str, bytes] | tarfile.TarInfo], root: str = "aclImdb/"
) -> bytes:
    """An uncompressed tar of files below `root`, or of members as they are given."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                tar.addfile(member)
                continue
            info = tarfile.TarInfo(root + member[0])
            info.size = len(member[1])
            tar.addfile(info, io.BytesIO(member[1]))
    return file.getvalue()


def write_tar(
    path: pathlib.Path,
    members: Iterable[tuple[str, bytes] | tarfile.TarInfo],
    root: str = "aclImdb/",
) -> pathlib.Path:
    """Writes a `.tar.gz`."""
    path.write_bytes(gzip.compress(tar_bytes(members, root), mtime=0))
    return path


@contextlib.contextmanager
def bucket(folder: pathlib.Path) -> Iterator[str]:
    """Puts a folder in the place of a bucket; yields its URL.

    It is TensorFlow by which `etils.epath` reads a bucket.
    """
    import tensorflow as tf

    url = "gs://bucket"

    def here(call: Callable[..., Any]) -> Callable[..., Any]:
        return lambda path, *arguments: call(os.fspath(path).replace(url, str(folder)), *arguments)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("GFile", "exists", "isdir", "listdir"):
            patch.setattr(tf.io.gfile, name, here(getattr(tf.io.gfile, name)))
        yield url


def write_folder(path: pathlib.Path, files: Files) -> pathlib.Path:
    """Writes files into a folder."""
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(text)
    return path
