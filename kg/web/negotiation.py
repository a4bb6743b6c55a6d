"""In which form a request gets its answer: media types, names of formats, suffixes of addresses.

RFC 9110, section 12 (content negotiation); RFC 8288 (Link headers).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import Request, Response
from werkzeug.datastructures import MIMEAccept, MultiDict
from werkzeug.exceptions import NotAcceptable
from werkzeug.http import parse_accept_header

from kg.rdf.formats import GRAPH_FORMATS, RESULT_FORMATS, GraphFormat, ResultFormat, find_format
from kg.sparql.answer import AnswerKind
from kg.web.urls import on_day

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
ANSWER_KINDS: tuple[AnswerKind, ...] = ("bindings", "boolean", "graph")
HTML = "text/html"


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


#: What follows an address to ask for a form of it, the page first.
SUFFIXES: dict[str, Choice] = {
    ".html": PAGE,
    **{form.suffixes[0]: Choice(form.name, form.media_types[0]) for form in GRAPH_FORMATS},
}


def accepted(request: Request) -> MIMEAccept:
    """The media types a client accepts, without parameters such as charset: all is UTF-8 here."""
    return _accepted(request.headers.get("Accept", ""))


def forms(request: Request, names: Sequence[str]) -> Mapping[AnswerKind, Choice | None]:
    """The form of each kind of answer: in the first format named that it has, else as the client likes it best."""
    best = _best_forms(request.headers.get("Accept", ""))
    return (
        {kind: next(filter(None, (named(kind, name) for name in names)), best[kind]) for kind in ANSWER_KINDS}
        if names
        else best
    )


def choose(kind: AnswerKind, accept: MIMEAccept, *, page: bool = True) -> Choice | None:
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


def require(kind: AnswerKind, accept: MIMEAccept, *, page: bool = True) -> Choice:
    """As `choose`.

    Raises:
        NotAcceptable: the client accepts none of the media types there are.
    """
    choice = choose(kind, accept, page=page)
    if choice is None:
        choices = (*offers(kind), PAGE) if page else offers(kind)
        raise NotAcceptable("this answer can be had as " + ", ".join(offer.media_type for offer in choices))
    return choice


def wanted(request: Request, kind: AnswerKind = "graph", *, page: bool = True, prefer_page: bool = False) -> Choice:
    """The form in which a request wants its answer: by a name in its address, else as `require`.

    With `prefer_page`, who accepts a page at all gets it.
    """
    for name in format_names(request.args):
        choice = named(kind, name, page=page)
        if choice is not None:
            return choice
    accept = accepted(request)
    if prefer_page and (not accept or accept.quality(HTML) > 0):
        return PAGE
    return require(kind, accept, page=page)


def format_names(parameters: MultiDict[str, str]) -> list[str]:
    """The names of formats that parameters give: ``format`` is ours and most others', SPARQLWrapper sends all three."""
    return [name for key in ("format", "output", "results") for name in parameters.getlist(key)]


def named(kind: AnswerKind, name: str, *, page: bool = True) -> Choice | None:
    """A kind of answer in the format that goes by a name or a media type; None if it cannot be written so.

    A format that nobody here knows is no mistake: clients add names to requests that say the same by header.
    """
    if page and name.strip().lower() in ("html", HTML):
        return PAGE
    found = find_format(GRAPH_FORMATS if kind == "graph" else RESULT_FORMATS, name)
    if found is None:
        return None
    choices = [offer for offer in offers(kind) if offer.format_name == found.name]
    return next((offer for offer in choices if offer.media_type == name.strip().lower()), choices[0])


@lru_cache
def offers(kind: AnswerKind) -> tuple[Choice, ...]:
    """All forms a kind of answer has for programs, the usual one first."""
    forms: tuple[GraphFormat, ...] | tuple[ResultFormat, ...] = GRAPH_FORMATS if kind == "graph" else RESULT_FORMATS
    return tuple(Choice(form.name, media_type) for form in forms for media_type in form.media_types)


def suffix_of(choice: Choice) -> str:
    """What follows an address to ask for a form by it."""
    return next(suffix for suffix, offered in SUFFIXES.items() if offered.format_name == choice.format_name)


def split_suffix(path: str) -> tuple[str, Choice | None]:
    """An address without the suffix that asks for a form of it, and that form."""
    stem, dot, ending = path.rpartition(".")
    choice = SUFFIXES.get(dot + ending)
    return (stem, choice) if stem and choice is not None else (path, None)


def link_forms(response: Response, address: str, chosen: Choice | None, day: date | None = None) -> None:
    """Say in Link headers which other forms there are, on the day that is asked about (RFC 8288)."""
    for suffix, choice in SUFFIXES.items():
        if chosen is None or choice.format_name != chosen.format_name:
            target = on_day(address + suffix, day)
            response.headers.add("Link", f'<{target}>; rel="alternate"; type="{choice.media_type}"')


def prefers_page(accept: MIMEAccept) -> bool:
    """Whether the client is a browser: one that asks for HTML and likes nothing better."""
    return HTML in accept.values() and accept.quality(HTML) == max(quality for _, quality in accept) > 0


@lru_cache
def _accepted(header: str) -> MIMEAccept:
    accept = parse_accept_header(header, MIMEAccept)
    return MIMEAccept([(value.partition(";")[0].strip(), quality) for value, quality in accept])


@lru_cache
def _best_forms(header: str) -> Mapping[AnswerKind, Choice | None]:
    return {kind: choose(kind, _accepted(header)) for kind in ANSWER_KINDS}
