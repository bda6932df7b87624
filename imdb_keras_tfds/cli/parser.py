"""How a command line is taken apart: what all commands have in common.

Usage:

    info = add_command(commands, "info", "tell what a dataset is", "top10k", run=run_info)
    add_name(info)
"""

import argparse
import sys
from collections.abc import Callable, Collection
from typing import Any, NoReturn

import shtab

from .. import names
from ..source.local import ARCHIVE_VARIABLE

PROGRAM = "imdb-keras"

DIFFERENT = 1
"""The exit status where something is not as it should be, or not there."""

ERROR = 2
"""The exit status after an error."""

DEFAULT_CONFIG = names.spelt(names.DEFAULTS)
"""Of the commands that can be called without the name of one."""

Run = Callable[[argparse.Namespace], int]
"""Runs a command; returns the exit status."""

DATA_DIR, ARCHIVE = "--data-dir", "--archive"

# The options of more than one command, which may stand before a command as well as behind it.
_SHARED: dict[str, dict[str, Any]] = {
    DATA_DIR: {"metavar": "DIR", "help": "TFDS's data folder (default: TFDS's own)"},
    ARCHIVE: {
        "metavar": "PATH",
        "help": f"the Stanford archive, its unpacked folder, or the URL of one (default: "
        f"{ARCHIVE_VARIABLE}, or a download from Stanford)",
    },
}


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, as all errors of the command are."""

    def error(self, message: str) -> NoReturn:
        """Prints the error, and ends the process."""
        told = " ".join(message.split())
        print(f"{self.prog}: {told}; see {self.prog} --help", file=sys.stderr)
        sys.exit(ERROR)


def add_shared(parser: argparse.ArgumentParser, used: Collection[str] = tuple(_SHARED)) -> None:
    """Adds the options that may stand anywhere; those that are not used are told by no help."""
    completions = {DATA_DIR: shtab.DIRECTORY, ARCHIVE: shtab.FILE}
    for option, described in _SHARED.items():
        known = described if option in used else {**described, "help": argparse.SUPPRESS}
        # Without a default, one behind the command does not undo the one before it.
        added = parser.add_argument(option, default=argparse.SUPPRESS, **known)
        added.complete = completions[option]  # type: ignore[attr-defined]  # for shtab


def add_command(
    group: Any,
    name: str,
    purpose: str,
    example: str,
    *,
    run: Run,
    used: Collection[str] = tuple(_SHARED),
    notes: str = "",
) -> argparse.ArgumentParser:
    """Adds a command.

    Args:
      group: what `add_subparsers` returned.
      name: of the command.
      purpose: what it does, for the list of all commands.
      example: its arguments in a call of it.
      run: runs it.
      used: the shared options that it uses; others are refused.
      notes: more that its help tells.

    Returns:
      The parser of its arguments.
    """
    described = f"{purpose[0].upper()}{purpose[1:]}."
    added: argparse.ArgumentParser = group.add_parser(
        name, help=purpose, description=f"{described} {notes}".rstrip()
    )
    added.epilog = f"example: {added.prog} {example}"
    add_shared(added, used)
    added.set_defaults(run=run, used=used, parser=added)
    return added


def add_command_group(group: Any, name: str, purpose: str, metavar: str) -> Any:
    """Adds a command that has commands of its own; returns the group of these."""
    added = group.add_parser(name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}.")
    added.epilog = f"{added.prog} {metavar} --help tells more of one, with an example"
    add_shared(added)
    return added.add_subparsers(metavar=metavar, required=True)


def add_name(parser: argparse.ArgumentParser, **how_many: Any) -> None:
    """Adds the name of a dataset."""
    parser.add_argument(
        "name", metavar="NAME", help="a config, as in top10k or imdb_keras/top10k", **how_many
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Adds the choice of JSON."""
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def add_output(parser: argparse.ArgumentParser, default: str | None) -> None:
    """Adds the path of a file that is written; without a default it is standard output."""
    where = "standard output" if default is None else f"{default} in the current folder"
    added = parser.add_argument("-o", "--output", metavar="FILE", help=f"default: {where}")
    added.complete = shtab.FILE  # type: ignore[attr-defined]


def parse(parser: argparse.ArgumentParser, arguments: list[str] | None) -> argparse.Namespace:
    """Takes a command line apart.

    Args:
      parser: of the whole command line.
      arguments: of the command line; None for the process's own.

    Returns:
      The options; `data_dir` and `archive` are None where they are not given.

    Raises:
      SystemExit: something is wrong with them, which stands on standard error; or all there was
        to do was to print help.
    """
    options, more = parser.parse_known_args(arguments)
    # Options between the words of a text or between ids part them in two for argparse.
    if more and hasattr(options, "words") and not any(map(_is_option, more)):
        options.words += more
    elif more:
        options.parser.error(f"unrecognized arguments: {' '.join(more)}")
    for option in _SHARED:
        key = option.removeprefix("--").replace("-", "_")
        if not hasattr(options, key):
            setattr(options, key, None)
        elif option not in options.used:
            options.parser.error(f"{option} is not used by this command")
    return options


def _is_option(word: str) -> bool:
    return word[:1] == "-" and len(word) > 1 and not word[1].isdigit()
