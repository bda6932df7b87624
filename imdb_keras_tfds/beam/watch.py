"""Runs a pipeline, and ends it when one of its workers has died.

Beam's own runner, `FnApiRunner`, can start its workers as processes, but looks after none of them:
it waits for ever for what a dead one should have answered. Here it gets workers that are looked
after: as soon as one has ended by itself, all that the runner waits for is answered by an error,
and the other workers are ended. How slow a worker is does not matter. Other runners have workers
of their own and tell of them what they know, by an error or by the state that a pipeline ends in.

All that is known here of the inside of Beam stands in this file.

Usage:

    with watch.pipeline("count", runner="FnApiRunner") as steps:
        _ = steps | beam.Create([1, 2]) | beam.Map(print)
"""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import apache_beam as beam
import grpc
from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions, StandardOptions
from apache_beam.portability import python_urns
from apache_beam.portability.api import beam_fn_api_pb2, beam_fn_api_pb2_grpc, endpoints_pb2
from apache_beam.runners.portability import local_job_service
from apache_beam.runners.portability.fn_api_runner import worker_handlers
from apache_beam.runners.runner import PipelineState
from apache_beam.runners.worker import sdk_worker_main
from apache_beam.utils import thread_pool_executor
from google.protobuf import json_format, text_format

from ..errors import ImdbKerasError
from .crew import Crew, Process


@contextlib.contextmanager
def workers(runner: Any = None, options: Any = None) -> Iterator[None]:
    """Keeps the workers that are processes of this machine from one pipeline to the next.

    Those that are sure to be asked for are started now, and get ready meanwhile.

    Args:
      runner: as for `pipeline`.
      options: see there.
    """
    crew = _Crew()
    token = _crew.set(crew)
    try:
        crew.start(_expected(runner, options))
        yield
        crew.dismiss()
    finally:
        _crew.reset(token)
        # A runner that was interrupted, by Ctrl-C say, may not have come to close all of them; and
        # Python cannot end before the thread has that listens to a worker.
        crew.end()


def _expected(runner: Any, options: Any) -> int:
    """How many processes a runner will ask for, as far as that can be told."""
    options = options or PipelineOptions([])
    direct = options.view_as(DirectOptions)
    name = runner or options.view_as(StandardOptions).runner
    if name != "FnApiRunner" or direct.direct_running_mode != "multi_processing":
        return 0
    return int(direct.direct_num_workers or os.cpu_count() or 1)


@contextlib.contextmanager
def pipeline(step: str, runner: Any = None, options: Any = None) -> Iterator[beam.Pipeline]:
    """A pipeline that is run when all is put into it, to its end.

    Args:
      step: of the build, for messages.
      runner: of Beam, or its name; None for the one that the options name.
      options: Beam's `PipelineOptions`; None for the default.

    Yields:
      The pipeline.

    Raises:
      ImdbKerasError: a worker has died, or the runner says no more than that it did not work.
      Exception: whatever the runner raises if a pipeline fails.
    """
    steps = beam.Pipeline(runner=runner, options=options)
    yield steps
    with contextlib.nullcontext() if _crew.get() else workers(runner, options):
        crew = _crew.get()
        try:
            state = steps.run().wait_until_finish()
        except Exception as error:
            if crew is None or crew.loss is None:
                raise
            raise ImdbKerasError(
                f"Apache Beam, step '{step}': {crew.loss}; the dataset is not built: build it "
                "again, with fewer workers if the memory did not suffice"
            ) from error
    if PipelineState.is_terminal(state) and state != PipelineState.DONE:
        raise ImdbKerasError(
            f"Apache Beam, step '{step}': the pipeline ended as {state}; see the log of the runner"
        )


class _Crew(Crew):
    """The processes of a build, and where they send what they log."""

    def __init__(self) -> None:
        super().__init__(_BEAMS_COMMAND, _COMMAND)
        self._logging: Any = None

    def logging_url(self) -> str:
        """Where a server listens as long as the processes live, be it for several pipelines."""
        if self._logging is None:
            self._logging = grpc.server(thread_pool_executor.shared_unbounded_instance())
            self._port = self._logging.add_insecure_port("localhost:0")
            beam_fn_api_pb2_grpc.add_BeamFnLoggingServicer_to_server(
                local_job_service.BeamFnLoggingServicer(), self._logging
            )
            self._logging.start()
        return f"localhost:{self._port}"

    def end(self) -> None:
        """Ends those that still live."""
        super().end()
        if self._logging is not None:
            self._logging.stop(0)


_crew: ContextVar[_Crew | None] = ContextVar("_crew", default=None)

_BEAMS_COMMAND = f"{sys.executable} -m {sdk_worker_main.__name__}"
"""By which Beam's runner starts a worker."""

_COMMAND = [sys.executable, "-m", f"{__package__}.worker"]
"""Which does the same, for several pipelines."""


class _Worker(worker_handlers.GrpcWorkerHandler):
    """A worker that is a process, as Beam's `SubprocessSdkWorkerHandler`, and is looked after."""

    def __init__(
        self, command: bytes, state: Any, provision_info: Any, grpc_server: Any, crew: _Crew
    ):
        super().__init__(state, provision_info, grpc_server)
        _end_quietly(self.control_conn, "set_input")
        _end_quietly(self.data_conn, "set_inputs")
        self._requests = _Requests(self.control_conn)
        self.control_conn: Any = self._requests
        self._command = command.decode()
        self._crew = crew
        self._process: Process | None = None
        crew.add(self._requests.fail)

    def start_worker(self) -> None:
        """Gives a process its work; the environment tells it what Beam's containers are told."""
        logging = endpoints_pb2.ApiServiceDescriptor(url=self._crew.logging_url())
        control = self.control_api_service_descriptor()
        options = self.provision_info.provision_info.pipeline_options
        environment = {
            "WORKER_ID": self.worker_id,
            "CONTROL_API_SERVICE_DESCRIPTOR": text_format.MessageToString(control),
            "LOGGING_API_SERVICE_DESCRIPTOR": text_format.MessageToString(logging),
            "PIPELINE_OPTIONS": json_format.MessageToJson(options),
        }
        self._process = self._crew.take(self._command, environment)

    def close(self) -> None:
        """Ends the work; the runner calls it when a pipeline is through, or has failed."""
        if self._process and not self._process.is_kept:
            self._process.tell_to_end()
        try:
            self.control_conn.close()
            if self._crew.loss is None:  # else nobody would read what there may still be to send
                self.data_conn.close()
        finally:
            if self._process:
                self._crew.take_back(self._process)


def _end_quietly(connection: Any, method: str) -> None:
    """Spares the user a traceback of each thread that reads from a worker when that has died."""
    receive = getattr(connection, method)

    def until_broken(answers: Any) -> Iterator[Any]:
        with contextlib.suppress(grpc.RpcError):
            yield from answers

    setattr(connection, method, lambda answers: receive(until_broken(answers)))


class _Requests:
    """What a worker was asked; stands before Beam's `ControlConnection`."""

    def __init__(self, connection: Any):
        self._connection = connection
        self._lock = threading.Lock()
        self._waiting: list[Any] = []
        self._loss: str | None = None

    def push(self, request: Any) -> Any:
        """Asks the worker; returns Beam's `ControlFuture` of its answer."""
        answer = self._connection.push(request)
        with self._lock:
            self._waiting = [other for other in self._waiting if not other.is_done()]
            self._waiting.append(answer)
        if self._loss is not None:
            self.fail(self._loss)
        return answer

    def fail(self, loss: str) -> None:
        """Answers what the worker has not, and will not, by an error."""
        with self._lock:
            self._loss = loss
            for answer in self._waiting:
                if not answer.is_done():
                    # Whoever waits for the answer gets it, whoever for data asks for an error.
                    answer.set(beam_fn_api_pb2.InstructionResponse(error=loss))

    def close(self) -> None:
        """Tells the worker to end."""
        self._connection.close()


@worker_handlers.WorkerHandler.register_environment(python_urns.SUBPROCESS_SDK, bytes)
def _make_worker(command: bytes, state: Any, provision_info: Any, grpc_server: Any) -> Any:
    """Makes a worker for Beam's runner, which is Beam's own where others run a pipeline."""
    if (crew := _crew.get()) is None:
        return worker_handlers.SubprocessSdkWorkerHandler(
            command, state, provision_info, grpc_server
        )
    return _Worker(command, state, provision_info, grpc_server, crew)
