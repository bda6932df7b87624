"""What is left where a system lacks what only POSIX has, as Windows does."""

import pathlib
import sys

import pytest

from tests.helpers.commands import run
from tests.helpers.layout import Files

BEGIN = """
import pathlib, sys
from tests.helpers import windows_like
windows_like.simulate()
import imdb_keras_tfds
folder = pathlib.Path(sys.argv[1])
"""

SIMULATED = """
import os
try:
    import fcntl
    raise AssertionError("there are locks")
except ImportError:
    pass
assert not hasattr(os, "O_NONBLOCK")
(folder / "text").write_text("a line\\n")
assert (folder / "text").read_bytes() == b"a line\\r\\n"
"""

BUILD = """
builder = imdb_keras_tfds.Builder(config="sample", data_dir=folder)
builder.download_and_prepare()
again = imdb_keras_tfds.Builder(config="sample", data_dir=folder)
assert again.is_prepared()
"""

USE = """
import numpy as np
from imdb_keras_tfds.cli import command
assert command.main(["verify", "sample", "--data-dir", str(folder)]) == 0
builder = imdb_keras_tfds.Builder(config="sample", data_dir=folder)
codec = imdb_keras_tfds.codec(builder, download=False)
print(codec.decode([1, 4]))
(ids, *_), *_ = imdb_keras_tfds.batches(builder, "train", batch_size=2, download=False)
assert ids.shape[0] == 2
columns = imdb_keras_tfds.load_columns(builder, "train", download=False)
assert len(columns["tokens"]) == 48
"""

LOCKS = """
from etils import epath
from imdb_keras_tfds.storage import atomic
from imdb_keras_tfds.storage.locks import alone_in
with alone_in(epath.Path(folder)) as alone:
    assert alone is False
left = folder / ".report.html.0123456789abcdef"
left.write_bytes(b"half")
with atomic.writing(folder / "report.html") as file:
    file.write(b"whole")
assert [path.name for path in folder.iterdir()] == ["report.html"]
"""

CACHE = """
import numpy as np
from imdb_keras_tfds.storage import cache
from imdb_keras_tfds.storage.tables import Table
key = "0" * 32
cache.write(key, "train", Table((np.array([1]),)))
assert cache.read(key, "train", [("<i8", 1)]) is None
assert list(folder.iterdir()) == []
"""


def run_as_on_windows(
    code: str, folder: pathlib.Path, repository: pathlib.Path, **env: str
) -> list[str]:
    done = run([sys.executable, "-c", BEGIN + code, folder], cwd=repository, env=env)
    return done.stdout.splitlines()


def files_of(folder: pathlib.Path) -> Files:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_simulation_is_one(tmp_path: pathlib.Path, repository: pathlib.Path) -> None:
    run_as_on_windows(SIMULATED, tmp_path, repository)


def test_a_dataset_has_the_same_bytes(
    original: pathlib.Path, tmp_path: pathlib.Path, repository: pathlib.Path
) -> None:
    run_as_on_windows(BUILD, tmp_path, repository)
    (folder,) = tmp_path.glob("imdb_keras/sample_full/*")
    found, expected = files_of(folder), files_of(original)
    # TFDS writes it last, in the lines of the system; nothing of it is digested.
    info = found.pop("dataset_info.json").replace(b"\r\n", b"\n")
    assert len(info.splitlines()) == len(expected.pop("dataset_info.json").splitlines())
    assert found == expected


def test_a_prepared_dataset_is_verified_and_read(
    folder: pathlib.Path, tmp_path: pathlib.Path, repository: pathlib.Path
) -> None:
    printed = run_as_on_windows(USE, tmp_path, repository)
    assert printed[-1] == "[START] the"


@pytest.mark.parametrize("code", [LOCKS, CACHE], ids=["locks", "cache"])
def test_without_locks(code: str, tmp_path: pathlib.Path, repository: pathlib.Path) -> None:
    run_as_on_windows(code, tmp_path, repository, IMDB_KERAS_CACHE=str(tmp_path))
