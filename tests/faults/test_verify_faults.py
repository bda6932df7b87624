"""What may stand in the place of a file of a dataset, and what else may go wrong at a check."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from imdb_keras_tfds import Builder, ImdbKerasConfig, ImdbKerasError
from imdb_keras_tfds.storage import shards
from imdb_keras_tfds.storage.manifest import write_manifest
from imdb_keras_tfds.storage.verify import verify
from tests.helpers.faults_report import RecordProperty, report

NAMES = ["SHA256SUMS", "dataset_info.json", "features.json", "imdb_word_index.json"]
NAMES += ["label.labels.txt", "metadata.json"]
SHARDS = [f"imdb_keras-{split}.tfrecord-00000-of-00001" for split in ("test", "train")]


@pytest.fixture(autouse=True)
def no_hanging() -> Iterator[None]:
    """Ends a test that waits for what never comes."""

    def stop(*_: Any) -> None:
        raise TimeoutError("the test hangs")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def checked(folder: pathlib.Path) -> list[str]:
    """What is found; each problem is one line that can be printed."""
    problems = verify(folder)
    assert all(problem.isprintable() for problem in problems)
    assert all(problem.startswith(str(folder)) for problem in problems)
    return problems


def bind(path: pathlib.Path) -> None:
    """Makes a socket; its path may be of 107 bytes at most."""
    descriptor = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as file:
        file.bind(f"/proc/self/fd/{descriptor}/{path.name}")
    os.close(descriptor)


PLACES: dict[str, Callable[[pathlib.Path], Any]] = {
    "a link to nowhere": lambda path: path.symlink_to("nowhere"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a folder": lambda path: path.mkdir(),
    "a link to a folder": lambda path: path.symlink_to("."),
    "a FIFO": os.mkfifo,
    "a socket": bind,
    "a link to an endless device": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("name", [*NAMES, *SHARDS])
@pytest.mark.parametrize("what", PLACES)
def test_what_stands_in_the_place_of_a_file_is_reported(
    folder: pathlib.Path, name: str, what: str, record_property: RecordProperty
) -> None:
    (folder / name).unlink()
    PLACES[what](folder / name)
    assert any(line.startswith(f"{folder / name}: cannot be read (") for line in checked(folder))
    report(record_property, "no plain file in the place of a file", 1, "reported by `verify`")


@pytest.mark.parametrize("what", PLACES)
def test_what_is_one_too_many_is_reported(folder: pathlib.Path, what: str) -> None:
    PLACES[what](folder / "more")
    assert checked(folder) == [f"{folder / 'more'}: is not in SHA256SUMS"]


@pytest.mark.parametrize("what", PLACES)
def test_what_stands_in_the_place_of_a_random_access_shard_is_reported(
    tmp_path: pathlib.Path, what: str
) -> None:
    builder = Builder(config="sample", data_dir=tmp_path, file_format="array_record")
    builder.download_and_prepare()
    folder = pathlib.Path(builder.data_dir)
    path = folder / "imdb_keras-train.array_record-00000-of-00001"
    path.unlink()
    PLACES[what](path)
    assert any("record 0 cannot be read (" in line for line in checked(folder))


def test_a_link_counts_as_its_file(folder: pathlib.Path) -> None:
    for name in (*NAMES, *SHARDS):
        (folder / name).rename(folder.parent / name)
        (folder / name).symlink_to(folder.parent / name)
    assert checked(folder) == []


@pytest.mark.parametrize("name", [*NAMES, *SHARDS])
def test_a_file_that_may_not_be_read_is_reported(
    folder: pathlib.Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may read everything, so the file's mode would not do.
    def refuse(path: Any, *arguments: Any, **options: Any) -> int:
        if os.path.basename(path) == name:
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return os_open(path, *arguments, **options)

    os_open = os.open
    monkeypatch.setattr(os, "open", refuse)
    assert f"{folder / name}: cannot be read (Permission denied)" in checked(folder)


@pytest.mark.parametrize("place", ["", "file", "file/x", "loop/x", "\0", "x" * 300, "/dev/null"])
def test_a_folder_that_is_none_is_reported(tmp_path: pathlib.Path, place: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    (problem, *_) = verify(tmp_path / place)
    assert problem.isprintable()


@pytest.mark.parametrize(
    "name", [b"\xff\xfe", b"a\nb", b"\x1b[31m", "\u2028".encode(), b"**", b"-", "\u202e".encode()]
)
def test_a_file_of_any_name_is_reported_in_one_line(folder: pathlib.Path, name: bytes) -> None:
    (pathlib.Path(os.fsdecode(os.fsencode(folder) + b"/" + name))).touch()
    (problem,) = checked(folder)
    assert problem.endswith(": is not in SHA256SUMS")


@pytest.mark.parametrize("name", ["g[x]", "a\nb", "*", "{x}", "%s", "~"])
def test_a_data_folder_of_any_name_is_checked(
    original: pathlib.Path, tmp_path: pathlib.Path, name: str
) -> None:
    folder = shutil.copytree(original, tmp_path / name / "imdb_keras/sample_full/1.1.0")
    assert verify(folder) == []
    (folder / SHARDS[0]).unlink()
    problems = verify(folder)
    assert problems
    assert all(problem.isprintable() for problem in problems)


@pytest.mark.parametrize(
    "line",
    [
        f"{'0' * 64}  **/**\n",
        f"{'0' * 64}  ..\n",
        f"{'0' * 64}  ../SHA256SUMS\n",
        f"{'0' * 64}  /etc/passwd\n",
        f"{'0' * 64}  a\x85b\n",
        f"{'0' * 64}  a\rb\n",
        f"{'0' * 64}  \0\n",
        f"{'0' * 63}G  x\n",
        f"{'0' * 64}  x",
        f"{'0' * 64}  x\n" * 2,
        f"\\{'0' * 64}  x\\n\n",
        "\n",
        "\udcff\n",
    ],
)
def test_a_line_of_the_manifest_that_is_none_is_reported(folder: pathlib.Path, line: str) -> None:
    with (folder / "SHA256SUMS").open("a", errors="surrogateescape") as file:
        file.write(line)
    assert checked(folder)


class TestMemory:
    """Memory that does not suffice is an error, and says nothing of the dataset."""

    def test_of_a_record(self, folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def read(*_: Any) -> Iterator[bytes]:
            raise MemoryError
            yield b""

        monkeypatch.setattr(shards, "raw", read)
        with pytest.raises(ImdbKerasError, match="the memory does not suffice") as error:
            verify(folder)
        assert str(error.value).isprintable()

    def test_of_a_shard_that_is_larger(self, folder: pathlib.Path) -> None:
        """A record of 1 TiB, whose length has the right checksum, in a file with holes."""
        path = folder / SHARDS[1]
        head = (1 << 40).to_bytes(8, "little")
        path.write_bytes(head + shards.masked_crc(head))
        os.truncate(path, (1 << 40) + 16)
        script = (
            "import resource, sys\n"
            "from imdb_keras_tfds.storage import verify\n"
            "verify.sha256_of = lambda path: '0' * 64  # which would take an hour\n"
            "resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))\n"
            "try:\n    verify.verify(sys.argv[1])\n"
            "except ValueError as error:\n    print(error)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, folder], capture_output=True, text=True, check=True
        )
        assert "the memory does not suffice to check it" in done.stdout

    def test_a_length_beyond_the_file_needs_none(self, folder: pathlib.Path) -> None:
        path = folder / SHARDS[1]
        head = (1 << 62).to_bytes(8, "little")
        path.write_bytes(head + shards.masked_crc(head) + b"x" * 100)
        assert f"{path}: record 0 cannot be read (the file ends within it)" in checked(folder)


@pytest.mark.parametrize("is_well", [True, False])
def test_the_command_needs_no_tensorflow_and_prints_nothing_else(
    folder: pathlib.Path, is_well: bool
) -> None:
    if not is_well:
        (folder / SHARDS[0]).write_bytes(b"x" * 40)
    script = (
        "import runpy, sys\n"
        "try:\n    runpy.run_module('imdb_keras_tfds', run_name='__main__')\n"
        "finally:\n    print('tensorflow' in sys.modules)\n"
    )
    data_dir = folder.parent.parent.parent
    done = subprocess.run(
        [sys.executable, "-c", script, "verify", "sample", f"--data-dir={data_dir}"],
        capture_output=True,
        text=True,
    )
    lines = verify(folder) or [f"{folder}: all is well"]
    assert done.stdout.splitlines() == [*lines, "False"]
    assert (done.returncode, done.stderr) == (0 if is_well else 1, "")


def test_a_dataset_of_ones_own_is_held_against_the_code_too(
    tmp_path: pathlib.Path, repository: pathlib.Path
) -> None:
    config = ImdbKerasConfig(name="mine_top100", num_words=100, corpus=repository / "dummy_data")
    builder = Builder(config=config, data_dir=tmp_path)
    builder.download_and_prepare()
    folder = pathlib.Path(builder.data_dir)
    assert checked(folder) == []
    path = folder / "features.json"
    path.write_text(path.read_text().replace("scalar.Scalar", "scalar.Other"))
    write_manifest(folder)
    assert checked(folder) == [f"{path}: is not what this package writes"]
