"""The charts of a report, as SVG in the colours and the font of the page.

Importing this module imports matplotlib, which `pip install 'imdb-keras-tfds[report]'` installs.

Usage:

    with drawing():
        svg = ratings_chart({"train": [5, 0, 0, 2, 0, 0, 1, 0, 0, 9]})
"""

import atexit
import io
import os
import pathlib
import re
import shutil
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from ..errors import ImdbKerasError
from ..recipe.sequences import SHUFFLED
from .statistics import Lengths, TellingWord, VocabularyShares


def _stand_in_for_home() -> None:
    """Gives matplotlib a folder until Python ends, as it fails before 3.11 where no home is."""
    try:
        pathlib.Path.home()
    except RuntimeError:
        if "MPLCONFIGDIR" not in os.environ:
            os.environ["MPLCONFIGDIR"] = folder = tempfile.mkdtemp(prefix="matplotlib-")
            atexit.register(shutil.rmtree, folder, ignore_errors=True)


_stand_in_for_home()

try:
    import matplotlib as mpl
    import matplotlib.style
    from markupsafe import Markup
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, NullFormatter, PercentFormatter
except ModuleNotFoundError as missing:
    raise ImdbKerasError(
        f"{missing.name} is not installed; get it by: pip install 'imdb-keras-tfds[report]'"
    ) from missing

SHARES = (0.9, 0.95, 0.99)
"""For these shares the page tells the settings that keep as much."""

# Colours of the page in its light form; a browser puts those of its own form in their place.
COLOURS = {
    "ink": "#1c1e21",
    "muted": "#5b616b",
    "line": "#d9dce1",
    "neg": "#b5480a",
    "pos": "#1560a8",
    "accent": "#3d5a80",
}

_STYLE: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": COLOURS["line"],
    "axes.grid": True,
    "axes.labelcolor": COLOURS["muted"],
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": COLOURS["ink"],
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "figure.constrained_layout.use": True,
    "font.size": 9,
    "grid.color": COLOURS["line"],
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "text.color": COLOURS["ink"],
    "text.parse_math": False,
    "xtick.color": COLOURS["muted"],
    "xtick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.color": COLOURS["muted"],
    "ytick.major.size": 0,
}

# Inches; text comes out in the same size in both.
_BESIDE, _ACROSS = (5.6, 3.2), (9.6, 4.2)

_THOUSANDS = FuncFormatter(lambda value, _: f"{value:,.0f}")


def drawing() -> AbstractContextManager[None]:
    """The style in which all charts are to be drawn."""
    style: AbstractContextManager[None] = mpl.style.context(["default", _STYLE])
    return style


def ratings_chart(ratings: Mapping[str, list[int]]) -> Markup:
    """How many reviews of train and test have how many stars.

    Args:
      ratings: split -> the number of its reviews of 1, 2, ... 10 stars.
    """
    figure = Figure(figsize=_BESIDE)
    axes = figure.subplots()
    stars = np.arange(1, 11)
    colours = [COLOURS["neg" if star <= 5 else "pos"] for star in stars]
    for place, counts in enumerate(ratings.values()):
        axes.bar(stars + 0.4 * place - 0.2, counts, 0.38, color=colours, alpha=1 - 0.5 * place)
    axes.grid(visible=False)
    axes.set_xticks(stars)
    axes.set_xlabel("stars (left bar: train, right bar: test)")
    axes.set_title("Reviews by stars")
    axes.yaxis.set_major_formatter(_THOUSANDS)
    axes.locator_params(axis="y", integer=True)
    return _svg(figure, "ratings", "Bars: number of reviews of train and test by their stars")


def vocabulary_chart(vocabulary: VocabularyShares) -> Markup | None:
    """The share of all words that is kept, by `num_words`; None if there is no word."""
    rows = [row for row in vocabulary.rows() if row.words]
    if not rows:
        return None
    figure = Figure(figsize=_BESIDE)
    axes = figure.subplots()
    limits = np.unique(np.geomspace(rows[0].limit, rows[-1].limit, 200).astype(int))
    for split, line in zip(SHUFFLED, ("-", ":"), strict=True):
        shares = [vocabulary.kept(split, limit) for limit in limits.tolist()]
        axes.plot(limits, shares, line, color=COLOURS["accent"], label=split)
    for row in rows:
        _point(axes, row.limit, row.shares["train"], is_own=row.is_own)
    axes.set_xscale("log")
    axes.margins(x=0.08, y=0.22)
    axes.set_ylim(max(axes.get_ylim()[0], 0), 1.01)
    axes.xaxis.set_major_formatter(_THOUSANDS)
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_xlabel("num_words")
    axes.set_title("Share of all words that is kept")
    axes.legend(loc="upper left")
    return _svg(figure, "vocabulary", "The share of all words that is kept, rising with num_words")


def lengths_chart(lengths: Lengths) -> Markup:
    """The lengths of reviews, and the share that stays, by `maxlen`."""
    train = lengths.lengths["train"]
    longest = max(int(np.percentile(train, 99.5)), 10)
    figure = Figure(figsize=(_BESIDE[0], 1.5 * _BESIDE[1]))
    upper, lower = figure.subplots(2, sharex=True)
    upper.hist(train, bins=60, range=(0, longest), color=COLOURS["accent"], histtype="stepfilled")
    upper.set_title("Reviews of train by length")
    upper.yaxis.set_major_formatter(_THOUSANDS)
    upper.locator_params(axis="y", integer=True)
    places = np.arange(longest + 1)
    whole = [lengths.whole("train", place) / len(train) for place in places.tolist()]
    lower.plot(places, whole, color=COLOURS["accent"])
    lower.set_title("Share that stays, by maxlen" if lengths.removes else "Share that stays whole")
    lower.set_xlabel("ids")
    lower.set_xlim(0, longest)
    lower.set_ylim(0, 1.05)
    lower.xaxis.set_major_formatter(_THOUSANDS)
    lower.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    for share in SHARES:
        needed = lengths.needed(share)
        _point(lower, needed, lengths.whole("train", needed) / len(train))
    if (own := lengths.own) is not None:
        _point(lower, own, lengths.whole("train", own) / len(train), is_own=True)
    return _svg(
        figure,
        "lengths",
        "Above, the number of reviews of train by length; below, the share of them that stays "
        "whole, rising with maxlen",
    )


def words_chart(words: Mapping[str, list[TellingWord]]) -> Markup | None:
    """The most telling words of each class; None if there is none."""
    if not any(words.values()):
        return None
    figure = Figure(figsize=_ACROSS)
    titles = {"neg": "Telling of negative reviews", "pos": "Telling of positive reviews"}
    for axes, (label, chosen) in zip(
        figure.subplots(1, 2, sharex=True), words.items(), strict=True
    ):
        places = np.arange(len(chosen))
        axes.barh(places, [abs(word.z) for word in chosen], 0.7, color=COLOURS[label])
        axes.set_yticks(places, [word.word for word in chosen])
        axes.tick_params(axis="y", labelcolor=COLOURS["ink"])
        axes.grid(visible=False, axis="y")
        axes.invert_yaxis()
        axes.set_xlabel("z-score")
        axes.set_title(titles[label])
    return _svg(figure, "words", "Bars: the z-scores of the most telling words of each class")


def _point(axes: Axes, value: int, share: float, *, is_own: bool = False) -> None:
    """Marks a point of a curve, with its value and its share below it."""
    marker, size = ("D", 5) if is_own else ("o", 4)
    axes.plot([value], [share], marker, color=COLOURS["accent"], markersize=size)
    axes.annotate(
        f"{value:,}\n{share:.1%}",
        (value, share),
        xytext=(9, -6),
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=8,
        annotation_clip=True,
    )


def _svg(figure: Figure, name: str, alternative: str) -> Markup:
    """A chart as SVG to be put into HTML: its colours and its font are those of the page.

    Args:
      figure: the chart.
      name: of the chart, which its ids are derived from.
      alternative: what the chart shows, for those who do not see it.
    """
    file = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": name}):
        # Without metadata, which would have the date in it.
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(file, format="svg", transparent=True, metadata=nothing)
    root = ElementTree.fromstring(file.getvalue())  # noqa: S314  (matplotlib's own)
    variables = {colour: f"var(--{name})" for name, colour in COLOURS.items()}
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        if element.tag == "g":
            element.attrib.pop("id", None)  # which other charts have too
        style = re.sub("font-family: [^;]*;?", "", element.attrib.pop("style", ""))
        if style:
            style = re.sub("#[0-9a-f]{6}", lambda match: variables.get(match[0], match[0]), style)
            element.set("style", style)
        for key in list(element.attrib):
            if key.endswith("}href"):
                element.set("href", element.attrib.pop(key))
    for styled in root.findall("defs/style/.."):
        root.remove(styled)
    root.attrib = {"viewBox": root.attrib["viewBox"], "role": "img", "aria-label": alternative}
    return Markup(ElementTree.tostring(root, encoding="unicode"))  # noqa: S704  (escaped by it)
