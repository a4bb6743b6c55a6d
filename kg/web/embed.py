"""Answers for the pages of others: in a frame, and as pictures."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from flask import Flask, Response, g, make_response, request
from werkzeug.exceptions import BadRequest

from kg.drawing.svg import STYLE
from kg.web.answers import MAX_ROWS, ShownAnswer
from kg.web.client import READABLE, read_rows
from kg.web.negotiation import HTML
from kg.web.openapi import AS_OF, QUERY_ERRORS, VIEW, Parameter, documented
from kg.web.operation import read_operation
from kg.web.reader import reader_of
from kg.web.service import Service, date_sources

#: Alone among all pages this one may stand in a frame; it has no script and no form.
_FRAMED = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
_PARAMETERS = (
    Parameter("query", "A query in SPARQL 1.1.", example="SELECT * { ?s ?p ?o } LIMIT 10"),
    Parameter("default-graph-uri", "A graph to merge into the default graph.", many=True),
    Parameter("named-graph-uri", "A graph that GRAPH can name.", many=True),
    AS_OF,
    VIEW,
)
_STATUSES = (200, 304, *QUERY_ERRORS)


def add_embed(app: Flask, service: Service) -> None:
    """Add the routes of answers that stand elsewhere."""

    @app.get("/embed")
    @documented("An answer alone, for a frame in a page of somebody else's.", (HTML,), _PARAMETERS, _STATUSES)
    def embed() -> Response:
        shown = _ask(service)
        response = make_response(shown.embedded())
        response.headers["Content-Security-Policy"] = _FRAMED
        date_sources(response, service.library.currency, shown.operation.day)
        return response

    @app.get("/picture.svg")
    @documented("An answer as a picture, if it has the columns for it.", ("image/svg+xml",), _PARAMETERS, _STATUSES)
    def picture() -> Response:
        shown = _ask(service)
        drawn = shown.picture(standalone=True)
        if drawn is None:
            raise BadRequest(f"this answer cannot be drawn as a {shown.operation.view}; its page says what that needs")
        response = Response(drawn.svg, mimetype="image/svg+xml")
        digest = b64encode(sha256(STYLE.read_bytes()).digest()).decode()
        response.headers["Content-Security-Policy"] = f"default-src 'none'; style-src 'sha256-{digest}'"
        date_sources(response, service.library.currency, shown.operation.day)
        return response


def _ask(service: Service) -> ShownAnswer:
    operation = read_operation(request)
    if operation.query is None:
        raise BadRequest("the parameter 'query' is missing")
    g.query = operation.query
    reply = service.run(operation.task(READABLE, MAX_ROWS + 1))
    rows = read_rows(reply, MAX_ROWS + 1)
    return ShownAnswer(service, operation, rows, reply.absent_graphs, reader_of(service.site, request))
