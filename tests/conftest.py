"""Fixtures that more than one test module uses."""

import contextlib
import pathlib
import shutil
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest

from benchmarks import synthetic
from imdb_keras_tfds import Builder, ImdbKerasConfig
from imdb_keras_tfds.recipe import corpus
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.source import reading, release
from imdb_keras_tfds.storage import cache
from tests.helpers.building import built
from tests.helpers.layout import Files
from tools import dist

# No test asserts a time; on a busy machine an example takes as long as it takes.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


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


@pytest.fixture(scope="session")
def eightfold(tmp_path_factory: pytest.TempPathFactory) -> ImdbKerasConfig:
    """Eight times as many reviews as the sample has, with settings that take all steps of Beam."""
    folder = tmp_path_factory.mktemp("reviews") / "eightfold"
    path = synthetic.write(folder, 960, median_length=20, as_folder=True)
    return ImdbKerasConfig(name="eightfold", corpus=path, semantics="keras")


@pytest.fixture(scope="session")
def eightfold_files(eightfold: ImdbKerasConfig, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Its files in five shards."""
    return built(eightfold, tmp_path_factory.mktemp("expected"), num_shards=5)


@pytest.fixture
def dask() -> Iterator[dict[str, Any]]:
    """What makes Beam use two processes of Dask."""
    import distributed
    from apache_beam.options.pipeline_options import PipelineOptions
    from apache_beam.runners.dask.dask_runner import DaskRunner

    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        flags = [f"--dask_client_address={cluster.scheduler_address}", "--dask_npartitions=8"]
        yield {"beam_runner": DaskRunner(), "beam_options": PipelineOptions(flags=flags)}
        # Beam's runner leaves a client behind with each pipeline.
        with contextlib.suppress(ValueError):
            while True:
                distributed.default_client().close()


@pytest.fixture(scope="session")
def distributions(
    repository: pathlib.Path, tmp_path_factory: pytest.TempPathFactory
) -> pathlib.Path:
    """A folder with the sdist, and the wheel that is made of it."""
    folder = tmp_path_factory.mktemp("distributions")
    dist.build(repository, folder)
    return folder


@pytest.fixture(scope="session")
def wheel(distributions: pathlib.Path) -> pathlib.Path:
    """The wheel."""
    (path,) = distributions.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The folder of the sample dataset, which no test may change."""
    builder = Builder(config="sample", data_dir=tmp_path_factory.mktemp("original"))
    builder.download_and_prepare()
    return pathlib.Path(builder.data_dir)


@pytest.fixture
def folder(original: pathlib.Path, tmp_path: pathlib.Path) -> pathlib.Path:
    """A copy to spoil."""
    return shutil.copytree(original, tmp_path / "imdb_keras/sample_full/1.1.0")


@pytest.fixture
def damaged(folder: pathlib.Path) -> Builder:
    """The builder of a folder with a wrong bit in a record of `test`."""
    (shard,) = folder.glob("*-test.tfrecord-*")
    content = bytearray(shard.read_bytes())
    content[-40] ^= 1
    shard.write_bytes(content)
    return Builder(config="sample", data_dir=folder.parents[2])
