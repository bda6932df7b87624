"""What a benchmark found, and the text of `RESULTS.md`."""

import importlib.metadata
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from .children.profiles import Line

_PACKAGES = (
    "numpy",
    "pyarrow",
    "tensorflow",
    "tensorflow-datasets",
    "keras",
    "tf_keras",
    "tokenizers",
    "torch",
    "grain",
    "array-record",
    "datasets",
)


@dataclass(frozen=True)
class Row:
    """A figure that has a bound.

    Attributes:
      what: what was measured.
      peer: what it is held against.
      measured: the ratio, with its spread.
      bound: the highest that is allowed.
      met: whether it was.
    """

    what: str
    peer: str
    measured: str
    bound: str
    met: bool

    @property
    def verdict(self) -> str:
        """`met`, as it stands in the table."""
        return "yes" if self.met else "**missed**"


@dataclass(frozen=True)
class Cost:
    """What a side took: medians over the rounds.

    Attributes:
      seconds: of a round each.
      peaks: bytes of a round each; none where both sides ran in one process.
    """

    seconds: Sequence[float]
    peaks: Sequence[int] = ()


@dataclass(frozen=True)
class Figure:
    """The costs behind a row.

    Attributes:
      what: what was measured.
      ours: what ours took.
      peer: the name of the peer.
      theirs: what the peer took.
    """

    what: str
    ours: Cost
    peer: str
    theirs: Cost


@dataclass(frozen=True)
class Result:
    """What a benchmark found.

    Attributes:
      rows: its figures.
      figures: the costs behind them.
      remarks: what else there is to say, a sentence each.
      profiles: where the time of ours goes, by what was measured.
    """

    rows: list[Row]
    figures: list[Figure] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    profiles: dict[str, list[Line]] = field(default_factory=dict)


def ratios(ours: Iterable[float], theirs: Iterable[float]) -> list[float]:
    """Ours to theirs, round by round."""
    return [a / b for a, b in zip(ours, theirs, strict=True)]


def bounded(what: str, peer: str, values: Sequence[float], bound: float) -> Row:
    """The row of a value of each round, whose median has a bound."""
    return Row(
        what=what,
        peer=peer,
        measured=f"{median(values):.3f} ({min(values):.3f} to {max(values):.3f})",
        bound=f"{bound:.2f}" if round(bound, 2) == bound else f"{bound:.3f}",
        met=median(values) <= bound,
    )


def text(results: Sequence[Result], rounds: int) -> str:
    """The text of `RESULTS.md`."""
    rows = [row for result in results for row in result.rows]
    figures = [figure for result in results for figure in result.figures]
    remarks = [f"- {remark}\n" for result in results for remark in result.remarks]
    profiles = [item for result in results for item in result.profiles.items()]
    versions = [["python", platform.python_version()]]
    versions += [[name, importlib.metadata.version(name)] for name in _PACKAGES]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parts = [
        "# Benchmarks\n",
        "Ours and its peer were measured on one machine in one run, alternately, in "
        f"{rounds} round{'s' * (rounds > 1)} (imports in three times as many), on the Stanford "
        "archive; a ratio is ours to the peer's in the same round, given as its median and its "
        "spread, and its bound is the highest that is allowed.\n",
        _table(
            ["what", "peer", "ratio (spread)", "bound", "met"],
            [[row.what, row.peer, row.measured, row.bound, row.verdict] for row in rows],
        ),
        "## Seconds and memory\n",
        "Medians over the rounds. Memory is the peak of a process; it is left out where both ran "
        "in one.\n",
        _table(
            ["what", "seconds", "memory", "peer", "its seconds", "its memory"],
            [
                [figure.what, *_cost(figure.ours), figure.peer, *_cost(figure.theirs)]
                for figure in figures
            ],
        ),
        *(_where_the_time_goes(profiles) if profiles else []),
        *(["## Remarks\n", "".join(remarks)] if remarks else []),
        "## Versions\n",
        _table(["package", "version"], versions),
        f"{platform.system()} on {platform.machine()}, {cores} cores.\n",
    ]
    return "\n".join(parts)


def _where_the_time_goes(profiles: list[tuple[str, list[Line]]]) -> list[str]:
    return [
        "## Where the time goes\n",
        "The functions that took most of the time of ours, without what they called, in a run of "
        "its own under Python's profiler, which sees one thread and makes small functions look "
        "slow.\n",
        _table(
            ["what", "function", "calls", "share"],
            [
                [what, f"`{line['function']}`", f"{line['calls']:,}", f"{line['share']:.0%}"]
                for what, lines in profiles
                for line in lines
            ],
        ),
    ]


def _cost(cost: Cost) -> list[str]:
    seconds = median(cost.seconds)
    memory = f"{median(cost.peaks) / 2**20:,.0f} MiB" if cost.peaks else ""
    return [f"{seconds:.2f}" if seconds >= 1 else f"{seconds:.3f}", memory]


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)
