"""Writes `reference_digests.json`: the digests of the releases' ranks, and of every listed config.

A version is its bytes: after a change of bytes raise VERSION of the builder first.
"""

import json
import os
import tempfile
from typing import Any

from imdb_keras_tfds import Builder, ImdbKerasConfig
from imdb_keras_tfds.recipe import corpus
from imdb_keras_tfds.source import reading, release
from imdb_keras_tfds.source.local import ARCHIVE_VARIABLE
from imdb_keras_tfds.storage import pinned
from imdb_keras_tfds.storage.manifest import REFERENCE, reference


def main() -> None:
    """Reads, ranks and builds from the archive that IMDB_KERAS_ARCHIVE names."""
    known = json.loads(REFERENCE.read_text())
    if known["version"] != str(Builder.VERSION):
        # What earlier versions wrote may still be there to be verified.
        known.setdefault(pinned.EARLIER, {})[known["version"]] = known["configs"]
        known["version"] = str(Builder.VERSION)
    # These first, and not out of the cache: it is by them that builds believe the cache.
    known[pinned.CORPORA] = corpora()
    REFERENCE.write_text(json.dumps(known, indent=2) + "\n")
    known["configs"] = configs()
    REFERENCE.write_text(json.dumps(known, indent=2) + "\n")


def corpora() -> dict[str, dict[str, str]]:
    """Release -> the digests of its ranks and vocabulary."""
    digests = {}
    for known, path in [
        (release.STANFORD, os.environ[ARCHIVE_VARIABLE]),
        (release.SAMPLE, release.sample_path()),
    ]:
        ranked = corpus.build(reading.read(path, known))
        digests[known.name] = {
            name: table.digest for name, table in pinned.tables_of(ranked).items()
        }
    return digests


def configs() -> dict[str, dict[str, Any]]:
    """Listed config -> the digests of its dataset."""
    digests = {}
    for config in [*Builder.BUILDER_CONFIGS, ImdbKerasConfig(corpus="sample")]:
        with tempfile.TemporaryDirectory() as data_dir:
            builder = Builder(config=config, data_dir=data_dir)
            builder.download_and_prepare()
            digests[config.name] = reference(builder.data_dir)
    return digests


if __name__ == "__main__":
    main()
