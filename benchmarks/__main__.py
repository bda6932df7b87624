"""Runs the benchmarks and writes `RESULTS.md`; see `python -m benchmarks --help`."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from . import beam, builds, children, commands, growth, harness, loading, ranks, reading, report
from .harness import Workspace
from .report import Result, Row

ARCHIVE_VARIABLE = "IMDB_KERAS_ARCHIVE"

RESULTS = Path(__file__).parent / "RESULTS.md"

_LEAST_ROUNDS = 3
"""Of a run whose results are written down."""

BENCHMARKS: dict[str, Callable[[Workspace, int], Result]] = {
    "build": builds.build,
    "further": builds.further,
    "source": builds.source,
    "ranks": ranks.ranks,
    "load_data": loading.load_data,
    "memory": loading.memory,
    "load_ragged": loading.load_ragged,
    "batches": reading.batches,
    "loaders": reading.loaders,
    "first_batch": reading.first_batch,
    "verify": commands.verify,
    "export": commands.export,
    "commands": commands.commands,
    "import": loading.imports,
    "growth": growth.growth,
    "beam": beam.beam,
}


def main() -> int:
    """Runs one benchmark, or all.

    Returns:
      The exit status: 1 if a bound was missed or a benchmark failed.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=BENCHMARKS, metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument(
        "--rounds",
        type=int,
        default=_LEAST_ROUNDS,
        metavar="N",
        help=f"{RESULTS.name} is written by a run of all benchmarks with {_LEAST_ROUNDS} or more",
    )
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds must be 1 or more")
    archive = _archive()

    results = []
    with tempfile.TemporaryDirectory(prefix="imdb_keras_benchmarks_") as folder:
        workspace = Workspace(Path(folder), archive)
        # Else the first round would read all libraries from disk, and each one would compile this
        # package: pip has done so for the peers, which it installed.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        try:
            harness.run(children.import_all)
        except harness.ChildError as error:
            sys.exit(f"benchmarks: {error}; pip install -r benchmarks/requirements.txt")
        for name in [options.only] if options.only else BENCHMARKS:
            try:
                results.append(BENCHMARKS[name](workspace, options.rounds))
            except harness.ChildError as error:
                # Only said here: it may name files of this machine.
                harness.say(f"{name}: {error}\n{error.log}")
                results.append(Result([Row(name, "", "failed", "", met=False)]))
            for row in results[-1].rows:
                harness.say(f"{row.what}: {row.measured}; bound {row.bound}, met: {row.verdict}")
    text = report.text(results, options.rounds)
    print(text)
    if not options.only and options.rounds >= _LEAST_ROUNDS:
        RESULTS.write_text(text)
    return 0 if all(row.met for result in results for row in result.rows) else 1


def _archive() -> Path:
    named = os.environ.get(ARCHIVE_VARIABLE)
    if not named:
        sys.exit(f"benchmarks: {ARCHIVE_VARIABLE} is not set; let it name aclImdb_v1.tar.gz")
    if not Path(named).is_file():
        sys.exit(f"benchmarks: {ARCHIVE_VARIABLE}={named} is no file; let it name the archive")
    return Path(named).resolve()


if __name__ == "__main__":
    sys.exit(main())
