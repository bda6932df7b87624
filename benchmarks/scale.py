"""Measures how far a build by Apache Beam goes, for the tables of `docs/explanation/scale.md`.

IMDB_KERAS_ARCHIVE=/data/aclImdb_v1.tar.gz python -m benchmarks.scale
"""

import sys
import tempfile
from pathlib import Path

from . import beam, children, harness
from .harness import Run

_REVIEWS = 100_000
"""As many as the release has."""

_SCALES = (1, 8)

_SHARDS = (1, 5)

_WORKERS = 2

_WORDS = (100_000, 1_600_000)

_LISTED = (200_000, 3_200_000)


def main() -> int:
    """Runs all; the status is 1 if the bytes of Beam are not those of one process."""
    is_same = True
    heads = ["reviews", "build", "time", "ratio", "processor time", "driver", "each worker"]
    rows = [f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
    with tempfile.TemporaryDirectory(prefix="imdb_keras_scale_") as name:
        folder = Path(name)
        corpora = {f"{_REVIEWS:,}, the release": "stanford"}
        for scale in _SCALES:
            path = folder / f"x{scale}"
            harness.say(f"writing {scale * _REVIEWS:,} reviews")
            harness.run(children.write_corpus, path, scale * _REVIEWS, "folder")
            corpora[f"{scale * _REVIEWS:,}, synthetic"] = str(path)
        for title, corpus in corpora.items():
            one: dict[int, Run] = {}
            for workers in (0, _WORKERS):
                for shards in _SHARDS:
                    harness.say(f"{title}: {workers} workers, {shards} shards")
                    run = beam.build(folder, corpus, shards, workers)
                    one.setdefault(shards, run)
                    is_same &= run.result["manifest"] == one[shards].result["manifest"]
                    rows.append(_row(title, shards, workers, run, one[shards]))
                    print(rows[-1], flush=True)
    print("\n".join(rows))
    for what, function, sizes in (
        ("word", children.rank_random_words, _WORDS),
        ("review", children.list_reviews, _LISTED),
    ):
        few, many = (harness.run(function, size).result for size in sizes)
        print(f"driver: {(many - few) / (sizes[1] - sizes[0]):.0f} bytes a {what}")
    print("the same bytes" if is_same else "OTHER BYTES")
    return 0 if is_same else 1


def _row(title: str, shards: int, workers: int, run: Run, one: Run) -> str:
    how = f"{workers} workers" if workers else "one process"
    peaks = run.result["workers"]
    worker = f"{max(peaks) / 1e6:,.0f} MB" if peaks else ""
    return (
        f"| {title} | {how}, {shards} shards | {run.seconds:.0f} s | "
        f"{run.seconds / one.seconds:.2f} | {run.cpu_seconds:.0f} s | "
        f"{run.result['driver'] / 1e6:,.0f} MB | {worker} |"
    )


if __name__ == "__main__":
    sys.exit(main())
