"""A user that nobody knows, without a home folder, as in a container: what works all the same."""

import os
import pathlib
import subprocess
import sys

import pytest

from tests.helpers.faults_report import RecordProperty, report

# The user's number stands in no list, and the files are still those of whoever runs the tests.
NOBODY = ["unshare", "--user", "--map-user=54321"]

PYTHON = """
import pathlib, sys
import imdb_keras_tfds
from imdb_keras_tfds.storage import cache
try:
    pathlib.Path.home()
    raise AssertionError("there is a home folder")
except RuntimeError:
    pass
assert cache.folder() is None
builder = imdb_keras_tfds.Builder(config="sample", data_dir=sys.argv[1])
builder.download_and_prepare()
print(imdb_keras_tfds.codec(builder).decode([1, 4]))
try:
    imdb_keras_tfds.load_data(data_dir=sys.argv[1], archive="nowhere")
except imdb_keras_tfds.ImdbKerasError as error:
    print(error)
"""


def can_be_nobody() -> bool:
    try:
        return subprocess.run([*NOBODY, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


pytestmark = pytest.mark.skipif(not can_be_nobody(), reason="user namespaces of Linux")


def run_as_nobody(*arguments: str, cwd: pathlib.Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(filter(None, [str(pathlib.Path.cwd()), os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        [*NOBODY, sys.executable, *arguments],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_python_with_a_data_folder(tmp_path: pathlib.Path) -> None:
    done = run_as_nobody("-c", PYTHON, str(tmp_path), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "[START] the" in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1].startswith(
        "nowhere: cannot be read (No such file or directory)"
    )


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("--help", 0),
        ("export keras --help", 0),
        ("build sample --data-dir data", 0),
        ("list --data-dir data", 0),
        ("info sample --data-dir data", 1),
        ("verify sample --data-dir data", 1),
        ("encode sample film --data-dir data", 0),
        ("decode sample 1 --data-dir data", 0),
        ("export croissant sample --data-dir data", 0),
        ("report sample --data-dir data", 0),
        ("prove --archive nowhere", 2),
        ("export keras --archive nowhere --keras-home keras", 2),
    ],
)
def test_every_command(
    line: str, status: int, tmp_path: pathlib.Path, record_property: RecordProperty
) -> None:
    done = run_as_nobody("-m", "imdb_keras_tfds", *line.split(), cwd=tmp_path)
    assert done.returncode == status, done.stderr
    assert "home" not in done.stderr
    assert "Traceback" not in done.stderr
    report(record_property, "a user without a home folder and without a name", 1, "commands work")


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("list", "--data-dir"),
        ("info sample", "--data-dir"),
        ("encode sample film", "--data-dir"),
        ("export keras", "--keras-home"),
    ],
)
def test_where_a_folder_must_be_named_an_error_says_so(
    line: str, option: str, tmp_path: pathlib.Path
) -> None:
    done = run_as_nobody("-m", "imdb_keras_tfds", *line.split(), cwd=tmp_path)
    assert done.returncode == 2
    (error,) = done.stderr.splitlines()
    assert error.startswith("imdb-keras: there is no home folder")
    assert option in error
    assert list(tmp_path.iterdir()) == []
