import json
import pathlib

import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder, archive, corpus, integrity
from imdb_keras_tfds.archive import Source
from imdb_keras_tfds.corpus import Corpus


def test_what_the_command_built_is_well(top10k: tfds.core.DatasetBuilder) -> None:
    assert integrity.verify(top10k.data_dir) == []


@pytest.mark.parametrize("name", list(Builder.builder_configs))
def test_every_listed_config_has_the_bytes_of_its_version(
    name: str,
    real_source: Source,
    stanford: Corpus,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The archive is read and ranked once for all of them.
    monkeypatch.setattr(archive, "read", lambda *_, **__: real_source)
    monkeypatch.setattr(corpus, "build", lambda _: stanford)
    builder = Builder(config=name, data_dir=tmp_path, archive="read already")
    builder.download_and_prepare()
    known = json.loads(integrity.REFERENCE.read_text())
    assert known["version"] == str(Builder.VERSION)
    assert integrity.reference(builder.data_dir) == known["configs"][name]
