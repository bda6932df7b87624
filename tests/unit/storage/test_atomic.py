import os
import pathlib
import signal
import stat
import subprocess
import sys
import threading

import pytest

from imdb_keras_tfds.storage import atomic
from tests.helpers.faults_report import RecordProperty, report

LEFTOVER = ".file.0123456789abcdef"


@pytest.fixture
def path(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    return path


def names(path: pathlib.Path) -> list[str]:
    return sorted(entry.name for entry in path.parent.iterdir())


def test_a_file_takes_its_place_when_it_is_whole(path: pathlib.Path) -> None:
    with atomic.writing(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert names(path) == ["file"]


@pytest.mark.parametrize("error", [OSError("full"), KeyboardInterrupt()])
def test_after_an_exception_the_old_file_is_there(error: BaseException, path: pathlib.Path) -> None:
    def write_half() -> None:
        with atomic.writing(path) as file:
            file.write(b"half")
            raise error

    with pytest.raises(type(error)):
        write_half()
    assert path.read_bytes() == b"old"
    assert names(path) == ["file"]


def test_a_file_is_as_readable_as_any_other(path: pathlib.Path) -> None:
    path.with_name("other").touch()
    with atomic.writing(path) as file:
        file.write(b"new")
    assert path.stat().st_mode == path.with_name("other").stat().st_mode


def test_where_no_file_can_be_nothing_is_begun(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").touch()
    for where in ("missing/file", "file/file", ""):
        with pytest.raises(OSError, match=str(tmp_path)), atomic.writing(tmp_path / where):
            raise AssertionError
    assert names(tmp_path / "file") == ["file"]


def test_a_link_is_followed(path: pathlib.Path, tmp_path: pathlib.Path) -> None:
    link = tmp_path / "folder" / "link"
    link.parent.mkdir()
    link.symlink_to(path)
    with atomic.writing(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert names(link) == ["link"]


def test_a_pipe_is_written_to(tmp_path: pathlib.Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    with atomic.writing(pipe) as file:
        file.write(b"new")
    reader.join()
    assert read == [b"new"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_what_a_kill_leaves_goes_with_the_next_run(
    path: pathlib.Path, record_property: RecordProperty
) -> None:
    killed_in_the_block = "file.write(b'half'); os.kill(os.getpid(), 9)"
    killed_when_whole = "file.write(b'new'); atomic.os.fsync = lambda _: os.kill(os.getpid(), 9)"
    for block in (killed_in_the_block, killed_when_whole):
        code = f"import os, sys\nfrom {atomic.__package__} import atomic\n"
        code += f"with atomic.writing(sys.argv[1]) as file: {block}"
        killed = subprocess.run([sys.executable, "-c", code, path], check=False)
        assert killed.returncode == -signal.SIGKILL
        assert path.read_bytes() == b"old"
        # The second child has removed what the first one left.
        assert len(names(path)) == 2
    with atomic.writing(path) as file:
        file.write(b"new")
    assert names(path) == ["file"]
    report(
        record_property,
        "kill -9 while a report, a description or Keras's files are written",
        2,
        "the old file is there; the next run removes what is left",
    )


def test_only_leftovers_of_this_very_file_go(path: pathlib.Path) -> None:
    kept = [".file.0123456789abcdeg", ".file.0123456789abcdef0", ".other.0123456789abcdef", "file"]
    for name in kept[:-1]:
        path.with_name(name).touch()
    path.with_name(".file.aaaaaaaaaaaaaaaa").mkdir()
    path.with_name(".file.bbbbbbbbbbbbbbbb").symlink_to(path)
    path.with_name(LEFTOVER).touch()
    atomic.remove_leftovers(path)
    others = [".file.aaaaaaaaaaaaaaaa", ".file.bbbbbbbbbbbbbbbb"]
    assert names(path) == sorted(kept + others)


def test_a_name_is_not_taken_for_a_pattern(tmp_path: pathlib.Path) -> None:
    other = tmp_path / ".axb.0123456789abcdef"
    other.touch()
    for name in ("a.b", "a[x]b", "a*b"):
        with atomic.writing(tmp_path / name) as file:
            file.write(b"new")
    assert other.exists()


def test_what_another_process_writes_is_no_leftover(path: pathlib.Path) -> None:
    with atomic.writing(path) as one:
        one.write(b"one")
        with atomic.writing(path) as other:
            other.write(b"other")
        assert path.read_bytes() == b"other"
    assert path.read_bytes() == b"one"
    assert names(path) == ["file"]


def test_where_no_locks_work_nothing_is_removed(
    path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    path.with_name(LEFTOVER).touch()
    with atomic.writing(path) as file:
        file.write(b"new")
    assert names(path) == [LEFTOVER, "file"]
    assert path.read_bytes() == b"new"
