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

import asyncio
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from math import inf
from typing import TypeVar

from kg.errors import Busy, CasusError, MissingFile, QueryFailed, QueryTimeout, QueryTooLarge, ServeError
from kg.messages import say
from kg.pool.day_stores import DayStores
from kg.pool.download import Abandoned
from kg.pool.exchange import Ended, Exchange, too_long
from kg.pool.forkserver import Exit, ForkServer, Worker
from kg.pool.limits import Limits
from kg.pool.memory import tells_of_no_memory
from kg.pool.queue import WorkerQueue
from kg.pool.source import Source
from kg.pool.task import QueryTask, Reply
from kg.pool.wire import pack_value

T = TypeVar("T")

_LOW_PRIORITY = 10
#: Characters of a query that an event loop sends, since a socket takes so many without waiting.
_SENT_AT_ONCE = 16_000


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
        self._workers = WorkerQueue(self.limits.queue)
        self._days = DayStores(source, self.limits, self._fork)
        self._long = self._missing = 0
        self._counts: Counter[str] = Counter()
        self._closed = False
        self._renewal = threading.Lock()
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
            return self._counted(self._answer, task)
        except MissingFile:
            if task.day is None:
                raise
            # Between finding the snapshot and opening it, others have taken its place.
            return self._counted(self._answer, task)

    async def run_soon(self, task: QueryTask) -> Reply | Callable[[], Reply]:
        """Answer a query as `run` does, from an event loop, which does the waiting instead of a thread.

        Returns:
            The reply, or what gives it: that is to be called once, in a thread, since it may wait. So it is with a day,
            a query that becomes a long one, a long answer, a worker that has ended.
        """
        if task.day is not None or len(task.text) > _SENT_AT_ONCE:
            return partial(self.run, task)
        request = self._request(task)
        self._replace_missing()
        try:
            worker = await self._workers.take_soon(self.limits.queue_seconds)
        except Busy:
            self._count(Busy.__name__)
            raise
        exchange = self._put(worker, request)
        if exchange is None:
            return partial(self._run_instead, worker, task)
        try:
            await exchange.arrival()
        except asyncio.CancelledError:
            threading.Thread(target=self._read_on, args=(exchange,), daemon=True).start()
            raise
        reply = partial(self._counted, self._finish, exchange)
        if not exchange.reusable:
            return reply
        replied = reply()
        await asyncio.sleep(0)  # whoever waits for the worker puts his query to it before this answer is written
        return replied

    @property
    def ready(self) -> bool:
        """Whether the next query would be answered."""
        return not self._closed and self._server.alive

    def numbers(self) -> dict[str, int]:
        """How many workers are idle, how many queries run, are long or wait, and how those of the past have ended."""
        with self._lock:
            counts = {f"{name}_total": count for name, count in self._counts.items()}
            return self._workers.numbers() | {"long": self._long} | counts

    def close(self, grace: float = 0) -> None:
        """End the processes. Queries under way have some seconds to finish; those that wait are sent away."""
        self._closed = True
        idle = self._workers.close(grace)
        self._server.close()
        for worker in idle:
            worker.channel.close()
        self._days.close()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(self, task: QueryTask) -> Reply:
        request = self._request(task)
        while True:
            self._replace_missing()
            worker = self._workers.take(self.limits.queue_seconds)
            exchange = self._put(worker, request)
            if exchange is not None:
                return self._finish(exchange)
            self._release(worker, reusable=False, was_long=False)

    def _run_instead(self, ended: Worker, task: QueryTask) -> Reply:
        """Answer a query whose worker had ended while it waited."""
        self._release(ended, reusable=False, was_long=False)
        return self.run(task)

    def _request(self, task: QueryTask) -> bytes:
        """What is said to a worker."""
        folder = self._days.folder(task.day)
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
        return pack_value(request)

    def _put(self, worker: Worker, request: bytes) -> Exchange | None:
        """A query that is put to a worker; None if it has ended while it waited."""
        try:
            worker.channel.send(request)
        except OSError:
            return None
        return Exchange(worker, self.limits, self._make_room, self._downloads)

    def _finish(self, exchange: Exchange) -> Reply:
        """The answer to a query, which is whole unless it is very long."""
        self._read(exchange, self.limits.stream_after)
        reply = exchange.reply
        if not exchange.over:
            threading.Thread(target=self._read_on, args=(exchange,), daemon=True).start()
        return reply

    def _read(self, exchange: Exchange, most: float) -> None:
        """Read an answer, to its end or until there are more than so many bytes. At its end its worker is released."""
        try:
            exchange.read(most)
        except BaseException as error:
            ended = self._part(exchange)
            cause = _cause(ended, self.limits) if isinstance(error, Ended) else error
            exchange.fail(cause)
            raise cause from None
        if exchange.over:
            self._part(exchange)
            self._count("answered")

    def _read_on(self, exchange: Exchange) -> None:
        """Read the rest of an answer that is being sent already."""
        try:
            self._read(exchange, inf)
        except (Abandoned, CasusError) as error:
            self._count(type(error).__name__)

    def _part(self, exchange: Exchange) -> Exit:
        """Let the worker go."""
        return self._release(exchange.worker, reusable=exchange.reusable, was_long=exchange.long)

    def _release(self, worker: Worker, *, reusable: bool, was_long: bool) -> Exit:
        """A query has ended: its worker waits for the next or is reaped and, if need be, replaced."""
        exit_ = Exit(0, "") if reusable else worker.server.reap(worker)
        if not reusable and not was_long:
            self._add()
        with self._lock:
            self._long -= was_long
        self._workers.give_back(worker, reusable=reusable)
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
        self._workers.add(worker)

    def _replace_missing(self) -> None:
        """Try again to start the workers that could not be started, if they are needed."""
        if self._missing and not self._workers.numbers()["idle"]:
            threading.Thread(target=self._add_missing, daemon=True).start()

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

    def _counted(self, act: Callable[[T], Reply], what: T) -> Reply:
        """Do something, and count what goes wrong."""
        try:
            return act(what)
        except CasusError as error:
            self._count(type(error).__name__)
            raise

    def _count(self, outcome: str) -> None:
        with self._lock:
            self._counts[outcome] += 1


def _cause(ended: Exit, limits: Limits) -> CasusError:
    """Why a worker has ended before its time."""
    if ended.signal == signal.SIGALRM:
        return QueryTimeout(too_long(limits))
    if tells_of_no_memory(ended.stderr):
        return QueryTooLarge(f"the query needs more memory than the {limits.query_memory:,} MiB that are allowed")
    if "stack" in ended.stderr:
        return QueryTooLarge("the query is too complex: reading it needs more stack than there is")
    name = signal.Signals(ended.signal).name if ended.signal else "no signal"
    say(f"a worker has ended ({name}): {ended.stderr.strip()}")
    return QueryFailed(f"the process that was answering the query has ended ({name}); others are not affected")
