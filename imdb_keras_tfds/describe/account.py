"""All that is to be said of a dataset: the one source of its card and of its RAI properties.

Usage:

    account = Account.of(builder)
    account.statements["biases"]     # paragraphs
    account.rai["dataLimitations"]   # the same, as Croissant's vocabulary names it
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import tensorflow_datasets as tfds

from ..storage.records import Records
from ..storage.settings import config_of
from ..storage.splits import read
from . import audit
from .audit import Audit
from .composition import Composition
from .findings import findings
from .links import SPLIT_ORDER
from .provenance import Provenance, provenance_of
from .topics import TOPICS

_MARKS = re.compile(r"`([^`]+)`|<(https?:[^>]+)>")


@dataclass(frozen=True)
class Account:
    """What is to be said of a dataset.

    Attributes:
      composition: what is in it.
      audited: what an audit finds in it.
      provenance: what is known of where it comes from.
      statements: topic -> paragraphs in Markdown, in the order of the topics; no topic without any.
    """

    composition: Composition
    audited: Audit
    provenance: Provenance
    statements: Mapping[str, list[str]]

    @classmethod
    def of(
        cls, builder: tfds.core.DatasetBuilder, records: Mapping[str, Records] | None = None
    ) -> "Account":
        """What is to be said of a dataset: the same of the same one, wherever it was built.

        Args:
          builder: of a prepared dataset.
          records: split -> its records, with or without the texts, where they were read already.

        Raises:
          ImdbKerasError: it is none of this package's; its records cannot be read, or are not those
            that were built.
        """
        if records is None:
            splits = sorted(builder.info.splits, key=SPLIT_ORDER.index)
            records = {split: read(builder, split) for split in splits}
        composition, audited = Composition.of(records), audit.of(builder, records)
        provenance = provenance_of(config_of(builder))
        found = findings(builder, composition, audited)
        licence = provenance.licence
        known = {
            **provenance.statements,
            **({"licence": (f"{licence.name}. {licence.description}",)} if licence else {}),
        }
        statements = {
            topic: [*known.get(topic, ()), *found.get(topic, ())]
            for topic in TOPICS
            if topic in known or found.get(topic)
        }
        return cls(composition, audited, provenance, statements)

    @property
    def rai(self) -> dict[str, list[str]]:
        """Property of the RAI vocabulary -> what it says, as plain text, in the order of topics."""
        said: dict[str, list[str]] = {}
        for topic, paragraphs in self.statements.items():
            if (name := TOPICS[topic].rai) is not None:
                said.setdefault(name, []).extend(map(_plain, paragraphs))
        return said


def _plain(markdown: str) -> str:
    """A paragraph without the marks around code and addresses."""
    return _MARKS.sub(lambda match: match[1] or match[2], markdown)
