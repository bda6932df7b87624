"""The real data: every test here needs the Stanford archive."""

import os
import pathlib

import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds.recipe import corpus
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.source import reading, release
from imdb_keras_tfds.source.reviews import Source
from tests.helpers.commands import run


@pytest.fixture(scope="session")
def real_archive() -> str:
    """The Stanford archive, or a skipped test."""
    path = os.environ.get("IMDB_KERAS_ARCHIVE")
    if not path:
        pytest.skip("needs the Stanford archive: name it by IMDB_KERAS_ARCHIVE")
    return path


@pytest.fixture(scope="session")
def real_source(real_archive: str) -> Source:
    """Its reviews, checked against the release."""
    return reading.read(real_archive, release.STANFORD)


@pytest.fixture(scope="session")
def stanford(real_source: Source) -> Corpus:
    """Its reviews, ranked."""
    return corpus.build(real_source)


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A data_dir for all of these tests, so that each config is built once."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def top10k(real_archive: str, data_dir: pathlib.Path) -> tfds.core.DatasetBuilder:
    """`imdb_keras/top10k`, prepared by the command; `data_dir/opened` counts its passes."""
    # Python runs this first in the command's process, which then notes when it opens the archive.
    (data_dir / "sitecustomize.py").write_text(
        "import sys\n"
        "def note(event, arguments):\n"
        f"    if event == 'open' and str(arguments[0]) == {real_archive!r}:\n"
        f"        open({str(data_dir / 'opened')!r}, 'a').write('x')\n"
        "sys.addaudithook(note)\n"
    )
    path = os.pathsep.join([str(data_dir), os.environ.get("PYTHONPATH", "")])
    run(
        ["tfds", "build", "imdb_keras/top10k", "--imports", "imdb_keras_tfds"],
        env={"TFDS_DATA_DIR": str(data_dir), "PYTHONPATH": path.rstrip(os.pathsep)},
    )
    return tfds.builder("imdb_keras/top10k", data_dir=data_dir)
