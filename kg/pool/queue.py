"""Idle workers, and those who wait for one."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol

from kg.errors import Busy
from kg.pool.forkserver import Worker


class _Waiter(Protocol):
    """Who waits for a worker, and is told under the lock of the queue."""

    def set_result(self, worker: Worker, /) -> None: ...

    def set_exception(self, error: Busy, /) -> None: ...


class _LoopWaiter:
    """Who waits in an event loop for a worker, which may come from any thread."""

    def __init__(self, put_back: Callable[[Worker], None]) -> None:
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Worker] = self.loop.create_future()
        self._thread = threading.get_ident()
        self._put_back = put_back

    def set_result(self, worker: Worker) -> None:
        self._in_loop(self._receive, worker)

    def set_exception(self, error: Busy) -> None:
        self._in_loop(self._fail, error)

    def leave(self) -> None:
        """Wait no longer: a worker that has come, or still does, is put back."""
        if not self.future.cancel() and self.future.exception() is None:
            self._put_back(self.future.result())

    def _in_loop(self, act: Callable[[Any], None], value: Worker | Busy) -> None:
        """Act here and now, if this is the loop's thread, which spares waking it."""
        if threading.get_ident() == self._thread:
            act(value)
        else:
            self.loop.call_soon_threadsafe(act, value)

    def _receive(self, worker: Worker) -> None:
        if self.future.cancelled():
            self.loop.call_soon(self._put_back, worker)
        else:
            self.future.set_result(worker)

    def _fail(self, error: Busy) -> None:
        if not self.future.cancelled():
            self.future.set_exception(error)


class WorkerQueue:
    """Lends workers; whoever finds none idle gets the next that is, in the order of asking. Threads may share it."""

    def __init__(self, most_waiting: int) -> None:
        """Begin without workers; so many may wait for one."""
        self._lock = threading.Lock()
        self._returned = threading.Condition(self._lock)
        self._most_waiting = most_waiting
        self._idle: list[Worker] = []
        self._waiting: deque[_Waiter] = deque()
        self._lent = 0
        self._closed = False

    def numbers(self) -> dict[str, int]:
        """How many workers are idle or have a query, and how many queries wait."""
        with self._lock:
            return {"idle": len(self._idle), "running": self._lent, "waiting": len(self._waiting)}

    def take(self, seconds: float) -> Worker:
        """A worker, now or as soon as one is idle, after so many seconds at most.

        Raises:
            Busy: none was, as many wait as may, or there will be no more workers.
        """
        waiter: Future[Worker] = Future()
        worker = self._take_or_wait(waiter)
        if worker is not None:
            return worker
        try:
            return waiter.result(seconds)
        except TimeoutError:
            self._send_away(waiter)
            return waiter.result()

    async def take_soon(self, seconds: float) -> Worker:
        """As `take`, in an event loop."""
        waiter = _LoopWaiter(self._put_back)
        worker = self._take_or_wait(waiter)
        if worker is not None:
            return worker
        timer = waiter.loop.call_later(seconds, self._send_away, waiter)
        try:
            return await waiter.future
        except asyncio.CancelledError:
            self._send_away(waiter)
            waiter.leave()
            raise
        finally:
            timer.cancel()

    def add(self, worker: Worker) -> None:
        """A new worker; after the end it is of no more use to anybody."""
        with self._lock:
            self._offer(worker)

    def give_back(self, worker: Worker, *, reusable: bool) -> None:
        """A worker that was lent has done its work; it can be lent again unless it has ended."""
        with self._lock:
            self._lent -= 1
            if reusable:
                self._offer(worker)
            if self._lent == 0:
                self._returned.notify_all()

    def close(self, grace: float) -> list[Worker]:
        """Lend no more. After the last worker is given back, or after so many seconds: those that are idle."""
        with self._lock:
            self._closed = True
            while self._waiting:
                self._waiting.popleft().set_exception(_none_free())
            self._returned.wait_for(lambda: self._lent == 0, grace)
            idle, self._idle = self._idle, []
        return idle

    def _take_or_wait(self, waiter: _Waiter) -> Worker | None:
        """An idle worker; None if there is none, and the waiter gets the next."""
        with self._lock:
            if self._closed:
                raise _none_free()
            if self._idle:
                self._lent += 1
                return self._idle.pop()
            if len(self._waiting) >= self._most_waiting:
                raise Busy(f"{len(self._waiting)} queries are waiting already; try again in a few seconds")
            self._waiting.append(waiter)
        return None

    def _send_away(self, waiter: _Waiter) -> None:
        """Raise for who waits, unless a worker was given to him at the last moment."""
        with self._lock:
            if waiter not in self._waiting:
                return
            self._waiting.remove(waiter)
        waiter.set_exception(_none_free())

    def _put_back(self, worker: Worker) -> None:
        self.give_back(worker, reusable=True)

    def _offer(self, worker: Worker) -> None:
        if self._waiting:
            self._lent += 1
            self._waiting.popleft().set_result(worker)
        else:
            self._idle.append(worker)


def _none_free() -> Busy:
    return Busy("all processes that answer queries are busy; try again in a few seconds")
