"""How long work takes, shown where somebody looks.

Usage:

    with default_progress(total=len(reviews), desc="Reading reviews...") as bar:
        for review in shown(reviews, bar):
            read(review)
"""

import sys
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import tqdm.auto

_Item = TypeVar("_Item")


def default_progress(*arguments: Any, **options: Any) -> Any:
    """A progress bar of tqdm, but none where nobody looks: neither at a terminal nor a notebook.

    Args:
      *arguments: see `tqdm.tqdm`, and so are the others.
      **options: see there.
    """
    return tqdm.auto.tqdm(*arguments, disable=False if _in_notebook() else None, **options)


def _in_notebook() -> bool:
    """Whether this is the process of a notebook, whose output is no terminal but is looked at."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and "IPKernelApp" in shell.config


def shown(items: Iterable[_Item], bar: Any, step: int = 1) -> Iterator[_Item]:
    """The same items.

    Args:
      items: of any number.
      bar: goes forward by one for each that is taken.
      step: it does so for so many at a time.
    """
    taken = 0
    for taken, item in enumerate(items, start=1):
        if taken % step == 0:
            bar.update(step)
        yield item
    bar.update(taken % step)
