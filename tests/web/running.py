"""A real server on loopback, its processes and what they hold, for the tests that attack it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.processes import ended, free_port

_PROGRAM = f"import sys; sys.path[:] = {sys.path!r}; from kg.cli import main; main()"


@dataclass(frozen=True)
class Answer:
    """A response, its headers by their names in lower case, and how long it took."""

    status: int
    text: str
    headers: dict[str, str]
    seconds: float


@dataclass
class Server:
    """A server that runs, and its clients."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def ask(
        self, query: str, *, accept: str = "text/csv, text/turtle", timeout: float = 20, **parameters: str
    ) -> Answer:
        """The answer to a query by POST."""
        body = urlencode({"query": query, **parameters}).encode()
        return self.send("/sparql", body=body, accept=accept, timeout=timeout)

    def send(self, path: str, *, body: bytes | None = None, accept: str = "*/*", timeout: float = 20) -> Answer:
        """The answer to a request."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, {"Accept": accept})
        begin = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                status, headers, content = response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            status, headers, content = error.code, error.headers, error.read()
        names = {name.lower(): value for name, value in headers.items()}
        return Answer(status, content.decode(), names, time.monotonic() - begin)

    def connect(self) -> socket.socket:
        """A connection of a client that does as it likes."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def descendants(self) -> list[int]:
        """The numbers of the server's processes."""
        found = [self.process.pid]
        for pid in found:
            found += children(pid)
        return found

    def memory(self) -> int:
        """The bytes that the server's processes hold, what they share counted once for each."""
        return sum(resident(pid) for pid in self.descendants())


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, task.read_text().split())
        except OSError:
            continue
    return found


def resident(pid: int) -> int:
    """The bytes that a process holds in memory; none if it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


@contextmanager
def running(*files: Path, project: Path | None = None, **settings: float) -> Iterator[Server]:
    """A server of some files or of a project, with settings as in `kg.pool.limits`; it is stopped at the end."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        port = free_port()
        environment = os.environ | {f"CASUS_{name.upper()}": str(value) for name, value in settings.items()}
        command = [sys.executable, "-c", _PROGRAM, "serve", "--port", str(port), "--access-log", *map(str, files)]
        command += [] if project is None else ["--project", str(project)]
        with log.open("wb") as err:
            process = subprocess.Popen(command, stderr=err, env=environment)
        server = Server(port, process, log)
        with ended(process, 15):
            deadline = time.monotonic() + 60
            while b"Serving at" not in log.read_bytes():
                assert process.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.02)
            yield server
