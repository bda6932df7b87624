import os
import pathlib
import signal
import sys
import threading
from typing import Any

import apache_beam
import numpy as np
import pyarrow as pa
import pytest
from apache_beam.runners.portability.fn_api_runner import fn_runner, worker_handlers
from apache_beam.runners.runner import PipelineResult, PipelineRunner, PipelineState
from apache_beam.transforms import environments

from imdb_keras_tfds import ImdbKerasError
from imdb_keras_tfds.beam import watch
from tests.helpers.beam_faults import end_one_worker, two_processes


@pytest.fixture(autouse=True)
def _workers_find_these_tests(repository: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(repository))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The classes of the workers that are started."""
    classes: list[str] = []
    for cls in (watch._Worker, worker_handlers.SubprocessSdkWorkerHandler):

        def start(worker: Any, start_worker: Any = cls.start_worker) -> None:
            classes.append(type(worker).__name__)
            start_worker(worker)

        monkeypatch.setattr(cls, "start_worker", start)
    return classes


def write_numbers(pipeline: Any, folder: pathlib.Path) -> None:
    numbers = pipeline | apache_beam.Create(range(8)) | apache_beam.Reshuffle()
    _ = numbers | apache_beam.Map(lambda number: (folder / str(number)).touch())


def test_workers_of_beams_own_runner_are_looked_after(
    started: list[str], tmp_path: pathlib.Path
) -> None:
    with watch.pipeline("count", options=two_processes()) as pipeline:
        write_numbers(pipeline, tmp_path)
    assert len(list(tmp_path.iterdir())) == 8
    assert started == ["_Worker", "_Worker"]


def test_pipelines_of_others_get_beams_own_workers(
    started: list[str], tmp_path: pathlib.Path
) -> None:
    with apache_beam.Pipeline(options=two_processes()) as pipeline:
        write_numbers(pipeline, tmp_path)
    assert len(list(tmp_path.iterdir())) == 8
    assert started == ["SubprocessSdkWorkerHandler"] * 2


def note_process(number: int, folder: pathlib.Path) -> None:
    (folder / str(os.getpid())).touch()


def note_processes(folder: pathlib.Path) -> set[int]:
    """Runs a pipeline; returns the processes of its workers."""
    folder.mkdir()
    with watch.pipeline("count", options=two_processes()) as pipeline:
        _ = pipeline | apache_beam.Create(range(8)) | apache_beam.Map(note_process, folder)
    return {int(path.name) for path in folder.iterdir()}


def test_workers_are_kept_from_one_pipeline_to_the_next(
    started: list[str], tmp_path: pathlib.Path
) -> None:
    with watch.workers(options=two_processes()):
        crew = watch._crew.get()
        assert crew
        found = [note_processes(tmp_path / str(i)) for i in range(3)]
        assert len(found[0]) == 2
        assert found == [found[0]] * 3
    assert started == ["_Worker"] * 6
    # As they were told to, and not because they were killed.
    assert [process._process.wait() for process in crew._processes if process._process] == [0, 0]


def test_no_workers_are_kept_beyond_the_build(tmp_path: pathlib.Path) -> None:
    found = [note_processes(tmp_path / str(i)) for i in range(2)]
    assert found[0].isdisjoint(found[1])


def test_a_worker_dies_between_two_pipelines(tmp_path: pathlib.Path) -> None:
    def run() -> None:
        with watch.workers(options=two_processes()):
            os.kill(min(note_processes(tmp_path / "first")), signal.SIGKILL)
            note_processes(tmp_path / "second")

    with pytest.raises(ImdbKerasError, match=r"step 'count': a worker .* was ended by SIGKILL"):
        run()


def test_workers_that_are_started_by_another_command(
    started: list[str], tmp_path: pathlib.Path
) -> None:
    command = f"{sys.executable} -X utf8 -m apache_beam.runners.worker.sdk_worker_main"
    environment = environments.SubprocessSDKEnvironment.from_command_string(command)
    with watch.workers():
        for step in ("one", "two"):
            folder = tmp_path / step
            folder.mkdir()
            with watch.pipeline(step, fn_runner.FnApiRunner(environment)) as pipeline:
                write_numbers(pipeline, folder)
            assert len(list(folder.iterdir())) == 8
    assert started == ["_Worker"] * 2


def note_pandas(number: int, folder: pathlib.Path) -> None:
    # For an array of NumPy, Arrow looks whether it is one of pandas.
    assert pa.array(np.arange(number)).to_pylist() == list(range(number))
    (folder / str("pandas" in sys.modules)).touch()


def test_workers_do_without_pandas(tmp_path: pathlib.Path) -> None:
    with watch.pipeline("count", options=two_processes()) as pipeline:
        _ = pipeline | apache_beam.Create(range(8)) | apache_beam.Map(note_pandas, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["False"]


def run_and_end_a_worker(folder: pathlib.Path, how: int) -> None:
    with watch.pipeline("count", options=two_processes()) as pipeline:
        numbers = pipeline | apache_beam.Create(range(8)) | apache_beam.Reshuffle()
        _ = numbers | apache_beam.Map(end_one_worker, folder, how)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (-signal.SIGKILL, "was ended by SIGKILL"),
        (-signal.SIGSEGV, "was ended by SIGSEGV"),
        (3, "ended with status 3"),
        (0, "ended with status 0"),
    ],
)
def test_a_worker_ends_while_another_is_busy(how: int, told: str, tmp_path: pathlib.Path) -> None:
    message = rf"Apache Beam, step 'count': a worker \(process \d+\) {told}; .* build it again"
    with pytest.raises(ImdbKerasError, match=message) as refusal:
        run_and_end_a_worker(tmp_path, how)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("moment", ["start_worker", "close"])
def test_interrupted_where_the_runner_closes_no_worker(
    moment: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = getattr(watch._Worker, moment)
    workers: list[Any] = []

    def interrupted(worker: Any) -> None:
        workers.append(worker)
        if moment == "start_worker":
            act(worker)
        raise KeyboardInterrupt

    monkeypatch.setattr(watch._Worker, moment, interrupted)
    with (
        pytest.raises(KeyboardInterrupt),
        watch.pipeline("count", options=two_processes()) as pipeline,
    ):
        write_numbers(pipeline, tmp_path)
    assert workers
    for worker in workers:
        assert worker._process._process.wait(30) == -signal.SIGKILL
    # What listens to a worker, and is waited for when Python ends.
    for thread in threading.enumerate():
        if thread.name == "beam_control_read":
            thread.join(30)
            assert not thread.is_alive()


@pytest.mark.parametrize("state", [PipelineState.FAILED, PipelineState.CANCELLED])
def test_a_runner_that_tells_only_how_it_ended(state: str) -> None:
    class Result(PipelineResult):
        def wait_until_finish(self, duration: Any = None) -> str:
            return state

    class Runner(PipelineRunner):
        def run_pipeline(self, pipeline: Any, options: Any) -> Result:
            return Result(state)  # type: ignore[no-untyped-call]

    with (
        pytest.raises(ImdbKerasError, match=f"step 'count': the pipeline ended as {state}; see"),
        watch.pipeline("count", Runner()) as pipeline,
    ):
        _ = pipeline | apache_beam.Create([1])


def test_what_cannot_be_put_together_is_not_run(tmp_path: pathlib.Path) -> None:
    def run() -> None:
        with watch.pipeline("count", "FnApiRunner") as pipeline:
            write_numbers(pipeline, tmp_path)
            raise LookupError("no such step")

    with pytest.raises(LookupError, match="no such step"):
        run()
    assert list(tmp_path.iterdir()) == []
