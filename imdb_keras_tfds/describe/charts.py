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
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from ..errors import ImdbKerasError
from .colours import LIGHT
from .statistics import Lengths, VocabularyShares
from .telling import TellingWord


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
    from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter, PercentFormatter
    from matplotlib.transforms import Bbox
except ModuleNotFoundError as missing:
    raise ImdbKerasError(
        f"{missing.name} is not installed; get it by: pip install 'imdb-keras-tfds[report]'"
    ) from missing

SHARES = (0.9, 0.95, 0.99)
"""For these shares the page tells the settings that keep as much."""

_STYLE: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": LIGHT["line"],
    "axes.grid": True,
    "axes.labelcolor": LIGHT["muted"],
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": LIGHT["ink"],
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "figure.constrained_layout.use": True,
    "font.size": 9,
    "grid.color": LIGHT["line"],
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "text.color": LIGHT["ink"],
    "text.parse_math": False,
    "xtick.color": LIGHT["muted"],
    "xtick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.color": LIGHT["muted"],
    "ytick.major.size": 0,
}

# Inches. On a phone a point of a chart is a bit more than a pixel of the screen.
_WIDTH, _HEIGHT = 3.6, 2.5

# Of the longest reviews so many are left out of the charts, percent, as nothing would be seen.
_TAIL = 0.5

_LONGEST_WORD = 16

_LINES = {"train": "-", "validation": "--", "test": ":"}

_THOUSANDS = FuncFormatter(lambda value, _: f"{value:,.0f}")


def drawing() -> AbstractContextManager[None]:
    """The style in which all charts are to be drawn."""
    style: AbstractContextManager[None] = mpl.style.context(["default", _STYLE])
    return style


def ratings_chart(ratings: Mapping[str, list[int]]) -> Markup:
    """How many reviews have how many stars, by split.

    Args:
      ratings: split -> the number of its reviews of 1, 2, ... 10 stars.
    """
    figure = Figure(figsize=(_WIDTH, _HEIGHT))
    axes = figure.subplots()
    stars = np.arange(1, 11)
    width = 0.8 / len(ratings)
    for place, (split, counts) in enumerate(ratings.items()):
        shade = "" if split == "train" else f"-{split}"
        colours = [LIGHT[("neg" if star <= 5 else "pos") + shade] for star in stars]
        middle = (place - (len(ratings) - 1) / 2) * width
        axes.bar(stars + middle, counts, 0.92 * width, color=colours)
    axes.grid(visible=False)
    axes.set_xticks(stars)
    splits = ", ".join(ratings)
    axes.set_xlabel(f"stars (bars from the left: {splits})" if len(ratings) > 1 else "stars")
    axes.set_title("Reviews by stars")
    axes.yaxis.set_major_formatter(_THOUSANDS)
    axes.locator_params(axis="y", integer=True)
    return _svg(figure, "ratings", f"Bars: number of reviews of {splits} by their stars")


def vocabulary_chart(vocabulary: VocabularyShares) -> Markup | None:
    """The share of all words that is kept, by `num_words`; None if there is no word."""
    rows = [row for row in vocabulary.rows() if row.words]
    if not rows:
        return None
    figure = Figure(figsize=(_WIDTH, _HEIGHT))
    axes = figure.subplots()
    limits = np.unique(np.geomspace(rows[0].limit, rows[-1].limit, 200).astype(int))
    for split in vocabulary.shares:
        shares = [vocabulary.kept(split, limit) for limit in limits.tolist()]
        axes.plot(limits, shares, _LINES[split], color=LIGHT["accent"], label=split)
    axes.set_xscale("log")
    axes.margins(x=0.08, y=0.22)
    axes.set_ylim(max(axes.get_ylim()[0], 0), 1.01)
    axes.xaxis.set_major_formatter(_THOUSANDS)
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_xlabel("num_words")
    axes.set_title("Share of all words that is kept")
    axes.legend(loc="upper left")
    own = next((row.limit for row in rows if row.is_own), None)
    _mark(figure, axes, [(row.limit, row.shares["train"]) for row in reversed(rows)], own)
    return _svg(figure, "vocabulary", "The share of all words that is kept, rising with num_words")


def end_of_lengths(lengths: Lengths) -> int:
    """The length at which the chart of lengths ends."""
    end = max(int(np.percentile(lengths.counted["train"], 100 - _TAIL)), 10)
    return end if lengths.end is None else min(end, max(lengths.end, 1))


def lengths_charts(lengths: Lengths) -> list[Markup]:
    """The lengths of reviews, and the share that stays, by `maxlen`; the longest are left out.

    Args:
      lengths: such as are known.

    Returns:
      Two charts, one below the other.
    """
    train, end = lengths.counted["train"], end_of_lengths(lengths)
    longest = f"longest review: {lengths.longest:,}" + (" or more" if lengths.end else "")
    figure = Figure(figsize=(_WIDTH, 0.8 * _HEIGHT))
    axes = _axes_of_lengths(figure, end, longest)
    axes.hist(train, bins=60, range=(0, end), color=LIGHT["accent"], histtype="stepfilled")
    axes.set_title("Reviews of train by length")
    axes.yaxis.set_major_formatter(_THOUSANDS)
    axes.locator_params(axis="y", integer=True)
    by_length = _svg(
        figure,
        "lengths",
        f"The number of reviews of train by length, up to {end:,} ids; {longest}",
    )
    figure = Figure(figsize=(_WIDTH, _HEIGHT))
    axes = _axes_of_lengths(figure, end, longest)
    # What is cut off may have any length from there on.
    places = np.arange(end + 1 if lengths.end is None else min(end + 1, lengths.end))
    whole = [lengths.whole("train", place) / len(train) for place in places.tolist()]
    axes.plot(places, whole, color=LIGHT["accent"])
    axes.set_title("Share that stays, by maxlen" if lengths.removes else "Share that stays whole")
    axes.set_ylim(0, 1.05)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    shown = [lengths.own, *map(lengths.needed, SHARES)]
    points = [place for place in dict.fromkeys(shown) if place is not None and place in places]
    _mark(figure, axes, [(place, whole[place]) for place in points], lengths.own)
    return [
        by_length,
        _svg(
            figure,
            "whole",
            "The share of the reviews of train that stays whole, rising with maxlen up to "
            f"{end:,} ids; {longest}",
        ),
    ]


def _axes_of_lengths(figure: Figure, end: int, longest: str) -> Axes:
    """Axes of ids, which say what they leave out."""
    axes: Axes = figure.subplots()
    axes.set_xlabel(f"ids (the chart ends at {end:,}; {longest})")
    axes.set_xlim(0, end)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.xaxis.set_major_formatter(_THOUSANDS)
    return axes


def words_charts(words: Mapping[str, list[TellingWord]]) -> dict[str, Markup]:
    """The most telling words of each class that has some, to the same scale."""
    titles = {"neg": "Telling of negative reviews", "pos": "Telling of positive reviews"}
    highest = max((abs(word.z) for chosen in words.values() for word in chosen), default=0)
    charts = {}
    for label, chosen in words.items():
        if not chosen:
            continue
        figure = Figure(figsize=(_WIDTH, 0.7 + 0.2 * len(chosen)))
        axes = figure.subplots()
        places = np.arange(len(chosen))
        axes.barh(places, [abs(word.z) for word in chosen], 0.7, color=LIGHT[label])
        axes.set_yticks(places, [_short(word.word) for word in chosen])
        axes.tick_params(axis="y", labelcolor=LIGHT["ink"])
        axes.set_xlim(0, 1.05 * highest)
        axes.grid(visible=False, axis="y")
        axes.invert_yaxis()
        axes.set_xlabel("z-score")
        axes.set_title(titles[label])
        charts[label] = _svg(
            figure, f"words-{label}", f"Bars: the z-scores of the words {titles[label].lower()}"
        )
    return charts


def _short(word: str) -> str:
    """A word that leaves room for its bar."""
    return word if len(word) <= _LONGEST_WORD else f"{word[:_LONGEST_WORD]}…"


def _mark(figure: Figure, axes: Axes, points: Sequence[tuple[int, float]], own: int | None) -> None:
    """Marks points of a curve, each with its value and its share below it, if there is room.

    Args:
      figure: of the curve.
      axes: of the curve, with nothing more to be drawn.
      points: value and share, the most important ones first.
      own: the value of the dataset, whose mark is another one.
    """
    labels = []
    for value, share in sorted(points, key=lambda point: point[0] != own):
        marker, size = ("D", 5) if value == own else ("o", 4)
        axes.plot([value], [share], marker, color=LIGHT["accent"], markersize=size)
        labels.append(
            axes.annotate(
                f"{value:,}\n{share:.1%}",
                (value, share),
                xytext=(9, -6),
                textcoords="offset points",
                ha="center",
                va="top",
                annotation_clip=True,
            )
        )
    figure.draw_without_rendering()
    taken: list[Bbox] = []
    for label in labels:
        box = label.get_window_extent().padded(1)
        if any(box.overlaps(other) for other in taken):
            label.remove()
        else:
            taken.append(box)


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
    variables = {colour: f"var(--{name})" for name, colour in LIGHT.items()}
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
