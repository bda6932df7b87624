"""The card of a dataset: a datasheet after Gebru et al., in Markdown.

Its figures are counted in the dataset, and nothing in it depends on when or where that was built.

Usage:

    print(card.markdown(tfds.builder("imdb_keras/top10k")))
"""

import textwrap
from collections.abc import Iterable, Iterator, Sequence

import tensorflow_datasets as tfds

from ..source.release import LABEL_NAMES, STANFORD
from ..storage.settings import config_of
from .account import Account
from .fields import FIELDS
from .topics import TOPICS

_WIDTH = 100

_STARS = range(1, 11)

_DATASHEETS = "https://arxiv.org/abs/1803.09010"

_TABLES_BEHIND, _CITATION_BEHIND = "instances", "distribution"


def markdown(builder: tfds.core.DatasetBuilder, account: Account | None = None) -> str:
    """The card of a dataset: the same text for the same dataset.

    Args:
      builder: of a prepared dataset, whichever way it was come by; of one's own reviews it says
        what is not known of them.
      account: of this dataset, where it was made already.

    Returns:
      Markdown, with one heading of the first level, and a line end at its end.

    Raises:
      ImdbKerasError: it is none of this package's; its records cannot be read, or are not those
        that were built.
    """
    return "\n\n".join(_blocks(builder, account or Account.of(builder))) + "\n"


def _blocks(builder: tfds.core.DatasetBuilder, account: Account) -> Iterator[str]:
    """Headings, paragraphs, lists and tables, one after the other."""
    info, config = builder.info, config_of(builder)
    yield f"# {builder.name}/{config.name} {info.version}"
    yield _wrapped(f"Settings: {config.description}")
    yield _wrapped(
        f"This is a [datasheet]({_DATASHEETS}) whose figures are counted in the dataset itself."
    )
    section = None
    for topic, paragraphs in account.statements.items():
        if TOPICS[topic].section != section:
            section = TOPICS[topic].section
            yield f"## {section}"
        yield f"### {TOPICS[topic].question}"
        if len(paragraphs) == 1:
            yield _wrapped(paragraphs[0])
        else:
            yield "\n".join(_wrapped(paragraph, bullet="- ") for paragraph in paragraphs)
        if topic == _TABLES_BEHIND:
            yield _table(_fields(builder))
            yield _table(_splits(account))
            if any(account.composition.stars.values()):
                yield _table(_stars(account))
        if topic == _CITATION_BEHIND and config.corpus == STANFORD.name:
            yield "### How is it cited?"
            yield f"```bibtex\n{info.citation.strip()}\n```"


def _fields(builder: tfds.core.DatasetBuilder) -> Iterator[Sequence[str]]:
    yield "field", "meaning"
    for name, meaning in FIELDS.items():
        if name in builder.info.features:
            yield f"`{name}`", meaning


def _splits(account: Account) -> Iterator[Sequence[str]]:
    labels = (*LABEL_NAMES, "no label")
    yield "split", "reviews", *labels, "ids", "fewest, median, most ids", "movies"
    for name, split in account.composition.splits.items():
        yield (
            f"`{name}`",
            f"{split.reviews:,}",
            *(f"{split.labels.get(label, 0):,}" for label in LABEL_NAMES),
            f"{split.reviews - split.labelled:,}",
            f"{split.ids:,}",
            ", ".join(f"{length:,}" for length in split.lengths),
            "not told" if split.movies is None else f"{len(split.movies):,}",
        )


def _stars(account: Account) -> Iterator[Sequence[str]]:
    yield "stars", *map(str, _STARS)
    for label, counts in account.composition.stars.items():
        yield f"`{label}`", *(f"{counts.get(stars, 0):,}" for stars in _STARS)


def _table(rows: Iterable[Sequence[str]]) -> str:
    head, *others = rows
    lines = [head, ["---", *["---:" if others[0][1][:1].isdigit() else "---"] * (len(head) - 1)]]
    return "\n".join(f"| {' | '.join(row)} |" for row in [*lines, *others])


def _wrapped(paragraph: str, bullet: str = "") -> str:
    return textwrap.fill(
        paragraph,
        _WIDTH,
        initial_indent=bullet,
        subsequent_indent=" " * len(bullet),
        break_long_words=False,
        break_on_hyphens=False,
    )
