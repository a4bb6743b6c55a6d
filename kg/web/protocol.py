"""The SPARQL 1.1 Protocol: what a request asks, and in which form it gets its answer.

https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import MIMEAccept, MultiDict
from werkzeug.exceptions import BadRequest, NotAcceptable, UnsupportedMediaType

from kg.query import Answer

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
HTML = "text/html"


@dataclass(frozen=True)
class Operation:
    """A query operation. Without a query, somebody has only looked in."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format_name: str | None


@dataclass(frozen=True)
class Choice:
    """The form of an answer: a format of `kg.formats` under one of its media types, or a page, which has no format."""

    format_name: str | None
    media_type: str


def read_operation(request: Request) -> Operation:
    """The query operation that a request stands for (section 2.1).

    Besides the protocol's own parameters, ``format`` names a format of `kg.formats`: links cannot ask by header.

    Raises:
        BadRequest: a parameter does not belong, comes twice or is not UTF-8.
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
    )


def accepted(request: Request) -> MIMEAccept:
    """The media types a client accepts, without parameters such as charset: all is UTF-8 here."""
    return MIMEAccept([(value.partition(";")[0].strip(), quality) for value, quality in request.accept_mimetypes])


def choose(answer: Answer, accept: MIMEAccept, format_name: str | None) -> Choice:
    """The form of an answer that the client likes best (RFC 9110, section 12.5.1), ours where it does not care.

    Raises:
        BadRequest: the answer has no format of the name that the client gave.
        NotAcceptable: the client accepts none of the answer's media types.
    """
    offers = [Choice(form.name, media_type) for form in answer.formats for media_type in form.media_types]
    if format_name is not None:
        named = [offer for offer in offers if offer.format_name == format_name]
        if not named:
            known = ", ".join(form.name for form in answer.formats)
            raise BadRequest(f"this answer has no format '{format_name}'; choose from {known}")
        return named[0]
    if not accept:
        return offers[0]
    # The page comes last: whoever accepts anything is a program.
    offers.append(Choice(None, HTML))
    best = max(offers, key=lambda offer: accept.quality(offer.media_type))
    if accept.quality(best.media_type) == 0:
        raise NotAcceptable("this answer can be had as " + ", ".join(offer.media_type for offer in offers))
    return best


def prefers_page(accept: MIMEAccept) -> bool:
    """Whether the client is a browser: one that asks for HTML and likes nothing better."""
    return HTML in accept.values() and accept.quality(HTML) == max(quality for _, quality in accept) > 0


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
