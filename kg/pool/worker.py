"""The processes that answer queries, seen from inside.

One process with one thread, the fork server, loads what is to be queried and forks workers, which thereby share it: a
fork takes milliseconds, and whatever a query does to its worker ends with it. The fork server is a fresh interpreter,
because a fork of a process with threads inherits their locks without the threads.

A worker reads a query, answers it and reads the next. It sets an alarm for itself before it so much as parses a query;
the signal ends the process whatever it is doing, even where nobody is left to kill it.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sys
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import RdfFormat, Store

from kg.build.store import Build, open_store
from kg.errors import CasusError, QueryTooLarge
from kg.pool.limits import MIB, Limits
from kg.pool.memory import limit_memory
from kg.pool.source import Remote, Source
from kg.pool.wire import END, PIECE, Channel, pack, pack_error, pack_value
from kg.sparql.answer import Answer
from kg.sparql.query import run
from kg.terms import Namespaces

if TYPE_CHECKING:
    from kg.remote.query import RemoteAnswer, RemoteStore

#: Seconds by which a worker's own alarm comes later than the pool's deadline.
_LATER = 2
_PIECE_BYTES = 64 * 1024
#: Bytes by which a worker may grow and still be given another query; ordinary ones make it grow by half of this.
_GROWTH = 128 * MIB
#: Bytes kept of what a process has written to standard error when it ends.
_STDERR_TAIL = 4096


def main(descriptor: int) -> None:
    """Be the fork server at the other end of a socket: load, then fork and reap workers on request."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = socket.socket(fileno=descriptor)
    settings = json.load(sys.stdin)
    source, limits = Source.from_json(settings["source"]), Limits(**settings["limits"])
    try:
        store = _load(source, limits)
    except CasusError as error:
        connection.sendall(json.dumps(pack_error(error)).encode())
        return
    server = _Forker(connection, source, limits, store)
    connection.sendall(json.dumps({"shared": store is not None}).encode())
    server.serve()


class _Forker:
    """Forks workers and waits for their end."""

    def __init__(
        self, connection: socket.socket, source: Source, limits: Limits, store: Store | RemoteStore | None
    ) -> None:
        self._connection = connection
        self._source = source
        self._limits = limits
        self._store = store
        self._stderr: dict[int, int] = {}

    def serve(self) -> None:
        """Obey the pool until it goes; then none of the workers stays behind."""
        while (received := _ask(self._connection)) is not None:
            request, descriptors = received
            if "reap" in request:
                answer = self._reap(request["reap"])
            else:
                answer = {"pid": self._fork(socket.socket(fileno=descriptors[0]), request["fork"])}
            self._connection.sendall(json.dumps(answer).encode())
        for pid in self._stderr:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _fork(self, connection: socket.socket, role: str) -> int:
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.dup2(writing, sys.stderr.fileno())
                os.set_blocking(writing, False)
                # A worker holds none of its siblings' ends: they would not notice that the pool has gone.
                for descriptor in (self._connection.detach(), reading, writing, *self._stderr.values()):
                    os.close(descriptor)
                self._be(role, connection)
            except BaseException as error:
                print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            finally:
                os._exit(1)
        connection.close()
        os.close(writing)
        os.set_blocking(reading, False)
        self._stderr[pid] = reading
        return pid

    def _be(self, role: str, connection: socket.socket) -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        channel = Channel(connection)
        if role == "snapshots":
            channel.send(pack(END))
            _obey(channel, _make_snapshot)
        else:
            worker = _Answerer(self._store or self._source.open(), self._limits, self._source.names)
            limit_memory(self._limits.query_memory * MIB)
            channel.send(pack(END))
            _obey(channel, worker.answer)
        os._exit(0)

    def _reap(self, pid: int) -> dict[str, Any]:
        """Kill a worker if it lives, and tell how it has ended."""
        reading = self._stderr.pop(pid)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        try:
            tail = os.read(reading, _STDERR_TAIL)
        except BlockingIOError:
            tail = b""
        os.close(reading)
        return {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, "stderr": tail.decode(errors="replace")}


class _Answerer:
    """Answers queries on the store it was started with, and on those of days."""

    def __init__(self, store: Store | RemoteStore, limits: Limits, namespaces: Namespaces) -> None:
        self._store = store
        self._namespaces = namespaces
        self._limits = limits
        self._days: OrderedDict[str, Store] = OrderedDict()
        self._enough = _most_held() + _GROWTH

    def answer(self, task: dict[str, Any], channel: Channel) -> None:
        """Send the answer to a task: what it is, its pieces, and the end."""
        signal.setitimer(signal.ITIMER_REAL, task["seconds"] + _LATER)
        text, graphs = task["text"], {name: task[name] for name in ("default_graphs", "named_graphs")}
        most = self._limits.complexity
        answer: Answer | RemoteAnswer
        if isinstance(self._store, Store):
            answer = run(
                self._store if task["store"] is None else self._day(task["store"]),
                text,
                **graphs,
                most=most,
                namespaces=self._namespaces,
            )
        else:
            answer = self._store.run(text, **graphs, day_graph=task["day_graph"], most=most)
        name = task["formats"].get(answer.kind)
        head = {"kind": answer.kind, "format_name": name, "absent_graphs": answer.absent_graphs}
        out = _Pieces(channel, head, self._limits.result_bytes)
        if name is not None:
            answer.write(name, out, rows=task["rows"], most=self._limits.result_rows)  # type: ignore[arg-type]
        # What a large query has taken is not given back to the system; another worker begins without it.
        out.end(last=_most_held() > self._enough)
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _day(self, folder: str) -> Store:
        store = self._days.pop(folder, None) or open_store(Path(folder))
        self._days[folder] = store
        if len(self._days) > self._limits.open_days:
            self._days.popitem(last=False)
        return store


class _Pieces:
    """An output that sends what is written, not too little at a time. A short answer is one call of the system."""

    def __init__(self, channel: Channel, head: dict[str, Any], most: int) -> None:
        self._channel = channel
        self._ready = pack_value(head)
        self._waiting: list[bytes] = []
        self._size = 0
        self._total = 0
        self._most = most

    def write(self, data: bytes) -> int:
        self._waiting.append(data)
        self._size += len(data)
        self._total += len(data)
        if self._total > self._most:
            raise QueryTooLarge(f"the answer has more than {self._most:,} bytes")
        if self._size >= _PIECE_BYTES:
            self._channel.send(self._take())
        return len(data)

    def writelines(self, lines: list[bytes]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Do nothing: more may come, and `end` sends the rest."""

    def end(self, *, last: bool) -> None:
        self._channel.send(self._take() + pack(END, b"last" if last else b""))

    def _take(self) -> bytes:
        taken = self._ready + (pack(PIECE, b"".join(self._waiting)) if self._waiting else b"")
        self._ready, self._waiting, self._size = b"", [], 0
        return taken


def _obey(channel: Channel, act: Callable[[dict[str, Any], Channel], None]) -> None:
    """Do task after task until the pool goes."""
    while (message := channel.receive()) is not None:
        try:
            act(message.value(), channel)
        except CasusError as error:
            signal.setitimer(signal.ITIMER_REAL, 0)
            channel.send(pack_value(pack_error(error)))


def _make_snapshot(task: dict[str, Any], channel: Channel) -> None:
    from kg.build.as_of import snapshot  # noqa: PLC0415 - the reasoner is not for the other workers

    signal.setitimer(signal.ITIMER_REAL, task["seconds"] + _LATER)
    build = Build(Path(task["build"]))
    folder = snapshot(build, date.fromisoformat(task["day"]))
    signal.setitimer(signal.ITIMER_REAL, 0)
    channel.send(pack_value({"store": os.fspath(folder)}))


def _load(source: Source, limits: Limits) -> Store | RemoteStore | None:
    """What the workers share in memory; None if each opens the store on disk."""
    if source.remote is not None:
        return _elsewhere(source.remote, source.names, limits)
    return source.open() if source.build is None else _copy(source.build.store, limits.shared_quads)


def _elsewhere(remote: Remote, names: Namespaces, limits: Limits) -> RemoteStore:
    """A store elsewhere, to which each worker makes a connection of its own."""
    from kg.remote.credentials import credentials_of  # noqa: PLC0415 - other workers need no HTTP
    from kg.remote.endpoint import Endpoint  # noqa: PLC0415
    from kg.remote.query import RemoteStore  # noqa: PLC0415

    # Before the store is taken to be gone, the pool has stopped waiting for it.
    endpoint = Endpoint(remote.url, credentials_of(), timeout=limits.query_seconds + _LATER)
    return RemoteStore(endpoint, remote.graphs, remote.merged, names)


def _copy(folder: Path, most: int) -> Store | None:
    """A copy in memory of a store on disk that is not too large.

    Another process reads it: the store on disk starts threads, and a process with threads must not fork.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            store = open_store(folder)
            with os.fdopen(writing, "wb") as out:
                if len(store) <= most:
                    store.dump(out, RdfFormat.N_QUADS)
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writing)
    copy = Store()
    with os.fdopen(reading, "rb") as source:
        copy.bulk_load(source, RdfFormat.N_QUADS, lenient=True)
    _, status = os.waitpid(pid, 0)
    if status != 0:
        open_store(folder)  # raises what is wrong with it
    return copy if len(copy) else None


def _most_held() -> int:
    """The most bytes that this process has held in memory."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held if sys.platform == "darwin" else held * 1024


def _ask(connection: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """What the pool wants next. It waits for the answer before it wants more, so messages do not run together."""
    received, descriptors, _, _ = socket.recv_fds(connection, 4096, 1)
    return (json.loads(received), descriptors) if received else None
