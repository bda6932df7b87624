"""Takes from a process what Windows lacks, so that Linux can tell what would work there.

Usage:

    windows_like.simulate()   # in a child process, before the package is imported
"""

import builtins
import io
import os
import pathlib
import shutil
import sys
from typing import IO, Any

_MODULES = ("fcntl", "grp", "pwd", "resource", "termios")

_NAMES = (
    "O_CLOEXEC",
    "O_DIRECTORY",
    "O_NOFOLLOW",
    "O_NONBLOCK",
    "fchmod",
    "fork",
    "geteuid",
    "getuid",
)


def simulate() -> None:
    """Takes away modules and functions of POSIX, and ends the lines of text files as Windows does.

    TensorFlow and the standard library are imported first: they know Windows by its name, which
    this process does not bear.
    """
    import apache_beam  # noqa: F401
    import tensorflow  # noqa: F401
    import tensorflow_datasets as tfds

    assert not any(name.startswith("imdb_keras_tfds") for name in sys.modules)
    tfds.as_dataframe  # noqa: B018  (TFDS imports when it is asked)
    for module in _MODULES:
        sys.modules[module] = None  # type: ignore[assignment]
    for name in _NAMES:
        if hasattr(os, name):  # On Windows itself there is nothing to take away.
            delattr(os, name)
    os.supports_dir_fd = set()
    shutil._use_fd_functions = False  # type: ignore[attr-defined]  # as it finds on its import

    plain_open = builtins.open

    def open_as_windows(
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        *rest: Any,
        **options: Any,
    ) -> IO[Any]:
        if newline is None and "b" not in mode and "r" not in mode:
            newline = "\r\n"
        return plain_open(file, mode, buffering, encoding, errors, newline, *rest, **options)

    builtins.open = io.open = open_as_windows  # type: ignore[assignment]
    if accessor := getattr(pathlib, "_NormalAccessor", None):
        accessor.open = staticmethod(open_as_windows)  # Python 3.10 keeps what it was.
