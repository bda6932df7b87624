"""Writes corpora of random words in the layout of the release, as large as one likes.

Usage:

    synthetic.write(folder / "mine.tar.gz", 1_000)
    ImdbKerasConfig(name="mine", corpus=folder / "mine.tar.gz")
"""

import contextlib
import io
import math
import tarfile
from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from imdb_keras_tfds.source.release import FOLDERS, ROOT

# As in the release, half of all reviews have no label; the parts of a size are shared out so.
_PARTS = {"train/pos": 1, "train/neg": 1, "test/pos": 1, "test/neg": 1, "train/unsup": 4}

_FEWEST = 8
"""Reviews of a part at least: the release has no empty folder."""

# Lengths and words much as in the release: about 230 words a review, and 90,000 distinct ones in
# 25,000 reviews (Zipf's law with Mandelbrot's shift).
_MEDIAN_LENGTH, _SPREAD_OF_LENGTH = 181, 0.6
_WORDS, _SHIFT, _EXPONENT = 400_000, 12, 1.5

_FORMS = ("{}", "{},", "{}.", "{}.<br /><br />")
_REACHES_OF_FORMS = (0.87, 0.93, 0.99)
"""A random number below the first gives the first form, and so on."""

_TEXTS_AT_ONCE = 1_000

_LETTERS = np.frombuffer(b"etaoinshrdlcumwfgypbvk", np.uint8)


def write(
    path: Path, reviews: int, *, median_length: int = _MEDIAN_LENGTH, as_folder: bool = False
) -> Path:
    """Writes a corpus. Each is the beginning of all larger ones of its length.

    Args:
      path: of the `.tar.gz`, or of the folder.
      reviews: their number.
      median_length: words of a review.
      as_folder: whether it becomes a folder.

    Returns:
      The path.
    """
    forms = _forms(np.random.default_rng(0))
    with _writer(path, as_folder) as write_review:
        for seed, (part, share) in enumerate(_PARTS.items(), start=1):
            texts = _texts(np.random.default_rng(seed), forms, median_length)
            rating = FOLDERS[part].ratings[0]
            for i, text in enumerate(islice(texts, max(reviews * share // 8, _FEWEST))):
                write_review(f"{ROOT}/{part}/{i}_{rating}.txt", text)
    return path


@contextlib.contextmanager
def _writer(path: Path, as_folder: bool) -> Iterator[Callable[[str, bytes], object]]:
    if as_folder:
        for part in _PARTS:
            (path / ROOT / part).mkdir(parents=True)
        yield lambda name, text: (path / name).write_bytes(text)
        return
    with tarfile.open(path, "w:gz", compresslevel=1) as tar:

        def add(name: str, text: bytes) -> None:
            member = tarfile.TarInfo(name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))
            tar.members = []  # type: ignore[attr-defined]  # which it would keep

        yield add


def _forms(rng: np.random.Generator) -> list[bytes]:
    """The words by rank, each in all its forms: frequent words are short."""
    lengths = 1 + np.log(np.arange(_WORDS) + 2).astype(int) // 2 + rng.integers(0, 5, _WORDS)
    letters = _LETTERS[rng.geometric(0.12, lengths.sum()).clip(1, len(_LETTERS)) - 1].tobytes()
    bounds = np.append(0, lengths.cumsum()).tolist()
    words = [letters[start:stop].decode() for start, stop in pairwise(bounds)]
    return [form.format(word).encode() for word in words for form in _FORMS]


def _texts(rng: np.random.Generator, forms: list[bytes], median_length: int) -> Iterator[bytes]:
    share = (np.arange(_WORDS) + _SHIFT) ** -_EXPONENT
    reaches = np.cumsum(share / share.sum())
    while True:
        lengths = rng.lognormal(math.log(median_length), _SPREAD_OF_LENGTH, _TEXTS_AT_ONCE)
        bounds = np.append(0, lengths.clip(10, 2_000).astype(int).cumsum())
        # The last share may fall short of 1 by a rounding error.
        words = np.searchsorted(reaches[:-1], rng.random(bounds[-1]))
        form = np.searchsorted(_REACHES_OF_FORMS, rng.random(len(words)))
        places = (words * len(_FORMS) + form).tolist()
        for begin, end in pairwise(bounds.tolist()):
            yield b" ".join(forms[place] for place in places[begin:end])
