import json
import pathlib

import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder
from imdb_keras_tfds.storage import manifest, verify


def test_what_the_command_built_is_well(top10k: tfds.core.DatasetBuilder) -> None:
    assert verify.verify(top10k.data_dir) == []


@pytest.mark.parametrize("name", list(Builder.builder_configs))
def test_every_listed_config_has_the_bytes_of_its_version(
    name: str,
    real_archive: str,
    tmp_path: pathlib.Path,
) -> None:
    builder = Builder(config=name, data_dir=tmp_path, archive=real_archive)
    builder.download_and_prepare()
    known = json.loads(manifest.REFERENCE.read_text())
    assert known["version"] == str(Builder.VERSION)
    assert manifest.reference(builder.data_dir) == known["configs"][name]
