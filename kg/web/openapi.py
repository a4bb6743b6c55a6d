"""What a route says of itself beside its address, and the OpenAPI document made of that.

https://spec.openapis.org/oas/v3.1.0
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Flask
from werkzeug.routing import Rule

from kg.rdf.formats import GRAPH_FORMATS, RESULT_FORMATS
from kg.web.negotiation import DIRECT, FORM, HTML, SUFFIXES
from kg.web.operation import VIEWS
from kg.web.site import Library, Site
from kg.web.urls import root_url

GRAPH_TYPES = tuple(media_type for form in GRAPH_FORMATS for media_type in form.media_types)
RESULT_TYPES = tuple(media_type for form in RESULT_FORMATS for media_type in form.media_types)
PLAIN = "text/plain"

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
    431: "The headers are longer than those of a request may be.",
    502: "The store that this server asks cannot be reached, or answers amiss.",
    503: "All workers are busy, or the server is not ready; Retry-After says when to try again.",
    504: "The query took longer than it may.",
}
#: How a route ends that asks the store a query of its own, and one that asks what a client wants to know.
UNANSWERED = (502, 503, 504)
QUERY_ERRORS = (400, 406, 409, *UNANSWERED)
_TEXT = {"type": "string"}
_VARIABLE = re.compile(r"<(?:[^<>]*:)?(\w+)>")

ViewFunction = TypeVar("ViewFunction", bound=Callable[..., Any])


def one_of(*names: str) -> dict[str, Any]:
    """The schema of a text that is one of some names."""
    return {"type": "string", "enum": list(dict.fromkeys(names))}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a route, in its query or, if it is a variable of its address, there."""

    name: str
    meaning: str
    schema: Mapping[str, Any] = field(default_factory=lambda: _TEXT)
    example: str | None = None
    many: bool = False
    in_path: bool = False


# A form sends its empty field too.
_DAY = {"anyOf": [{"type": "string", "format": "date"}, {"const": ""}]}
AS_OF = Parameter("as-of", "The graph as it stood on this day, YYYY-MM-DD.", _DAY, "2010-12-10")
VIEW = Parameter("view", "As what a page shows the answer; else as the query says.", one_of(*VIEWS, ""))
FORMAT = Parameter(
    "format", "A format by name or media type, for links, which cannot ask by header; an unknown one is passed over."
)
SUFFIX = Parameter(
    "suffix", "The form of the answer.", one_of(*(name.removeprefix(".") for name in SUFFIXES)), "ttl", in_path=True
)


def path_parameter(example: str | None = None) -> Parameter:
    """The rest of an address, which is the rest of an IRI."""
    return Parameter("path", "What follows in the IRI.", example=example, in_path=True)


@dataclass(frozen=True)
class Entry:
    """What a route is for and how it answers."""

    summary: str
    media_types: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    statuses: tuple[int, ...]


def documented(
    summary: str,
    media_types: tuple[str, ...] = (),
    parameters: tuple[Parameter, ...] = (),
    statuses: tuple[int, ...] = (200, 304),
) -> Callable[[ViewFunction], ViewFunction]:
    """Say below ``@app.get`` what a route is for: a sentence, media types, parameters and statuses of its answers."""

    def note(view: ViewFunction) -> ViewFunction:
        vars(view)["openapi"] = Entry(summary, media_types, parameters, statuses)
        return view

    return note


def entries(app: Flask) -> dict[str, tuple[Rule, Entry]]:
    """The routes with their entries, by their paths as OpenAPI writes them (KeyError if one has no entry)."""
    return {
        _VARIABLE.sub(r"{\1}", rule.rule): (rule, vars(app.view_functions[rule.endpoint])["openapi"])
        for rule in app.url_map.iter_rules()
    }


def openapi(app: Flask, site: Site, library: Library) -> dict[str, Any]:
    """The routes of an application as an OpenAPI 3.1 document."""
    info: dict[str, Any] = {
        "title": site.identity.title,
        "summary": site.identity.summary,
        "version": library.version or "0",
    }
    if library.license is not None:
        info["license"] = {"name": library.license, "url": library.license}
    return {
        "openapi": "3.1.0",
        "info": info,
        "servers": [{"url": root_url(site).rstrip("/")}],
        "paths": {path: _operations(rule, entry) for path, (rule, entry) in entries(app).items()},
    }


def _operations(rule: Rule, entry: Entry) -> dict[str, Any]:
    # A view at two addresses may have a variable in one of them only.
    parameters = [item for item in entry.parameters if not item.in_path or item.name in rule.arguments]
    get = {
        "summary": entry.summary,
        "parameters": [_parameter(parameter) for parameter in parameters],
        "responses": _responses(entry, sorted({*entry.statuses, 431})),
    }
    operations = {"get": get, "head": get | {"summary": f"The headers of: {entry.summary}"}}
    if "POST" in (rule.methods or ()):
        fields = {parameter.name: _schema(parameter) for parameter in parameters}
        operations["post"] = {
            "summary": entry.summary,
            "parameters": [_parameter(parameter) for parameter in parameters if parameter.many],
            "requestBody": {
                "required": True,
                "content": {
                    FORM: {"schema": {"type": "object", "properties": fields, "required": ["query"]}},
                    DIRECT: {"schema": {"type": "string"}},
                },
            },
            "responses": _responses(entry, sorted({*entry.statuses, 408, 413, 415, 431} - {304})),
        }
    return operations


def _parameter(parameter: Parameter) -> dict[str, Any]:
    described = {
        "name": parameter.name,
        "in": "path" if parameter.in_path else "query",
        "required": parameter.in_path,
        "description": parameter.meaning,
        "schema": _schema(parameter),
    }
    return described if parameter.example is None else described | {"example": parameter.example}


def _schema(parameter: Parameter) -> dict[str, Any]:
    return {"type": "array", "items": parameter.schema} if parameter.many else dict(parameter.schema)


def _responses(entry: Entry, statuses: Iterable[int]) -> dict[str, Any]:
    return {str(status): _response(entry, status) for status in statuses}


def _response(entry: Entry, status: int) -> dict[str, Any]:
    response: dict[str, Any] = {"description": _MEANINGS[status]}
    if status == 200:
        response["content"] = {media_type: {} for media_type in entry.media_types}
    elif status >= 400:
        response["content"] = {PLAIN: {"schema": {"type": "string"}}, HTML: {"schema": {"type": "string"}}}
    return response
