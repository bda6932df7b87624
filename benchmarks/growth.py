"""Measures how time and memory grow with the number of reviews."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import linear_regression

from . import children, harness
from .harness import Run, Workspace
from .report import Cost, Figure, Result, bounded

_REVIEWS = 25_000
"""At a scale of 1: a quarter of the Stanford corpus."""

_SCALES = (1, 2, 4, 8)

_BOUNDS = {
    ("pipeline in memory", "wall time"): 1.05,
    ("pipeline in memory", "processor time"): 1.05,
    ("pipeline in memory", "peak memory"): 1.05,
    ("build", "wall time"): 1.02,
    ("build", "processor time"): 1.02,
    ("build", "peak memory"): 0.80,
}


def growth(workspace: Workspace, rounds: int) -> Result:
    """The pipeline in memory and the whole build, on synthetic corpora of four sizes."""
    stages: dict[str, Callable[[Path, Path], Run]] = {"pipeline in memory": _rank, "build": _build}
    runs: dict[tuple[str, int], list[Run]] = {}
    with workspace.fresh() as corpora:
        harness.say("growth: writing the synthetic corpora")
        # Of the scale 0 there is next to nothing: it tells what a start costs.
        sizes = [scale * _REVIEWS for scale in (0, *_SCALES)]
        for size in sizes:
            harness.run(children.write_corpus, _path(corpora, size), size)
        for i in harness.rounds("growth", rounds):
            # Every other round from the largest down, so that a machine that slows down during a
            # round does not pass for growth.
            for size in sizes[:: -1 if i % 2 else 1]:
                for stage, measure in stages.items():
                    with workspace.fresh() as folder:
                        run = measure(_path(corpora, size), folder)
                    runs.setdefault((stage, size), []).append(run)

    result = Result([])
    for stage in stages:
        start, *grown = (runs[stage, size] for size in sizes)
        for quantity, values in (
            ("wall time", _seconds),
            ("processor time", _cpu_seconds),
            ("peak memory", _peaks),
        ):
            fixed = values(start)
            exponents = [
                _exponent([values(found)[i] - fixed[i] for found in grown]) for i in range(rounds)
            ]
            result.rows.append(
                bounded(
                    f"growth of the {quantity} of the {stage}: exponent",
                    f"itself, {_reviews(sizes[1])} to {_reviews(sizes[-1])}",
                    exponents,
                    _BOUNDS[stage, quantity],
                )
            )
        most, least = grown[-1], grown[0]
        result.figures.append(
            Figure(
                f"{stage}, {_reviews(sizes[-1])}",
                Cost(_seconds(most), _peaks(most)),
                f"itself, {_reviews(sizes[1])}",
                Cost(_seconds(least), _peaks(least)),
            )
        )
    result.remarks.append(
        "Growth is the exponent that fits best (least squares of the logarithms), above what an "
        "almost empty corpus takes; the corpora are synthetic, of random words in a Zipf "
        "distribution. The sizes are measured one after the other, so other work on the machine "
        "shows in the exponents of time."
    )
    return result


def _path(corpora: Path, size: int) -> Path:
    return corpora / f"{size}.tar.gz"


def _rank(corpus: Path, folder: Path) -> Run:
    del folder
    return harness.run(children.rank_synthetic, corpus)


def _build(corpus: Path, folder: Path) -> Run:
    cache = folder / "cache"
    cache.mkdir()
    return harness.run(children.build_synthetic, corpus, folder / "data", IMDB_KERAS_CACHE=cache)


def _exponent(values: list[float]) -> float:
    """The exponent of growth of values at the scales."""
    if min(values) <= 0:
        return math.inf  # Less than nothing: the start was measured too high to tell.
    return linear_regression([*map(math.log, _SCALES)], [*map(math.log, values)]).slope


def _seconds(runs: list[Run]) -> Sequence[float]:
    return [run.seconds for run in runs]


def _cpu_seconds(runs: list[Run]) -> Sequence[float]:
    return [run.cpu_seconds for run in runs]


def _peaks(runs: list[Run]) -> list[int]:
    return [run.peak for run in runs]


def _reviews(size: int) -> str:
    return f"{size:,} reviews"
