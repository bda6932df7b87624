"""Keeps standard error for progress and for errors of the command itself.

Usage:

    with quiet():
        run()
"""

import contextlib
import logging
import sys
import warnings
from collections.abc import Iterator


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keeps what libraries log off standard error; warnings of this package are one line there."""
    level, told = logging.root.manager.disable, set[str]()

    def show(message: Warning | str, *_: object, **__: object) -> None:
        # Python's own filter forgets what it has shown whenever filters change.
        if str(message) not in told:
            told.add(str(message))
            note(f"warning: {message}")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("always", message="config ")
        warnings.showwarning = show
        logging.disable(logging.CRITICAL)
        if not sys.stderr.isatty():
            import tensorflow_datasets as tfds  # which takes long

            tfds.disable_progress_bar()
        try:
            yield
        finally:
            logging.disable(level)


def note(text: str) -> None:
    """Says something in one line on standard error."""
    print(f"imdb-keras: {' '.join(text.split())}", file=sys.stderr)
