"""Where a build by Beam writes to, and what is to be told of it when that is done.

Usage:

    output = Output(folder, templates, writer, shard_config, max_records=None)
    built = driver.build(path, release.STANFORD, config, output)
    built.splits   # for TFDS
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import tensorflow_datasets as tfds
from etils import epath

from ..recipe.vocabulary import Vocabulary
from ..source.release import Contents
from ..storage.digests import SplitContent


@dataclass(frozen=True)
class Output:
    """Where a dataset goes, and in which form.

    Attributes:
      folder: of the dataset.
      templates: split -> TFDS's `ShardedFileTemplate`.
      writer: writes one shard.
      shard_config: TFDS's `ShardConfig`.
      max_records: of a split; None for all.
    """

    folder: epath.Path
    templates: Mapping[str, Any]
    writer: tfds.core.ExampleWriter
    shard_config: Any
    max_records: int | None


@dataclass(frozen=True, eq=False)
class Built:
    """What is to be told of a dataset whose shards are written.

    Attributes:
      vocabulary: the words by rank.
      contents: folder -> what the source held in it.
      limit: see `sequences.Encoding.limit`.
      splits: what TFDS keeps of each split.
      digests: split -> the digest of its records.
    """

    vocabulary: Vocabulary
    contents: Mapping[str, Contents]
    limit: int | None
    splits: list[tfds.core.SplitInfo]
    digests: Mapping[str, SplitContent]
