"""Queries that are answered without the application, which would have to wait for them in a thread.

Most requests are a query of a program that is answered soon. All that is done with one besides takes a fraction of a
millisecond, so an event loop can do it, of the same parts as the application: there is no other way to read such a
request or to write its answer. Whatever is out of the ordinary, and all that is meant for people, is left to the
application, with what came of the query.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from flask import Request
from werkzeug.exceptions import HTTPException

from kg.errors import CasusError
from kg.pool.pool import Pool
from kg.pool.task import Reply
from kg.web import http
from kg.web.metrics import query_hash
from kg.web.negotiation import accepted, prefers_page
from kg.web.protocol_query import ProtocolQuery, leave, read_protocol_query
from kg.web.reader import LANGUAGE
from kg.web.service import Service
from kg.web.sparql import present
from kg.web.urls import as_mounted
from kg.web.wsgi import QUERY, Environ, Response, call

#: Bytes of a request that is read, and of an answer that is compressed, in a millisecond or two.
_READ_SOON = 32 * 1024
_COMPRESSED_SOON = 64 * 1024
_PATH = "/sparql"


def direct_answers(service: Service, pool: Pool) -> Callable[[Environ], Awaitable[Response | None]]:
    """What answers requests in an event loop, or gives None for what is to be answered by the application."""

    async def answer(environ: Environ) -> Response | None:
        is_query = environ["PATH_INFO"].endswith(_PATH) and environ["REQUEST_METHOD"] in ("GET", "POST")
        if not is_query or int(environ["CONTENT_LENGTH"]) + len(environ["QUERY_STRING"]) > _READ_SOON:
            return None
        request = Request(as_mounted(environ, service.site))
        asked = _read(request)
        if asked is None or asked.task is None:
            return None
        try:
            reply = await pool.run_soon(asked.task)
            if not isinstance(reply, Reply) or _is_work(request, reply):
                leave(environ, asked, reply)
                return None
            response = present(service, asked, reply)
        except (CasusError, HTTPException) as error:
            leave(environ, asked, error)
            return None
        environ[QUERY] = query_hash(asked.task.text)
        tag = http.validator(service.site, request) if http.is_constant(asked.task.text) else None
        return call(http.with_headers(http.finish(response, request, service.site, tag)), request.environ)

    return answer


def _read(request: Request) -> ProtocolQuery | None:
    """What a request asks; None if it is none that can be answered, asks for more, or in a form for people."""
    environ = request.environ
    if environ["PATH_INFO"] != _PATH or "HTTP_IF_NONE_MATCH" in environ or f"{LANGUAGE}=" in environ["QUERY_STRING"]:
        return None
    try:
        asked = read_protocol_query(request)
    except (CasusError, HTTPException):
        return None
    finally:
        environ["wsgi.input"].seek(0)
    return None if asked.for_people or prefers_page(accepted(request)) else asked


def _is_work(request: Request, reply: Reply) -> bool:
    """Whether it would take a while to compress an answer."""
    return "HTTP_ACCEPT_ENCODING" in request.environ and (reply.size or 0) > _COMPRESSED_SOON
