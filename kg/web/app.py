"""The Flask application: its addresses, its headers, its answers to mistakes."""

from __future__ import annotations

from typing import cast

from flask import Flask, Response, abort, g, make_response, request
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError, NotAcceptable
from werkzeug.http import HTTP_STATUS_CODES

from kg.errors import CasusError
from kg.pool.limits import Limits
from kg.sparql.query import Kind
from kg.web import catalog, http, pages
from kg.web.asgi import REFUSED
from kg.web.client import READABLE, read_table
from kg.web.descriptions import add_descriptions
from kg.web.executor import Executor
from kg.web.graphs import add_graphs
from kg.web.negotiation import (
    PAGE,
    Operation,
    accepted,
    forms,
    offers,
    prefers_page,
    read_operation,
    require,
)
from kg.web.ontology import add_documentation
from kg.web.resources import add_linked_data
from kg.web.serving import Service, send_graph, stream
from kg.web.site import Library, Site
from kg.web.urls import place


def create_app(executor: Executor, site: Site | None = None) -> Flask:
    """The application that serves a graph: pages for people at ``/``, the SPARQL 1.1 Protocol at ``/sparql``.

    Every mistake is answered with one line of plain text, or with a page where a browser asks. A response that comes
    with a Cache-Control of its own keeps it; all others can be validated by an ETag.

    Args:
        executor: who answers queries.
        site: what is served besides, and where.
    """
    app = Flask(__name__)
    app.url_map.merge_slashes = False  # an IRI with two slashes in a row is another than with one
    app.config["MAX_CONTENT_LENGTH"] = Limits().body_bytes
    shown = site or Site()
    service = Service(shown, Library(shown), executor)
    app.wsgi_app = place(http.with_headers(app.wsgi_app), shown)  # type: ignore[method-assign, assignment]

    @app.get("/")
    def home() -> str:
        return pages.home(shown, request.args.get("question"))

    @app.route("/sparql", methods=["GET", "POST"], strict_slashes=False)
    def sparql() -> Response:
        operation = read_operation(request)
        if operation.query is not None:
            g.query = operation.query
            return _answer(service, operation)
        if not operation.bare:
            raise BadRequest("the parameter 'query' is missing")
        if prefers_page(accepted(request)):
            return make_response(pages.home(shown, None))
        choice = require("graph", accepted(request), page=False)
        return send_graph(catalog.service(shown, service.library, service.asker()), choice)

    add_graphs(app, service)
    add_linked_data(app, service)
    add_documentation(app, service)
    add_descriptions(app, service)
    _add_manners(app, shown)
    return app


def _answer(service: Service, operation: Operation) -> Response:
    """The answer to a query, in the form that the client likes best for an answer of its kind."""
    choices = forms(request, operation.format_name)
    formats: dict[Kind, str] = {}
    for kind, choice in choices.items():
        if choice is not None:
            formats[kind] = READABLE[kind] if choice == PAGE else cast("str", choice.format_name)
    only_pages = all(choice == PAGE for choice in choices.values())
    reply = service.run(operation, formats, pages.MAX_ROWS + 1 if only_pages else None)
    choice = choices[reply.kind]
    if choice is None:
        reply.close()
        raise _not_offered(reply.kind, operation.format_name)
    if choice == PAGE:
        return make_response(pages.answer(service.site, operation, read_table(reply, pages.MAX_ROWS + 1)))
    return stream(reply, choice)


def _not_offered(kind: Kind, format_name: str | None) -> HTTPException:
    if format_name is not None:
        known = ", ".join(dict.fromkeys(str(offer.format_name) for offer in offers(kind)))
        return BadRequest(f"this answer has no format '{format_name}'; choose from {known}")
    known = ", ".join(offer.media_type for offer in [*offers(kind), PAGE])
    return NotAcceptable(f"this answer can be had as {known}")


def _add_manners(app: Flask, site: Site) -> None:
    """Answers to mistakes, and the headers of every answer."""

    def refuse(status: int, message: str) -> Response:
        if prefers_page(accepted(request)):
            body = pages.refusal(site, g.get("query"), HTTP_STATUS_CODES[status], message)
            return make_response(body, status)
        return Response(message + "\n", status, mimetype="text/plain")

    @app.errorhandler(CasusError)
    def casus_error(error: CasusError) -> Response:
        response = refuse(error.http_status, str(error))
        if error.retry_after is not None:
            response.headers["Retry-After"] = str(error.retry_after)
        return response

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or InternalServerError.code
        if status < BadRequest.code:
            return Response(error.get_response().data, status, error.get_headers())
        response = refuse(status, error.description or HTTP_STATUS_CODES[status])
        # A refused method names those allowed.
        response.headers.extend((name, value) for name, value in error.get_headers() if name != "Content-Type")
        return response

    @app.before_request
    def remember() -> Response | None:
        if REFUSED in request.environ:
            abort(*request.environ[REFUSED])
        if request.endpoint == "static":
            return None
        g.tag = http.validator(site, request)
        return Response(status=304) if http.is_known(request, g.tag) else None

    @app.after_request
    def finish(response: Response) -> Response:
        return http.finish(response, request, site, g.get("tag"))
