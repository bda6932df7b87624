"""Shows a prepared dataset on one page of HTML, for choosing the settings by looking.

The page is one file: no script, and nothing that a browser would load. Importing this module
imports matplotlib and Jinja, which `pip install 'imdb-keras-tfds[report]'` installs.

Usage:

    report.write(builder, corpus, "report.html")
"""

import os
import pathlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pyarrow as pa

from ..errors import ImdbKerasError
from ..imdb_keras.imdb_keras_dataset_builder import Builder
from ..recipe.corpus import Corpus
from ..recipe.sequences import SHUFFLED
from ..source.release import LABEL_NAMES, UNLABELLED
from ..storage import atomic
from ..storage.records import Records
from ..storage.settings import config_of
from ..storage.splits import read
from ..text.codec import OOV_TOKEN
from ..text.prepared import codec_of
from .charts import (
    COLOURS,
    SHARES,
    drawing,
    lengths_chart,
    ratings_chart,
    vocabulary_chart,
    words_chart,
)
from .statistics import PRIOR, Lengths, VocabularyShares, telling_words

try:
    import jinja2
except ModuleNotFoundError as missing:
    raise ImdbKerasError(
        f"{missing.name} is not installed; get it by: pip install 'imdb-keras-tfds[report]'"
    ) from missing

_SHOWN = 150  # ids of a review


def write(builder: Builder, corpus: Corpus, path: str | os.PathLike[str]) -> None:
    """Writes what `page` returns, whole or not at all.

    Args:
      builder: see `page`.
      corpus: see `page`.
      path: of the file.

    Raises:
      OSError: the file cannot be written there; the page is not made then.
    """
    with atomic.writing(path) as file:
        file.write(page(builder, corpus).encode())


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
    with drawing():
        charts = {
            "ratings": ratings_chart(ratings),
            "lengths": lengths_chart(lengths),
            "vocabulary": vocabulary_chart(vocabulary),
            "words": words_chart(words),
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
        colours=COLOURS,
        config=config_of(builder),
        info=builder.info,
        lengths=lengths,
        name=f"{builder.name}/{config_of(builder).name}",
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
    config, decoder = config_of(builder), codec_of(builder)
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
