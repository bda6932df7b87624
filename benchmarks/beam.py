"""Measures builds by two workers of Apache Beam beside the same builds in one process."""

import tempfile
from dataclasses import replace
from pathlib import Path

from . import children, harness
from .harness import Run, Workspace
from .report import Cost, Figure, Result, Row, bounded, ratios

_WORKERS = 2

_SHARDS = 1

_REVIEWS = 800_000
"""Eight times as many as the release has."""

_ROUNDS = 1
"""Of so many reviews, as a round takes minutes."""

_PEER = "one process"


def beam(workspace: Workspace, rounds: int) -> Result:
    """The release as a tar, and eight times as many reviews as a folder."""
    release = _compare(workspace, "the release", "stanford", 1.7, rounds)
    with workspace.fresh() as folder:
        corpus = folder / "corpus"
        harness.say(f"beam: writing {_REVIEWS:,} reviews")
        harness.run(children.write_corpus, corpus, _REVIEWS, "folder")
        many = _compare(workspace, f"{_REVIEWS:,} reviews", str(corpus), 1.0, min(rounds, _ROUNDS))
    with workspace.fresh() as folder:
        harness.say("beam: building the sample")
        few = [build(folder, "sample", _SHARDS, workers).seconds for workers in (_WORKERS, 0)]
    return Result(
        rows=[*release.rows, *many.rows],
        figures=[*release.figures, *many.figures],
        remarks=[
            f"Of a build of the release by Beam, {few[0]:.1f} seconds go by whatever is built: so "
            "long it takes over the few reviews of the sample, to start Beam and its workers and "
            f"to run one pipeline after the other. In one process these take {few[1]:.1f} seconds.",
            "The workers of Apache Beam are processes of its own runner on this machine, and both "
            f"sides write the same bytes; {_REVIEWS:,} synthetic reviews were built in "
            f"{min(rounds, _ROUNDS)} round. The memory is that of the driver; that of the workers "
            "stands in `docs/explanation/scale.md`.",
        ],
    )


def _compare(workspace: Workspace, reviews: str, corpus: str, bound: float, rounds: int) -> Result:
    what = f"build of {reviews} by {_WORKERS} workers of Beam"
    ours, theirs = [], []
    for _ in harness.rounds(what, rounds):
        with workspace.fresh() as folder:
            theirs.append(build(folder, corpus, _SHARDS, workers=0))
            ours.append(build(folder, corpus, _SHARDS, _WORKERS))
    seconds = [[run.seconds for run in runs] for runs in (ours, theirs)]
    row: Row = bounded(f"{what}: wall time", _PEER, ratios(*seconds), bound)
    if len({run.result["manifest"] for run in (*ours, *theirs)}) > 1:
        row = replace(row, measured=f"{row.measured}, other bytes", met=False)
    return Result([row], [Figure(what, _cost(ours), _PEER, _cost(theirs))])


def build(folder: Path, corpus: str, shards: int, workers: int) -> Run:
    """A first build, for which no rank is kept, in a folder that goes with it.

    Args:
      folder: in which there is room.
      corpus: as for `children.build_in_shards`, and so are the others.
      shards: see there.
      workers: see there.
    """
    with tempfile.TemporaryDirectory(dir=folder) as data_dir:
        return harness.run(
            children.build_in_shards, corpus, data_dir, shards, workers, IMDB_KERAS_CACHE=""
        )


def _cost(runs: list[Run]) -> Cost:
    return Cost([run.seconds for run in runs], [run.result["driver"] for run in runs])
