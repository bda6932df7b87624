"""The processes of a build by Beam's own runner, each of which is looked after.

Usage:

    crew = Crew(beams_command, command)
    crew.start(2)
    process = crew.take(beams_command, environment)
    crew.take_back(process)
    crew.dismiss()
"""

import contextlib
import json
import os
import shlex
import signal
import subprocess
import threading
from collections.abc import Callable

_PATIENCE = 5
"""Seconds that a process gets to end when it has been told to."""


class Crew:
    """The processes of a build.

    Attributes:
      loss: what happened to the first one that died; None as long as all live.
    """

    def __init__(self, beams_command: str, command: list[str]):
        """Makes a crew of nobody.

        Args:
          beams_command: for which `command` stands; a process of any other works for one pipeline.
          command: of processes that work for one pipeline after the other; see `worker`.
        """
        self.loss: str | None = None
        self._beams_command = beams_command
        self._command = command
        self._processes: list[Process] = []
        self._idle: list[Process] = []
        self._fails: list[Callable[[str], None]] = []
        self._lock = threading.Lock()

    def start(self, number: int) -> None:
        """Starts so many processes, for work to come."""
        for _ in range(number):
            self._idle.append(self._new(Process(self._command, {}, self.lose, is_kept=True)))

    def take(self, command: str, environment: dict[str, str]) -> "Process":
        """A process that works for a pipeline.

        Args:
          command: by which Beam would start it.
          environment: variables that tell it where its runner is.
        """
        if command != self._beams_command:
            parts = shlex.split(command, posix=os.name == "posix")
            return self._new(Process(parts, environment, self.lose, is_kept=False))
        if not self._idle:
            self.start(1)
        process = self._idle.pop()
        process.work(environment)
        return process

    def take_back(self, process: "Process") -> None:
        """Takes a process whose pipeline is through."""
        if process.is_kept:
            self._idle.append(process)
        else:
            process.end()

    def _new(self, process: "Process") -> "Process":
        with self._lock:
            self._processes.append(process)
            if self.loss is not None:
                process.kill()
        process.start()
        return process

    def add(self, fail: Callable[[str], None]) -> None:
        """Takes what is to be called when a process is lost."""
        with self._lock:
            self._fails.append(fail)
            if self.loss is not None:
                fail(self.loss)

    def lose(self, loss: str) -> None:
        """Ends the work of all, since one has died."""
        with self._lock:
            if self.loss is None:
                self.loss = loss
                for process in self._processes:
                    process.kill()
                for fail in self._fails:
                    fail(loss)

    def dismiss(self) -> None:
        """Has all processes end, none of which has anything left to do."""
        for process in self._processes:
            process.tell_to_end()
        for process in self._processes:
            process.end()

    def end(self) -> None:
        """Ends those that still live."""
        with self._lock:
            for process in self._processes:
                process.kill()


class Process:
    """A process that is looked after.

    Attributes:
      is_kept: whether it works for one pipeline after the other.
    """

    def __init__(
        self,
        command: list[str],
        environment: dict[str, str],
        lose: Callable[[str], None],
        *,
        is_kept: bool,
    ):
        """Makes one that is still to be started.

        Args:
          command: of the process.
          environment: variables, beside those of this process.
          lose: is told what happened when it has ended by itself.
          is_kept: see above; then it reads from its standard input what it works for.
        """
        self.is_kept = is_kept
        self._command = command
        # What Beam logs by has a name from its import on, be it one that nobody looks at.
        self._environment = {**os.environ, "WORKER_ID": "worker", **environment}
        self._lose = lose
        self._process: subprocess.Popen[bytes] | None = None
        self._unsent = b""
        self._lock = threading.Lock()
        self._is_told_to_end = self._is_killed = False

    def start(self) -> None:
        """Starts it, and watches it from then on."""
        self._watcher = threading.Thread(target=self._run, daemon=True)
        self._watcher.start()

    def _run(self) -> None:
        # Not in the main thread, which Ctrl-C could end between the start and the note of it.
        try:
            with self._lock:
                if self._is_killed:
                    return
                # No shell, which would stand between this process and the worker.
                self._process = subprocess.Popen(  # noqa: S603 - the command is Beam's, or ours
                    self._command,
                    env=self._environment,
                    stdin=subprocess.PIPE if self.is_kept else None,
                )
                self._send()
        except OSError as error:
            self._lose(f"a worker could not be started ({error})")
            return
        status = self._process.wait()
        if not self._is_killed and (status or not self._is_told_to_end):
            how = (
                f"was ended by {_signal(-status)}" if status < 0 else f"ended with status {status}"
            )
            self._lose(f"a worker (process {self._process.pid}) {how}")

    def work(self, environment: dict[str, str]) -> None:
        """Has it work for another pipeline, when it is through with the last one."""
        with self._lock:
            self._unsent += json.dumps(environment).encode() + b"\n"
            self._send()

    def _send(self) -> None:
        if self._process and self._process.stdin and self._unsent:
            # Of one that has died the watcher tells.
            with contextlib.suppress(OSError):
                self._process.stdin.write(self._unsent)
                self._process.stdin.flush()
            self._unsent = b""

    def tell_to_end(self) -> None:
        """Says that it is to end, when it is through with its last pipeline."""
        with self._lock:
            self._is_told_to_end = True
            if self._process and self._process.stdin:
                with contextlib.suppress(OSError):
                    self._process.stdin.close()

    def end(self) -> None:
        """Has it end, and waits until it has."""
        self.tell_to_end()
        if self._process:
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
            self._watcher.join()

    def kill(self) -> None:
        """Kills it, or has it never started."""
        with self._lock:
            self._is_killed = True
            if self._process:
                self._process.kill()


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
