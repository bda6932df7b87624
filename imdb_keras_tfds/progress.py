"""How long work takes, shown where somebody looks.

Usage:

    with default_progress(total=100, desc="Reading reviews...") as bar:
        bar.update()
"""

import functools

import tqdm.auto

default_progress = functools.partial(tqdm.auto.tqdm, disable=None)
"""A progress bar, but none where nobody looks."""
