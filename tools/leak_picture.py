"""Draws how much a random cut leaks, by how much it holds out: `docs/pictures/leak.png`.

Usage:

    IMDB_KERAS_ARCHIVE=/data/aclImdb_v1.tar.gz python -m tools.leak_picture
"""

import pathlib

from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from imdb_keras_tfds import Builder
from imdb_keras_tfds.describe.links import HELD_OUT, Links
from imdb_keras_tfds.storage.splits import read

PICTURE = pathlib.Path(__file__).parent.parent / "docs" / "pictures" / "leak.png"

_PERCENT = range(1, 51)


def main() -> None:
    """Draws the reviews of Stanford's train, by the expectation over all cuts."""
    builder = Builder(config="full")
    builder.download_and_prepare()
    links = Links.of({"train": read(builder, "train")})
    if links is None:
        raise RuntimeError("the records do not tell their movies")
    shares = [links.random_cut(percent).movie for percent in _PERCENT]
    figure = Figure(figsize=(7, 3), layout="constrained", dpi=150)
    axes = figure.subplots()
    axes.plot(_PERCENT, shares, color="#1f5f99", linewidth=2)
    for percent in (_PERCENT[0], HELD_OUT, _PERCENT[-1]):
        share = shares[percent - 1]
        axes.plot([percent], [share], "o", color="#1f5f99")
        axes.annotate(
            f"{share:.0%}", (percent, share), (0, 8), ha="center", textcoords="offset points"
        )
    axes.axhline(0, color="#a05a00", linewidth=2)
    axes.annotate(
        "the split validation: none",
        (_PERCENT[-1], 0),
        (0, 6),
        ha="right",
        textcoords="offset points",
    )
    axes.set(ylim=(-0.04, 1.12), xlim=(0, 52), xlabel="held out, percent of train")
    axes.set_title("Held-out reviews of a film that has others in what is left", fontsize=11)
    axes.xaxis.set_major_formatter(PercentFormatter(100, decimals=0))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(alpha=0.3)
    figure.savefig(PICTURE, metadata={"Software": None})


if __name__ == "__main__":
    main()
