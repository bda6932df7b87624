"""What the tests of exports have in common."""

import pathlib

import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder, ImdbKerasConfig

CONFIGS = ["sample", "sample_top500_val20_text", "1.0.0", "own"]


@pytest.fixture(scope="session")
def exported_data_dir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A data_dir for all tests of exports."""
    return tmp_path_factory.mktemp("data")


def _own(folder: pathlib.Path) -> ImdbKerasConfig:
    """Reviews without unlabelled ones, lists of movies, or only ASCII."""
    for split in ("train", "test"):
        for label, stars in (("pos", 9), ("neg", 2)):
            (folder / split / label).mkdir(parents=True)
            for number in range(4):
                text = f"Ein Film, größer als {number} andere: {label}" + " und" * number * 9
                (folder / split / label / f"{number}_{stars}.txt").write_text(text, "utf-8")
    return ImdbKerasConfig(name="own", corpus=folder, text=True)


@pytest.fixture(scope="session", params=CONFIGS)
def builder(
    request: pytest.FixtureRequest,
    exported_data_dir: pathlib.Path,
    repository: pathlib.Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> tfds.core.DatasetBuilder:
    """The builder of a prepared dataset: one of each kind."""
    if request.param == "1.0.0":
        return tfds.builder_from_directory(
            repository / "tests/prepared/imdb_keras/sample_full/1.0.0"
        )
    config = request.param
    if config == "own":
        config = _own(tmp_path_factory.mktemp("own"))
    builder = Builder(config=config, data_dir=exported_data_dir)
    builder.download_and_prepare()
    return builder
