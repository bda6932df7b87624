"""Measures whole builds beside TFDS's own build of the same reviews."""

import hashlib
import shutil
from pathlib import Path

from . import children, harness
from .harness import Run, Workspace
from .report import Cost, Figure, Result, bounded, ratios

_PEER = "build `imdb_reviews/plain_text` of TFDS"

_CHUNK_SIZE = 1 << 20


def build(workspace: Workspace, rounds: int) -> Result:
    """The first build of a config, with nothing cached."""
    what = "build `imdb_keras/top10k`"
    ours, theirs = [], []
    for _ in harness.rounds("build", rounds):
        with workspace.fresh() as folder:
            ours.append(_build("top10k", folder))
        theirs.append(_build_imdb_reviews(workspace))
    with workspace.fresh() as folder:
        profile = harness.profile(
            children.build, "top10k", folder / "data", IMDB_KERAS_CACHE=_cache(folder)
        )
    return Result(
        rows=[
            bounded(f"{what}: wall time", _PEER, _ratios_of_seconds(ours, theirs), 0.16),
            bounded(
                f"{what}: peak memory",
                _PEER,
                ratios((run.peak for run in ours), (run.peak for run in theirs)),
                0.70,
            ),
        ],
        figures=[Figure(what, _cost(ours), _PEER, _cost(theirs))],
        profiles={what: profile},
    )


def source(workspace: Workspace, rounds: int) -> Result:
    """The archive read and checked, beside a plain loop over its members."""
    what = "read and check the archive"
    peer = "`tarfile` over `gzip`, SHA-256 of each member"
    ours: list[float] = []
    theirs: list[float] = []
    for _ in harness.rounds("source", rounds):
        for seconds, function in ((ours, children.read_source), (theirs, children.read_plainly)):
            seconds.append(harness.run(function, workspace.archive).result)
    return Result(
        rows=[bounded(f"{what}: processor time", peer, ratios(ours, theirs), 0.40)],
        figures=[Figure(f"{what}: processor time", Cost(ours), peer, Cost(theirs))],
        profiles={what: harness.profile(children.read_source, workspace.archive)},
    )


def further(workspace: Workspace, rounds: int) -> Result:
    """The build of a further config, when another one was built before."""
    what = "build `imdb_keras/top5k` after `top10k`"
    ours, theirs = [], []
    with workspace.fresh() as before:
        harness.say("further: building top10k before")
        _build("top10k", before)
        for _ in harness.rounds("further", rounds):
            # Each round finds what the first build left, and nothing of the last round.
            with workspace.fresh() as folder:
                shutil.copytree(before, folder, dirs_exist_ok=True)
                ours.append(_build("top5k", folder))
            theirs.append(_build_imdb_reviews(workspace))
        profile = harness.profile(
            children.build, "top5k", before / "data", IMDB_KERAS_CACHE=_cache(before)
        )
    return Result(
        rows=[bounded(f"{what}: wall time", _PEER, _ratios_of_seconds(ours, theirs), 0.08)],
        figures=[Figure(what, _cost(ours), _PEER, _cost(theirs))],
        profiles={what: profile},
    )


def _build(config: str, folder: Path) -> Run:
    return harness.run(children.build, config, folder / "data", IMDB_KERAS_CACHE=_cache(folder))


def _cache(folder: Path) -> Path:
    # The cache folder must be there: an empty name would turn the cache off.
    cache = folder / "cache"
    cache.mkdir(exist_ok=True)
    return cache


def _build_imdb_reviews(workspace: Workspace) -> Run:
    digest = hashlib.sha256()
    with workspace.archive.open("rb") as file:
        while chunk := file.read(_CHUNK_SIZE):
            digest.update(chunk)
    size = workspace.archive.stat().st_size
    with workspace.fresh() as folder:
        manual_dir = folder / "manual"
        manual_dir.mkdir()
        (manual_dir / "aclImdb_v1.tar.gz").symlink_to(workspace.archive)
        return harness.run(
            children.build_imdb_reviews, manual_dir, size, digest.hexdigest(), folder / "data"
        )


def _ratios_of_seconds(ours: list[Run], theirs: list[Run]) -> list[float]:
    return ratios((run.seconds for run in ours), (run.seconds for run in theirs))


def _cost(runs: list[Run]) -> Cost:
    return Cost([run.seconds for run in runs], [run.peak for run in runs])
