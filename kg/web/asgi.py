"""What stands between the web server and the application: slow clients, long answers, a new build.

The application answers in threads. Here, without one, requests arrive and answers leave: whoever sends or reads slowly
holds little memory and nobody up, and has so many seconds. What needs no thread at all is answered here, too. ASGI
(https://asgi.readthedocs.io) allows for that: granian takes in no more of an answer than its client does, and cuts off
an answer that comes without its last piece.
"""

from __future__ import annotations

import asyncio
import io
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from kg.errors import CasusError
from kg.pool.limits import Limits
from kg.web.kept_answers import KeptAnswer, KeptAnswers, key_of
from kg.web.wsgi import BEGIN, QUERY, REFUSED, Application, Environ, Response, call, environ_of

#: Threads for requests that wait for no worker: pages from memory, /health, /metrics.
_MORE_THREADS = 16
#: Seconds that a client has to take the next piece of a long answer.
_PIECE_SECONDS = 30
#: Bytes of a body that is too long which are read nevertheless: whoever sends before reading would miss the refusal.
_DRAINED = 64 * 1024 * 1024
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
#: Told of an answer that the application was not asked for: the request, the status, the bytes, the seconds that it
#: took and, of one that was kept, that one.
OnAnswer = Callable[[Environ, int, int, float, KeptAnswer | None], object]
#: Answers a request in the event loop, or gives None for what is to be answered by the application.
Direct = Callable[[Environ], Awaitable[Response | None]]


class Closable(Protocol):
    """What an application works with, as long as one of its requests is under way."""

    def close(self, grace: float) -> None:
        """End it, after the seconds that what is under way has to finish."""


class Beside(Protocol):
    """Another application in ASGI, which takes what is sent to paths of its own, with the same limits."""

    @property
    def paths(self) -> frozenset[str]:
        """The paths, each with a slash before it."""

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request, whose body is there."""

    def close(self) -> None:
        """End it, from any thread."""


@dataclass(frozen=True)
class Served:
    """What answers.

    Attributes:
        application: answers requests.
        resources: what it works with.
        direct: answers some requests without the application.
        beside: answers what is for other paths.
    """

    application: Application
    resources: Closable
    direct: Direct
    beside: Beside | None = None


@dataclass
class _Generation:
    """What answers, its answers that are kept, and the requests that are not yet answered."""

    served: Served
    kept: KeptAnswers
    requests: int = 0
    retired: bool = False


class _Refused(Exception):
    """A request that is not read to its end."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status = status
        self.line = line


class _Gone(Exception):
    """The client has gone before it had sent all."""


class Gateway:
    """Passes requests on to a WSGI application, which can be exchanged while requests are under way."""

    def __init__(self, served: Served, limits: Limits, on_answer: OnAnswer) -> None:
        """Begin with what answers. Whoever counts and logs is told of what the application does not answer itself."""
        self._limits = limits
        self._on_answer = on_answer
        self._lock = threading.Lock()
        self._current = _Generation(served, KeptAnswers(limits.kept_bytes))
        self._threads = ThreadPoolExecutor(
            # Of two lines for what takes reasoning, each has one that is answered and those who wait.
            limits.workers + limits.long_queries + limits.queue + 2 * (1 + limits.desk_queue) + _MORE_THREADS,
            "request",
        )

    def exchange(self, served: Served) -> None:
        """Pass new requests on to what answers now. What the old one works with is closed after its last answer."""
        with self._lock:
            old, self._current = self._current, _Generation(served, KeptAnswers(self._limits.kept_bytes))
            old.retired = True
            idle = old.requests == 0
        if idle:
            self._close(old)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request (https://asgi.readthedocs.io/en/latest/specs/www.html)."""
        most = self._limits.header_bytes
        is_long = sum(len(name) + len(value) for name, value in scope["headers"]) > most
        environ = environ_of(scope, [] if is_long else scope["headers"])
        try:
            body = await self._read(environ, receive)
            if is_long:  # https://www.rfc-editor.org/rfc/rfc6585#section-5
                raise _Refused(431, f"the headers of the request are longer than the {most:,} bytes that are allowed")
        except _Gone:
            return None
        except _Refused as refused:
            # The application says so, as it says all else: it counts answers and writes the log.
            body, environ[REFUSED] = b"", (refused.status, refused.line)
        begin = time.perf_counter()
        if REFUSED not in environ and self._is_beside(scope["path"]):
            passed = _Passed(send)
            await self._pass_on(scope, _replay(body, receive), passed)
            return self._note(environ, passed.status, passed.length, begin)
        # What a request asks is read before the application gets it, which may write into it.
        key = None if REFUSED in environ else key_of(environ)
        found = None if key is None else self._current.kept.find(key)
        if found is not None:
            self._note(environ, 200, len(found.body), begin, found)
            await send({"type": "http.response.start", "status": 200, "headers": found.headers})
            await send({"type": "http.response.body", "body": found.body})
            return None
        environ["CONTENT_LENGTH"], environ["wsgi.input"], environ[BEGIN] = str(len(body)), io.BytesIO(body), begin
        answer, kept = await self._answer(environ)
        if key is not None and answer.status == 200 and answer.rest is None:
            kept.keep(key, KeptAnswer(tuple(answer.headers), answer.body, environ.get(QUERY)))
        if REFUSED in environ:
            answer.headers.append((b"connection", b"close"))  # the rest of the request is not read
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if answer.rest is None:
            await send({"type": "http.response.body", "body": answer.body})
        else:
            await self._send(answer, answer.rest, receive, send)

    def _note(self, environ: Environ, status: int, length: int, begin: float, kept: KeptAnswer | None = None) -> None:
        self._on_answer(environ, status, length, time.perf_counter() - begin, kept)

    async def _read(self, environ: Environ, receive: Receive) -> bytes:
        """The body of a request, not more than is allowed."""
        most = self._limits.body_bytes
        declared = environ.pop("CONTENT_LENGTH", "")
        length = int(declared) if declared.isdecimal() else 0
        body, read, more = bytearray(), 0, environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        # Whoever waits for leave to send (RFC 9110, section 10.1.1) is told at once.
        drained = most if "HTTP_EXPECT" in environ else _DRAINED
        if not more and length <= most:
            return b""
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                while more and max(length, read) <= drained:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise _Gone
                    read, more = read + len(message["body"]), message["more_body"]
                    if max(length, read) <= most:
                        body += message["body"]
                    else:
                        body.clear()
        except TimeoutError:
            if max(length, read) <= most:
                raise _Refused(408, "the request took too long to arrive") from None
        if max(length, read) > most:
            raise _Refused(413, f"the body of the request is longer than the {most:,} bytes that are allowed")
        return bytes(body)

    async def _answer(self, environ: Environ) -> tuple[Response, KeptAnswers]:
        """What the application answers, and where it may be kept: with another build there is another place."""
        with self._generation() as generation:
            served = generation.served
            answer = None if REFUSED in environ else await served.direct(environ)
            if answer is not None:
                self._note(environ, answer.status, len(answer.body), environ[BEGIN])
            else:
                loop = asyncio.get_running_loop()
                answer = await loop.run_in_executor(self._threads, call, served.application, environ)
            return answer, generation.kept

    def _is_beside(self, path: str) -> bool:
        """Whether a request is for what is beside the application."""
        beside = self._current.served.beside
        return beside is not None and path in beside.paths

    async def _pass_on(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        with self._generation() as generation:
            assert generation.served.beside is not None
            await generation.served.beside(scope, receive, send)

    @contextmanager
    def _generation(self) -> Iterator[_Generation]:
        """What answers now, which is not closed as long as it does."""
        with self._lock:
            generation = self._current
            generation.requests += 1
        try:
            yield generation
        finally:
            with self._lock:
                generation.requests -= 1
                last = generation.retired and generation.requests == 0
            if last:
                threading.Thread(target=self._close, args=(generation,)).start()

    def _close(self, generation: _Generation) -> None:
        if generation.served.beside is not None:
            generation.served.beside.close()
        generation.served.resources.close(self._limits.query_seconds)

    async def _send(self, answer: Response, rest: Iterator[bytes], receive: Receive, send: Send) -> None:
        """Send a long answer as fast as its reader takes it. If the rest cannot be had, it stays without an end."""
        loop = asyncio.get_running_loop()
        gone = asyncio.ensure_future(_until_gone(receive))
        piece: bytes | None = answer.body
        try:
            while piece is not None:
                if gone.done():
                    return
                if piece:
                    async with asyncio.timeout(_PIECE_SECONDS):
                        await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await loop.run_in_executor(self._threads, _next, rest)
            await send({"type": "http.response.body"})
        except (TimeoutError, CasusError):
            pass  # who does not read on is owed no more; whose answer cannot be completed learns it by the cut
        finally:
            gone.cancel()
            answer.close()


class _Passed:
    """Sends what another application answers, and keeps its status and how many bytes it has."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 500  # until it has answered
        self.length = 0

    async def __call__(self, event: Event) -> None:
        self.status = event.get("status", self.status)
        self.length += len(event.get("body", b""))
        await self._send(event)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Receives a body that was read already, and after it what else comes."""
    read: list[Event] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Event:
        return read.pop() if read else await receive()

    return receive_again


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _next(rest: Iterator[bytes]) -> bytes | None:
    return next(rest, None)
