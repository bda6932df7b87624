"""Fixtures that more than one test module uses."""

import pathlib
from collections.abc import Iterator

import pytest

from imdb_keras_tfds.recipe import corpus
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.source import reading, release
from imdb_keras_tfds.storage import cache


@pytest.fixture(autouse=True)
def no_local_archive(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Keeps the caller's archive out of all tests that do not ask for it."""
    if "real_archive" not in request.fixturenames:
        monkeypatch.delenv("IMDB_KERAS_ARCHIVE", raising=False)


@pytest.fixture(scope="session", autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pathlib.Path]:
    """A cache of these tests' own, for child processes too."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv(cache.VARIABLE, str(folder))
        yield folder


@pytest.fixture(scope="session")
def sample() -> Corpus:
    """The sample corpus, ranked."""
    return corpus.build(reading.read(release.sample_path(), release.SAMPLE))


@pytest.fixture(scope="session")
def repository() -> pathlib.Path:
    """The checkout that these tests stand in."""
    return pathlib.Path(__file__).parent.parent
