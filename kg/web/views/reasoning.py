"""What the pages share that rest on reasoning: the forms of their answers, and the question put to the desk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, request
from pyoxigraph import NamedNode
from werkzeug.exceptions import NotAcceptable, NotFound

from kg.pool.inquiry import FORMS, Argument, Inquiry
from kg.web.negotiation import HTML, accepted, format_names
from kg.web.openapi import PLAIN, Parameter
from kg.web.service import Service
from kg.web.views.view import View

#: The forms of answers beside the page, by the names that commands have for them.
MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/json",
    "text": PLAIN,
    "turtle": "text/turtle",
    "dot": "text/vnd.graphviz",
}
#: What a route answers that has the desk asked.
REASONED = (200, 304, 400, 404, 406, 503, 504)


def media_types(method: str) -> tuple[str, ...]:
    """The media types of a page and of its other forms."""
    return (HTML, *(MEDIA_TYPES[name] for name in FORMS[method]))


def form_parameter(method: str) -> Parameter:
    """The parameter that names a form."""
    names = ", ".join(FORMS[method])
    return Parameter("format", f"For links, which cannot ask by header: {names}; all else is passed over.")


def wanted_form(method: str) -> str | None:
    """The form that the request asks for, by a name in its address or by its header; None for the page.

    Raises:
        NotAcceptable: there is none that the client accepts.
    """
    offered = {name: MEDIA_TYPES[name] for name in FORMS[method]}
    for said in format_names(request.args):
        name = said.strip().lower()
        if name in ("html", HTML):
            return None
        found = next((form for form, media_type in offered.items() if name in (form, media_type)), None)
        if found is not None:
            return found
    accept = accepted(request)
    if not accept:
        return None
    # Of what the client likes as well, the page, which comes first, is the best.
    best = max((HTML, *offered.values()), key=accept.quality)
    if accept.quality(best) == 0:
        raise NotAcceptable("this answer can be had as " + ", ".join((HTML, *offered.values())))
    return next((form for form, media_type in offered.items() if media_type == best), None)


def ask_desk(service: Service, method: str, form: str, **arguments: Argument) -> str:
    """The answer of the desk in a form.

    Raises:
        NotFound: nobody reasons here.
        CasusError: as `kg.pool.inquiry.Desk.ask`.
    """
    if service.desk is None:
        raise NotFound("nothing can be proved or supposed here: what is served was not built as a project")
    return service.desk.ask(Inquiry.of(method, form, **arguments))


def ask_json(view: View, method: str, **arguments: Argument) -> Any:
    """The answer of the desk as data, its sentences in the reader's language; raises as `ask_desk`."""
    language = view.reader.language
    spoken = None if language == "en" else language
    return json.loads(ask_desk(view.service, method, "json", **arguments, language=spoken))


def instances(view: View, class_: NamedNode) -> list[NamedNode]:
    """The things of a class that a form offers."""
    return [thing for (thing,) in view.select("instances", **{"class": class_}) if isinstance(thing, NamedNode)]


def respond(service: Service, method: str, form: str, **arguments: Argument) -> Response:
    """The answer of the desk in a form, as it is; raises as `ask_desk`."""
    media_type = MEDIA_TYPES[form]
    encoded = "" if media_type == "application/json" else "; charset=utf-8"
    return Response(ask_desk(service, method, form, **arguments), content_type=media_type + encoded)
