"""What is kept beside the records: `metadata.json`, Keras's word index and the manifest.

Usage:

    info.metadata["settings"]["num_words"]   # 10000
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import tensorflow_datasets as tfds
from etils import epath, epy

# To register a dataset takes less than to build it.
with epy.lazy_imports():
    from imdb_keras_tfds.recipe import vocabulary
    from imdb_keras_tfds.storage import digests, manifest


class Metadata(tfds.core.Metadata):
    """The content of `metadata.json`, plain values all of them.

    It is no `MetadataDict`, which TFDS would put another object in the place of as soon as it finds
    a prepared folder, even one that is about to be overwritten.

    Attributes:
      word_index_json: the text of `imdb_word_index.json`, of a dataset that is being built.
    """

    word_index_json: str | None = None

    def describe(
        self,
        words: vocabulary.Vocabulary,
        settings: Mapping[str, Any],
        limit: int | None,
        source: Mapping[str, Any],
    ) -> None:
        """Takes all but what is known of the splits.

        Args:
          words: of the training reviews.
          settings: of the config.
          limit: see `sequences.Encoding`.
          source: what the reviews were taken from, see `versions`.
        """
        self.word_index_json = words.to_json()
        self.clear()
        self.update(settings=settings, index_limit=limit, vocabulary_size=len(words), source=source)

    def set_splits(self, contents: Mapping[str, digests.SplitContent]) -> None:
        """Takes the counts and the digest of each split, when its records are written."""
        self["splits"] = {split: content.summary() for split, content in contents.items()}

    def values(self) -> Any:
        """The values, but for single numbers.

        TFDS's `show_examples` looks for keys in each of the values, and ends with an error of
        Python where it meets a number.
        """
        return [value for value in super().values() if isinstance(value, Mapping)]

    def save_metadata(self, data_dir: epath.PathLike) -> None:
        """Writes `metadata.json`, Keras's word index and the manifest.

        TFDS calls this when the records are final.
        """
        if self.word_index_json is None:
            return  # An update of TFDS's own files only.
        folder = epath.Path(data_dir)
        manifest.unify_line_ends(folder)
        (folder / manifest.METADATA).write_bytes(json.dumps(self).encode())
        (folder / vocabulary.WORD_INDEX).write_bytes(self.word_index_json.encode())
        manifest.write_manifest(folder)
        self.word_index_json = None

    def load_metadata(self, data_dir: epath.PathLike) -> None:
        """Reads `metadata.json` of a prepared folder.

        Raises:
          ImdbKerasError: it cannot be read, or is no JSON object.
        """
        self.clear()
        self.update(manifest.read_metadata(data_dir))
