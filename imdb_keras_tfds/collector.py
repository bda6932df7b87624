"""Holds off the garbage collector while millions of objects are made.

It would go through all of them again and again, although none is garbage in a circle.

Usage:

    with without_collector():
        rows = [row.tolist() for row in arrays]
"""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """Turns the collector off, and back on if it was on."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            # Else it would go through them all as soon as it is on. These two move what is new to
            # what is old; what others have frozen must stay so.
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
