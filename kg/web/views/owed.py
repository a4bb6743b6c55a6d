"""The front page: who owed whom what, on a date."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Flask, Response, jsonify, make_response, request
from pyoxigraph import Literal, NamedNode
from werkzeug.exceptions import BadRequest

from kg.day import Certainty, show_bound
from kg.drawing.worldmap import Area, draw_map, undrawn
from kg.duties.due import DutyOnDay
from kg.duties.kinds import Kind, find_kind
from kg.errors import BadInput
from kg.terms import CASUS, Resource
from kg.web.markup import dataset_markup
from kg.web.negotiation import HTML
from kg.web.openapi import QUERY_ERRORS, Parameter, documented
from kg.web.service import Service, date_sources
from kg.web.views.calls import calls_of, near
from kg.web.views.clauses import OwedClause, clauses
from kg.web.views.question import Asked, answer_in_words, counted, kind_words, short, today
from kg.web.views.view import Option, View, address
from kg.web.wording import Words

_SELECT = """\
SELECT ?holder ?beneficiary ?kind ?treaty ?article ?certainty WHERE {
  ?duty casus:dutyHolder ?holder ; casus:dutyBeneficiary ?beneficiary ; casus:dueKind ?kind ;
    casus:underTreaty ?treaty ; casus:dueCertainty ?certainty .
  OPTIONAL { ?duty casus:dueArticle ?article }"""
#: What is asked about if nothing is chosen.
_KIND = "defense"

_PARAMETERS = (
    Parameter("type", "The kind of obligation, by its short name; empty for all.", example="defense"),
    Parameter("to", "The state to which it is owed, by its code; empty for all.", example="ARM"),
    Parameter("by", "The state that owes it, by its code; empty for all.", example="RUS"),
    Parameter("on", "The day, YYYY-MM-DD; without it, today.", example="2022-09-13"),
    Parameter("format", "csv or json: the duties of the view as rows; svg: its map.", example="csv"),
)


def add_owed(app: Flask, service: Service) -> None:
    """Add the route of the page."""

    @app.get("/owed")
    @documented(
        "Who owed whom what, on a date: a page, or its rows.",
        (HTML, "text/csv", "application/json", "image/svg+xml"),
        _PARAMETERS,
        (200, 304, *QUERY_ERRORS),
    )
    def owed() -> Response:
        return show_owed(service)


def show_owed(service: Service) -> Response:
    """The page that the request asks for.

    Raises:
        BadRequest: a parameter names nothing, or the format is not one of this page's.
    """
    view = View.of_request(service)
    asked = _asked(view)
    timeline = service.library.timeline
    assert timeline is not None
    kind = asked.kind.iri if asked.kind else None
    found = timeline.duties_on(asked.on, holder=asked.by, beneficiary=asked.to, kind=kind)
    wanted = request.args.get("format", "")
    if wanted == "svg":
        areas = _areas(view, asked, clauses(view, found))
        label = _caption(view, asked)
        response = Response(draw_map(areas, label, standalone=True), mimetype="image/svg+xml")
    elif wanted == "csv":
        response = Response(_as_csv(view, found), mimetype="text/csv")
    elif wanted == "json":
        response = jsonify([dict(zip(_COLUMNS, _row(view, duty), strict=True)) for duty in found])
    elif wanted:
        raise BadRequest("format: this page can be had as csv, json or svg")
    else:
        response = make_response(_page(view, asked, found))
    date_sources(response, service.library.currency, asked.on)
    return response


def _asked(view: View) -> Asked:
    """What the address asks; without a choice, who owes defense today to the state that last called for it."""
    timeline = view.service.library.timeline
    assert timeline is not None
    to, by, on = view.thing("to", "state"), view.thing("by", "state"), view.day("on") or today()
    said = request.args.get("type", "").strip()
    if to is None and by is None:
        kind = find_kind(timeline.kinds, _KIND) if not said else _kind(view, said)
        latest = _latest(view, kind)
        others = (duty.beneficiary for duty in timeline.duties if isinstance(duty.beneficiary, NamedNode))
        return Asked(kind, latest[0][1] if latest else next(others), None, on)
    return Asked(_kind(view, said) if said else None, to, by, on)


def _kind(view: View, said: str) -> Kind:
    timeline = view.service.library.timeline
    assert timeline is not None
    try:
        return find_kind(timeline.kinds, said)
    except BadInput as error:
        raise BadRequest(f"type: {error}") from error


def _latest(view: View, kind: Kind) -> list[tuple[NamedNode, NamedNode, date]]:
    """The latest calls that relied on a clause of a kind: the event, who called, and when."""
    return [
        (event, state, date.fromisoformat(begins.value[:10]))
        for event, state, begins in view.select("latest-calls", kind=kind.iri)
        if isinstance(event, NamedNode) and isinstance(state, NamedNode) and isinstance(begins, Literal)
    ]


def _page(view: View, asked: Asked, found: Sequence[DutyOnDay]) -> str:
    timeline, library = view.service.library.timeline, view.service.library
    assert timeline is not None
    shown = clauses(view, found)
    bound = counted(asked, shown)
    parameters = asked.parameters(view)
    state = asked.to or asked.by
    assert state is not None
    calls = calls_of(view, [asked.to]) if asked.to else []
    close = near(calls, asked.on)
    relation = asked.kind.relation if asked.kind else CASUS.dutyBeneficiary if asked.to else CASUS.dutyHolder
    states = sorted({duty.holder for duty in timeline.duties} | {duty.beneficiary for duty in timeline.duties}, key=str)
    areas = _areas(view, asked, shown)
    example = find_kind(timeline.kinds, _KIND)
    library, is_first = view.service.library, request.endpoint == "home"
    return view.render(
        "owed.html",
        canonical=view.canonical(**parameters) if request.args else view.canonical(),
        markup=dataset_markup(view.service.site, library, view.reader) if is_first else None,
        asked=asked,
        heading=answer_in_words(view, asked, bound),
        clauses=shown,
        map=draw_map(areas, _caption(view, asked)) if shown else None,
        undrawn=[area.name for area in undrawn(areas)],
        key=_key(view, areas),
        loose=_loose(asked, shown, bound),
        states=[Option(option.value.removeprefix("state/"), option.text) for option in view.options(states)],
        kinds=sorted((Option(kind.words, kind_words(view, kind)) for kind in timeline.kinds), key=lambda o: o.text),
        at_least=not library.completeness.has_all(relation, state, asked.on),
        call=close[0] if close else None,
        other_calls=[call for call in calls if call not in close[:1]][:6],
        examples=[
            (state, day, address("owed", type=_KIND, to=view.code(state).removeprefix("state/"), on=day), event)
            for event, state, day in _latest(view, example)
        ],
        reversed=address("owed", **parameters | {"to": parameters["by"], "by": parameters["to"]}),
        between=[
            (
                other,
                address(
                    "owed",
                    to=parameters["to"] or short(view, other),
                    by=parameters["by"] or short(view, other),
                    on=asked.on,
                ),
            )
            for other in _others(asked, shown)
        ],
        ways={name: address("owed", **parameters, format=name) for name in ("csv", "json", "svg")},
        query=address("sparql", query=_query(view, asked)),
        address_on=lambda day: address("owed", **parameters | {"on": str(day)}),
        caption=_caption(view, asked),
        kind_words=lambda kind: kind_words(view, kind),
        short=lambda thing: short(view, thing),
        since=lambda duty: show_bound(duty.period.possible_from),
        day=asked.on,
    )


def _caption(view: View, asked: Asked) -> str:
    """What the table holds."""
    kind = kind_words(view, asked.kind) if asked.kind else view.say("All duties")
    sides = [
        view.say("owed to %s") % view.name(asked.to) if asked.to else "",
        view.say("owed by %s") % view.name(asked.by) if asked.by else "",
    ]
    return f"{kind[:1].upper()}{kind[1:]}: {', '.join(filter(None, sides))}, {asked.on}"


def _loose(asked: Asked, shown: Iterable[OwedClause], bound: Mapping[Certainty, Iterable[Resource]]) -> list[Resource]:
    """The states that are bound only by clauses which leave it to each party."""
    known = {state for states in bound.values() for state in states}
    sides = (asked.other(duty) for clause in shown if not clause.binding for duty in clause.bound if duty.certainty)
    return [state for state in dict.fromkeys(sides) if state not in known]


def _areas(view: View, asked: Asked, shown: Sequence[OwedClause]) -> list[Area]:
    """The states of the view as they are drawn: the one that is asked about, and the others by how they are bound."""
    atlas = view.service.library.atlas
    center = asked.to or asked.by
    assert center is not None
    areas = [atlas.area(center, view.name(center), "to", link=view.link(center))]
    bound = counted(asked, shown)
    kinds = [(state, level.value) for level, states in bound.items() for state in states]
    kinds += [(state, "partial") for state in _loose(asked, shown, bound)]
    for state, kind in kinds:
        if state != center:
            title = f"{view.name(state)}: {_meanings(view.say)[kind]}"
            areas.append(atlas.area(state, view.name(state), kind, title=title, link=view.link(state)))
    return areas


def _key(view: View, areas: Sequence[Area]) -> list[tuple[str, str]]:
    """What the fills of the map mean, as far as they occur."""
    used = {area.kind for area in areas}
    return [("to", areas[0].name), *((kind, text) for kind, text in _meanings(view.say).items() if kind in used)]


def _meanings(say: Words) -> dict[str, str]:
    """What a fill says of a state's duty."""
    return {
        "certain": say("certain"),
        "presumed": say("presumed"),
        "possible": say("possible"),
        "partial": say("left to each party"),
    }


def _others(asked: Asked, shown: Iterable[OwedClause]) -> list[Resource]:
    """The states on the other side: those of the strongest clause, as far as there is one side to choose."""
    if asked.to is not None and asked.by is not None:
        return []
    sides = (asked.other(duty) for clause in shown for duty in clause.bound)
    return list(dict.fromkeys(sides))[:3]


_COLUMNS = (
    "holder",
    "beneficiary",
    "kind",
    "treaty",
    "provisions",
    "certainty",
    "suspended",
    "frozen",
    "since",
    "duty",
)


def _row(view: View, duty: DutyOnDay) -> tuple[Any, ...]:
    names = view.service.site.names
    return (
        names.shorten(duty.holder.value),
        names.shorten(duty.beneficiary.value),
        duty.kind.words,
        names.shorten(duty.treaty.value),
        " ".join(names.shorten(provision.value) for provision in duty.provisions),
        duty.certainty.value if duty.certainty else None,
        bool(duty.suspensions),
        bool(duty.freezes),
        show_bound(duty.period.possible_from),
        duty.duty.iri.value,
    )


def _as_csv(view: View, found: Iterable[DutyOnDay]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    writer.writerows(_row(view, duty) for duty in found)
    return out.getvalue()


def _query(view: View, asked: Asked) -> str:
    """The question in SPARQL, over the view of the day."""
    names = view.service.site.names
    chosen = {
        "casus:dutyHolder": asked.by,
        "casus:dutyBeneficiary": asked.to,
        "casus:dueKind": asked.kind.iri if asked.kind else None,
    }
    conditions = [f"  ?duty {name} {names.shorten(term.value)} ." for name, term in chosen.items() if term]
    return (
        "\n".join([f"# As of: {asked.on}", _SELECT, *conditions, "}", "ORDER BY ?treaty ?holder ?beneficiary"]) + "\n"
    )
