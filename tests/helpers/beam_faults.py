"""What goes wrong in the workers of a pipeline, for the tests of faults: workers import it."""

import os
import pathlib
import signal
from dataclasses import dataclass
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions

STEPS = ("count_chunk", "look_at_chunk", "encode_chunk", "write_shard")
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
