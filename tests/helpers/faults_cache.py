"""What befalls the cache in processes of their own: damage by chance, kills, a full disk.

Usage:

    end = run(faults_cache.recall_damaged, folder, range(100))
"""

import os
import pathlib
import random
from typing import Any

import numpy as np
import pytest

from imdb_keras_tfds.recipe import corpus
from imdb_keras_tfds.source import reading, release
from imdb_keras_tfds.storage import cache, pinned, ranks
from imdb_keras_tfds.storage.cache_folder import SUBFOLDER, CacheFolder
from imdb_keras_tfds.storage.tables import Table
from tests.helpers import faults_children as children
from tests.helpers.corpora import assert_same, keep

# A child ends with what was patched in it.
_patch = pytest.MonkeyPatch()


def recall_damaged(folder: pathlib.Path, seeds: range) -> int:
    """Takes the sample out of a cache with a damaged file, for each seed another damage.

    Returns:
      How often nothing was taken; all else was right.
    """
    _use(folder)
    sample = corpus.build(reading.read(release.sample_path(), release.SAMPLE))
    files = _files_of(sample)
    misses = 0
    for seed in seeds:
        _damage(files, random.Random(seed))
        recalled = ranks.recall(sample.contents, release.SPLITS)
        if recalled is None:
            misses += 1
        else:
            assert_same(recalled, sample)
    return misses


def load_damaged_own(folder: pathlib.Path, own: pathlib.Path, seeds: range) -> int:
    """Loads one's own reviews with a damaged cache, for each seed another damage.

    Every other one is sealed as if it were no damage.

    Returns:
      How often they were ranked anew; all was right.
    """
    _use(folder)
    source = reading.read(own, None)
    right = corpus.build(source)
    files = _files_of(right)
    builds = []

    def counted(source: Any, *arguments: Any, **named: Any) -> corpus.Corpus:
        builds.append(source)
        return corpus.build(source, *arguments, **named)

    _patch.setattr(ranks, "build", counted)
    for seed in seeds:
        draw = random.Random(seed)
        if seed % 2:
            _damage(files, draw)
        else:
            keep(right)
            _seal_damaged(right, draw)
        assert_same(ranks.load(own, None), right)
    return len(builds)


def _files_of(kept: corpus.Corpus) -> dict[pathlib.Path, bytes]:
    """The files of a corpus in the cache."""
    keep(kept)
    folder = cache.folder()
    assert folder is not None
    return {path: path.read_bytes() for path in sorted((folder / SUBFOLDER).glob("*.ranks"))}


def _damage(files: dict[pathlib.Path, bytes], draw: random.Random) -> None:
    """Damages one file, and makes all others whole."""
    for path, whole in files.items():
        path.write_bytes(whole)
    path = draw.choice(list(files))
    content = bytearray(files[path])
    start = draw.choice([draw.randrange(len(content)), draw.randrange(min(80, len(content)))])
    size = draw.choice([1, 4, 8, 100])
    kind = draw.randrange(6)
    if kind == 0:
        for _ in range(draw.randrange(1, 5)):
            content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    elif kind == 1:
        del content[start:]
    elif kind == 2:
        content[start : start + size] = draw.randbytes(size)
    elif kind == 3:
        content[start : start + size] = bytes(size)
    elif kind == 4:
        content[start:start] = draw.randbytes(size)
    else:
        content[:] = files[draw.choice([other for other in files if other != path])]
    path.write_bytes(content)


def _seal_damaged(right: corpus.Corpus, draw: random.Random) -> None:
    """Writes a table of other values, with the digests of these."""
    tables = pinned.tables_of(right)
    name = draw.choice(sorted(tables))
    columns = [column.copy() for column in tables[name].columns]
    place = draw.randrange(len(columns))
    column = columns[place]
    kind = draw.randrange(4)
    if kind == 0:
        # Bytes of any value, one behind the other.
        content = column.view(np.uint8)
        start = draw.randrange(max(len(content), 1))
        some = content[start : start + draw.randrange(1, 9)]
        some[:] = np.frombuffer(draw.randbytes(len(some)), np.uint8)
    elif kind == 1:
        column[: len(column) // 2] += draw.choice([-1, 1, 7]) % 256
    elif kind == 2:
        columns[place] = column[draw.randrange(2) : len(column) - draw.randrange(2)].copy()
    else:
        columns[place] = column[::-1].copy()
    cache.write(ranks._key(right.contents), name, Table(tuple(columns)))


def build_with_cache(data_dir: pathlib.Path, folder: pathlib.Path, **options: Any) -> None:
    """Builds with a cache in a folder."""
    _use(folder)
    children.build(data_dir, **options)


def build_killed_while_the_cache_is_written(
    data_dir: pathlib.Path, folder: pathlib.Path, number: int
) -> None:
    """Builds, and is killed when file `number` of the cache, from 1, is half written."""
    written = []
    replace = CacheFolder._replace

    def die_half_way(self: CacheFolder, name: str, parts: Any) -> None:
        written.append(name)

        def half() -> Any:
            yield b"half"
            os.kill(os.getpid(), 9)

        replace(self, name, half() if len(written) == number else parts)

    _patch.setattr(CacheFolder, "_replace", die_half_way)
    build_with_cache(data_dir, folder)


def build_with_cache_on_full_disk(data_dir: pathlib.Path, mount: pathlib.Path) -> None:
    """Builds with a cache that does not see that its disk has too little room."""
    children.mount_disk(mount)
    _patch.setattr(CacheFolder, "room", lambda self: 1 << 60)
    build_with_cache(data_dir, mount / "cache")


def build_with_cache_on_the_same_disk(
    mount: pathlib.Path, bad: str
) -> tuple[children.End, bool, dict[str, bytes]]:
    """Builds where the cache is on the small disk of the dataset; see `build_on_bad_disk`."""
    _use(mount / "cache")
    return children.build_on_bad_disk(mount, bad)


def _use(folder: pathlib.Path) -> None:
    _patch.setenv(cache.VARIABLE, str(folder))
