"""A pool of processes that answer queries and can be killed.

The engine cannot be told to stop, a query can crash it, and parsing is as dangerous as evaluating. So all that happens
in a worker, and the answer comes back whole before its first byte goes to the client, unless it is a very long one
(`Limits.stream_after`): whatever goes wrong becomes a status and a sentence. Answers of more than a mebibyte wait in a
file without a name, so that whoever reads slowly holds no worker.

A query that takes more than `Limits.long_after` is a long one: another worker takes its place at once, and it goes on
at low priority. Only so many may be long at the same time, one more is stopped. Thus no number of hostile queries keeps
the workers from those who ask ordinary ones.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from contextlib import suppress
from datetime import date
from math import inf
from pathlib import Path

from kg.build.as_of import find_snapshot
from kg.build.store import Build
from kg.errors import BadInput, Busy, CasusError, MissingFile, QueryFailed, QueryTimeout, QueryTooLarge, ServeError
from kg.messages import say
from kg.pool.download import Abandoned
from kg.pool.exchange import Ended, Exchange, too_long
from kg.pool.forkserver import Exit, ForkServer, Worker
from kg.pool.limits import Limits
from kg.pool.source import Source
from kg.pool.task import QueryTask, Reply
from kg.pool.wire import pack_value, unpack_error

_LOW_PRIORITY = 10
#: Queries about days that nobody has asked about before, at the same time: each that waits keeps a thread from others.
_NEW_DAYS = 8


class Pool:
    """Answers queries in other processes. Threads may share it; it is a context manager that closes itself."""

    def __init__(self, source: Source, limits: Limits | None = None) -> None:
        """Start the processes.

        Args:
            source: what to query.
            limits: what a query may take.

        Raises:
            MissingFile, UnknownFormat, ParseError: what is to be queried cannot be loaded.
            ServeError: the processes do not start.
        """
        self.limits = limits or Limits()
        self._source = source
        self._lock = threading.Lock()
        self._freed, self._finished = threading.Condition(self._lock), threading.Condition(self._lock)
        self._idle: list[Worker] = []
        self._waiting = self._running = self._long = self._missing = 0
        self._counts: Counter[str] = Counter()
        self._closed = False
        self._renewal = threading.Lock()
        self._snapshots = threading.Lock()
        self._new_days = threading.BoundedSemaphore(_NEW_DAYS)
        self._snapshot_worker: Worker | None = None
        self._downloads = threading.BoundedSemaphore(self.limits.downloads)
        self._server = ForkServer(source, self.limits)
        for _ in range(self.limits.workers):
            self._add()

    def run(self, task: QueryTask) -> Reply:
        """Answer a query.

        Raises:
            QueryError: it is refused, is not SPARQL or cannot be evaluated.
            QueryTooLarge: it needs more memory, or has a longer answer, than is allowed.
            QueryTimeout: it took too long.
            QueryFailed: its process has ended.
            Busy: too many others are being answered.
            BadInput, Inconsistent: there is no graph as of that day.
        """
        try:
            try:
                reply = self._answer(task, self._folder(task.day))
            except MissingFile:
                if task.day is None:
                    raise
                # Between finding the snapshot and opening it, others have taken its place.
                reply = self._answer(task, self._folder(task.day))
        except CasusError as error:
            self._count(type(error).__name__)
            raise
        return reply

    @property
    def ready(self) -> bool:
        """Whether the next query would be answered."""
        return not self._closed and self._server.alive

    def numbers(self) -> dict[str, int]:
        """How many workers are idle, how many queries run, are long or wait, and how those of the past have ended."""
        with self._lock:
            now = {"idle": len(self._idle), "running": self._running, "long": self._long, "waiting": self._waiting}
            return now | {f"{name}_total": count for name, count in self._counts.items()}

    def close(self, grace: float = 0) -> None:
        """End the processes. Queries under way have some seconds to finish; those that wait are sent away."""
        with self._lock:
            self._closed = True
            self._freed.notify_all()
            self._finished.wait_for(lambda: self._running == 0, grace)
            idle, self._idle = self._idle, []
        self._server.close()
        for worker in [*idle, *filter(None, [self._snapshot_worker])]:
            worker.channel.close()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(self, task: QueryTask, folder: Path | None) -> Reply:
        request = {
            "text": task.text,
            "formats": dict(task.formats),
            "default_graphs": task.default_graphs,
            "named_graphs": task.named_graphs,
            "rows": task.rows,
            "store": None if folder is None else os.fspath(folder),
            "day_graph": None if task.day is None else self._source.names.day_graph(task.day),
            "seconds": self.limits.query_seconds,
        }
        exchange = Exchange(self._take(pack_value(request)), self.limits, self._make_room, self._downloads)
        self._read(exchange, self.limits.stream_after)
        reply = exchange.reply
        if not exchange.over:
            threading.Thread(target=self._read_on, args=(exchange,), daemon=True).start()
        return reply

    def _take(self, request: bytes) -> Worker:
        """A worker that has got a request."""
        while True:
            with self._lock:
                if not self._idle:
                    self._wait()
                worker = self._idle.pop()
                self._running += 1
            try:
                worker.channel.send(request)
            except OSError:  # it has ended while it waited
                self._release(worker, reusable=False, was_long=False)
            else:
                return worker

    def _read(self, exchange: Exchange, most: float) -> None:
        """Read an answer, to its end or until there are more than so many bytes. At its end its worker is released."""
        try:
            exchange.read(most)
        except BaseException as error:
            ended = self._finish(exchange)
            cause = _cause(ended, self.limits) if isinstance(error, Ended) else error
            exchange.fail(cause)
            raise cause from None
        if exchange.over:
            self._finish(exchange)
            self._count("answered")

    def _read_on(self, exchange: Exchange) -> None:
        """Read the rest of an answer that is being sent already."""
        try:
            self._read(exchange, inf)
        except (Abandoned, CasusError) as error:
            self._count(type(error).__name__)

    def _finish(self, exchange: Exchange) -> Exit:
        reusable = exchange.over and not exchange.last and not exchange.long
        return self._release(exchange.worker, reusable=reusable, was_long=exchange.long)

    def _wait(self) -> None:
        """Wait until a worker is idle, or raise Busy."""
        if self._missing and not self._waiting:
            threading.Thread(target=self._add_missing, daemon=True).start()
        if self._waiting >= self.limits.queue:
            raise Busy(f"{self._waiting} queries are waiting already; try again in a few seconds")
        self._waiting += 1
        try:
            self._freed.wait_for(lambda: self._idle or self._closed, self.limits.queue_seconds)
        finally:
            self._waiting -= 1
        if self._closed or not self._idle:
            raise Busy("all processes that answer queries are busy; try again in a few seconds")

    def _release(self, worker: Worker, *, reusable: bool, was_long: bool) -> Exit:
        """A query has ended: its worker waits for the next or is reaped and, if need be, replaced."""
        exit_ = Exit(0, "") if reusable else worker.server.reap(worker)
        if not reusable and not was_long:
            self._add()
        with self._lock:
            self._running -= 1
            self._long -= was_long
            if reusable:
                self._idle.append(worker)
                self._freed.notify()
            if self._running == 0:
                self._finished.notify_all()
        return exit_

    def _make_room(self, worker: Worker) -> None:
        """A query has become a long one: another worker takes the place of its own."""
        with self._lock:
            if self._long >= self.limits.long_queries:
                after = f"this one was stopped after {self.limits.long_after:g} s"
                raise Busy(f"too many long queries at the same time; {after}; try again in a minute, or ask for less")
            self._long += 1
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, worker.pid, _LOW_PRIORITY)
        self._add()

    def _add(self) -> None:
        """One more worker, from a new fork server if the old one has gone."""
        if self._closed:
            return
        try:
            worker = self._fork("queries")
        except CasusError as error:
            with self._lock:
                if self._closed:
                    return
                say(f"no worker could be started: {error}")
                self._missing += 1
            return
        with self._lock:
            self._counts["started"] += 1
            self._idle.append(worker)
            self._freed.notify()

    def _add_missing(self) -> None:
        with self._lock:
            missing, self._missing = self._missing, 0
        for _ in range(missing):
            self._add()

    def _fork(self, role: str) -> Worker:
        server = self._server
        try:
            return server.fork(role)
        except ServeError:
            if server.alive or self._closed:
                raise
        with self._renewal:
            if self._server is server:
                self._server = ForkServer(self._source, self.limits)
        return self._server.fork(role)

    def _folder(self, day: date | None) -> Path | None:
        """The store of the graph as of a day, which is made if nobody has asked for it yet; elsewhere there is none."""
        if day is None or self._source.remote is not None:
            return None
        build = self._source.build
        if build is None:
            raise BadInput("there are no days here: what is served was not built as a project")
        present = find_snapshot(build, day)
        if present is not None:
            return present
        busy = Busy("the graphs as of other days are being made; try again in a few seconds")
        if not self._new_days.acquire(blocking=False):
            raise busy
        try:
            if not self._snapshots.acquire(timeout=self.limits.queue_seconds):
                raise busy
            try:
                return find_snapshot(build, day) or self._make_snapshot(build, day)
            finally:
                self._snapshots.release()
        finally:
            self._new_days.release()

    def _make_snapshot(self, build: Build, day: date) -> Path:
        """Have a snapshot made by the worker that does nothing else."""
        if self._snapshot_worker is None or self._snapshot_worker.channel.has_ended():
            self._snapshot_worker = self._fork("snapshots")
        worker, self._snapshot_worker = self._snapshot_worker, None
        seconds = self.limits.snapshot_seconds
        try:
            worker.channel.send(
                pack_value({"build": os.fspath(build.folder), "day": day.isoformat(), "seconds": seconds})
            )
            message = worker.channel.receive(seconds)
        except (TimeoutError, OSError):
            message = None
        if message is None:
            worker.server.reap(worker)
            raise QueryTimeout(f"the graph as of {day} could not be made in {seconds:g} s")
        self._snapshot_worker = worker
        made = message.value()
        if "error" in made:
            raise unpack_error(made)
        return Path(made["store"])

    def _count(self, outcome: str) -> None:
        with self._lock:
            self._counts[outcome] += 1


def _cause(ended: Exit, limits: Limits) -> CasusError:
    """Why a worker has ended before its time."""
    if ended.signal == signal.SIGALRM:
        return QueryTimeout(too_long(limits))
    if "memory allocation" in ended.stderr or "bad_alloc" in ended.stderr or "MemoryError" in ended.stderr:
        return QueryTooLarge(f"the query needs more memory than the {limits.query_memory:,} MiB that are allowed")
    if "stack" in ended.stderr:
        return QueryTooLarge("the query is too complex: reading it needs more stack than there is")
    name = signal.Signals(ended.signal).name if ended.signal else "no signal"
    say(f"a worker has ended ({name}): {ended.stderr.strip()}")
    return QueryFailed(f"the process that was answering the query has ended ({name}); others are not affected")
