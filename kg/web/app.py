"""The Flask application: its addresses, its headers, its answers to mistakes."""

from __future__ import annotations

from flask import Flask, Response, abort, g, make_response, request
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError
from werkzeug.http import HTTP_STATUS_CODES

from kg.duties.currency import Currency
from kg.errors import CasusError
from kg.pool.limits import Limits
from kg.web import http, pages
from kg.web.asgi import REFUSED
from kg.web.descriptions import add_descriptions
from kg.web.executor import Executor
from kg.web.graphs import add_graphs
from kg.web.negotiation import HTML, accepted, prefers_page
from kg.web.ontology import add_documentation
from kg.web.openapi import Parameter, documented
from kg.web.reader import reader_of
from kg.web.resources import add_linked_data
from kg.web.service import Service
from kg.web.site import Library, Site
from kg.web.sparql import add_sparql
from kg.web.urls import RestConverter, mount
from kg.web.words import Words


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
    app.url_map.converters["rest"] = RestConverter
    app.config["MAX_CONTENT_LENGTH"] = Limits().body_bytes
    shown = site or Site()
    service = Service(shown, Library(shown), executor)
    app.wsgi_app = mount(http.with_headers(app.wsgi_app), shown)  # type: ignore[method-assign, assignment]

    @app.get("/")
    @documented(
        "The first page: a query form and questions to start from.",
        (HTML,),
        (Parameter("question", "The name of a question to put into the form."),),
    )
    def home() -> str:
        return pages.render_home(shown, service.library, request.args.get("question"), reader_of(shown, request))

    documented(
        "Style and icon of the pages.",
        ("text/css", "image/svg+xml"),
        (Parameter("filename", "The name of the file.", in_path=True),),
        (200, 304, 404),
    )(app.view_functions["static"])

    @app.context_processor
    def words() -> dict[str, Words | Currency]:
        return {"_": Words(reader_of(shown, request).language), "currency": service.library.currency}

    add_sparql(app, service)
    add_graphs(app, service)
    add_linked_data(app, service)
    add_documentation(app, service)
    add_descriptions(app, service)
    _add_manners(app, shown)
    return app


def _add_manners(app: Flask, site: Site) -> None:
    """Answers to mistakes, and the headers of every answer."""

    def refuse(status: int, message: str) -> Response:
        if prefers_page(accepted(request)):
            body = pages.render_refusal(site, g.get("query"), HTTP_STATUS_CODES[status], message)
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
