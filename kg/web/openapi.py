"""All routes in one table, and the OpenAPI document made of it (https://spec.openapis.org/oas/v3.1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.rdf.formats import GRAPH_FORMATS, RESULT_FORMATS
from kg.web.negotiation import DIRECT, FORM, HTML
from kg.web.serving import SUFFIXES
from kg.web.site import Library, Site
from kg.web.urls import root_url

_GRAPH_TYPES = tuple(media_type for form in GRAPH_FORMATS for media_type in form.media_types)
_RESULT_TYPES = tuple(media_type for form in RESULT_FORMATS for media_type in form.media_types)
_PLAIN = "text/plain"

_MEANINGS = {
    200: "The answer.",
    302: "The description is at the address in Location.",
    303: "A document about this is at the address in Location.",
    304: "The client has this answer already.",
    400: "The request or the query is wrong; the one line of the body says where.",
    404: "There is nothing here.",
    406: "The answer cannot be had in a form the client accepts.",
    408: "The body took too long to arrive.",
    409: "What held on the day contradicts the ontology.",
    413: "The body is longer than a query may be.",
    415: "The body is neither a form nor a query.",
    502: "The store that this server asks cannot be reached, or answers amiss.",
    503: "All workers are busy, or the server is not ready; Retry-After says when to try again.",
    504: "The query took longer than it may.",
}
_UNANSWERED = (502, 503, 504)
_QUERY_ERRORS = (400, 406, 409, *_UNANSWERED)
_TEXT = {"type": "string"}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a route, in the query or, if it stands in the route's path, there."""

    name: str
    meaning: str
    schema: Mapping[str, Any] = field(default_factory=lambda: _TEXT)
    example: str | None = None
    many: bool = False


@dataclass(frozen=True)
class Route:
    """An address, what it is for and how it answers."""

    path: str
    summary: str
    media_types: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    statuses: tuple[int, ...] = (200, 304)
    post: bool = False


def _one_of(*names: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(dict.fromkeys(names))}


# A form sends its empty field too.
_DAY = {"anyOf": [{"type": "string", "format": "date"}, {"const": ""}]}
_GRAPH_NAMES = tuple(form.name for form in GRAPH_FORMATS)
_NAMES = (*(form.name for form in RESULT_FORMATS), *_GRAPH_NAMES)
_SUFFIXES = _one_of(*(suffix.removeprefix(".") for suffix in SUFFIXES))

_QUERY = Parameter("query", "A query in SPARQL 1.1.", example="SELECT * { ?s ?p ?o } LIMIT 10")
_AS_OF = Parameter("as-of", "The graph as it stood on this day, YYYY-MM-DD.", _DAY, "2010-12-10")
_DATASET = (
    Parameter("default-graph-uri", "A graph to merge into the default graph.", many=True),
    Parameter("named-graph-uri", "A graph that GRAPH can name.", many=True),
)
_FORM = "The name of a format, for links, which cannot ask by header."
_THING = Parameter("path", "What follows in the IRI.", example="state/ARM")
_FILE = Parameter("path", "What follows in the IRI.", example="graph/states.ttl")
_DOCUMENT = Parameter("path", "What follows in the IRI.", example="id/state/ARM.ttl")
_PATH = Parameter("path", "What follows in the IRI.")
_SUFFIX = Parameter("suffix", "The form of the answer.", _SUFFIXES, "ttl")

ROUTES = (
    Route("/", "The first page: a query form and questions to start from.", (HTML,), (
        Parameter("question", "The name of a question to put into the form."),
    )),
    Route("/sparql", "SPARQL 1.1 Protocol: query. Without a query, the service description.",
          (*_RESULT_TYPES, *_GRAPH_TYPES, HTML),
          (_QUERY, *_DATASET, _AS_OF, Parameter("format", _FORM, _one_of(*_NAMES))),
          (200, 304, *_QUERY_ERRORS), post=True),
    Route("/graphs", "SPARQL 1.1 Graph Store Protocol, read: a graph by its name, or the default graph.",
          _GRAPH_TYPES,
          (Parameter("default", "The default graph, which is the union of all."),
           Parameter("graph", "The IRI of a named graph."), _AS_OF,
           Parameter("format", _FORM, _one_of(*_GRAPH_NAMES))),
          (200, 304, 404, *_QUERY_ERRORS)),
    Route("/graph/{path}", "A named graph at its own IRI; a browser is sent to the page about it.",
          _GRAPH_TYPES, (_FILE, _AS_OF), (200, 303, 304, 404, *_QUERY_ERRORS)),
    Route("/id/{path}", "A thing at its own IRI: see the document about it.", (),
          (_THING, _AS_OF), (303, 304, 404, *_QUERY_ERRORS)),
    Route("/doc/{path}", "The document about a thing: its concise bounded description with labels.",
          (*_GRAPH_TYPES, HTML), (_DOCUMENT, _AS_OF), (200, 303, 304, 404, *_QUERY_ERRORS)),
    Route("/ontology", "The ontology: see its documentation, or its axioms.", (), (), (303, 304, 406)),
    Route("/ontology.{suffix}", "The axioms of the ontology.", _GRAPH_TYPES, (_SUFFIX,),
          (200, 303, 304, 404, *_UNANSWERED)),
    Route("/ontology/", "The ontology's documentation.", (HTML,), (), (200, 304, 404)),
    Route("/ontology/{path}", "A page of the documentation, a module's axioms, or a version.",
          (HTML, "text/css", "image/svg+xml", *_GRAPH_TYPES), (_PATH,), (200, 303, 304, 404, 406, *_UNANSWERED)),
    Route("/data", "The dataset at its own IRI: see its description.", (), (), (303, 304)),
    Route("/data/{path}", "A part of the dataset at its own IRI: see the description.", (), (_PATH,), (303, 304, 404)),
    Route("/dataset", "The dataset by VoID and DCAT: what it holds, its license, the ways to it.",
          (*_GRAPH_TYPES, HTML), (), (200, 304, 406)),
    Route("/examples", "Example queries as SHACL executables.", (*_GRAPH_TYPES, HTML), (), (200, 304, 406)),
    Route("/prefixes", "The prefixes that queries need not declare.", (*_GRAPH_TYPES, HTML), (), (200, 304, 406)),
    Route("/shapes", "What the data must satisfy, in SHACL.", (*_GRAPH_TYPES, HTML), (), (200, 304, 404, 406)),
    Route("/{name}.{suffix}", "Dataset, examples, prefixes or shapes in a form by name.", (*_GRAPH_TYPES, HTML),
          (Parameter("name", "What is described.", _one_of("dataset", "examples", "prefixes", "shapes")), _SUFFIX),
          (200, 304, 404)),
    Route("/.well-known/void", "VoID, section 7.2: see the dataset.", (), (), (302, 304)),
    Route("/sitemap.xml", "The pages for search engines.", ("application/xml",)),
    Route("/robots.txt", "What robots may visit.", (_PLAIN,)),
    Route("/openapi.json", "This document.", ("application/json",)),
    Route("/health", "Whether the server is ready to answer.", (_PLAIN,), (), (200, 503)),
    Route("/metrics", "Counters for Prometheus.", (_PLAIN,), (), (200,)),
    Route("/static/{filename}", "Style and icon of the pages.", ("text/css", "image/svg+xml"),
          (Parameter("filename", "The name of the file."),), (200, 304, 404)),
)  # fmt: skip


def openapi(site: Site, library: Library) -> dict[str, Any]:
    """The routes as an OpenAPI 3.1 document."""
    info: dict[str, Any] = {"title": site.title, "summary": site.summary, "version": library.version or "0"}
    if library.license is not None:
        info["license"] = {"name": library.license, "url": library.license}
    return {
        "openapi": "3.1.0",
        "info": info,
        "servers": [{"url": root_url(site).rstrip("/")}],
        "paths": {route.path: _operations(route) for route in ROUTES},
    }


def _operations(route: Route) -> dict[str, Any]:
    get = {
        "summary": route.summary,
        "parameters": [_parameter(parameter, route.path) for parameter in route.parameters],
        "responses": _responses(route, route.statuses),
    }
    operations = {"get": get, "head": get | {"summary": f"The headers of: {route.summary}"}}
    if route.post:
        fields = {parameter.name: _schema(parameter) for parameter in route.parameters}
        operations["post"] = {
            "summary": route.summary,
            "parameters": [_parameter(parameter, route.path) for parameter in route.parameters if parameter.many],
            "requestBody": {
                "required": True,
                "content": {
                    FORM: {"schema": {"type": "object", "properties": fields, "required": ["query"]}},
                    DIRECT: {"schema": {"type": "string"}},
                },
            },
            "responses": _responses(route, (*(status for status in route.statuses if status != 304), 408, 413, 415)),
        }
    return operations


def _parameter(parameter: Parameter, path: str) -> dict[str, Any]:
    in_path = f"{{{parameter.name}}}" in path
    described = {
        "name": parameter.name,
        "in": "path" if in_path else "query",
        "required": in_path,
        "description": parameter.meaning,
        "schema": _schema(parameter),
    }
    return described if parameter.example is None else described | {"example": parameter.example}


def _schema(parameter: Parameter) -> dict[str, Any]:
    return {"type": "array", "items": parameter.schema} if parameter.many else dict(parameter.schema)


def _responses(route: Route, statuses: tuple[int, ...]) -> dict[str, Any]:
    return {str(status): _response(route, status) for status in statuses}


def _response(route: Route, status: int) -> dict[str, Any]:
    response: dict[str, Any] = {"description": _MEANINGS[status]}
    if status == 200:
        response["content"] = {media_type: {} for media_type in route.media_types}
    elif status >= 400:
        response["content"] = {_PLAIN: {"schema": {"type": "string"}}, HTML: {"schema": {"type": "string"}}}
    return response
