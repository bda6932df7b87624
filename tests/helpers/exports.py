"""Exports of datasets, and the programs that read them."""

import os
import pathlib
import sys

from tests.helpers import programs
from tests.helpers.commands import run

_PROGRAMS = pathlib.Path(programs.__file__).parent


def read_by(program: str, *arguments: str | os.PathLike[str], cache: pathlib.Path) -> list[str]:
    """The lines that a program of `programs/` prints, which finds no network.

    Args:
      program: its name.
      *arguments: of its command line.
      cache: a folder for what Hugging Face's libraries keep.
    """
    command = [sys.executable, _PROGRAMS / f"{program}.py", *arguments]
    done = run(
        command,
        env={
            "HF_HOME": str(cache),
            "HF_HUB_OFFLINE": "1",
            "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
        },
    )
    return done.stdout.splitlines()


def names_in(folder: pathlib.Path) -> list[str]:
    """The names of all that is in a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())
