"""Writes corpora of random words in the layout of the release, as large as one likes.

Usage:

    synthetic.write(folder, [1_000, 2_000])   # folder/1000/, folder/2000/
    path, release = synthetic.read(folder / "1000")
"""

import dataclasses
import io
import json
import tarfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from imdb_keras_tfds.release import FOLDERS, ROOT, Contents, Release
from tests.layout import release_of

ARCHIVE = "corpus.tar.gz"

_RELEASE = "release.json"

# As in the release, half of all reviews have no label; the parts of a size are shared out so.
_PARTS = {"train/pos": 1, "train/neg": 1, "test/pos": 1, "test/neg": 1, "train/unsup": 4}

_FEWEST = 8
"""Reviews of a part at least: the release has no empty folder."""

# Lengths and words much as in the release: about 230 words a review, and 90,000 distinct ones in
# 25,000 reviews (Zipf's law with Mandelbrot's shift).
_MEAN_LENGTH, _SPREAD_OF_LENGTH = 5.2, 0.6
_WORDS, _SHIFT, _EXPONENT = 400_000, 12, 1.5

_FORMS = ("{}", "{},", "{}.", "{}.<br /><br />")
_REACHES_OF_FORMS = (0.87, 0.93, 0.99)
"""A random number below the first gives the first form, and so on."""

_LETTERS = np.frombuffer(b"etaoinshrdlcumwfgypbvk", np.uint8)


def write(folder: Path, sizes: Sequence[int]) -> None:
    """Writes a corpus of each size, each the beginning of the next.

    Args:
      folder: gets a folder for each, which `read` takes.
      sizes: numbers of reviews, ascending.
    """
    rng = np.random.default_rng(0)
    forms = _forms(rng)
    files: dict[str, bytes] = {}
    for size in sizes:
        counts = {part: max(size * share // 8, _FEWEST) for part, share in _PARTS.items()}
        have = {part: sum(path.startswith(f"{part}/") for path in files) for part in _PARTS}
        for part, count in counts.items():
            rating = FOLDERS[part].ratings[0]
            texts = _texts(rng, forms, count - have[part])
            for i, text in enumerate(texts, start=have[part]):
                files[f"{part}/{i}_{rating}.txt"] = text
        _write_corpus(folder / str(size), files)


def read(folder: Path) -> tuple[Path, Release]:
    """The archive of a corpus, and the release that it is."""
    described = json.loads((folder / _RELEASE).read_text())
    contents = {name: Contents(**found) for name, found in described["contents"].items()}
    return folder / ARCHIVE, Release(**{**described, "contents": contents})


def _write_corpus(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir()
    release = release_of(files, "stanford")
    (folder / _RELEASE).write_text(json.dumps(dataclasses.asdict(release)))
    with tarfile.open(folder / ARCHIVE, "w:gz", compresslevel=1) as tar:
        for path, text in files.items():
            member = tarfile.TarInfo(f"{ROOT}/{path}")
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))


def _forms(rng: np.random.Generator) -> list[bytes]:
    """The words by rank, each in all its forms: frequent words are short."""
    lengths = 1 + np.log(np.arange(_WORDS) + 2).astype(int) // 2 + rng.integers(0, 5, _WORDS)
    letters = _LETTERS[rng.geometric(0.12, lengths.sum()).clip(1, len(_LETTERS)) - 1].tobytes()
    bounds = np.append(0, lengths.cumsum()).tolist()
    words = [letters[start:stop].decode() for start, stop in pairwise(bounds)]
    return [form.format(word).encode() for word in words for form in _FORMS]


def _texts(rng: np.random.Generator, forms: list[bytes], number: int) -> Iterator[bytes]:
    share = (np.arange(_WORDS) + _SHIFT) ** -_EXPONENT
    reaches = np.cumsum(share / share.sum())
    for start in range(0, number, 1_000):
        lengths = rng.lognormal(_MEAN_LENGTH, _SPREAD_OF_LENGTH, min(1_000, number - start))
        bounds = np.append(0, lengths.clip(10, 2_000).astype(int).cumsum())
        # The last share may fall short of 1 by a rounding error.
        words = np.searchsorted(reaches[:-1], rng.random(bounds[-1]))
        form = np.searchsorted(_REACHES_OF_FORMS, rng.random(len(words)))
        places = (words * len(_FORMS) + form).tolist()
        for begin, end in pairwise(bounds.tolist()):
            yield b" ".join(forms[place] for place in places[begin:end])
