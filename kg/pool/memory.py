"""How much memory a process may take."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Thread

#: What Rust, C++ and Python say in want of memory, the latter where there is none even for an error.
_SAID = (
    "memory allocation",
    "bad_alloc",
    "MemoryError",
    "returned NULL without setting an exception",
    "error return without exception set",
)
#: Seconds between two looks at what a process takes.
_INTERVAL = 0.01


def tells_of_no_memory(said: str) -> bool:
    """Whether the last words of a process, or of an error, are that there was no more memory."""
    return any(words in said for words in _SAID)


def limit_memory(more: int) -> Callable[[], object]:
    """Allow this process more memory than it has now, but not much more. Beyond, an allocation fails.

    Args:
        more: bytes.

    Returns:
        What lifts the limit again.
    """
    try:
        import resource  # noqa: PLC0415
    except ImportError:  # Windows has none
        return lambda: None
    taken = _taken()
    limit, now = (resource.RLIMIT_AS, 0) if taken is None else (resource.RLIMIT_DATA, taken)
    before, most = resource.getrlimit(limit)
    allowed = now + more if most == resource.RLIM_INFINITY else min(now + more, most)
    resource.setrlimit(limit, (allowed, most))
    return partial(resource.setrlimit, limit, (before, most))


def watch_memory(more: int, then: Callable[[], object]) -> None:
    """Have a thread do something as soon as this process takes more memory than it has now by so much.

    An allocation that fails does so wherever it happens to be, and neither Python nor pyoxigraph always lives to say
    what it was. Where the system does not tell what a process takes, nothing is watched.

    Args:
        more: bytes.
        then: what to do, in which the process ends.
    """
    now = _taken()
    if now is None:
        return

    def watch() -> None:
        while (_taken() or 0) <= now + more:
            time.sleep(_INTERVAL)
        then()

    Thread(target=watch, daemon=True).start()


def _taken() -> int | None:
    """The bytes of data that this process has, if the system tells; https://docs.kernel.org/filesystems/proc.html."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None
