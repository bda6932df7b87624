"""The digests of the releases' ranks and vocabularies that came with the package.

They are in `reference_digests.json`, where `make digests` writes them.

Usage:

    pinned.digests(release.STANFORD.contents)["train"]   # of `tables.of_reviews`
"""

import json
from collections.abc import Mapping

from ..recipe.corpus import Corpus
from ..source.release import RELEASES, Contents
from . import tables
from .manifest import REFERENCE
from .tables import Table

VOCABULARY = "vocabulary"
"""What the table of the vocabulary is called beside those of the splits."""

CORPORA = "corpora"
"""The key of these digests in `reference_digests.json`."""


def digests(contents: Mapping[str, Contents]) -> dict[str, str] | None:
    """The digests of the tables of a release: of each split, and of the vocabulary.

    Args:
      contents: folder -> what a source held in it.

    Returns:
      None if that is not what a release holds.
    """
    for release in RELEASES.values():
        if release.contents == contents:
            found: dict[str, str] | None = json.loads(REFERENCE.read_text())[CORPORA].get(
                release.name
            )
            return found
    return None


def tables_of(corpus: Corpus) -> dict[str, Table]:
    """The table of each split, and of the vocabulary."""
    found = {split: tables.of_reviews(reviews) for split, reviews in corpus.splits.items()}
    return {**found, VOCABULARY: tables.of_vocabulary(corpus.vocabulary)}
