"""What may befall the workers of a pipeline."""

import importlib
import pathlib
import random
import re
import sys
import threading
from collections import Counter
from typing import Any

import pytest

from benchmarks import synthetic
from imdb_keras_tfds import ImdbKerasConfig, ImdbKerasError
from imdb_keras_tfds.beam import driver, staging
from tests.helpers import beam_children
from tests.helpers import faults_children as children
from tests.helpers.beam_faults import STEPS, two_processes, watch_step
from tests.helpers.building import IN_MEMORY, built
from tests.helpers.faults_children import Child
from tests.helpers.faults_report import RecordProperty, report
from tests.helpers.fuzz import fuzz_tries
from tests.helpers.layout import Files

NO_DATASET = "no dataset; the next build is good"
CLEAR_ERROR = "a clear error, no dataset; the next build is good"

linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc of Linux")

# Seconds after which a build hangs, be the machine as busy as may be.
_PATIENCE = 120

DIED = (
    r"Apache Beam, step '[a-z]+': a worker \(process [0-9]+\) was ended by SIGKILL; the dataset is "
    "not built: build it again, with fewer workers if the memory did not suffice"
)


@pytest.fixture(autouse=True)
def workers_find_these_tests(repository: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(repository))
    monkeypatch.setattr(staging, "CHUNK_REVIEWS", 60)


def check_rerun(config: ImdbKerasConfig, expected: Files, data_dir: pathlib.Path) -> None:
    """Nothing is left, and the next build is good."""
    assert list((data_dir / f"imdb_keras/{config.name}").iterdir()) == []
    assert built(config, data_dir, num_shards=5, **IN_MEMORY) == expected


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_dies(
    step: str,
    eightfold: ImdbKerasConfig,
    eightfold_files: Files,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: RecordProperty,
) -> None:
    with monkeypatch.context() as patch:
        watch_step(patch, tmp_path, step, "kill")
        with pytest.raises(ImdbKerasError, match=DIED):
            built(eightfold, tmp_path / "data", num_shards=5, beam_options=two_processes())
    check_rerun(eightfold, eightfold_files, tmp_path / "data")
    report(record_property, "`kill -9` of a worker of Beam's own runner", 1, CLEAR_ERROR)


@pytest.mark.parametrize("step", ["count_chunk", "write_shard"])
def test_a_worker_of_a_runner_that_tries_again_dies(
    step: str,
    eightfold: ImdbKerasConfig,
    eightfold_files: Files,
    dask: dict[str, Any],
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: RecordProperty,
) -> None:
    folder = watch_step(monkeypatch, tmp_path, step, "kill")
    assert built(eightfold, tmp_path / "data", num_shards=5, **dask) == eightfold_files
    assert len(list(folder.iterdir())) > 1
    report(record_property, "`kill -9` of a worker of Dask", 1, "the same bytes")


@pytest.mark.parametrize("step", STEPS)
def test_a_pipeline_fails(
    step: str,
    eightfold: ImdbKerasConfig,
    eightfold_files: Files,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: RecordProperty,
) -> None:
    with monkeypatch.context() as patch:
        watch_step(patch, tmp_path, step, "raise")
        with pytest.raises(Exception, match=f"no {step} today"):
            built(eightfold, tmp_path / "data", num_shards=5, **IN_MEMORY)
    check_rerun(eightfold, eightfold_files, tmp_path / "data")
    report(record_property, "an error in a worker of Beam", 1, NO_DATASET)


@pytest.mark.parametrize("fails", [False, True])
def test_a_straggler_writes_when_the_pipelines_have_ended(
    fails: bool,
    eightfold: ImdbKerasConfig,
    eightfold_files: Files,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: RecordProperty,
) -> None:
    ended: list[OSError] = []
    stragglers: list[threading.Thread] = []
    write = driver._Driver._write

    def write_and_straggle(build: Any, reviews: Any) -> Any:
        written = write(build, reviews)
        is_writing = threading.Event()

        def straggle() -> None:
            try:
                while True:
                    build._workspace.write_bytes("records-0-0", b"the same bytes, once more")
                    is_writing.set()
            except OSError as error:
                ended.append(error)

        stragglers.extend(threading.Thread(target=straggle) for _ in range(4))
        for straggler in stragglers:
            straggler.start()
        is_writing.wait()
        if fails:
            raise RuntimeError("no more today")
        return written

    with monkeypatch.context() as patch:
        patch.setattr(driver._Driver, "_write", write_and_straggle)
        if fails:
            with pytest.raises(RuntimeError, match="no more today"):
                built(eightfold, tmp_path, num_shards=5, **IN_MEMORY)
        else:
            assert built(eightfold, tmp_path, num_shards=5, **IN_MEMORY) == eightfold_files
    for straggler in stragglers:
        straggler.join()
    assert len(ended) == len(stragglers)
    if fails:
        check_rerun(eightfold, eightfold_files, tmp_path)
    outcome = NO_DATASET if fails else "the same bytes"
    report(record_property, "a worker of Beam writes after the end", 1, outcome)


@pytest.fixture(scope="module")
def server(repository: pathlib.Path) -> None:
    children.start_server(repository)
    # Which takes as long as the server needs to get ready.
    importlib.import_module("tensorflow")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> ImdbKerasConfig:
    """Reviews in a tar, so that a worker cuts it into chunks."""
    path = synthetic.write(
        tmp_path_factory.mktemp("reviews") / "some.tar.gz", 240, median_length=20
    )
    return ImdbKerasConfig(name="some", corpus=path)


@pytest.fixture(scope="module")
def files(config: ImdbKerasConfig, tmp_path_factory: pytest.TempPathFactory) -> Files:
    return built(config, tmp_path_factory.mktemp("expected"), num_shards=5)


@pytest.fixture(scope="module")
def duration(
    server: None, config: ImdbKerasConfig, files: Files, tmp_path_factory: pytest.TempPathFactory
) -> float:
    """Seconds that a build takes to which nothing happens."""
    data_dir = tmp_path_factory.mktemp("good")
    end = Child(beam_children.build, data_dir, config).end(_PATIENCE)
    assert end.exitcode == 0
    (folder,) = data_dir.glob("imdb_keras/some/*")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    duration: float = end.result
    return duration


@linux
@pytest.mark.fuzz
def test_a_worker_dies_at_any_moment(
    config: ImdbKerasConfig,
    files: Files,
    duration: float,
    tmp_path: pathlib.Path,
    record_property: RecordProperty,
) -> None:
    by_chance = random.Random(11)
    tries = fuzz_tries(6)
    ends: Counter[str] = Counter()
    for i in range(3 * tries):
        data_dir = tmp_path / str(i)
        number, moment = by_chance.randrange(2), by_chance.uniform(0, duration)
        act = beam_children.build_and_kill_a_worker
        end = Child(act, data_dir, config, moment, number).end(_PATIENCE)
        assert beam_children.workers(data_dir) == []
        if end.exitcode:
            assert "ImdbKerasError" in end.error
            assert re.fullmatch(DIED, end.message)
            check_rerun(config, files, data_dir)
            ends[CLEAR_ERROR] += 1
        else:
            (folder,) = data_dir.glob("imdb_keras/some/*")
            assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
            # The worker's work was done; or the build was, and there was none to be killed.
            ends["a good dataset"] += end.result
        if ends.total() == tries:
            break
    assert ends.total() == tries
    assert ends[CLEAR_ERROR]
    for outcome, number in ends.items():
        report(record_property, "`kill -9` of a worker of Beam at any moment", number, outcome)


@linux
@pytest.mark.parametrize("file", [None, "words-*", "records-*"])
def test_interrupted(
    server: None,
    file: str | None,
    config: ImdbKerasConfig,
    files: Files,
    tmp_path: pathlib.Path,
    record_property: RecordProperty,
) -> None:
    end = Child(beam_children.build_interrupted, tmp_path, config, file).end(_PATIENCE)
    assert "KeyboardInterrupt" in end.error
    assert beam_children.workers(tmp_path) == []
    check_rerun(config, files, tmp_path)
    report(record_property, "Ctrl-C in the driver of Beam", 1, NO_DATASET)
