"""One query put to a worker, and its answer, which is taken in as fast as it comes: a long one goes to a file."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Any

from kg.errors import CasusError, QueryTimeout
from kg.pool.download import Download
from kg.pool.forkserver import Worker
from kg.pool.limits import MIB, Limits
from kg.pool.task import Reply
from kg.pool.wire import END, PIECE, Message, unpack_error

#: Bytes of an answer kept in memory.
_IN_MEMORY = MIB


class Ended(Exception):
    """The worker has gone before it had said all."""


class Exchange:
    """What comes back from a worker that has got a query.

    Attributes:
        worker: who answers.
        long: whether another worker has taken the place of this one.
        over: whether the worker has said all.
        last: whether it should not be asked anything else.
    """

    def __init__(
        self,
        worker: Worker,
        limits: Limits,
        make_room: Callable[[Worker], None],
        downloads: threading.BoundedSemaphore,
    ) -> None:
        self.worker = worker
        self.long = False
        self.over = False
        self.last = False
        self._limits = limits
        self._make_room = make_room
        self._downloads = downloads
        self._begin = time.monotonic()
        self._head: dict[str, Any] = {}
        self._pieces: list[bytes] = []
        self._size = 0
        self._download: Download | None = None
        self._error: CasusError | None = None

    @property
    def reusable(self) -> bool:
        """Whether the worker has said all and can be asked something else, in its old place."""
        return self.over and not self.last and not self.long

    async def arrival(self) -> None:
        """Wait in an event loop until all has come of an answer that is kept in memory. `read` does the rest.

        There may be less: of a longer answer, if the query becomes a long one, or if its worker has gone. What goes
        wrong is for `read` to raise.
        """
        channel, until = self.worker.channel, self._begin + min(self._limits.long_after, self._limits.query_seconds)
        try:
            while not self.over and self._size <= _IN_MEMORY // 2:
                message = await channel.receive_soon(until - time.monotonic())
                if message is None:
                    return
                self._take(message)
        except TimeoutError:
            return
        except CasusError as error:
            self._error = error

    def read(self, most: float = math.inf) -> None:
        """Take the answer in, to its end or until there are more than so many bytes, and more than fit in memory.

        Raises:
            Ended: the worker has gone.
            Abandoned: whoever has the reply has closed it.
            CasusError: the worker says that it cannot answer, it takes too long, or too many others do.
        """
        while not (self.over or self._error) and (self._download is None or self._size <= most):
            self._take(self._receive())
        if self._error is not None:
            raise self._error
        if self.over and self._download is not None:
            self._download.end()

    def fail(self, error: BaseException) -> None:
        """Tell whoever is reading the answer that there will not be all of it, and why."""
        if self._download is not None:
            self._download.end(error)

    @property
    def reply(self) -> Reply:
        """The reply, of which the rest may still be to come."""
        chunks = iter([b"".join(self._pieces)] if self._pieces else []) if self._download is None else self._download
        size, absent = self._size if self.over else None, tuple(self._head["absent_graphs"])
        return Reply(self._head["kind"], self._head["format_name"], chunks, size, absent)

    def _take(self, message: Message) -> None:
        if message.kind == END:
            self.over, self.last = True, bool(message.body)
        elif message.kind == PIECE:
            self._add(message.body)
        else:
            self._head = message.value()
            if "error" in self._head:
                self.over, self._error = True, unpack_error(self._head)

    def _add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._download is None and self._size > _IN_MEMORY:
            self._download = Download(self._downloads)
            self._download.write(b"".join(self._pieces))
            self._pieces.clear()
        if self._download is None:
            self._pieces.append(piece)
        else:
            self._download.write(piece)

    def _receive(self) -> Message:
        most = self._limits.query_seconds
        while True:
            until = self._begin + (most if self.long else min(self._limits.long_after, most))
            try:
                message = self.worker.channel.receive(until - time.monotonic())
            except TimeoutError:
                if time.monotonic() - self._begin >= most:
                    raise QueryTimeout(too_long(self._limits)) from None
                self._make_room(self.worker)
                self.long = True
                continue
            if message is None:
                raise Ended
            return message


def too_long(limits: Limits) -> str:
    """What is said of a query that was stopped at its deadline."""
    return f"the query took too long and was stopped; {limits.query_seconds:g} s are allowed"
