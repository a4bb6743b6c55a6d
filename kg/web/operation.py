"""What a request asks: the operations of the SPARQL 1.1 Protocol, and the day of which it asks.

https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from kg.build.questions import stated_day, stated_view
from kg.day import read_day
from kg.pool.task import QueryTask
from kg.sparql.answer import AnswerKind
from kg.web.negotiation import DIRECT, FORM, format_names
from kg.web.reader import LANGUAGE

#: As what an answer can be shown, the usual one first.
VIEWS = ("table", "timeline", "map", "bar", "graph")


@dataclass(frozen=True)
class Operation:
    """A query operation. Without a query, somebody has only looked in."""

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    day: date | None = None
    bare: bool = False
    view: str = VIEWS[0]

    def parameters(self) -> dict[str, Any]:
        """The parameters that ask the same again, without format and view."""
        return {
            "query": self.query,
            "default-graph-uri": self.default_graphs,
            "named-graph-uri": self.named_graphs,
            "as-of": self.day,
        }

    def task(self, formats: Mapping[AnswerKind, str], rows: int | None = None) -> QueryTask:
        """What to have answered, in these formats; rows as in `QueryTask`."""
        assert self.query is not None
        return QueryTask(self.query, formats, self.default_graphs, self.named_graphs, self.day, rows)


def read_operation(request: Request) -> Operation:
    """The query operation that a request stands for (section 2.1).

    Besides the protocol's own parameters, ``format`` names a format of `kg.rdf.formats`, because links cannot ask by
    header, ``as-of`` a day and ``view`` one of `VIEWS`; without these, what the query states at its head counts. A
    graph without a name is what a form sends of a field that was left empty.

    Raises:
        BadRequest: a parameter does not belong, comes twice or is not UTF-8, or there is no such view.
        BadInput: ``as-of`` is not a day, or the query states one that is none.
        UnsupportedMediaType: the body is neither a form nor a query.
    """
    parameters = _parameters(request.query_string)
    if request.method == "POST":
        _require_media_type(request)
        if request.mimetype == DIRECT:
            parameters.add("query", _decode(request.get_data()))
        else:
            parameters.update(_parameters(request.get_data()))
    if "update" in parameters:
        raise BadRequest("SPARQL Update is not accepted: only queries are answered here")
    queries = parameters.getlist("query")
    if len(queries) > 1:
        raise BadRequest(f"there must be one query, not {len(queries)}")
    query = queries[0] if queries else None
    return Operation(
        query,
        tuple(filter(None, parameters.getlist("default-graph-uri"))),
        tuple(filter(None, parameters.getlist("named-graph-uri"))),
        tuple(format_names(parameters)),
        _day(parameters) or (stated_day(query) if query else None),
        bare=request.method != "POST" and not set(parameters) - {LANGUAGE},
        view=_view(parameters, query),
    )


def requested_day(request: Request) -> date | None:
    """The day that ``as-of`` names.

    Raises:
        BadRequest, BadInput: it is not a day, or the parameters are not UTF-8.
    """
    return _day(_parameters(request.query_string))


def _day(parameters: MultiDict[str, str]) -> date | None:
    days = parameters.getlist("as-of")
    if len(days) > 1:
        raise BadRequest(f"there must be one day in as-of, not {len(days)}")
    # A form sends its empty field too.
    return read_day(days[0]) if days and days[0] else None


def _view(parameters: MultiDict[str, str], query: str | None) -> str:
    asked = next(iter(parameters.getlist("view")), None)
    if asked and asked not in VIEWS:
        raise BadRequest(f"view must be one of {', '.join(VIEWS)}, not {asked[:100]!r}")
    stated = stated_view(query) if query else None
    # A comment that names no view is just that.
    return asked or (stated if stated in VIEWS else None) or VIEWS[0]


def _require_media_type(request: Request) -> None:
    if request.mimetype not in (FORM, DIRECT):
        sent = request.mimetype or "a body without Content-Type"
        raise UnsupportedMediaType(f"{sent} is not accepted; send {DIRECT} or {FORM}")
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType("the body must be in UTF-8")


def _parameters(encoded: bytes) -> MultiDict[str, str]:
    try:
        return MultiDict(parse_qsl(_decode(encoded), keep_blank_values=True, errors="strict", max_num_fields=1000))
    except ValueError as error:
        raise BadRequest("the parameters are not UTF-8, or are too many") from error


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("the request is not UTF-8") from error
