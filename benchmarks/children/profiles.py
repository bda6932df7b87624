"""Tells where the time of a call goes, by Python's own profiler.

It slows down what it watches, and so is never on while something is measured.

Usage:

    for line in profiles.profile(call):
        print(line["share"], line["function"])
"""

import cProfile
import pstats
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict

_LINES = 5

_BUILT_IN = "~"
"""The file of what is written in C, to the profiler."""


class Line(TypedDict):
    """A function that took much of the time.

    Attributes:
      function: its file and name.
      calls: how often it was called.
      share: of the time of the whole call, without that of what it called.
    """

    function: str
    calls: int
    share: float


def profile(call: Callable[[], Any]) -> list[Line]:
    """The functions that took most of the time of a call, in the thread that made it.

    What other threads do shows as waiting for them.
    """
    profiler = cProfile.Profile()
    profiler.runcall(call)
    stats: Any = pstats.Stats(profiler)
    most = sorted(stats.stats.items(), key=lambda item: -item[1][2])[:_LINES]
    return [
        {"function": _named(*function), "calls": found[1], "share": found[2] / stats.total_tt}
        for function, found in most
    ]


def _named(file: str, line: int, name: str) -> str:
    if file == _BUILT_IN:
        return name.strip("<>")
    path = Path(file)
    return f"{path.parent.name}/{path.name}: {name.strip('<>')}"
