"""What all descriptions in Croissant have in common: the dataset, its splits and its labels.

Importing this module imports mlcroissant.

Usage:

    check_known(builder)
    described = document(builder, account, context(), files, [splits(...), labels(...), *others])
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import mlcroissant as mlc
import tensorflow_datasets as tfds

from ..describe.account import Account
from ..describe.provenance import Provenance, provenance_of
from ..describe.topics import RAI
from ..errors import ImdbKerasError
from ..recipe.validation import VALIDATION
from ..source.release import LABEL_NAMES, UNLABELLED
from ..storage.settings import config_of

TEXT, INTEGER, URL = mlc.DataType.TEXT, mlc.DataType.INTEGER, mlc.DataType.URL

TYPES: Mapping[str, Any] = {
    "id": TEXT,
    "tokens": INTEGER,
    "label": INTEGER,
    "rating": INTEGER,
    "movie": TEXT,
    "duplicate_of": TEXT,
    "text": TEXT,
}
"""The types of the fields of a record, in their order; a dataset may have fewer."""

LABEL = "http://mlcommons.org/croissant/Label"
"""What a field with the label of a record is, beside an integer."""

LABELS = "labels"
"""The record set of the labels."""

_ENUMERATION = "https://schema.org/Enumeration"

_SPLITS = {
    "train": "cr:TrainingSplit",
    "test": "cr:TestSplit",
    VALIDATION: "cr:ValidationSplit",
}

# What mlcroissant knows of 1.1, but does not write of its own accord.
_TERMS_OF_1_1 = {
    "arrayShape": "cr:arrayShape",
    "containedIn": "cr:containedIn",
    "description": {"@container": "@language"},
    "isArray": "cr:isArray",
    "name": {"@container": "@language"},
}

# Properties that have one text; the others have a list of texts.
_OF_ONE_TEXT = (
    "annotationsPerItem",
    "dataCollection",
    "dataCollectionMissingData",
    "dataCollectionRawData",
    "dataReleaseMaintenancePlan",
    "dataSocialImpact",
)


def context(version: str) -> Any:
    """The context of a description, which all parts of it are given.

    Args:
      version: of Croissant, `1.0` or `1.1`.
    """
    made = mlc.Context(conforms_to=f"http://mlcommons.org/croissant/{version}")
    if made.is_v1_1():
        terms = made.rdf.context | _TERMS_OF_1_1
        made.rdf = mlc.Rdf(context=dict(sorted(terms.items())))
    return made


def check_known(builder: tfds.core.DatasetBuilder) -> None:
    """Refuses a dataset of one's own reviews.

    Args:
      builder: of a prepared dataset.

    Raises:
      ImdbKerasError: it is one; or the dataset is none of this package's.
    """
    if not is_known(builder):
        raise ImdbKerasError(
            f"{builder.info.full_name} is a dataset of one's own reviews: nobody knows here who "
            "made them, and what may be done with them; describe a config of the Stanford reviews"
        )


def is_known(builder: tfds.core.DatasetBuilder) -> bool:
    """Whether it is known where the reviews come from, and what may be done with them."""
    return provenance_of(config_of(builder)).licence is not None


def document(
    builder: tfds.core.DatasetBuilder,
    account: Account,
    made_in: Any,
    distribution: Sequence[Any],
    record_sets: Sequence[Any],
) -> dict[str, Any]:
    """The description of a dataset.

    Args:
      builder: of a prepared dataset.
      account: what is to be said of it.
      made_in: the context that all parts were made in.
      distribution: its files.
      record_sets: what is in them.

    Returns:
      JSON-LD. A description in 1.1 says that it has the properties of the RAI vocabulary, too; 1.0
      knows no list of what a description conforms to.
    """
    info, config = builder.info, config_of(builder)
    version = made_in.conforms_to.value
    published = account.provenance.published
    described = mlc.Metadata(
        ctx=made_in,
        name=f"{builder.name}/{config.name}",
        description=f"{info.description}\n\nThis config: {config.description}",
        conforms_to=[version, RAI] if made_in.is_v1_1() else [version],
        cite_as=info.citation,
        url=info.homepage,
        version=str(info.version),
        in_language=["en"],
        keywords=["sentiment analysis", "text classification", "film reviews"],
        distribution=list(distribution),
        record_sets=list(record_sets),
        date_published=published,
        **_rights(builder, account.provenance, made_in),
        **_responsible(account),
    ).to_json()
    # mlcroissant has made a day of the month.
    return {**described, "datePublished": published}


def _rights(
    builder: tfds.core.DatasetBuilder, provenance: Provenance, made_in: Any
) -> dict[str, Any]:
    """Who made the reviews, and what may be done with them."""
    kind, licence = mlc.Person if provenance.are_people else mlc.Organization, provenance.licence
    creators = [kind(ctx=made_in, name=name) for name in provenance.creators]
    if licence is None or licence.url is not None:
        return {"creators": creators, "license": [licence.url] if licence else None}
    told = mlc.CreativeWork(
        ctx=made_in,
        name=licence.name,
        description=licence.description,
        url=builder.info.homepage,
    )
    return {"creators": creators, "license": [told]}


def _responsible(account: Account) -> dict[str, Any]:
    """The properties of the RAI vocabulary, by the names that mlcroissant has for them."""
    return {
        re.sub("([A-Z])", r"_\1", name).lower(): " ".join(texts) if name in _OF_ONE_TEXT else texts
        for name, texts in account.rai.items()
    }


def splits(builder: tfds.core.DatasetBuilder, made_in: Any) -> Any:
    """The record set of the splits."""
    return mlc.RecordSet(
        ctx=made_in,
        id="splits",
        name="splits",
        description="The splits, each with its number of records.",
        data_types=[mlc.DataType.SPLIT],
        key=["splits/name"],
        fields=[
            mlc.Field(ctx=made_in, id="splits/name", name="name", data_types=[TEXT]),
            mlc.Field(ctx=made_in, id="splits/url", name="url", data_types=[URL]),
            mlc.Field(ctx=made_in, id="splits/records", name="records", data_types=[INTEGER]),
        ],
        data=[
            {
                "splits/name": name,
                "splits/url": _SPLITS.get(name),
                "splits/records": split.num_examples,
            }
            for name, split in builder.info.splits.items()
        ],
    )


def labels(made_in: Any) -> Any:
    """The record set of the labels, an enumeration."""
    names = {**dict(enumerate(LABEL_NAMES)), UNLABELLED: "unlabelled"}
    return mlc.RecordSet(
        ctx=made_in,
        id=LABELS,
        name=LABELS,
        description="The labels and their names.",
        data_types=[_ENUMERATION],
        key=[f"{LABELS}/id"],
        fields=[
            mlc.Field(ctx=made_in, id=f"{LABELS}/id", name="id", data_types=[INTEGER]),
            mlc.Field(ctx=made_in, id=f"{LABELS}/name", name="name", data_types=[TEXT]),
        ],
        data=[{f"{LABELS}/id": label, f"{LABELS}/name": name} for label, name in names.items()],
    )
