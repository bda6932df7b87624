"""The digests that came with the package: of datasets, and of the releases' ranks and vocabularies.

They are in `reference_digests.json`, where `make digests` writes them.

Usage:

    pinned.configs("1.0.0")["top10k"]                    # of `manifest.reference`
    pinned.digests(release.STANFORD.contents)["train"]   # of `tables.of_reviews`
"""

import json
from collections.abc import Mapping
from typing import Any

from ..recipe.corpus import Corpus
from ..source.release import RELEASES, Contents
from . import tables
from .manifest import REFERENCE
from .tables import Table

VOCABULARY = "vocabulary"
"""What the table of the vocabulary is called beside those of the splits."""

EARLIER = "earlier"
"""The key of the digests of earlier versions in `reference_digests.json`, by version."""

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


def configs(version: Any) -> dict[str, Any]:
    """Name of a listed config -> the digests of its dataset; none of an unknown version.

    Args:
      version: of the dataset.
    """
    known = json.loads(REFERENCE.read_text())
    versions: dict[Any, dict[str, Any]] = {
        **known.get(EARLIER, {}),
        known["version"]: known["configs"],
    }
    return versions.get(version, {}) if isinstance(version, str) else {}


def tables_of(corpus: Corpus) -> dict[str, Table]:
    """The table of each split, and of the vocabulary."""
    found = {split: tables.of_reviews(reviews) for split, reviews in corpus.splits.items()}
    return {**found, VOCABULARY: tables.of_vocabulary(corpus.vocabulary)}
