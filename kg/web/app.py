"""The Flask application: its addresses, its headers, its answers to mistakes."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, abort, g, make_response, request, send_file, url_for
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError
from werkzeug.http import HTTP_STATUS_CODES

from kg.drawing.svg import STYLE
from kg.errors import CasusError
from kg.pool.inquiry import Desk
from kg.pool.limits import Limits
from kg.web import http, pages
from kg.web.check import add_check
from kg.web.descriptions import add_descriptions
from kg.web.embed import add_embed
from kg.web.executor import Executor
from kg.web.graphs import add_graphs
from kg.web.negotiation import HTML, accepted, prefers_page
from kg.web.ontology import add_documentation
from kg.web.openapi import QUERY_ERRORS, Parameter, documented
from kg.web.reader import LANGUAGE, chosen_language, reader_of
from kg.web.resources import add_linked_data
from kg.web.service import Service, see_other
from kg.web.site import Library, Site
from kg.web.sparql import add_sparql
from kg.web.urls import RestConverter, mount, switched
from kg.web.views import NAVIGATION, add_views
from kg.web.views.owed import show_owed
from kg.web.wording import OWN_NAMES, Words
from kg.web.wsgi import REFUSED

#: Seconds for which a chosen language is remembered: a year.
_REMEMBERED = 365 * 24 * 60 * 60


def create_app(executor: Executor, site: Site | None = None, desk: Desk | None = None) -> Flask:
    """The application that serves a graph: pages for people at ``/``, the SPARQL 1.1 Protocol at ``/sparql``.

    Every mistake is answered with one line of plain text, or with a page where a browser asks. A response that comes
    with a Cache-Control of its own keeps it; all others can be validated by an ETag.

    Args:
        executor: who answers queries.
        site: what is served besides, and where.
        desk: who proves and supposes; without one, nothing is proved here.
    """
    shown = site or Site()
    return app_of(Service(shown, Library(shown), executor, desk))


def app_of(service: Service) -> Flask:
    """The application of what there is to serve, as `create_app` makes it."""
    shown = service.site
    app = Flask(__name__)
    app.url_map.merge_slashes = False  # an IRI with two slashes in a row is another than with one
    app.url_map.converters["rest"] = RestConverter
    app.config["MAX_CONTENT_LENGTH"] = Limits().body_bytes
    app.wsgi_app = mount(http.with_headers(app.wsgi_app), shown)  # type: ignore[method-assign, assignment]

    @app.get("/")
    @documented(
        "The first page: who owed whom what, on a date; where the data have no duties, the query form.",
        (HTML,),
        (Parameter("question", "The name of a question: see the query form with it."),),
        (200, 303, 304, *QUERY_ERRORS),
    )
    def home() -> Response | str:
        if request.args.get("question"):
            return see_other(url_for("query_page", question=request.args["question"]))
        return query_page() if service.library.timeline is None else show_owed(service)

    @app.get("/query")
    @documented(
        "A form to write queries in, with questions to start from.",
        (HTML,),
        (
            Parameter("question", "The name of a question to put into the form."),
            Parameter("find", "Words that the listed questions have, in their text or query."),
        ),
        (200, 304, 404),
    )
    def query_page() -> str:
        asked = request.args
        return pages.render_query(
            shown, service.library, reader_of(shown, request), asked.get("question"), asked.get("find", "").strip()
        )

    documented(
        "Style, icon and scripts of the pages, and the licenses of what is in these.",
        ("text/css", "image/svg+xml", "text/javascript", "text/plain"),
        (Parameter("filename", "The name of the file.", in_path=True),),
        (200, 304, 404),
    )(app.view_functions["static"])

    @app.get("/static/drawing.css")
    @documented("Style of the drawings on the pages.", ("text/css",), (), (200, 304))
    def drawing_style() -> Response:
        return make_response(send_file(STYLE))

    @app.get("/favicon.ico")
    @documented("The icon, where browsers look for that of a page that names none.", ("image/svg+xml",))
    def icon() -> Response:
        return app.send_static_file("icon.svg")

    # It is bundled into a wheel where there is Node; without it there is the text area that it would take the place of.
    editor = Path(str(app.static_folder), "editor.js").exists()

    @app.context_processor
    def words() -> dict[str, object]:
        reader = reader_of(shown, request)
        return {
            "_": Words(reader.language),
            "currency": service.library.currency,
            "editor": editor,
            "terms": url_for("query_terms", language=reader.language),
            "navigation": [(endpoint, text) for endpoint, text in NAVIGATION if endpoint in app.view_functions],
            "routes": app.view_functions,
            "own_names": OWN_NAMES,
            "switches": [(tag, switched(tag)) for tag in shown.identity.languages if tag != reader.language],
        }

    add_sparql(app, service)
    add_check(app, service)
    add_embed(app, service)
    add_graphs(app, service)
    add_linked_data(app, service)
    add_documentation(app, service)
    add_descriptions(app, service)
    add_views(app, service)
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
        if request.endpoint in ("static", "drawing_style"):
            return None
        g.tag = http.validator(site, request)
        return Response(status=304) if http.is_known(request, g.tag) else None

    @app.after_request
    def finish(response: Response) -> Response:
        # Most queries are long and name no language: they are not read a second time for that.
        named = LANGUAGE.encode() in request.query_string and request.args.get(LANGUAGE)
        if named and (chosen := chosen_language(site, request)) is not None:
            response.set_cookie(LANGUAGE, chosen, max_age=_REMEMBERED, samesite="Lax", secure=request.is_secure)
        return http.finish(response, request, site, g.get("tag"))
