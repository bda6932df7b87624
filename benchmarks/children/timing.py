"""Measures calls in one process, in turn, and tells where the time of ours goes.

Usage:

    timing.alternate({"ours": ours, "keras": theirs}, rounds=3)["seconds"]["ours"]
"""

import gc
import time
from collections.abc import Callable, Mapping
from typing import TypedDict

from . import profiles


class Timed(TypedDict):
    """What calls took.

    Attributes:
      seconds: side -> what each round took.
      profile: see `profiles.profile`, of the first side.
    """

    seconds: dict[str, list[float]]
    profile: list[profiles.Line]


def alternate(
    sides: Mapping[str, Callable[[], object]], rounds: int, *, warm_up: bool = True
) -> Timed:
    """Calls all sides in turn, as often as there are rounds, and once before for warming up."""
    if warm_up:
        for call in sides.values():
            call()
    seconds: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(rounds):
        for side, call in sides.items():
            gc.collect()  # No side pays for what another one left.
            start = time.perf_counter()
            result = call()
            seconds[side].append(time.perf_counter() - start)
            del result
    ours, *_ = sides.values()
    return {"seconds": seconds, "profile": profiles.profile(ours)}
