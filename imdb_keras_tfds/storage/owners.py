"""The names of processes, and whether a process that left its name behind is gone.

A name tells machine, process and its start. Of a process of another machine, or of another
container on this one, nobody here can say whether it is gone.

Usage:

    name = this_process()   # "5f0c1a9e-4711-884223"
    is_gone(name)           # False
"""

import contextlib
import functools
import hashlib
import os
import platform
import re
from pathlib import Path

NAME = r"[0-9a-f]{8}-[0-9]{1,10}-[0-9]{1,20}"
"""What a name looks like, as a regular expression."""

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PROCESSES = Path("/proc/self/ns/pid")

_ENDED = ("Z", "X", "x")  # it only waits for its parent to notice


def this_process() -> str:
    """The name of this process, of letters, digits and `-`; no other one ever has it."""
    _, start = _state_and_start(os.getpid())
    return f"{_machine()}-{os.getpid()}-{start}"


def is_gone(name: str) -> bool:
    """Whether the process of a name has certainly ended.

    Args:
      name: as `this_process` gave it, there.
    """
    if re.fullmatch(NAME, name) is None:
        return False
    machine, process, start = name.split("-")
    if os.name != "posix" or machine != _machine():
        return False
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:
        pass  # It is another user's.
    state, started = _state_and_start(int(process))
    return state in _ENDED or int(start) != started


@functools.cache
def _machine() -> str:
    """Stands for all processes whose numbers mean the same as here."""
    facts = [platform.node()]
    with contextlib.suppress(OSError):  # It is no Linux.
        facts += [_BOOT.read_text(), str(_PROCESSES.stat().st_ino)]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:8]


def _state_and_start(process: int) -> tuple[str, int]:
    """State and start of a process, as Linux tells them; "" and 0 where nobody does."""
    try:
        # The name of its program, in brackets, may hold anything.
        fields = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return "", 0
    return fields[0].decode(), int(fields[19])
