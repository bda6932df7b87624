"""Fixtures of all tests of faults."""

import importlib
import pathlib

import pytest

from imdb_keras_tfds.storage import verify
from tests.helpers import faults_children as children
from tests.helpers.faults_checks import TRAIN, files_of
from tests.helpers.faults_children import DATASET, End, run
from tests.helpers.layout import Files


@pytest.fixture(scope="session")
def server(repository: pathlib.Path) -> None:
    children.start_server(repository)
    # Which takes as long as the server needs to get ready.
    importlib.import_module("tensorflow")


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory, server: None) -> pathlib.Path:
    """A data_dir with a dataset that nothing happened to."""
    data_dir = tmp_path_factory.mktemp("good")
    assert run(children.build, data_dir, read=True) == End(0, TRAIN)
    assert verify.verify(data_dir / DATASET) == []
    return data_dir


@pytest.fixture(scope="session")
def good_files(good: pathlib.Path) -> Files:
    return files_of(good / DATASET)
