"""One query put to a worker, and its answer, which is taken in whole: in memory, or in a file if it is long."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from typing import IO, Any

from kg.errors import Busy, QueryTimeout
from kg.querying.limits import MIB, Limits
from kg.querying.nursery import Worker
from kg.querying.task import Reply
from kg.querying.wire import END, PIECE, Message, pack_value, unpack_error

#: Bytes of an answer kept in memory.
_IN_MEMORY = MIB
_READ = 256 * 1024


class Ended(Exception):
    """The worker has gone before it had said all."""


class Exchange:
    """One query put to a worker, and what comes back.

    Attributes:
        long: whether another worker has taken the place of this one.
        over: whether the worker has said all and can be asked something else.
    """

    def __init__(
        self,
        worker: Worker,
        limits: Limits,
        make_room: Callable[[Worker], None],
        downloads: threading.BoundedSemaphore,
    ) -> None:
        self.long = False
        self.over = False
        self._worker = worker
        self._limits = limits
        self._make_room = make_room
        self._body = _Body(downloads)

    def run(self, request: dict[str, Any]) -> Reply:
        """The reply; raises `Ended` or a `CasusError`."""
        try:
            head = self._read(request)
        except BaseException:
            self._body.close()
            raise
        return Reply(head["kind"], head["format_name"], self._body.chunks(), self._body.size)

    def _read(self, request: dict[str, Any]) -> dict[str, Any]:
        begin = time.monotonic()
        try:
            self._worker.channel.send(pack_value(request))
        except OSError as error:
            raise Ended from error
        head: dict[str, Any] = {}
        while True:
            message = self._receive(begin)
            if message.kind == END:
                self.over = True
                return head
            if message.kind == PIECE:
                self._body.add(message.body)
                continue
            head = message.value()
            if "error" in head:
                self.over = True
                raise unpack_error(head)

    def _receive(self, begin: float) -> Message:
        most = self._limits.query_seconds
        while True:
            until = begin + (most if self.long else min(self._limits.long_after, most))
            try:
                message = self._worker.channel.receive(until - time.monotonic())
            except TimeoutError:
                if time.monotonic() - begin >= most:
                    raise QueryTimeout(too_long(self._limits)) from None
                self._make_room(self._worker)
                self.long = True
                continue
            if message is None:
                raise Ended
            return message


class _Body:
    """The bytes of an answer: in memory, and in a file without a name if they are many."""

    def __init__(self, downloads: threading.BoundedSemaphore) -> None:
        self.size = 0
        self._downloads = downloads
        self._pieces: list[bytes] = []
        self._file: IO[bytes] | None = None

    def add(self, piece: bytes) -> None:
        """Add bytes at the end, or raise Busy."""
        self.size += len(piece)
        if self._file is None and self.size > _IN_MEMORY:
            if not self._downloads.acquire(blocking=False):
                raise Busy("too many clients are reading large answers; try again in a minute")
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever reads it
            self._file.writelines(self._pieces)
            self._pieces.clear()
        if self._file is None:
            self._pieces.append(piece)
        else:
            self._file.write(piece)

    def chunks(self) -> Iterator[bytes]:
        """The bytes, to be read once."""
        if self._file is None:
            return iter(self._pieces)
        self._file.seek(0)
        return _Download(self)

    def read(self) -> bytes:
        """The next bytes of the file; none at its end, which closes it."""
        if self._file is None:
            return b""
        piece = self._file.read(_READ)
        if not piece:
            self.close()
        return piece

    def close(self) -> None:
        """Give the file back."""
        if self._file is not None:
            self._file.close()
            self._file = None
            self._downloads.release()


class _Download:
    """Reads the file of an answer; unlike a generator's, its end is told even if nobody has begun to read."""

    def __init__(self, body: _Body) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = self._body.read()
        if not piece:
            raise StopIteration
        return piece

    def close(self) -> None:
        self._body.close()

    def __del__(self) -> None:
        self._body.close()


def too_long(limits: Limits) -> str:
    """What is said of a query that was stopped at its deadline."""
    return f"the query took too long and was stopped; {limits.query_seconds:g} s are allowed"
