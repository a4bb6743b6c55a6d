"""The SPARQL 1.1 Graph Store HTTP Protocol, for reading: whole graphs by their names.

https://www.w3.org/TR/sparql11-http-rdf-update/ - sections 4.1 (direct) and 4.2 (indirect graph identification).
"""

from __future__ import annotations

from datetime import date
from urllib.parse import unquote

from flask import Flask, Response, request, url_for
from pyoxigraph import NamedNode
from werkzeug.exceptions import BadRequest, NotFound

from kg.web.client import Asker, nodes
from kg.web.executor import QueryTask
from kg.web.iris import meant_by, raw_path
from kg.web.negotiation import Choice, accepted, link_forms, prefers_page, split_suffix, wanted
from kg.web.openapi import AS_OF, FORMAT, GRAPH_TYPES, QUERY_ERRORS, Parameter, documented, path_parameter
from kg.web.operation import requested_day
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
            FORMAT,
        ),
        (200, 304, 404, *QUERY_ERRORS),
    )
    def graphs() -> Response:
        names = request.args.getlist("graph")
        if len(names) + ("default" in request.args) != 1:
            raise BadRequest("name one graph: /graphs?default for all there is, /graphs?graph=IRI for a named one")
        choice = wanted(request, page=False)
        day = requested_day(request)
        if not names:
            return _send(service, DEFAULT, choice, day)
        name = next(nodes(names), None)
        if name is None:
            raise BadRequest(f"a graph's name must be an absolute IRI, and '{names[0]}' is none")
        day = day or day_of(name.value.removeprefix(service.site.base))
        if not service.asker(day).graphs([name]):
            raise NotFound(f"there is no graph {name} here")
        return _send(service, _whole(name), choice, day)

    @app.get("/graph/<rest:path>")
    @documented(
        "A named graph at its own IRI; a browser is sent to the page about it.",
        GRAPH_TYPES,
        (path_parameter("graph/states.ttl"), AS_OF, FORMAT),
        (200, 303, 304, 404, *QUERY_ERRORS),
    )
    def graph(path: str) -> Response:
        day = day_of("graph/" + path)
        if day is not None and "as-of" not in request.args:
            return see_other(url_for("graph", path=path), day)
        day = requested_day(request)
        name, choice = _find(service.asker(day), service.site.base, raw_path(request))
        path = name.value.removeprefix(service.site.base + "graph/")
        if prefers_page(accepted(request)) if choice is None else choice.format_name is None:
            return see_other(url_for("document", path=f"graph/{path}.html"), day)
        response = _send(service, _whole(name), choice or wanted(request, page=False), day)
        told = None if day_of(f"graph/{path}") == day else day  # an address that says the day leads to that day
        link_forms(response, url_for("graph", path=path), choice, told)
        link(response, on_day(url_for("document", path=f"graph/{path}"), told), "describedby")
        return response


def _find(asker: Asker, base: str, path: str) -> tuple[NamedNode, Choice | None]:
    """The graph that a path asks for, and the form that its suffix asks for.

    What ends like a file may be a graph's own name; only else does the ending ask for a form.

    Raises:
        NotFound: there is no such graph.
        BadRequest: it is no name of a graph.
    """
    stem, choice = split_suffix(path)
    for asked, form in ((path, None), (stem, choice)):
        for name in asker.graphs(nodes(base + name for name in meant_by(asked))):
            return name, form
    absent = next(nodes(base + name for name in meant_by(stem)), None)
    if absent is None:
        raise BadRequest(f"a graph's name must be an absolute IRI, and '{base}{unquote(stem)}' is none")
    raise NotFound(f"there is no graph {absent} here")


def _whole(graph: NamedNode) -> str:
    return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"


def _send(service: Service, query: str, choice: Choice, day: date | None) -> Response:
    assert choice.format_name is not None
    return stream(service.run(QueryTask(query, {"graph": choice.format_name}, day=day)), choice)
