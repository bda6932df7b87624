"""Peaks of memory, of this process and of the workers that it starts, as Linux tells them."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

_WORKER = b"imdb_keras_tfds.beam.worker"

_PAUSE = 0.05
"""Seconds between two looks at the workers."""


def peak(process: int | str) -> int:
    """The most memory that was resident since a process was started, in bytes.

    Args:
      process: its id, or `self`.
    """
    return int(_status(process, "VmHWM").split()[0]) << 10


def resident() -> int:
    """The memory of this process that is resident now, in bytes."""
    return int(_status("self", "VmRSS").split()[0]) << 10


@contextlib.contextmanager
def watched_workers() -> Iterator[dict[int, int]]:
    """Watches the workers of Beam that this process starts; yields the peak of each, by id."""
    peaks: dict[int, int] = {}
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(_PAUSE):
            for process in _descendants(int(_status("self", "Pid"))):
                # It may have ended just now.
                with contextlib.suppress(OSError, StopIteration):
                    if _WORKER in Path(f"/proc/{process}/cmdline").read_bytes():
                        peaks[process] = peak(process)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    yield peaks
    is_over.set()
    watcher.join()


def _status(process: int | str, name: str) -> str:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(line for line in lines if line.startswith(f"{name}:")).removeprefix(f"{name}:")


def _descendants(process: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{process}/task").iterdir():
        with contextlib.suppress(OSError):
            for child in map(int, (task / "children").read_text().split()):
                found += [child, *_descendants(child)]
    return found
