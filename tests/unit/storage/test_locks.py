import logging
import os
import pathlib
import platform
import subprocess
import sys
import threading

import pytest
from etils import epath

from imdb_keras_tfds.storage import locks

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no locks on Windows")

HOLD = """
import sys
from etils import epath
from imdb_keras_tfds.storage import locks
with locks.alone_in(epath.Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.readline()
"""


def waits(folder: pathlib.Path, caplog: pytest.LogCaptureFixture) -> tuple[list[str], int]:
    """Waits for another process; returns what is said, and the number of that process."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        holder.stdout.readline()
        is_said = threading.Event()

        def note(record: logging.LogRecord) -> bool:
            is_said.set()
            return True

        caplog.handler.addFilter(note)

        def release() -> None:
            is_said.wait(60)
            assert holder.stdin is not None
            holder.stdin.close()

        releaser = threading.Thread(target=release)
        releaser.start()
        with caplog.at_level(logging.WARNING), locks.alone_in(epath.Path(folder)) as alone:
            assert alone
            assert is_said.is_set()
        releaser.join()
    return [record.getMessage() for record in caplog.records], holder.pid


def test_nothing_is_said_where_nobody_waits(
    tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    with locks.alone_in(epath.Path(tmp_path / "new")) as alone:
        assert alone
    assert caplog.records == []


@pytest.mark.skipif(sys.platform != "linux", reason="/proc of Linux")
def test_who_waits_says_so_and_for_whom(
    tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    said, holder = waits(tmp_path, caplog)
    assert said == [
        f"{tmp_path}: waiting until process {holder} on {platform.node()} has ended its work"
    ]


@pytest.mark.parametrize("is_told", [False, True])
def test_who_waits_for_a_process_that_the_system_does_not_tell(
    is_told: bool,
    tmp_path: pathlib.Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    told = tmp_path / "locks"
    monkeypatch.setattr(locks, "_LOCKS", told)
    if is_told:
        # The holder is in another container.
        file = folder.stat()
        place = f"{os.major(file.st_dev):02x}:{os.minor(file.st_dev):02x}:{file.st_ino}"
        told.write_text(f"1: FLOCK  ADVISORY  WRITE 0 {place} 0 EOF\n")
    said, _ = waits(folder, caplog)
    assert said == [f"{folder}: waiting until another process has ended its work"]


def test_a_lock_that_keeps_nobody_out_is_none(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with locks.alone_in(epath.Path(tmp_path)) as alone:
        assert alone
    monkeypatch.setattr("fcntl.flock", lambda handle, operation: None)
    with locks.alone_in(epath.Path(tmp_path)) as alone:
        assert not alone
