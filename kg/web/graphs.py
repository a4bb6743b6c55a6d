"""The SPARQL 1.1 Graph Store HTTP Protocol, for reading: whole graphs by their names.

https://www.w3.org/TR/sparql11-http-rdf-update/ - sections 4.1 (direct) and 4.2 (indirect graph identification).
"""

from __future__ import annotations

from flask import Flask, Response, request, url_for
from pyoxigraph import NamedNode
from werkzeug.exceptions import BadRequest, NotFound

from kg.rdf.formats import GRAPH_FORMATS
from kg.web.client import node
from kg.web.executor import QueryTask
from kg.web.negotiation import Choice, accepted, link_forms, named, prefers_page, require, split_suffix
from kg.web.openapi import AS_OF, GRAPH_TYPES, QUERY_ERRORS, Parameter, documented, format_parameter, path_parameter
from kg.web.operation import read_day
from kg.web.service import Service, link, see_other, stream
from kg.web.urls import day_of, on_day

DEFAULT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def add_graphs(app: Flask, service: Service) -> None:
    """Add the routes of the graph store."""

    @app.get("/graphs")
    @documented(
        "SPARQL 1.1 Graph Store Protocol, read: a graph by its name, or the default graph.",
        GRAPH_TYPES,
        (
            Parameter("default", "The default graph, which is the union of all."),
            Parameter("graph", "The IRI of a named graph."),
            AS_OF,
            format_parameter(*(form.name for form in GRAPH_FORMATS)),
        ),
        (200, 304, 404, *QUERY_ERRORS),
    )
    def graphs() -> Response:
        names = request.args.getlist("graph")
        if len(names) + ("default" in request.args) != 1:
            raise BadRequest("name one graph: /graphs?default for all there is, /graphs?graph=IRI for a named one")
        choice = _choice(request.args.get("format"))
        if not names:
            return _send(service, DEFAULT, choice)
        return _send_named(service, names[0], choice)

    @app.get("/graph/<path:path>")
    @documented(
        "A named graph at its own IRI; a browser is sent to the page about it.",
        GRAPH_TYPES,
        (path_parameter("graph/states.ttl"), AS_OF),
        (200, 303, 304, 404, *QUERY_ERRORS),
    )
    def graph(path: str) -> Response:
        day = day_of("graph/" + path)
        if day is not None and "as-of" not in request.args:
            return see_other(on_day(url_for("graph", path=path), day))
        iri = service.site.base + "graph/" + path
        choice = None
        if not _holds(service, iri):
            # What ends like a file may be a graph's own name; only else does the ending ask for a form.
            path, choice = split_suffix(path)
            iri = service.site.base + "graph/" + path
        if prefers_page(accepted(request)) if choice is None else choice.format_name is None:
            return see_other(url_for("document", path=f"graph/{path}.html"))
        response = _send_named(service, iri, choice or _choice(None))
        link_forms(response, url_for("graph", path=path), choice)
        link(response, url_for("document", path=f"graph/{path}"), "describedby")
        return response


def _choice(format_name: str | None) -> Choice:
    if format_name is None:
        return require("graph", accepted(request), page=False)
    choice = named("graph", format_name)
    if choice is None:
        raise BadRequest(f"a graph has no format '{format_name}'")
    return choice


def _holds(service: Service, iri: str) -> bool:
    asker, name = service.asker(read_day(request)), node(iri)
    return name is not None and asker.holds(name)


def _send_named(service: Service, iri: str, choice: Choice) -> Response:
    name: NamedNode | None = node(iri)
    if name is None:
        raise BadRequest(f"a graph's name must be an absolute IRI, and '{iri}' is none")
    if not _holds(service, iri):
        raise NotFound(f"there is no graph {name} here")
    return _send(service, f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {name} {{ ?s ?p ?o }} }}", choice)


def _send(service: Service, query: str, choice: Choice) -> Response:
    assert choice.format_name is not None
    return stream(service.run(QueryTask(query, {"graph": choice.format_name}, day=read_day(request))), choice)
