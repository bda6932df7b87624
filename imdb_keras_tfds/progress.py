"""How long work takes, shown where somebody looks.

Usage:

    with default_progress(total=len(reviews), desc="Reading reviews...") as bar:
        for review in shown(reviews, bar):
            read(review)
"""

import functools
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import tqdm.auto

_Item = TypeVar("_Item")

default_progress = functools.partial(tqdm.auto.tqdm, disable=None)
"""A progress bar, but none where nobody looks."""


def shown(items: Iterable[_Item], bar: Any) -> Iterator[_Item]:
    """The same items; a bar goes forward by one for each that is taken."""
    for item in items:
        bar.update()
        yield item
