"""Requests and answers between ASGI, which the web server speaks, and WSGI (PEP 3333), which the application does."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

#: Members that are read of a list in a header; whoever sends more has something else in mind.
_MEMBERS = 500
#: Where a request says that it must be refused before it has been read: a status and a line.
REFUSED = "casus.refused"
#: Where a request says when it began, by `time.perf_counter`.
BEGIN = "casus.begin"
#: Where the application leaves a short name of the query that it has answered.
QUERY = "casus.query"

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class Response:
    """What an application answers; the rest is what has not been read of a body that did not come at once."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    rest: Iterator[bytes] | None
    close: Callable[[], None]


def call(application: Application, environ: Environ) -> Response:
    """Call a WSGI application (PEP 3333), and read the first piece of its answer."""
    status, headers = 500, list[tuple[bytes, bytes]]()
    length: str | None = None

    def start_response(line: str, given: list[tuple[str, str]], _: Any = None) -> Callable[[bytes], None]:
        nonlocal status, headers, length
        status = int(line[:3])
        headers = [(_lower(name), value.encode("latin-1")) for name, value in given]
        length = next((value for name, value in given if name == "Content-Length"), None)
        return lambda data: None

    chunks = application(environ, start_response)
    close = getattr(chunks, "close", lambda: None)
    iterator = iter(chunks)
    try:
        body = next(iterator, None)
    except BaseException:
        close()
        raise
    if body is None or length == str(len(body)):
        close()
        return Response(status, headers, body or b"", None, close)
    return Response(status, headers, body, iterator, close)


def environ_of(scope: dict[str, Any], headers: Iterable[tuple[bytes, bytes]]) -> Environ:
    """A request as WSGI has it, with some headers, as yet without its body."""
    server, client = scope["server"], scope["client"]
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "REQUEST_URI": scope["raw_path"].decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": "HTTP/1.1" if scope["http_version"] == "1.1" else "HTTP/1.0",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers:
        key, text = _key(name), value.decode("latin-1")
        if key in environ:
            text = f"{environ[key]},{text}"
        environ[key] = ",".join(text.split(",", _MEMBERS)[:_MEMBERS]) if text.count(",") >= _MEMBERS else text
    # What arrives in chunks is passed on in one piece.
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return environ


@lru_cache(maxsize=1000)
def _key(name: bytes) -> str:
    """The name of a header as WSGI has it."""
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


@lru_cache(maxsize=1000)
def _lower(name: str) -> bytes:
    return name.lower().encode("latin-1")
