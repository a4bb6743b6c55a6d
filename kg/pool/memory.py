"""How much memory a process may take."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path


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
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        limit, now = resource.RLIMIT_AS, 0
    else:
        limit = resource.RLIMIT_DATA
        now = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:"))
    before, most = resource.getrlimit(limit)
    allowed = now + more if most == resource.RLIM_INFINITY else min(now + more, most)
    resource.setrlimit(limit, (allowed, most))
    return partial(resource.setrlimit, limit, (before, most))
