"""Runs the scripts of `examples/` in this process."""

import contextlib
import io
import pathlib
import runpy

FOLDER = pathlib.Path(__file__).parents[2] / "examples"


def run_example(name: str, *arguments: str) -> list[str]:
    """The lines that a script prints.

    Args:
      name: of its file.
      *arguments: of its command line.
    """
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        runpy.run_path(str(FOLDER / name))["main"](arguments)
    return printed.getvalue().splitlines()
