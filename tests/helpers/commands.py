"""Runs commands as a user would: in a process of their own."""

import os
import pathlib
import subprocess
import sys
from collections.abc import Mapping, Sequence

SCRIPTS = pathlib.Path(sys.executable).parent


def run(
    command: Sequence[str | os.PathLike[str]],
    *,
    cwd: pathlib.Path | None = None,
    env: Mapping[str, str] | None = None,
    check: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Runs a command with this environment's scripts first in PATH, and shows it if it fails."""
    path = f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "PATH": path, "TF_CPP_MIN_LOG_LEVEL": "3", **(env or {})},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if check and done.returncode:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done


def run_python(code: str, *arguments: str, env: Mapping[str, str] | None = None) -> str:
    """The standard output of Python code in a fresh process."""
    return run([sys.executable, "-c", code, *arguments], env=env).stdout
