"""Runs child processes, measures their time and peak memory, and keeps the files of a run.

Nothing heavy is imported here: Linux counts the memory of a process before its `exec` towards its
peak, so a child never has a lower one than its parent had.
"""

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from . import children
from .children.profiles import Line

_UNIT_OF_PEAK = 1 if sys.platform == "darwin" else 1024

_LINES_OF_LOG = 20

_CHILD = [sys.executable, "-m", children.__name__]


class ChildError(Exception):
    """A child process failed.

    Attributes:
      log: the end of what it wrote to standard error.
    """

    def __init__(self, what: str, log: str):
        super().__init__(what)
        self.log = log


@dataclass(frozen=True)
class Run:
    """What a child process took.

    Attributes:
      seconds: wall time, from its start to its end.
      cpu_seconds: processor time of all its threads, in user and system mode.
      peak: bytes, the most memory that was resident.
      result: what its function returned; None for a command.
    """

    seconds: float
    cpu_seconds: float
    peak: int
    result: Any = None


def run(function: Callable[..., object], *arguments: object, **environment: object) -> Run:
    """Calls a function in a fresh process.

    Args:
      function: one of `children.CHILDREN`.
      *arguments: for the function, which is handed them as strings.
      **environment: environment variables, beside those of this process.

    Raises:
      ChildError: the process ended with another status than 0.
    """
    name = function.__name__
    run, output = _measured([*_CHILD, name, *map(str, arguments)], name, environment)
    return dataclasses.replace(run, result=json.loads(output.splitlines()[-1]))


def profile(
    function: Callable[..., object], *arguments: object, **environment: object
) -> list[Line]:
    """Tells where the time of a function goes, in a fresh process; see `children.profiles`.

    Args:
      function: as for `run`, and so are all others.
      *arguments: see there.
      **environment: see there.

    Raises:
      ChildError: see there.
    """
    name = function.__name__
    _, output = _measured([*_CHILD, "--profile", name, *map(str, arguments)], name, environment)
    lines: list[Line] = json.loads(output.splitlines()[-1])
    return lines


def command(name: str, *arguments: object, **environment: object) -> Run:
    """Runs a command that is installed beside this Python.

    Args:
      name: of the command.
      *arguments: of its command line.
      **environment: as for `run`.

    Raises:
      ChildError: see there.
    """
    script = Path(sys.executable).with_name(name)
    run, _ = _measured([str(script), *map(str, arguments)], name, environment)
    return run


def _measured(command: list[str], name: str, environment: Mapping[str, object]) -> tuple[Run, str]:
    """Runs a process; returns what it took, and what it wrote to standard output."""
    variables = {variable: str(value) for variable, value in environment.items()}
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as log:
        start = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603  # Our own functions, and commands of this Python.
            command,
            stdout=output,
            stderr=log,
            cwd=Path(__file__).parent.parent,
            env=os.environ | variables,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)  # `Popen` did not see it end
        output.seek(0)
        log.seek(0)
        if process.returncode:
            lines = log.read().splitlines()
            last = lines[-1] if lines else f"exit status {process.returncode}"
            raise ChildError(f"{name}: {last}", "\n".join(lines[-_LINES_OF_LOG:]))
        peak = usage.ru_maxrss * _UNIT_OF_PEAK
        return Run(seconds, usage.ru_utime + usage.ru_stime, peak), output.read()


def rounds(name: str, number: int) -> Iterator[int]:
    """Counts rounds, and says so."""
    for i in range(number):
        say(f"{name}: round {i + 1} of {number}")
        yield i


def say(what: str) -> None:
    """Tells who waits how far it is."""
    print(f"[{time.strftime('%H:%M:%S')}] {what}", file=sys.stderr, flush=True)


class Workspace:
    """The files of a run; what several benchmarks need is made once.

    Attributes:
      archive: the Stanford archive.
    """

    def __init__(self, folder: Path, archive: Path):
        self.archive = archive
        self._folder = folder

    @contextlib.contextmanager
    def fresh(self) -> Iterator[Path]:
        """An empty folder, which is removed afterwards."""
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            yield Path(folder)

    @property
    def cache(self) -> Path:
        """The cache folder that belongs to `prepared`."""
        return self._folder / "cache"

    @cached_property
    def prepared(self) -> Path:
        """A data folder with the configs `full` and `top10k`."""
        data_dir = self._folder / "data"
        for config in ("full", "top10k"):
            say(f"preparing {config}")
            run(children.build, config, data_dir, IMDB_KERAS_CACHE=self.cache)
        return data_dir

    @cached_property
    def prepared_texts(self) -> Path:
        """The same folder, with the config `top10k_text` as well."""
        say("preparing top10k_text")
        run(children.build, "top10k_text", self.prepared, IMDB_KERAS_CACHE=self.cache)
        return self.prepared

    @cached_property
    def array_records(self) -> Path:
        """A data folder with the config `top10k` as `array_record`."""
        data_dir = self._folder / "array_records"
        say("preparing top10k as array_record")
        run(children.build, "top10k", data_dir, "array_record", IMDB_KERAS_CACHE=self.cache)
        return data_dir

    @cached_property
    def keras_home(self) -> Path:
        """Keras's folder, with its own files in it."""
        keras_home = self._folder / "keras"
        say("preparing Keras's files")
        run(children.export_keras, self.prepared, keras_home, IMDB_KERAS_CACHE=self.cache)
        return keras_home
