"""The addresses at which the server describes itself: dataset, examples, prefixes, shapes, sitemap, OpenAPI."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, make_response, redirect, request, url_for
from pyoxigraph import Triple
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from kg.web import catalog, pages
from kg.web.negotiation import Choice, accepted, require
from kg.web.openapi import openapi
from kg.web.serving import Service, link, link_forms, send_graph, split_suffix


def add_descriptions(app: Flask, service: Service) -> None:
    """Add the routes by which the server describes itself."""
    site, library = service.site, service.library
    graphs: dict[str, Callable[[], list[Triple]]] = {
        "dataset": lambda: catalog.dataset(site, library),
        "examples": lambda: catalog.examples(site),
        "prefixes": lambda: catalog.prefixes(site),
        "shapes": lambda: library.shapes,
    }

    def send(name: str, choice: Choice) -> Response:
        if name == "shapes" and not library.shapes:
            raise NotFound("there are no shapes here")
        if choice.format_name is None:
            response = make_response(pages.about(site, library, name))
        else:
            response = send_graph(graphs[name](), choice)
        link_forms(response, url_for(name), choice)
        if library.license is not None:
            link(response, library.license, "license")
        return response

    @app.get("/dataset")
    def dataset() -> Response:
        return send("dataset", require("graph", accepted(request)))

    @app.get("/examples")
    def examples() -> Response:
        return send("examples", require("graph", accepted(request)))

    @app.get("/prefixes")
    def prefixes() -> Response:
        return send("prefixes", require("graph", accepted(request)))

    @app.get("/shapes")
    def shapes() -> Response:
        return send("shapes", require("graph", accepted(request)))

    @app.get("/<any(dataset, examples, prefixes, shapes):name>.<suffix>")
    def description(name: str, suffix: str) -> Response:
        _, choice = split_suffix(f"{name}.{suffix}")
        if choice is None:
            raise NotFound(f"/{name} has no form '.{suffix}'")
        return send(name, choice)

    @app.get("/.well-known/void")
    def well_known() -> BaseResponse:
        return redirect(url_for("dataset"), 302)

    @app.get("/sitemap.xml")
    def sitemap() -> Response:
        return Response(catalog.sitemap(site, library), content_type="application/xml")

    @app.get("/robots.txt")
    def robots() -> Response:
        return Response(catalog.robots(site), content_type="text/plain; charset=utf-8")

    @app.get("/openapi.json")
    def api() -> Response:
        response: Response = app.json.response(openapi(site, library))  # type: ignore[assignment]
        return response
