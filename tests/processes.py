"""Servers that tests and benchmarks start: a port for each, and an end by its process."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def ended(process: subprocess.Popen[bytes], seconds: float) -> Iterator[None]:
    """Tell a process to end when this does, and kill it if it still runs after so many seconds."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
