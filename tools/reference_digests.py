"""Builds every listed config and writes their digests to `reference_digests.json`.

A version is its bytes: after a change of bytes raise VERSION of the builder first.
"""

import json
import tempfile

from imdb_keras_tfds import Builder, ImdbKerasConfig
from imdb_keras_tfds.storage.manifest import REFERENCE, reference


def main() -> None:
    """Builds the configs from the archive that IMDB_KERAS_ARCHIVE names."""
    digests = {}
    for config in [*Builder.BUILDER_CONFIGS, ImdbKerasConfig(corpus="sample")]:
        with tempfile.TemporaryDirectory() as data_dir:
            builder = Builder(config=config, data_dir=data_dir)
            builder.download_and_prepare()
            digests[config.name] = reference(builder.data_dir)
    known = {"version": str(Builder.VERSION), "configs": digests}
    REFERENCE.write_text(json.dumps(known, indent=2) + "\n")


if __name__ == "__main__":
    main()
