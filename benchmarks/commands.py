"""Measures the command `imdb-keras`, in fresh processes, beside TFDS and its command."""

from collections.abc import Callable

from . import children, harness
from .harness import Run, Workspace
from .report import Cost, Figure, Result, bounded, ratios

_HELP = "`tfds --help`"

_RUNS_PER_ROUND = 3
"""Of what is short, so that there is time for more of them."""


def commands(workspace: Workspace, rounds: int) -> Result:
    """How soon the command answers: its help, and the ids of one text."""
    data_dir = workspace.prepared
    arguments = ("encode", "What a film!", "--config", "top10k")
    helps, texts, theirs = [], [], []
    for _ in harness.rounds("commands", rounds * _RUNS_PER_ROUND):
        helps.append(harness.command("imdb-keras", "--help"))
        texts.append(harness.command("imdb-keras", *arguments, "--data-dir", data_dir))
        theirs.append(harness.command("tfds", "--help"))
    encode = '`imdb-keras encode "What a film!" --config top10k`'
    return _joined(
        _result("`imdb-keras --help`", helps, _HELP, theirs, 0.30),
        _result(encode, texts, _HELP, theirs, 0.50),
    )


def verify(workspace: Workspace, rounds: int) -> Result:
    """A check of every file and record, beside no more than reading all records once."""
    data_dir = workspace.prepared

    def ours() -> Run:
        return harness.command("imdb-keras", "verify", "top10k", "--data-dir", data_dir)

    def theirs() -> Run:
        return harness.run(children.read_records, data_dir)

    result = _alternate(
        "verify", rounds, "`imdb-keras verify top10k`", ours, "read by `tfds.load`", theirs, 0.20
    )
    result.profiles["`imdb-keras verify top10k`"] = harness.profile(children.verify, data_dir)
    return result


def export(workspace: Workspace, rounds: int) -> Result:
    """An export as Parquet, beside what one would write oneself."""
    data_dir = workspace.prepared_texts
    what = '`export_parquet("imdb_keras/top10k_text", ...)`'
    peer = "`Dataset.from_generator(...).to_parquet` of `datasets`, over `tfds.load`"

    def run(function: Callable[..., object]) -> Run:
        with workspace.fresh() as folder:
            return harness.run(function, data_dir, folder / "parquet")

    result = _alternate(
        "export",
        rounds,
        what,
        lambda: run(children.export_parquet),
        peer,
        lambda: run(children.export_by_datasets),
        0.25,
    )
    with workspace.fresh() as folder:
        result.profiles[what] = harness.profile(
            children.export_parquet, data_dir, folder / "parquet"
        )
    return result


def _alternate(
    name: str,
    rounds: int,
    what: str,
    ours: Callable[[], Run],
    peer: str,
    theirs: Callable[[], Run],
    bound: float,
) -> Result:
    runs = [(ours(), theirs()) for _ in harness.rounds(name, rounds)]
    return _result(what, [run for run, _ in runs], peer, [run for _, run in runs], bound)


def _result(what: str, ours: list[Run], peer: str, theirs: list[Run], bound: float) -> Result:
    seconds = ratios((run.seconds for run in ours), (run.seconds for run in theirs))
    return Result(
        rows=[bounded(what, peer, seconds, bound)],
        figures=[Figure(what, _cost(ours), peer, _cost(theirs))],
    )


def _joined(*results: Result) -> Result:
    return Result(
        rows=[row for result in results for row in result.rows],
        figures=[figure for result in results for figure in result.figures],
    )


def _cost(runs: list[Run]) -> Cost:
    return Cost([run.seconds for run in runs], [run.peak for run in runs])
