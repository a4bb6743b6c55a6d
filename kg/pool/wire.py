"""Messages between a pool and its workers: a kind, a length, then JSON or bytes. Nothing of it is ever executed."""

from __future__ import annotations

import asyncio
import json
import select
import struct
import time
from socket import SO_RCVTIMEO, SOL_SOCKET, socket
from typing import Any, NamedTuple

from kg import errors
from kg.errors import CasusError

#: A message in JSON; a piece of an answer; the end of an answer, with a body if the worker should not be asked again.
VALUE, PIECE, END = b"V", b"P", b"E"
_HEADER = struct.Struct("!cI")
_TIMEVAL = struct.Struct("@ll")
_READ = 128 * 1024


class Message(NamedTuple):
    """A message as it was received."""

    kind: bytes
    body: bytes

    def value(self) -> Any:
        """What the message says in JSON."""
        return json.loads(self.body)


def pack(kind: bytes, body: bytes = b"") -> bytes:
    """A message as it is sent."""
    return _HEADER.pack(kind, len(body)) + body


def pack_value(value: object) -> bytes:
    """A message in JSON as it is sent."""
    return pack(VALUE, json.dumps(value).encode())


class Channel:
    """One end of a socket, message by message; for one thread at a time.

    Little is asked of the system, since each time a thread does so, it hands the interpreter to another: the socket
    stays one that blocks, and it is the system that stops waiting for what is to be read (socket(7), SO_RCVTIMEO).
    """

    def __init__(self, connection: socket) -> None:
        """Take a socket over."""
        self._connection = connection
        self._patience = 0
        self._received = b""
        self._position = 0

    def send(self, packed: bytes) -> None:
        """Send packed messages, waiting as long as the other side has no room for them.

        Raises:
            OSError: the other side has gone.
        """
        self._connection.sendall(packed)

    def receive(self, seconds: float | None = None) -> Message | None:
        """The next message, or None if the other side has gone.

        Raises:
            TimeoutError: there is none yet, after so many seconds; what has arrived of it is kept.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        while (message := self._take()) is None:
            self._wait_at_most(None if deadline is None else deadline - time.monotonic())
            try:
                if not self._read():
                    return None
            except BlockingIOError:
                raise TimeoutError from None
        return message

    async def receive_soon(self, seconds: float) -> Message | None:
        """As `receive`, in an event loop."""
        while (message := self._take()) is None:
            await self._readable(seconds)
            if not self._read():
                return None
        return message

    def has_ended(self) -> bool:
        """Whether the other side, which should say nothing now, has gone."""
        readable = select.poll()
        readable.register(self._connection, select.POLLIN)
        return bool(readable.poll(0))

    def close(self) -> None:
        """End the conversation."""
        self._connection.close()

    def _read(self) -> bool:
        """Read what is there, or wait for it; not if the other side has gone."""
        try:
            read = self._connection.recv(_READ)
        except ConnectionResetError:
            return False
        self._received = self._received[self._position :] + read
        self._position = 0
        return bool(read)

    async def _readable(self, seconds: float) -> None:
        """Wait until there is something to read; a timer of the loop takes less than a timeout of the task."""
        loop = asyncio.get_running_loop()
        arrival: asyncio.Future[bool] = loop.create_future()

        def end(readable: bool) -> None:
            if not arrival.done():  # until the task goes on, both can happen
                arrival.set_result(readable)

        descriptor = self._connection.fileno()  # of a socket, asyncio would write a description each time
        loop.add_reader(descriptor, end, True)
        timer = loop.call_later(seconds, end, False)
        try:
            if not await arrival:
                raise TimeoutError
        finally:
            timer.cancel()
            loop.remove_reader(descriptor)

    def _wait_at_most(self, seconds: float | None) -> None:
        """Let the next read end after so many seconds, or never."""
        microseconds = 0 if seconds is None else max(round(seconds * 1_000_000), 1)
        if microseconds != self._patience:
            self._patience = microseconds
            self._connection.setsockopt(SOL_SOCKET, SO_RCVTIMEO, _TIMEVAL.pack(*divmod(microseconds, 1_000_000)))

    def _take(self) -> Message | None:
        begin = self._position + _HEADER.size
        if len(self._received) < begin:
            return None
        kind, length = _HEADER.unpack_from(self._received, self._position)
        end = begin + length
        if len(self._received) < end:
            return None
        self._position = end
        return Message(kind, self._received[begin:end])


def pack_error(error: CasusError) -> dict[str, Any]:
    """An error as plain values."""
    return {"error": type(error).__name__, "message": error.message, "file": error.file, "line": error.line}


def unpack_error(value: dict[str, Any]) -> CasusError:
    """The error that `pack_error` packed."""
    kind = getattr(errors, value["error"])
    assert issubclass(kind, CasusError)
    unpacked: CasusError = kind(value["message"], file=value["file"], line=value["line"])
    return unpacked
