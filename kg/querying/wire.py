"""Messages between a pool and its workers: a kind, a length, then JSON or bytes. Nothing of it is ever executed."""

from __future__ import annotations

import json
import struct
import time
from socket import MSG_PEEK, socket
from typing import Any, NamedTuple

from kg import errors
from kg.errors import CasusError

#: A message in JSON; a piece of an answer; the last message of a reply.
VALUE, PIECE, END = b"V", b"P", b"E"
_HEADER = struct.Struct("!cI")
_READ = 256 * 1024


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
    """One end of a socket, message by message."""

    def __init__(self, connection: socket) -> None:
        """Take a socket over."""
        self._connection = connection
        self._waiting = bytearray()

    def send(self, packed: bytes) -> None:
        """Send packed messages, waiting as long as the other side has no room for them.

        Raises:
            OSError: the other side has gone.
        """
        self._connection.settimeout(None)
        self._connection.sendall(packed)

    def receive(self, seconds: float | None = None) -> Message | None:
        """The next message, or None if the other side has gone.

        Raises:
            TimeoutError: there is none yet, after so many seconds; what has arrived of it is kept.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        while (message := self._take()) is None:
            if deadline is not None:
                self._connection.settimeout(max(deadline - time.monotonic(), 1e-6))
            try:
                read = self._connection.recv(_READ)
            except ConnectionResetError:
                return None
            if not read:
                return None
            self._waiting += read
        return message

    def has_ended(self) -> bool:
        """Whether the other side, which should say nothing now, has gone."""
        self._connection.settimeout(0)
        try:
            return not self._connection.recv(1, MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        """End the conversation."""
        self._connection.close()

    def _take(self) -> Message | None:
        if len(self._waiting) < _HEADER.size:
            return None
        kind, length = _HEADER.unpack_from(self._waiting)
        end = _HEADER.size + length
        if len(self._waiting) < end:
            return None
        body = bytes(self._waiting[_HEADER.size : end])
        del self._waiting[:end]
        return Message(kind, body)


def pack_error(error: CasusError) -> dict[str, Any]:
    """An error as plain values."""
    return {"error": type(error).__name__, "message": error.message, "file": error.file, "line": error.line}


def unpack_error(value: dict[str, Any]) -> CasusError:
    """The error that `pack_error` packed."""
    kind = getattr(errors, value["error"])
    assert issubclass(kind, CasusError)
    unpacked: CasusError = kind(value["message"], file=value["file"], line=value["line"])
    return unpacked
