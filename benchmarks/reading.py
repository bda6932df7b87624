"""Measures padded batches beside those of `tf.data`, and counts the padding."""

from . import children, harness
from .harness import Workspace
from .report import Cost, Figure, Result, bounded, ratios


def batches(workspace: Workspace, rounds: int) -> Result:
    """One epoch of padded batches of 64."""
    what = '`batches("imdb_keras/top10k", "train", 64)`, one epoch'
    peer = "`tfds.load(...).padded_batch(64)`"
    data_dir = workspace.prepared
    harness.say(f"batches: {rounds} rounds in one process")
    result = harness.run(
        children.read_batches, data_dir, rounds, IMDB_KERAS_CACHE=workspace.cache
    ).result
    seconds, padding = result["seconds"], result["padding"]
    return Result(
        rows=[bounded(what, peer, ratios(seconds["ours"], seconds["tfds"]), 0.15)],
        figures=[Figure(what, Cost(seconds["ours"]), peer, Cost(seconds["tfds"]))],
        remarks=[
            f"Padding is {padding['bucketed']:.1%} of the ids in batches of 64 of `train` with "
            f"`bucket_by_length=True`, and {padding['plain']:.1%} without."
        ],
        profiles={what: result["profile"]},
    )
