"""The command `imdb-keras`, from its arguments to its exit status.

Usage:

    sys.exit(command.main(["verify", "top10k"]))
"""

import os
import sys
from collections.abc import Sequence

import shtab

import imdb_keras_tfds

from ..errors import ImdbKerasError
from . import audits, datasets, descriptions, keras_files, tables, texts
from .parser import ERROR, PROGRAM, Parser, add_command_group, add_shared, parse
from .quiet import note, quiet

_STATUS_INTERRUPTED = 130  # What a shell tells of a command that Ctrl-C ended,
_STATUS_CLOSED_PIPE = 141  # and of one whose reader has gone.


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command.

    Args:
      arguments: of the command line; the default is the process's own.

    Returns:
      The exit status: 0, 1 if something differs, 2 for an error and 130 after Ctrl-C, each of which
      is one line on standard error; 141 if what reads the output has gone.
    """
    _open_closed_streams()
    try:
        options = parse(parser(), None if arguments is None else list(arguments))
        with quiet():
            status: int = options.run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        note("interrupted")
        return _STATUS_INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return _STATUS_CLOSED_PIPE
    except Exception as error:
        note(_told(error))
        _drop_output()
        return ERROR
    return status


def _told(error: Exception) -> str:
    if isinstance(error, ImdbKerasError):
        return str(error)
    return ": ".join(part for part in (type(error).__name__, str(error)) if part)


def _open_closed_streams() -> None:
    """Lets output go nowhere where the caller has closed standard output or error (`>&-`)."""
    for stream in ("stdout", "stderr"):
        if getattr(sys, stream) is None:
            setattr(sys, stream, open(os.devnull, "w"))  # noqa: SIM115


def _drop_output() -> None:
    """Drops what standard output could not take, which Python would try again at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def parser() -> Parser:
    """The parser of the whole command line."""
    added = Parser(
        prog=PROGRAM,
        description="The IMDB dataset of Keras, rebuilt from the Stanford reviews. What a command "
        "needs is prepared first.",
        epilog=f"{PROGRAM} COMMAND --help tells more of a command, with an example",
    )
    added.add_argument(
        "--version", action="version", version=f"{PROGRAM} {imdb_keras_tfds.__version__}"
    )
    shtab.add_argument_to(added, help="print what makes a shell complete this command")
    add_shared(added)
    commands = added.add_subparsers(title="commands", metavar="COMMAND", required=True)
    datasets.add_to(commands)
    audits.add_to(commands)
    texts.add_to(commands)
    formats = add_command_group(commands, "export", "write the data in another format", "FORMAT")
    tables.add_to(formats)
    descriptions.add_to(commands, formats)
    keras_files.add_to(commands, formats)
    return added
