"""Measures loading beside Keras's `load_data`, and importing beside TFDS."""

from statistics import median

from . import children, harness
from .harness import Run, Workspace
from .report import Cost, Figure, Result, Row, bounded, ratios

_KERAS = "`keras.datasets.imdb.load_data(num_words=10000)`"

_IMPORTS_PER_ROUND = 3
"""An import is short, so that there is time for more of them."""


def load_data(workspace: Workspace, rounds: int) -> Result:
    """Lists of ids, as Keras has them."""
    return _load(workspace, rounds, "load_data", 0.10)


def memory(workspace: Workspace, rounds: int) -> Result:
    """The memory that the result of `load_data` takes."""
    data_dir, keras_home = workspace.prepared, workspace.keras_home

    def held(side: str) -> int:
        run = harness.run(
            children.hold,
            side,
            data_dir,
            IMDB_KERAS_CACHE=workspace.cache,
            KERAS_HOME=keras_home,
        )
        grown: int = run.result
        return grown

    sides = [(held("ours"), held("keras")) for _ in harness.rounds("memory", rounds)]
    ours, theirs = zip(*sides, strict=True)
    what = "memory that the result of `imdb_keras_tfds.load_data(num_words=10000)` takes"
    return Result(
        rows=[bounded(what, f"that of {_KERAS}", ratios(ours, theirs), 0.35)],
        remarks=[
            "The memory of a result is the growth of the resident memory of a fresh process, by "
            f"{median(ours) / 2**20:,.0f} MiB for ours and {median(theirs) / 2**20:,.0f} MiB for "
            "Keras's, what the way to it leaves behind included."
        ],
    )


def load_ragged(workspace: Workspace, rounds: int) -> Result:
    """Flat arrays of ids."""
    return _load(workspace, rounds, "load_ragged", 0.035)


def imports(workspace: Workspace, rounds: int) -> Result:
    """The import of the package, which must leave TensorFlow out."""
    del workspace
    what, peer = "`import imdb_keras_tfds`", "`import tensorflow_datasets`"
    ours, theirs = [], []
    for _ in harness.rounds("import", rounds * _IMPORTS_PER_ROUND):
        ours.append(harness.run(children.import_package, "imdb_keras_tfds"))
        theirs.append(harness.run(children.import_package, "tensorflow_datasets"))
    own_costs, their_costs = _import_costs(ours), _import_costs(theirs)
    return Result(
        rows=[
            bounded(what, peer, ratios(own_costs.seconds, their_costs.seconds), 1.10),
            Row(
                what=f"TensorFlow is imported by {what}",
                peer=f"by {peer}: {_imports_tensorflow(theirs)}",
                measured=_imports_tensorflow(ours),
                bound="no",
                met=_imports_tensorflow(ours) == "no",
            ),
        ],
        figures=[Figure(what, own_costs, peer, their_costs)],
    )


def _load(workspace: Workspace, rounds: int, function: str, bound: float) -> Result:
    what = f"`imdb_keras_tfds.{function}(num_words=10000)`"
    data_dir, keras_home = workspace.prepared, workspace.keras_home
    harness.say(f"{function}: {rounds} rounds in one process")
    timed = harness.run(
        children.load,
        function,
        data_dir,
        rounds,
        IMDB_KERAS_CACHE=workspace.cache,
        KERAS_HOME=keras_home,
    ).result
    seconds = timed["seconds"]
    return Result(
        rows=[bounded(what, _KERAS, ratios(seconds["ours"], seconds["keras"]), bound)],
        figures=[Figure(what, Cost(seconds["ours"]), _KERAS, Cost(seconds["keras"]))],
        profiles={what: timed["profile"]},
    )


def _import_costs(runs: list[Run]) -> Cost:
    return Cost([run.result["seconds"] for run in runs], [run.peak for run in runs])


def _imports_tensorflow(runs: list[Run]) -> str:
    return "yes" if any(run.result["tensorflow"] for run in runs) else "no"
