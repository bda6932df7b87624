"""Takes items from an iterator ahead of who works on them.

Usage:

    for chunk in ahead(chunks):   # the next one is made meanwhile
        ...
"""

import itertools
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")


def ahead(items: Iterator[_Item]) -> Generator[_Item, None, None]:
    """The same items in the same order; a thread takes one while the one before is worked on.

    Pays where making an item lets go of the interpreter's lock. The thread ends with the items, or
    when this is closed.

    Args:
      items: which nobody else takes from.

    Raises:
      Exception: what `items` raises, in its place.
    """

    def take() -> list[_Item]:
        return list(itertools.islice(items, 1))

    with ThreadPoolExecutor(1) as thread:
        following = thread.submit(take)
        while taken := following.result():
            following = thread.submit(take)
            yield from taken
