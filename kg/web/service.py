"""What all routes share: the site, its library, who answers queries, and answers as responses."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

from flask import Response, g, request
from pyoxigraph import Triple

from kg.duties.currency import Currency
from kg.pool.inquiry import Desk
from kg.rdf.formats import graph_format
from kg.terms import Namespaces
from kg.web.client import Asker
from kg.web.executor import Executor, QueryTask, Reply
from kg.web.http import is_constant
from kg.web.iris import to_uri
from kg.web.negotiation import Choice
from kg.web.site import Library, Site
from kg.web.urls import on_day

#: The header that says to which day the sources reach.
SOURCES_UNTIL = "Sources-Until"


@dataclass(frozen=True)
class Service:
    """What the routes serve."""

    site: Site
    library: Library
    executor: Executor
    desk: Desk | None = None

    def asker(self, day: date | None = None) -> Asker:
        """Asks about the graph, or about a day."""
        return Asker(self.executor, day)

    def run(self, task: QueryTask, ready: Reply | None = None) -> Reply:
        """Have a query of a client's answered, unless the reply is ready; raises as `Executor.run`."""
        if not is_constant(task.text):
            g.tag = None
        return ready or self.executor.run(task)


def stream(reply: Reply, choice: Choice) -> Response:
    """A reply as a response: as it is, or chunk by chunk if it is a long one.

    What goes wrong before the first chunk is still an answer of its own. HTTP/1.0, which many proxies speak, has no
    chunks: a client could not tell an answer that was cut off, so this one is whole before it is sent.

    Raises:
        CasusError: the first chunk cannot be had.
    """
    if reply.size is None and request.environ["SERVER_PROTOCOL"] == "HTTP/1.0":
        reply.wait()
    chunks = iter(reply.chunks)
    first = next(chunks, b"")
    if reply.size == len(first):
        return Response(first, content_type=choice.content_type)
    response = Response(_until_read(chain([first], chunks), reply), content_type=choice.content_type)
    if reply.size is not None:
        response.content_length = reply.size
    response.call_on_close(reply.close)
    return response


def send_graph(triples: Iterable[Triple], choice: Choice, names: Namespaces) -> Response:
    """Triples as a response, with the prefixes of some namespaces.

    Raises:
        BadInput: RDF/XML cannot write them.
    """
    assert choice.format_name is not None
    out = io.BytesIO()
    graph_format(choice.format_name).write(triples, out, names)
    return Response(out.getvalue(), content_type=choice.content_type)


def link(response: Response, target: str, relation: str) -> None:
    """Add a Link header, whose target is a URI (RFC 8288)."""
    response.headers.add("Link", f'<{to_uri(target)}>; rel="{relation}"')


def date_sources(response: Response, currency: Currency, day: date | None) -> None:
    """Say in a header to which day the sources reach, if an answer is about a later one and so presumed at best."""
    if day is not None and currency.passed_on(day):
        response.headers[SOURCES_UNTIL] = str(currency.known_to)


def see_other(address: str, day: date | None = None) -> Response:
    """Send the client on to another address, with the day it asks about."""
    response = Response(f"See {address}\n", 303, mimetype="text/plain")
    response.location = on_day(address, day)
    return response


def _until_read(chunks: Iterator[bytes], reply: Reply) -> Iterator[bytes]:
    try:
        yield from chunks
    finally:
        reply.close()
