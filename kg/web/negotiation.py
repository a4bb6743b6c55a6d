"""The SPARQL 1.1 Protocol: what a request asks, and in which form it gets its answer.

https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import MIMEAccept, MultiDict
from werkzeug.exceptions import BadRequest, NotAcceptable, UnsupportedMediaType
from werkzeug.http import parse_accept_header

from kg.duties.calendar import parse_day, show_day
from kg.rdf.formats import GRAPH_FORMATS, RESULT_FORMATS, GraphFormat, ResultFormat
from kg.sparql.query import Kind

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
KINDS: tuple[Kind, ...] = ("bindings", "boolean", "graph")
HTML = "text/html"


@dataclass(frozen=True)
class Operation:
    """A query operation. Without a query, somebody has only looked in."""

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format_name: str | None = None
    day: str | None = None
    bare: bool = False

    def parameters(self) -> dict[str, Any]:
        """The parameters that ask the same again, without the format."""
        return {
            "query": self.query,
            "default-graph-uri": self.default_graphs,
            "named-graph-uri": self.named_graphs,
            "as-of": self.day,
        }


@dataclass(frozen=True)
class Choice:
    """The form of an answer: a format of `kg.rdf.formats` under a media type of its, or a page, which has no format."""

    format_name: str | None
    media_type: str

    @property
    def content_type(self) -> str:
        """The media type with the encoding of its characters, where the type has a parameter for it."""
        text = self.media_type.startswith("text/") or self.media_type.endswith("/trig")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type


#: It is offered last: who accepts anything is a program.
PAGE = Choice(None, HTML)


def read_operation(request: Request) -> Operation:
    """The query operation that a request stands for (section 2.1).

    Besides the protocol's own parameters, ``format`` names a format of `kg.rdf.formats`, because links cannot ask by
    header, and ``as-of`` a day.

    Raises:
        BadRequest: a parameter does not belong, comes twice or is not UTF-8.
        BadInput: ``as-of`` is not a day.
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
    return Operation(
        queries[0] if queries else None,
        tuple(parameters.getlist("default-graph-uri")),
        tuple(parameters.getlist("named-graph-uri")),
        parameters.get("format"),
        _day(parameters),
        bare=request.method != "POST" and not parameters,
    )


def read_day(request: Request) -> str | None:
    """The day that ``as-of`` names.

    Raises:
        BadRequest, BadInput: it is not a day, or the parameters are not UTF-8.
    """
    return _day(_parameters(request.query_string))


def accepted(request: Request) -> MIMEAccept:
    """The media types a client accepts, without parameters such as charset: all is UTF-8 here."""
    return _accepted(request.headers.get("Accept", ""))


def forms(request: Request, format_name: str | None) -> Mapping[Kind, Choice | None]:
    """The form of each kind of answer: in the format that is named or, if none is, as the client likes it best."""
    if format_name is None:
        return _best_forms(request.headers.get("Accept", ""))
    return {kind: named(kind, format_name) for kind in KINDS}


def choose(kind: Kind, accept: MIMEAccept, *, page: bool = True) -> Choice | None:
    """The form of a kind of answer that the client likes best (RFC 9110, section 12.5.1), ours where it does not care.

    Args:
        kind: the kind of answer.
        accept: the media types the client accepts.
        page: whether there is a page, too.

    Returns:
        None if the client accepts none.
    """
    choices = offers(kind)
    if not accept:
        return choices[0]
    if page:
        choices = (*choices, PAGE)
    best = max(choices, key=lambda offer: accept.quality(offer.media_type))
    return best if accept.quality(best.media_type) > 0 else None


def require(kind: Kind, accept: MIMEAccept, *, page: bool = True) -> Choice:
    """As `choose`.

    Raises:
        NotAcceptable: the client accepts none of the media types there are.
    """
    choice = choose(kind, accept, page=page)
    if choice is None:
        choices = (*offers(kind), PAGE) if page else offers(kind)
        raise NotAcceptable("this answer can be had as " + ", ".join(offer.media_type for offer in choices))
    return choice


def named(kind: Kind, format_name: str) -> Choice | None:
    """A kind of answer in the format of a name, or None if it cannot be written so."""
    return next((offer for offer in offers(kind) if offer.format_name == format_name), None)


@lru_cache
def offers(kind: Kind) -> tuple[Choice, ...]:
    """All forms a kind of answer has for programs, the usual one first."""
    forms: tuple[GraphFormat, ...] | tuple[ResultFormat, ...] = GRAPH_FORMATS if kind == "graph" else RESULT_FORMATS
    return tuple(Choice(form.name, media_type) for form in forms for media_type in form.media_types)


def prefers_page(accept: MIMEAccept) -> bool:
    """Whether the client is a browser: one that asks for HTML and likes nothing better."""
    return HTML in accept.values() and accept.quality(HTML) == max(quality for _, quality in accept) > 0


@lru_cache
def _accepted(header: str) -> MIMEAccept:
    accept = parse_accept_header(header, MIMEAccept)
    return MIMEAccept([(value.partition(";")[0].strip(), quality) for value, quality in accept])


@lru_cache
def _best_forms(header: str) -> Mapping[Kind, Choice | None]:
    return {kind: choose(kind, _accepted(header)) for kind in KINDS}


def _day(parameters: MultiDict[str, str]) -> str | None:
    days = parameters.getlist("as-of")
    if len(days) > 1:
        raise BadRequest(f"there must be one day in as-of, not {len(days)}")
    # A form sends its empty field too.
    return show_day(parse_day(days[0])) if days and days[0] else None


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
