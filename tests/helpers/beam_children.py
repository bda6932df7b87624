"""Builds by processes of Beam, in a child of the tests of faults, to which something happens."""

import contextlib
import os
import pathlib
import signal
import threading
import time

import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder, ImdbKerasConfig
from imdb_keras_tfds.beam import staging

from .beam_faults import two_processes

_WORKERS = 2

_MARK = "IMDB_KERAS_TESTED_BUILD"


def build(data_dir: pathlib.Path, config: ImdbKerasConfig) -> float:
    """Builds by two processes; returns the seconds that it took, and that they lived."""
    os.environ[_MARK] = str(data_dir)
    staging.CHUNK_REVIEWS = 20
    builder = Builder(config=config, data_dir=data_dir)
    start = time.monotonic()
    builder.download_and_prepare(
        download_config=tfds.download.DownloadConfig(num_shards=5, beam_options=two_processes())
    )
    return time.monotonic() - start


def build_and_kill_a_worker(
    data_dir: pathlib.Path, config: ImdbKerasConfig, moment: float, number: int
) -> bool:
    """Builds, and kills one of the workers.

    Args:
      data_dir: where to.
      config: of the dataset.
      moment: in seconds after they are there; if they have ended then, none is killed.
      number: which of them, 0 or 1.

    Returns:
      Whether one was killed.
    """
    is_killed = threading.Event()

    def kill() -> None:
        while len(workers(data_dir)) < _WORKERS:
            time.sleep(0.01)
        time.sleep(moment)
        while not is_killed.is_set():
            for worker in workers(data_dir)[number:][:1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
                    is_killed.set()
            time.sleep(0.01)

    threading.Thread(target=kill, daemon=True).start()
    build(data_dir, config)
    return is_killed.is_set()


def build_interrupted(data_dir: pathlib.Path, config: ImdbKerasConfig, file: str | None) -> None:
    """Builds, and Ctrl-C is pressed, for the driver only, when workers are there, and a file is."""
    # A shell has its background jobs ignore it, and what they start inherits that.
    signal.signal(signal.SIGINT, signal.default_int_handler)

    def interrupt() -> None:
        while not (workers(data_dir) and (file is None or any(data_dir.rglob(file)))):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    build(data_dir, config)


def workers(data_dir: pathlib.Path) -> list[int]:
    """The workers that build in a data_dir, whoever started them."""
    mark = f"{_MARK}={data_dir}".encode()
    found = []
    for process in pathlib.Path("/proc").iterdir():
        try:
            is_worker = b"imdb_keras_tfds.beam.worker" in (process / "cmdline").read_bytes()
            if is_worker and mark in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:
            continue  # It is no process, or no longer.
    return sorted(found)
