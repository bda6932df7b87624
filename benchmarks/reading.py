"""Measures padded batches beside those of `tf.data` and other loaders, and counts the padding."""

from statistics import median

from . import children, harness
from .harness import Run, Workspace
from .report import Cost, Figure, Result, bounded, ratios

_WHAT = '`batches("imdb_keras/top10k", "train", 64)`'

_TFDS = "`tfds.load(...).padded_batch(64)`"

_LOADERS = {
    "torch": "PyTorch's `DataLoader` over `load_ragged`",
    "grain": "Grain over `array_record`",
}


def batches(workspace: Workspace, rounds: int) -> Result:
    """One epoch of padded batches of 64."""
    what, peer = f"{_WHAT}, one epoch", _TFDS
    data_dir = workspace.prepared
    harness.say(f"batches: {rounds} rounds in one process")
    result = harness.run(
        children.read_batches, data_dir, rounds, IMDB_KERAS_CACHE=workspace.cache
    ).result
    seconds, padding = result["seconds"], result["padding"]
    return Result(
        rows=[bounded(what, peer, ratios(seconds["ours"], seconds["tfds"]), 0.08)],
        figures=[Figure(what, Cost(seconds["ours"]), peer, Cost(seconds["tfds"]))],
        remarks=[
            f"Padding is {padding['bucketed']:.1%} of the ids in batches of 64 of `train` with "
            f"`bucket_by_length=True`, and {padding['plain']:.1%} without."
        ],
        profiles={what: result["profile"]},
    )


def loaders(workspace: Workspace, rounds: int) -> Result:
    """The same epoch by the loaders of PyTorch and of JAX."""
    what = f"{_WHAT}, one epoch, beside other loaders"
    data_dir, array_records = workspace.prepared, workspace.array_records
    harness.say(f"loaders: {rounds} rounds in one process")
    seconds = harness.run(
        children.read_by_loaders,
        data_dir,
        array_records,
        rounds,
        IMDB_KERAS_CACHE=workspace.cache,
    ).result["seconds"]
    fastest = min(_LOADERS, key=lambda peer: median(seconds[peer]))
    return Result(
        rows=[
            bounded(
                what,
                f"{_LOADERS[fastest]}, the faster of two",
                ratios(seconds["ours"], seconds[fastest]),
                0.25,
            )
        ],
        figures=[
            Figure(what, Cost(seconds["ours"]), name, Cost(seconds[peer]))
            for peer, name in _LOADERS.items()
        ],
        remarks=[
            "The loader of PyTorch stands on `load_ragged` of this package, and does without "
            f"TensorFlow, whose `tf.data` takes {median(seconds['empty']):.3f} seconds to hand out "
            "as many batches of nothing."
        ],
    )


def first_batch(workspace: Workspace, rounds: int) -> Result:
    """How soon there is a first batch, from the start of a process."""
    what, data_dir = f"{_WHAT}, start to first batch", workspace.prepared
    ours, theirs = [], []
    for _ in harness.rounds("first_batch", rounds):
        ours.append(harness.run(children.first_batch, "ours", data_dir))
        theirs.append(harness.run(children.first_batch, "tfds", data_dir))
    seconds = ratios((run.seconds for run in ours), (run.seconds for run in theirs))
    return Result(
        rows=[bounded(what, _TFDS, seconds, 0.70)],
        figures=[Figure(what, _cost(ours), _TFDS, _cost(theirs))],
        remarks=[
            "The start to a first batch is for the most part the import of TensorFlow, on both "
            "sides."
        ],
        profiles={what: harness.profile(children.first_batch, "ours", data_dir)},
    )


def _cost(runs: list[Run]) -> Cost:
    return Cost([run.seconds for run in runs], [run.peak for run in runs])
