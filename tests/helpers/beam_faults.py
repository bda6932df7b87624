"""What goes wrong in the workers of a pipeline, for the tests of faults: workers import it."""

import os
import pathlib
import signal
import time
from dataclasses import dataclass
from typing import Any

import pytest
from apache_beam.options.pipeline_options import PipelineOptions

STEPS = ("count_chunk", "look_at_chunks", "encode_chunks", "write_shard")
"""What workers call in `imdb_keras_tfds.beam.steps`."""

TWO_PROCESSES = (
    "--runner=FnApiRunner",
    "--direct_running_mode=multi_processing",
    "--direct_num_workers=2",
)
"""Beam's options for two workers, each a process."""


def two_processes() -> PipelineOptions:
    """New options, since a pipeline changes those that it gets."""
    return PipelineOptions(flags=list(TWO_PROCESSES))


@dataclass(frozen=True)
class Watched:
    """Stands for a step of the package, and notes which process took it.

    Attributes:
      step: one of `STEPS`.
      folder: gets an empty file, named by its id, for each process.
      fault: `kill` kills the first process that is here, `raise` raises an error in each; None
        does neither.
    """

    step: str
    folder: pathlib.Path
    fault: str | None = None

    def take(self, *arguments: Any) -> Any:
        """Takes the step in a worker, where nothing stands for it."""
        is_first = not any(self.folder.iterdir())
        (self.folder / str(os.getpid())).touch()
        if self.fault == "kill" and is_first:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fault == "raise":
            raise OSError(f"no {self.step} today")
        from imdb_keras_tfds.beam import steps

        return getattr(steps, self.step)(*arguments)


def watch_step(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, step: str, fault: str | None = None
) -> pathlib.Path:
    """Has a step watched; returns the folder of the notes."""
    from imdb_keras_tfds.beam import driver

    folder = tmp_path / f"step_{step}"
    folder.mkdir()
    monkeypatch.setattr(driver, step, Watched(step, folder, fault).take)
    return folder


def end_one_worker(number: int, folder: pathlib.Path, how: int) -> int:
    """Ends the first worker that is here, by a signal (below 0) or a status; others are busy."""
    try:
        (folder / "ended").mkdir()
    except FileExistsError:
        time.sleep(600)
    if how < 0:
        os.kill(os.getpid(), -how)
        # Another thread may be the one that gets the signal, while this one goes on.
        time.sleep(600)
    os._exit(how)
    return number
