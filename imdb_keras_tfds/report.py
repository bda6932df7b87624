"""Shows a prepared dataset on one page of HTML, for choosing the settings by looking.

The page is one file: no script, and nothing that a browser would load. Importing this module
imports matplotlib and Jinja, which `pip install 'imdb-keras-tfds[report]'` installs.

Usage:

    report.write(builder, corpus, "report.html")
"""

import io
import os
import pathlib
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa

from .codec import OOV_TOKEN, codec
from .corpus import Corpus
from .errors import ImdbKerasError
from .imdb_keras.imdb_keras_dataset_builder import Builder
from .records import Records, read
from .release import LABEL_NAMES, UNLABELLED
from .sequences import SHUFFLED
from .statistics import PRIOR, Lengths, TellingWord, VocabularyShares, telling_words

try:
    import jinja2
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

_SHOWN = 150  # ids of a review

# Colours of the page in its light form; a browser puts those of its own form in their place.
_COLOURS = {
    "ink": "#1c1e21",
    "muted": "#5b616b",
    "line": "#d9dce1",
    "neg": "#b5480a",
    "pos": "#1560a8",
    "accent": "#3d5a80",
}

_STYLE: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": _COLOURS["line"],
    "axes.grid": True,
    "axes.labelcolor": _COLOURS["muted"],
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": _COLOURS["ink"],
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "figure.constrained_layout.use": True,
    "font.size": 9,
    "grid.color": _COLOURS["line"],
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "text.color": _COLOURS["ink"],
    "text.parse_math": False,
    "xtick.color": _COLOURS["muted"],
    "xtick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.color": _COLOURS["muted"],
    "ytick.major.size": 0,
}

# Inches; text comes out in the same size in both.
_BESIDE, _ACROSS = (5.6, 3.2), (9.6, 4.2)

_THOUSANDS = FuncFormatter(lambda value, _: f"{value:,.0f}")


def write(builder: Builder, corpus: Corpus, path: str | os.PathLike[str]) -> None:
    """Writes what `page` returns.

    Args:
      builder: see `page`.
      corpus: see `page`.
      path: of the file.
    """
    pathlib.Path(path).write_text(page(builder, corpus), encoding="utf-8")


def page(builder: Builder, corpus: Corpus) -> str:
    """The page: the same text for the same dataset.

    Args:
      builder: of a prepared dataset.
      corpus: what it was built from, with the splits `train` and `test`. Words that the settings
        cut are in no record, so what other settings would keep can only be told from there.

    Returns:
      HTML.
    """
    records = {split: read(builder, split) for split in builder.info.splits}
    ratings = {
        split: np.bincount(records[split].ratings, minlength=11)[1:].tolist() for split in SHUFFLED
    }
    vocabulary = VocabularyShares.of(builder, corpus)
    lengths = Lengths.of(builder, corpus)
    words = telling_words(builder, corpus)
    with mpl.style.context(["default", _STYLE]):
        charts = {
            "ratings": _ratings_chart(ratings),
            "lengths": _lengths_chart(lengths),
            "vocabulary": _vocabulary_chart(vocabulary),
            "words": _words_chart(words),
        }
    environment = jinja2.Environment(
        autoescape=True,
        loader=jinja2.FileSystemLoader(pathlib.Path(__file__).parent),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters.update(
        number=lambda number: f"{number:,}", percent=lambda share: f"{share:.1%}"
    )
    return environment.get_template("report.html.jinja").render(
        charts=charts,
        colours=_COLOURS,
        config=builder.builder_config,
        info=builder.info,
        lengths=lengths,
        name=f"{builder.name}/{builder.builder_config.name}",
        prior=PRIOR,
        ratings=ratings,
        reviews=list(_reviews(builder, corpus, records)),
        shares=SHARES,
        splits=[
            {
                "name": split,
                "reviews": len(found.ids),
                "pos": int((found.labels == 1).sum()),
                "neg": int((found.labels == 0).sum()),
                "unlabelled": int((found.labels == UNLABELLED).sum()),
                "ids": len(found.tokens.values),
                "mean": len(found.tokens.values) / len(found.ids),
                "size": builder.info.splits[split].num_bytes,
            }
            for split, found in records.items()
        ],
        vocabulary=vocabulary,
        words=words,
    )


@dataclass(frozen=True)
class Decoded:
    """A review as a model sees it.

    Attributes:
      name: of the review.
      split: that it is in.
      label: its class.
      rating: the reviewer's stars.
      parts: text, or what stands for a word that was cut, each with that word (None for text).
      more: ids that are not shown.
      error: why it cannot be decoded; None if it can.
    """

    name: str
    split: str
    label: str
    rating: int
    parts: list[tuple[str, str | None]]
    more: int
    error: str | None


def _reviews(builder: Builder, corpus: Corpus, records: Mapping[str, Records]) -> Iterator[Decoded]:
    """The first review of each class of `train`, and the first of `test`."""
    config, decoder = builder.builder_config, codec(builder)
    wanted = [("train", 1), ("train", 0), ("test", None)]
    for split, label in wanted:
        found = records[split]
        places = np.flatnonzero(found.labels == label) if label is not None else [0]
        if not len(places):
            continue  # keras semantics may have removed them all
        place = int(places[0])
        ids = found.tokens[place]
        tokens: list[str] = []
        error = None
        try:
            if text := decoder.decode(ids[:_SHOWN]):
                tokens = text.split(" ")  # There are words with other white space in them.
        except ImdbKerasError as problem:
            error = str(problem)
        ranked = corpus.splits[split]
        ranks = ranked.ranks[ranked.ids.index(found.ids[place])]
        words = corpus.vocabulary.words.take(pa.array(ranks - 1)).to_pylist()
        # Where words that are cut have an id, each id but the marker stands for one of these.
        marker = [b""] if config.start_char is not None else []
        parts: list[tuple[str, str | None]] = []
        for is_cut, group in groupby(
            zip(tokens, marker + words, strict=False), lambda pair: pair[0] == OOV_TOKEN
        ):
            if is_cut:
                parts += [(token, word.decode()) for token, word in group]
            else:
                parts.append((" ".join(token for token, _ in group), None))
        yield Decoded(
            found.ids[place],
            split,
            LABEL_NAMES[found.labels[place]],
            int(found.ratings[place]),
            parts,
            max(len(ids) - _SHOWN, 0),
            error,
        )


def _ratings_chart(ratings: Mapping[str, list[int]]) -> Markup:
    figure = Figure(figsize=_BESIDE)
    axes = figure.subplots()
    stars = np.arange(1, 11)
    colours = [_COLOURS["neg" if star <= 5 else "pos"] for star in stars]
    for place, counts in enumerate(ratings.values()):
        axes.bar(stars + 0.4 * place - 0.2, counts, 0.38, color=colours, alpha=1 - 0.5 * place)
    axes.grid(visible=False)
    axes.set_xticks(stars)
    axes.set_xlabel("stars (left bar: train, right bar: test)")
    axes.set_title("Reviews by stars")
    axes.yaxis.set_major_formatter(_THOUSANDS)
    axes.locator_params(axis="y", integer=True)
    return _svg(figure, "ratings", "Bars: number of reviews of train and test by their stars")


def _vocabulary_chart(vocabulary: VocabularyShares) -> Markup | None:
    rows = [row for row in vocabulary.rows() if row.words]
    if not rows:
        return None
    figure = Figure(figsize=_BESIDE)
    axes = figure.subplots()
    limits = np.unique(np.geomspace(rows[0].limit, rows[-1].limit, 200).astype(int))
    for split, line in zip(SHUFFLED, ("-", ":"), strict=True):
        shares = [vocabulary.kept(split, limit) for limit in limits.tolist()]
        axes.plot(limits, shares, line, color=_COLOURS["accent"], label=split)
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


def _lengths_chart(lengths: Lengths) -> Markup:
    train = lengths.lengths["train"]
    longest = max(int(np.percentile(train, 99.5)), 10)
    figure = Figure(figsize=(_BESIDE[0], 1.5 * _BESIDE[1]))
    upper, lower = figure.subplots(2, sharex=True)
    upper.hist(train, bins=60, range=(0, longest), color=_COLOURS["accent"], histtype="stepfilled")
    upper.set_title("Reviews of train by length")
    upper.yaxis.set_major_formatter(_THOUSANDS)
    upper.locator_params(axis="y", integer=True)
    places = np.arange(longest + 1)
    whole = [lengths.whole("train", place) / len(train) for place in places.tolist()]
    lower.plot(places, whole, color=_COLOURS["accent"])
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


def _words_chart(words: Mapping[str, list[TellingWord]]) -> Markup | None:
    if not any(words.values()):
        return None
    figure = Figure(figsize=_ACROSS)
    titles = {"neg": "Telling of negative reviews", "pos": "Telling of positive reviews"}
    for axes, (label, chosen) in zip(
        figure.subplots(1, 2, sharex=True), words.items(), strict=True
    ):
        places = np.arange(len(chosen))
        axes.barh(places, [abs(word.z) for word in chosen], 0.7, color=_COLOURS[label])
        axes.set_yticks(places, [word.word for word in chosen])
        axes.tick_params(axis="y", labelcolor=_COLOURS["ink"])
        axes.grid(visible=False, axis="y")
        axes.invert_yaxis()
        axes.set_xlabel("z-score")
        axes.set_title(titles[label])
    return _svg(figure, "words", "Bars: the z-scores of the most telling words of each class")


def _point(axes: Axes, value: int, share: float, *, is_own: bool = False) -> None:
    """Marks a point of a curve, with its value and its share below it."""
    marker, size = ("D", 5) if is_own else ("o", 4)
    axes.plot([value], [share], marker, color=_COLOURS["accent"], markersize=size)
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
    variables = {colour: f"var(--{name})" for name, colour in _COLOURS.items()}
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
