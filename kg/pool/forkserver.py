"""The processes that answer queries, seen from the process that needs them: start, use, reap."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from typing import Any, NamedTuple

from kg.errors import ServeError
from kg.pool.limits import Limits
from kg.pool.source import Source
from kg.pool.wire import Channel, unpack_error

#: Seconds for a process that has been forked to be ready.
_START_SECONDS = 60


def require_fork() -> None:
    """Make sure that processes can be forked here.

    Raises:
        ServeError: they cannot, as on Windows.
    """
    if not hasattr(os, "fork"):
        hint = "kg serve runs on Linux and macOS, and on Windows in its subsystem for Linux"
        raise ServeError(f"queries are answered by processes that are forked, and this system cannot do that; {hint}")


class Exit(NamedTuple):
    """How a process has ended: the signal that ended it, or 0, and the tail of its standard error."""

    signal: int
    stderr: str


class Worker(NamedTuple):
    """A process that waits for tasks."""

    pid: int
    channel: Channel
    server: ForkServer


class ForkServer:
    """A process that has loaded what is queried and forks workers. Threads may share it."""

    def __init__(self, source: Source, limits: Limits) -> None:
        """Start it.

        Raises:
            MissingFile, UnknownFormat, ParseError: what is to be queried cannot be loaded.
            ServeError: the process does not start.
        """
        require_fork()
        self._lock = threading.Lock()
        self._connection, theirs = socket.socketpair()
        # The modules are looked for where this process looks, and nowhere else: not in the current folder.
        program = f"import sys; sys.path[:] = {sys.path!r}; from kg.pool.worker import main; main({theirs.fileno()})"
        command = [sys.executable, "-c", program]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[theirs.fileno()])
        theirs.close()
        assert self._process.stdin is not None
        settings = {"source": source.to_json(), "limits": asdict(limits)}
        with suppress(BrokenPipeError), self._process.stdin as stdin:
            stdin.write(json.dumps(settings).encode())
        loaded = self._receive()
        if loaded is None or "error" in loaded:
            self.close()
            raise ServeError("the queries' process does not start") if loaded is None else unpack_error(loaded)
        #: Whether the workers share a copy in memory; else each has opened the store on disk.
        self.shared: bool = loaded["shared"]

    def fork(self, role: str) -> Worker:
        """A new worker, when it is ready: for ``queries`` or for ``snapshots``.

        Raises:
            ServeError: the fork server has gone, or the worker does not start.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            answer = self._ask({"fork": role}, [theirs.fileno()])
        worker = Worker(answer["pid"], Channel(ours), self) if answer is not None else None
        try:
            if worker is not None and worker.channel.receive(_START_SECONDS) is not None:
                return worker
        except TimeoutError:
            pass
        stderr = self.reap(worker).stderr if worker is not None else "the process that starts them has gone"
        ours.close()
        raise ServeError(f"no process for queries starts: {stderr.strip()}")

    def reap(self, worker: Worker) -> Exit:
        """Kill a worker if it still lives, and tell how it has ended."""
        worker.channel.close()
        answer = self._ask({"reap": worker.pid})
        if answer is None:
            with suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)
            return Exit(0, "")
        return Exit(answer["signal"], answer["stderr"])

    @property
    def alive(self) -> bool:
        """Whether it can fork."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    def close(self) -> None:
        """End it, and the workers with it."""
        with self._lock:
            self._connection.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, request: dict[str, Any], descriptors: list[int] | None = None) -> dict[str, Any] | None:
        with self._lock:
            try:
                socket.send_fds(self._connection, [json.dumps(request).encode()], descriptors or [])
                return self._receive()
            except OSError:
                return None

    def _receive(self) -> dict[str, Any] | None:
        received = self._connection.recv(1 << 16)
        answer: dict[str, Any] | None = json.loads(received) if received else None
        return answer
