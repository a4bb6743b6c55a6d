"""What stands between the web server and the application: slow clients, long answers, a new build.

The application answers in threads. Here, without one, requests arrive and answers leave: whoever sends or reads slowly
holds a few hundred bytes and nobody up, and has so many seconds (RSGI, the server's own interface, allows for that).
"""

from __future__ import annotations

import asyncio
import io
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from granian.rsgi import ProtocolClosed, ProtocolError  # type: ignore[attr-defined]

from kg.querying.limits import MIB, Limits

#: Bytes of an answer up to which it is handed over whole.
_WHOLE = MIB
#: Threads for requests that wait for no worker: pages from memory, /health, /metrics.
_MORE_THREADS = 16
#: Seconds that a client has to take the next piece of a long answer.
_PIECE_SECONDS = 30

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]


class Closable(Protocol):
    """What an application works with, as long as one of its requests is under way."""

    def close(self) -> None:
        """End it."""


@dataclass
class _Generation:
    """An application and the number of requests that it has not yet answered."""

    application: Application
    resources: Closable
    requests: int = 0
    retired: bool = False


@dataclass(frozen=True)
class _Answer:
    """What an application answers; the rest is what has not been read of a long body."""

    status: int
    headers: Headers
    body: bytes
    rest: Iterator[bytes] | None
    close: Callable[[], None]


class _Refused(Exception):
    """A request that is not passed on."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status = status
        self.line = line


class Front:
    """Passes requests on to a WSGI application, which can be exchanged while requests are under way."""

    def __init__(self, application: Application, resources: Closable, limits: Limits) -> None:
        """Begin with an application and what it works with."""
        self._limits = limits
        self._lock = threading.Lock()
        self._current = _Generation(application, resources)
        self._threads = ThreadPoolExecutor(
            limits.workers + limits.long_queries + limits.queue + _MORE_THREADS, "request"
        )

    def exchange(self, application: Application, resources: Closable) -> None:
        """Pass new requests on to another application. What the old one works with is closed after its last answer."""
        with self._lock:
            old, self._current = self._current, _Generation(application, resources)
            old.retired = True
            idle = old.requests == 0
        if idle:
            old.resources.close()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer a request (https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md)."""
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                body = await self._read(scope, protocol)
        except TimeoutError:
            return _refuse(protocol, _Refused(408, "the request took too long to arrive"))
        except (ProtocolClosed, ProtocolError):
            return None
        except _Refused as refused:
            return _refuse(protocol, refused)
        answer = await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, _environ(scope, body))
        if answer.rest is None:
            protocol.response_bytes(answer.status, answer.headers, answer.body)
        else:
            await self._send(protocol, answer)

    async def _read(self, scope: Any, protocol: Any) -> bytes:
        """The body of a request, not more than is allowed."""
        most = self._limits.body_bytes
        length = scope.headers.get("content-length") or ""
        body = bytearray()
        if not length.isdecimal() or int(length) <= most:
            if scope.method in ("GET", "HEAD"):
                return b""
            async for piece in _pieces(protocol):
                body += piece
                if len(body) > most:
                    break
            else:
                return bytes(body)
        raise _Refused(413, f"the body of the request is longer than the {most:,} bytes that are allowed")

    def _answer(self, environ: Environ) -> _Answer:
        with self._lock:
            generation = self._current
            generation.requests += 1
        try:
            return _call(generation.application, environ)
        finally:
            with self._lock:
                generation.requests -= 1
                last = generation.retired and generation.requests == 0
            if last:
                generation.resources.close()

    async def _send(self, protocol: Any, answer: _Answer) -> None:
        """Send a long answer as fast as its reader takes it."""
        loop = asyncio.get_running_loop()
        transport = protocol.response_stream(answer.status, answer.headers)
        piece: bytes | None = answer.body
        try:
            while piece is not None:
                async with asyncio.timeout(_PIECE_SECONDS):
                    await transport.send_bytes(piece)
                piece = await loop.run_in_executor(self._threads, _next, answer.rest)
        except (TimeoutError, ProtocolClosed, ProtocolError):
            pass  # who does not read on, or has gone, is owed no more
        finally:
            answer.close()


async def _pieces(protocol: Any) -> AsyncIterator[bytes]:
    async for piece in protocol:
        yield piece


def _next(rest: Iterator[bytes] | None) -> bytes | None:
    return next(rest, None) if rest is not None else None


def _refuse(protocol: Any, refused: _Refused) -> None:
    headers = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]
    protocol.response_bytes(refused.status, headers, refused.line.encode() + b"\n")


def _call(application: Application, environ: Environ) -> _Answer:
    """Call a WSGI application (PEP 3333), and read its answer unless that is a long one."""
    status, headers = 500, Headers()

    def start_response(line: str, given: Headers, _: Any = None) -> Callable[[bytes], None]:
        nonlocal status, headers
        status, headers = int(line[:3]), [(name.lower(), value) for name, value in given]
        return lambda data: None

    chunks = application(environ, start_response)
    close = getattr(chunks, "close", lambda: None)
    iterator = iter(chunks)
    taken = bytearray()
    try:
        for chunk in iterator:
            taken += chunk
            if len(taken) > _WHOLE:
                return _Answer(status, headers, bytes(taken), iterator, close)
    except BaseException:
        close()
        raise
    close()
    return _Answer(status, headers, bytes(taken), None, close)


def _environ(scope: Any, body: bytes) -> Environ:
    """A request as WSGI has it."""
    host, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = value
        elif key not in ("CONTENT_LENGTH", "TRANSFER_ENCODING"):
            key = f"HTTP_{key}"
            environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ
