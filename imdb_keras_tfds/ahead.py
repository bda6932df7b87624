"""Does in a thread what is wanted soon, or what nobody waits for.

Usage:

    for chunk in ahead(chunks):   # the next one is made meanwhile
        ...

    with Meanwhile() as meanwhile:
        meanwhile(write, table)   # and at the end it is written
        ...
"""

import itertools
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
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


class Meanwhile:
    """Calls functions in a thread, one after the other; leaving it waits for them.

    Pays where they let go of the interpreter's lock.

    Raises:
      Exception: what a function raises, when this is left.
    """

    def __enter__(self) -> "Meanwhile":
        self._thread = ThreadPoolExecutor(1)
        self._calls: list[Future[object]] = []
        return self

    def __exit__(self, kind: object, *exception: object) -> None:
        self._thread.shutdown()
        for call in self._calls if kind is None else ():
            call.result()

    def __call__(self, function: Callable[..., object], *arguments: object) -> None:
        """Calls a function, soon."""
        self._calls.append(self._thread.submit(function, *arguments))


def at_once(function: Callable[..., object], *arguments: object) -> None:
    """Calls a function, where there is no `Meanwhile`."""
    function(*arguments)
