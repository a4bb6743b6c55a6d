"""The page of a supposed case: who owes whom help if one state attacks another, and on what that turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Flask, Response, request
from pyoxigraph import Literal, NamedNode
from werkzeug.exceptions import BadRequest

from kg.cases.case import CaseKind
from kg.day import read_day
from kg.pool.inquiry import FORMS, Argument
from kg.terms import CASUS
from kg.web.openapi import AS_OF, Parameter, documented, one_of
from kg.web.service import Service
from kg.web.views.case_rows import CaseRow, case_rows
from kg.web.views.question import today
from kg.web.views.reasoning import (
    REASONED,
    ask_json,
    form_parameter,
    instances,
    media_types,
    respond,
    wanted_form,
)
from kg.web.views.state_map import StateMap, state_map
from kg.web.views.view import Option, View, address, filled

#: How an address says whether the victim asked for help.
_REQUESTED = {"yes": True, "no": False}
#: What an address says of a case.
CASE_PARAMETERS = (
    Parameter("attacker", "The attacker, by its code or IRI.", example="AZE"),
    Parameter("victim", "The state that is attacked; in unrest within a state, the same.", example="ARM"),
    Parameter("on", "The day, YYYY-MM-DD.", AS_OF.schema, "2022-09-13"),
    Parameter("in", "Where, in words or as an area; by default the main territory of the victim."),
    Parameter("kind", "What happens.", one_of("", *(kind.value for kind in CaseKind))),
    Parameter("requested", "Whether the victim asks for help.", one_of("", *_REQUESTED)),
)
#: Precedents that are shown at first, the latest.
_SHOWN = 8


@dataclass(frozen=True)
class Supposed:
    """What is supposed.

    Attributes:
        attacker: the state that attacks.
        victim: the state that is attacked.
        day: when.
        place: where, in words; empty if it is not said.
        kind: what happens.
        requested: whether the victim asked for help: ``yes``, ``no`` or nothing.
    """

    attacker: NamedNode
    victim: NamedNode
    day: date
    place: str = ""
    kind: CaseKind = CaseKind.ARMED_ATTACK
    requested: str = ""

    def arguments(self) -> dict[str, Argument]:
        """What the graph is asked."""
        return {
            "attacker": str(self.attacker),
            "victim": str(self.victim),
            "on": self.day.isoformat(),
            "place": self.place or None,
            "kind": self.kind.value,
            "requested": _REQUESTED.get(self.requested),
        }

    def parameters(self, view: View) -> dict[str, str]:
        """What the address says, without what goes without saying."""
        return {
            "attacker": view.code(self.attacker).removeprefix("state/"),
            "victim": view.code(self.victim).removeprefix("state/"),
            "on": self.day.isoformat(),
            "in": self.place,
            "kind": "" if self.kind is CaseKind.ARMED_ATTACK else self.kind.value,
            "requested": self.requested,
        }


def add_case(app: Flask, service: Service) -> None:
    """Add the route of cases."""

    @app.get("/case")
    @documented(
        "Who owes whom help if one state attacks or threatens another on a day; with no choice made, the latest case "
        "on record in which a clause was invoked.",
        media_types("case"),
        (*CASE_PARAMETERS, form_parameter("case")),
        REASONED,
    )
    def case() -> Response | str:
        view, form = View.of_request(service), wanted_form("case")
        asked = asked_case(view)
        if asked is None:
            if form is not None:
                raise BadRequest("a case has an attacker and a victim")
            return view.render("case.html", asked=None, **_choices(view))
        if form is not None:
            return respond(service, "case", form, **asked.arguments())
        return _page(view, asked, ask_json(view, "case", **asked.arguments()))


def asked_case(view: View) -> Supposed | None:
    """The case that the address supposes, else the latest on record; None if there is none.

    Raises:
        BadRequest: what it says is no case.
    """
    kind, requested = request.args.get("kind", ""), request.args.get("requested", "")
    if kind not in ("", *(one.value for one in CaseKind)):
        raise BadRequest(f"kind: there is no {kind[:100]!r}; choose from {', '.join(one.value for one in CaseKind)}")
    if requested not in ("", *_REQUESTED):
        raise BadRequest(f"requested: yes, no or nothing, not {requested[:100]!r}")
    attacker, victim, day = view.thing("attacker", "state"), view.thing("victim", "state"), view.day("on")
    if attacker is None and victim is None:
        example = example_case(view.service)
        return example if example is None or day is None else replace(example, day=day)
    if attacker is None or victim is None:
        raise BadRequest(f"a case has an attacker and a victim: the {'victim' if attacker else 'attacker'} is missing")
    meant = CaseKind(kind) if kind else CaseKind.INTERNAL if attacker == victim else CaseKind.ARMED_ATTACK
    day = day or view.service.library.currency.known_to or today()
    return Supposed(attacker, victim, day, request.args.get("in", "").strip(), meant, requested)


def example_case(service: Service) -> Supposed | None:
    """The latest case on record in which a clause was invoked."""
    for attacker, victim, day in service.asker().select(filled("latest-case", {})):
        if isinstance(attacker, NamedNode) and isinstance(victim, NamedNode) and isinstance(day, Literal):
            return Supposed(attacker, victim, read_day(day.value[:10]))
    return None


def _page(view: View, asked: Supposed, found: Mapping[str, Any]) -> str:
    owed, owes_attacker, other = (case_rows(view, found[name]) for name in ("owed", "owes_attacker", "other"))
    parameters = asked.parameters(view)
    to_victim = _Side(owed)
    return view.render(
        "case.html",
        map=_map(view, asked, to_victim),
        canonical=view.canonical(**parameters),
        asked=asked,
        day=asked.day,
        attacker=view.name(asked.attacker),
        victim=view.name(asked.victim),
        kind=view.name(asked.kind.iri),
        assumed=_assumed(view, asked, [NamedNode(area) for area in found["case"]["place"]]),
        help_to_victim=to_victim,
        help_to_attacker=_Side(owes_attacker),
        both=[
            (
                NamedNode(one["holder"]),
                [NamedNode(provision) for provision in one["to_victim"]],
                [NamedNode(provision) for provision in one["to_attacker"]],
            )
            for one in found["owes_both"]
        ],
        others=_by_kind(other),
        precedents=_precedents(view, found["precedents"]),
        shown=_SHOWN,
        parameters={name: value for name, value in parameters.items() if value},
        forms=[(name, address("case", **parameters, format=name)) for name in FORMS["case"]],
        **_choices(view),
    )


def _by_kind(rows: list[CaseRow]) -> list[tuple[NamedNode, list[CaseRow]]]:
    """Rows by what is owed, peace first, which the attacker breaks."""
    kinds = sorted({row.kind for row in rows}, key=lambda kind: (kind != CASUS.NonaggressionObligation, kind.value))
    return [(kind, [row for row in rows if row.kind == kind]) for kind in kinds]


class _Side:
    """The help that was promised to one side."""

    def __init__(self, rows: list[CaseRow]) -> None:
        """Tell what is owed from what is promised and not owed in the case."""
        self.owed = [row for row in rows if row.level != "none"]
        self.not_owed = [row for row in rows if row.level == "none"]
        #: Who helps, each by the surest of its promises.
        self.holders: dict[str, list[NamedNode]] = {"certain": [], "possible": [], "none": []}
        seen: set[NamedNode] = set()
        for row in rows:  # the surest come first
            new = [duty.holder for duty in row.holders if duty.holder not in seen]
            seen.update(new)
            self.holders[row.level] += new


def _map(view: View, asked: Supposed, help_: _Side) -> StateMap | None:
    """The two states and those that help the victim, or possibly do."""
    say = view.say
    sure = "presumed" if view.service.library.currency.passed_on(asked.day) else "certain"
    fills = {asked.victim: "to"} | ({asked.attacker: "suspended"} if asked.attacker != asked.victim else {})
    fills |= dict.fromkeys(help_.holders["certain"], sure) | dict.fromkeys(help_.holders["possible"], "possible")
    meanings = {
        "to": view.name(asked.victim),
        "suspended": say("acts against it: %s") % view.name(asked.attacker),
        sure: say("presumably bound to help") if sure == "presumed" else say("certainly bound to help"),
        "possible": say("possibly bound to help"),
    }
    return state_map(view, fills, meanings, say("Map: who must help %s") % view.name(asked.victim))


def _assumed(view: View, asked: Supposed, areas: list[NamedNode]) -> list[str]:
    """What was not given and is assumed, in the reader's language."""
    say, names = view.say, ", ".join(map(view.name, areas))
    assumed = []
    if not asked.place and areas:
        assumed.append(say("It happens in %s, for no place is given.") % names)
    elif not asked.place:
        assumed.append(say("The place is not given, so that the area of each clause stays open."))
    elif not areas:
        assumed.append(
            say("“%s” names no place on record, so that the area of each clause stays open.") % asked.place[:200]
        )
    elif names.casefold() != asked.place.casefold():
        assumed.append(say("“%s” is read as %s.") % (asked.place[:200], names))
    if asked.kind is CaseKind.ARMED_ATTACK:
        assumed.append(say("The attack is the first, and its victim did not provoke it."))
    known_to = view.service.library.currency.known_to
    if known_to is not None and asked.day > known_to:
        held = say("What held on %s, to which the sources reach, is presumed to hold where no end is on record.")
        assumed.append(held % view.show_day(known_to))
    return assumed


def _precedents(view: View, found: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """When clauses were invoked, the latest first."""
    return [
        {
            "day": one["day"],
            "event": NamedNode(one["event"]),
            "provisions": [NamedNode(provision) for provision in one["provisions"]],
            "outcomes": [NamedNode(outcome) for outcome in one["outcomes"]],
            "answers": [(NamedNode(kind), count) for kind, count in sorted(one["answers"].items())],
        }
        for one in reversed(found)
    ]


def _choices(view: View) -> dict[str, Any]:
    """What the form offers."""
    states = view.options(instances(view, CASUS.State))
    return {
        "states": [Option(option.value.removeprefix("state/"), option.text) for option in states],
        "kinds": [Option(kind.value, view.name(kind.iri)) for kind in CaseKind],
        "answers": [
            Option("", view.say("it is not known")),
            Option("yes", view.say("it asks for help")),
            Option("no", view.say("it does not ask")),
        ],
    }
