"""Measures text to ranks beside the tokenizers of Keras and Hugging Face."""

from statistics import median

from . import children, harness
from .harness import Workspace
from .report import Cost, Figure, Result, bounded, ratios

PEERS = {
    "text_vectorization": "Keras `TextVectorization`",
    "keras_tokenizer": "Keras `Tokenizer` (`tf_keras`)",
    "word_level": "Hugging Face `tokenizers` WordLevel",
}


def ranks(workspace: Workspace, rounds: int) -> Result:
    """The words, the vocabulary and the ranks of the 50,000 labelled reviews, in memory."""
    what = "text to ranks, 50,000 reviews in memory"
    harness.say(f"ranks: {rounds} rounds in one process")
    timed = harness.run(children.rank, workspace.archive, rounds).result
    seconds = timed["seconds"]
    fastest = min(PEERS, key=lambda peer: median(seconds[peer]))
    return Result(
        rows=[
            bounded(
                what,
                f"{PEERS[fastest]}, the fastest of three",
                ratios(seconds["ours"], seconds[fastest]),
                0.25,
            )
        ],
        figures=[
            Figure(what, Cost(seconds["ours"]), name, Cost(seconds[peer]))
            for peer, name in PEERS.items()
        ],
        profiles={what: timed["profile"]},
    )
