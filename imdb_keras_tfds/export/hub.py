"""The `README.md` of an export: a head of YAML that Hugging Face's hub reads, and the card below.

Usage:

    text = readme(builder, splits, account)
    head(builder, splits)["dataset_info"]["splits"][0]["num_examples"]   # 25000
"""

from collections.abc import Sequence
from typing import Any

import tensorflow_datasets as tfds
import yaml

from ..describe import card
from ..describe.account import Account
from ..source.release import LABEL_NAMES, SAMPLE, STANFORD
from ..storage.settings import config_of
from .arrow import schema_of
from .shards import ExportedSplit

# What the hub knows of who may do what with the reviews.
_LICENCES: dict[str | None, dict[str, str]] = {
    STANFORD.name: {
        "license": "other",
        "license_name": "no-formal-licence",
        "license_link": "https://ai.stanford.edu/~amaas/data/sentiment/",
    },
    SAMPLE.name: {"license": "apache-2.0"},
}

# The hub's spans, and the number of records that each ends below.
_SPANS = {
    "n<1K": 10**3,
    "1K<n<10K": 10**4,
    "10K<n<100K": 10**5,
    "100K<n<1M": 10**6,
    "1M<n<10M": 10**7,
    "10M<n<100M": 10**8,
    "100M<n<1B": 10**9,
    "1B<n<10B": 10**10,
}


def readme(
    builder: tfds.core.DatasetBuilder, splits: Sequence[ExportedSplit], account: Account
) -> str:
    """The text of `README.md`.

    Args:
      builder: of the dataset.
      splits: all that were written of it.
      account: what is to be said of it.
    """
    told = yaml.safe_dump(head(builder, splits), sort_keys=False)
    return f"---\n{told}---\n\n{card.markdown(builder, account)}"


def head(builder: tfds.core.DatasetBuilder, splits: Sequence[ExportedSplit]) -> dict[str, Any]:
    """What the hub, and `datasets`, are told: plain values, as they stand in the YAML.

    Args:
      builder: of the dataset.
      splits: all that were written of it.
    """
    corpus = config_of(builder).corpus
    records = sum(split.records for split in splits)
    span = next((span for span, end in _SPANS.items() if records < end), "10B<n<100B")
    return {
        "pretty_name": f"{builder.name}/{config_of(builder).name} {builder.info.version}",
        # The language of one's own reviews is not known here.
        **({"language": ["en"]} if corpus in _LICENCES else {}),
        **_LICENCES.get(corpus, {"license": "unknown"}),
        "task_categories": ["text-classification"],
        "task_ids": ["sentiment-classification"],
        "size_categories": [span],
        "dataset_info": {
            "features": [_feature(field) for field in schema_of(builder)],
            "splits": [
                {"name": split.name, "num_bytes": split.size, "num_examples": split.records}
                for split in splits
            ],
            "download_size": sum(shard.size for split in splits for shard in split.shards),
            "dataset_size": sum(split.size for split in splits),
        },
        "configs": [
            {
                "config_name": "default",
                "data_files": [
                    {"split": split.name, "path": f"{split.name}-*"} for split in splits
                ],
            }
        ],
    }


def _feature(field: Any) -> dict[str, Any]:
    """A column, as the head of a README has it for all versions of `datasets`."""
    if field.name == "tokens":
        return {"name": field.name, "sequence": str(field.type.value_type)}
    if field.name == "label":
        names = {str(label): name for label, name in enumerate(LABEL_NAMES)}
        return {"name": field.name, "dtype": {"class_label": {"names": names}}}
    return {"name": field.name, "dtype": str(field.type)}
