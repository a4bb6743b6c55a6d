"""The Flask application: its addresses, its headers, its answers to mistakes."""

from __future__ import annotations

from flask import Flask, Response, g, make_response, request
from pyoxigraph import Store
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError
from werkzeug.http import HTTP_STATUS_CODES

from kg.errors import CasusError
from kg.query import run
from kg.web import pages
from kg.web.pages import Site
from kg.web.protocol import accepted, choose, prefers_page, read_operation

#: Bytes of a request's body: the longest query that is allowed, with all its characters escaped.
MAX_BODY = 1_500_000

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(store: Store, site: Site | None = None) -> Flask:
    """The application that serves a store: pages for people at ``/``, the SPARQL 1.1 Protocol at ``/sparql``.

    Every mistake is answered with one line of plain text, or with a page where a browser asks.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    shown = site or Site()

    @app.get("/")
    def home() -> str:
        return pages.home(shown, request.args.get("question"))

    @app.route("/sparql", methods=["GET", "POST"])
    def sparql() -> Response:
        accept = accepted(request)
        operation = read_operation(request)
        if operation.query is None:
            if prefers_page(accept):
                return make_response(pages.home(shown, None))
            raise BadRequest("the parameter 'query' is missing")
        g.query = operation.query
        answer = run(
            store,
            operation.query,
            default_graphs=operation.default_graphs,
            named_graphs=operation.named_graphs,
        )
        choice = choose(answer, accept, operation.format_name)
        if choice.format_name is None:
            return make_response(pages.answer(shown, operation, answer))
        return Response(answer.serialize(choice.format_name), mimetype=choice.media_type)

    def refuse(status: int, message: str) -> Response:
        if prefers_page(accepted(request)):
            body = pages.refusal(shown, g.get("query"), HTTP_STATUS_CODES[status], message)
            return make_response(body, status)
        return Response(message + "\n", status, mimetype="text/plain")

    @app.errorhandler(CasusError)
    def casus_error(error: CasusError) -> Response:
        return refuse(error.http_status, str(error))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or InternalServerError.code
        if status < BadRequest.code:
            return Response(error.get_response().data, status, error.get_headers())
        response = refuse(status, error.description or HTTP_STATUS_CODES[status])
        # A refused method names those allowed.
        response.headers.extend((name, value) for name, value in error.get_headers() if name != "Content-Type")
        return response

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers.update(_HEADERS)
        response.vary.add("Accept")
        if request.endpoint == "sparql":
            response.access_control_allow_origin = "*"
        return response

    return app
