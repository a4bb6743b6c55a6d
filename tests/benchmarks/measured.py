"""What a whole process takes: of the processor, of time and of memory, with the processes that it starts."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_INTERVAL = 0.02
# As a user's shell has it: output is buffered and compiled modules are kept.
_UNSET = ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True)
class Process:
    """A process that has ended: seconds of the processor, seconds that passed, and the most that it held at once.

    Attributes:
        output: what it wrote to standard output.
        failure: what it said of the cause, if it failed.
    """

    cpu: float
    seconds: float
    megabytes: float
    output: str
    failure: str = ""


def run(
    command: Sequence[str], *, timeout: float, memory: float | None = None, variables: Mapping[str, str] | None = None
) -> Process:
    """Run a command to its end.

    Args:
        command: the program and its arguments.
        timeout: seconds after which it is killed.
        memory: gigabytes of address space that it may have.
        variables: of its environment, beside those of this one.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _UNSET} | dict(variables or {})
    limit = resource.RLIM_INFINITY if memory is None else int(memory * 2**30)
    begin, before = time.perf_counter(), _spent()
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),  # noqa: PLW1509 - no thread runs yet
    )
    held = _Memory(process.pid)
    output = b""
    try:
        output, said = process.communicate(timeout=timeout)
        failure = "" if process.returncode == 0 else _cause(said.decode(errors="replace"))
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        failure = f"over {timeout:.0f} s"
    seconds, cpu = time.perf_counter() - begin, _spent() - before
    return Process(cpu, seconds, held.peak() / 2**20, output.decode(errors="replace"), failure)


def _spent() -> float:
    """Seconds of the processor that processes took which have ended, with those that they started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _cause(said: str) -> str:
    """What a process that failed said of the cause, as far as it fits into the table."""
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["it was killed"]
    return next((line for line in lines if re.search("memory|panicked", line)), lines[-1])[:60].replace("|", " ")


class _Memory(threading.Thread):
    """Watches how much memory a process and those it started hold, for as long as it runs."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._most = 0
        self.start()

    def run(self) -> None:
        while (held := _held(self._pid)) > 0:
            self._most = max(self._most, held)
            time.sleep(_INTERVAL)

    def peak(self) -> int:
        """The most held so far, in bytes; the most that one of them held where the system tells no more."""
        return self._most or resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def _held(pid: int) -> int:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * resource.getpagesize() + sum(_held(int(child)) for child in children)
