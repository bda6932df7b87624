import os
import subprocess
import sys

import pytest

from imdb_keras_tfds.storage import owners


def test_this_process_is_not_gone() -> None:
    assert not owners.is_gone(owners.this_process())


@pytest.mark.skipif(sys.platform != "linux", reason="/proc of Linux")
def test_one_that_has_ended_is() -> None:
    code = "from imdb_keras_tfds.storage import owners; print(owners.this_process(), flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", f"{code}; input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert not owners.is_gone(name)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert owners.is_gone(name)  # though nobody has noticed yet
    assert owners.is_gone(name)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc of Linux")
def test_one_whose_number_another_one_has() -> None:
    machine, process, start = owners.this_process().split("-")
    assert owners.is_gone(f"{machine}-{process}-{int(start) - 1}")


def test_nobody_knows_of_another_machine() -> None:
    _, process, start = owners.this_process().split("-")
    assert not owners.is_gone(f"00000000-{process}-{int(start) - 1}")


@pytest.mark.parametrize("name", ["", "X", "5f0c1a9e-x-1", "../..", "5f0c1a9e-1"])
def test_no_name(name: str) -> None:
    assert not owners.is_gone(name)
