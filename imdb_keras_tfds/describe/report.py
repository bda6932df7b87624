"""Shows a prepared dataset on one page of HTML, for choosing the settings by looking.

The page is one file: no script, and nothing that a browser would load. Importing this module
imports matplotlib and Jinja, which `pip install 'imdb-keras-tfds[report]'` installs.

Usage:

    report.write(builder, corpus, "report.html")
"""

import os
import pathlib
from typing import Any

import numpy as np
import tensorflow_datasets as tfds

from ..errors import ImdbKerasError
from ..recipe.corpus import Corpus
from ..source.release import UNLABELLED
from ..storage import atomic
from ..storage.records import Records
from ..storage.settings import config_of
from ..storage.splits import read
from . import audit
from .charts import (
    SHARES,
    drawing,
    end_of_lengths,
    lengths_charts,
    ratings_chart,
    vocabulary_chart,
    words_charts,
)
from .colours import DARK, LIGHT
from .decoded import decoded_reviews, shortened
from .links import SPLIT_ORDER
from .movies import most_reviewed
from .statistics import Lengths, VocabularyShares
from .telling import PRIOR, telling_words
from .words import LABELLED, Words

try:
    import jinja2
except ModuleNotFoundError as missing:
    raise ImdbKerasError(
        f"{missing.name} is not installed; get it by: pip install 'imdb-keras-tfds[report]'"
    ) from missing


def write(
    builder: tfds.core.DatasetBuilder, corpus: Corpus | None, path: str | os.PathLike[str]
) -> None:
    """Writes what `page` returns, whole or not at all.

    Args:
      builder: see `page`.
      corpus: see `page`.
      path: of the file.

    Raises:
      ImdbKerasError: see `page`.
      OSError: the file cannot be written there; the page is not made then.
    """
    with atomic.writing(path) as file:
        file.write(page(builder, corpus).encode())


def page(builder: tfds.core.DatasetBuilder, corpus: Corpus | None = None) -> str:
    """The page: the same text for the same dataset.

    All figures are of the reviews in the dataset. Words that its settings cut are in no record, so
    what other settings would keep of these reviews is told by the corpus; without one by the texts
    of the records, if they have some, and else not at all, which the page says.

    Args:
      builder: of a prepared dataset, also one of one's own reviews or of an earlier version.
      corpus: what it was built from, with the splits `train` and `test`; None where that is not at
        hand.

    Returns:
      HTML.

    Raises:
      ImdbKerasError: the dataset cannot be read, or is not the one that was built.
    """
    order = sorted(builder.info.splits, key=SPLIT_ORDER.index)
    records = {split: read(builder, split) for split in order}
    ratings = {
        split: np.bincount(records[split].ratings, minlength=11)[1:].tolist()
        for split in LABELLED
        if split in records
    }
    config = config_of(builder)
    words = Words.of(builder, records, corpus)
    vocabulary, lengths = VocabularyShares.of(words), Lengths.of(words)
    telling = telling_words(words, records["train"].labels)
    with drawing():
        charts = {
            "ratings": ratings_chart(ratings),
            "lengths": lengths_charts(lengths) if lengths.is_known else [],
            "vocabulary": None if vocabulary is None else vocabulary_chart(vocabulary),
            "words": words_charts(telling),
        }
    return _template().render(
        audit=audit.of(builder, records),
        charts=charts,
        colours={"light": LIGHT, "dark": DARK},
        config=config,
        end_of_lengths=end_of_lengths(lengths),
        info=builder.info,
        lengths=lengths,
        most_reviewed=most_reviewed(records),
        name=f"{builder.name}/{config.name}",
        prior=PRIOR,
        ratings=ratings,
        reviews=list(decoded_reviews(builder, records, words)),
        shares=SHARES,
        short=audit.SHORT,
        source=builder.info.metadata["source"],
        splits=[_of_split(builder, split, found) for split, found in records.items()],
        telling=telling,
        vocabulary=vocabulary,
        words=words,
    )


def _of_split(builder: tfds.core.DatasetBuilder, split: str, found: Records) -> dict[str, Any]:
    """What the table of splits tells of one."""
    return {
        "name": split,
        "reviews": len(found.ids),
        "pos": int((found.labels == 1).sum()),
        "neg": int((found.labels == 0).sum()),
        "unlabelled": int((found.labels == UNLABELLED).sum()),
        "ids": len(found.tokens.values),
        "mean": len(found.tokens.values) / max(len(found.ids), 1),
        "size": builder.info.splits[split].num_bytes,
    }


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True,
        loader=jinja2.FileSystemLoader(pathlib.Path(__file__).parent),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters.update(
        count=lambda number, what: f"{number:,} {what}" if number != 1 else f"1 {what[:-1]}",
        number=lambda number: "not told" if number is None else f"{number:,}",
        percent=lambda share: "not told" if share is None else f"{share:.1%}",
        precise=lambda share: "not told" if share is None else f"{share:.2%}",
        shortened=shortened,
    )
    return environment.get_template("report.html.jinja")
