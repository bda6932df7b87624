"""Runs all that must hold before a release is tagged, and prints a table of what does.

Usage:

    IMDB_KERAS_ARCHIVE=/data/aclImdb_v1.tar.gz make release-check
"""

import os
import pathlib
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

import imdb_keras_tfds

ROOT = pathlib.Path(__file__).parent.parent

LOGS = ROOT / "build" / "release-check"
"""What each check printed."""

CHECKS: dict[str, Sequence[str]] = {
    "all is committed": ["git", "diff", "--exit-code", "HEAD"],
    "the version is told": ["make", "check-tag", f"TAG=v{imdb_keras_tfds.__version__}"],
    "lint": ["make", "lint"],
    "tests": ["make", "test"],
    "every Python": ["make", "test-all"],
    "oldest dependencies": ["make", "test-oldest"],
    "documentation": ["make", "docs"],
    "distributions": ["make", "dist"],
    "proof on the Stanford reviews": [sys.executable, "-m", "imdb_keras_tfds", "prove"],
}
"""What it is -> the command that tells by its status."""


def run(checks: Mapping[str, Sequence[str]], logs: pathlib.Path) -> dict[str, tuple[bool, float]]:
    """Runs all checks, also behind one that fails.

    Args:
      checks: see `CHECKS`.
      logs: a folder for what they print; it is made.

    Returns:
      Check -> whether it holds, and the seconds that it took.
    """
    logs.mkdir(parents=True, exist_ok=True)
    results = {}
    for name, command in checks.items():
        print(f"{name}: {' '.join(command)}", flush=True)
        started = time.monotonic()
        with (logs / f"{name.replace(' ', '_')}.log").open("wb") as log:
            done = subprocess.run(  # noqa: S603  (the commands above)
                command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, check=False
            )
        results[name] = done.returncode == 0, time.monotonic() - started
    return results


def table(results: Mapping[str, tuple[bool, float]]) -> str:
    """The results as a table of Markdown."""
    rows = [
        f"| {name} | {'yes' if holds else 'NO'} | {seconds / 60:.1f} min |"
        for name, (holds, seconds) in results.items()
    ]
    return "\n".join(["| what must hold | holds | took |", "| --- | --- | --- |", *rows])


def main() -> int:
    """Runs them; the status is not 0 if one does not hold."""
    if not os.environ.get("IMDB_KERAS_ARCHIVE"):
        print(
            "name the Stanford archive by IMDB_KERAS_ARCHIVE; the proof needs it", file=sys.stderr
        )
        return 2
    results = run(CHECKS, LOGS)
    print(f"\n{table(results)}\n\nWhat each printed stands in {LOGS.relative_to(ROOT)}.")
    return 0 if all(holds for holds, _ in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
