"""Two alliances or treaties beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Flask
from pyoxigraph import Literal, NamedNode
from werkzeug.exceptions import BadRequest

from kg.drawing.stairs import Stairs, stairs_for_page
from kg.terms import CASUS
from kg.web.negotiation import HTML
from kg.web.openapi import Parameter, documented
from kg.web.service import Service
from kg.web.views.compared import ComparedSide
from kg.web.views.comparison import comparison
from kg.web.views.question import today
from kg.web.views.view import View

#: What is compared if nothing is chosen, as far as the data have it.
_FIRST = ("organization/CSTO", "organization/NATO")
_NAMED = "An organization or an instrument, by its path or code; without one a telling example."


@dataclass(frozen=True)
class ComparedMembers:
    """How many states are bound: on the day to which the sources reach, who else possibly, and the most there were."""

    now: int
    possibly: Sequence[str]
    most: int
    since: date | None
    at_least: bool


def add_compare(app: Flask, service: Service) -> None:
    """Add the route of the comparison."""

    @app.get("/compare", endpoint="compare")
    @documented(
        "Two alliances or treaties: what is owed and on what it turns, organs, term, invocations, members over time.",
        (HTML,),
        (Parameter("a", _NAMED, example="organization/CSTO"), Parameter("b", _NAMED, example="treaty/NAT")),
        (200, 304, 400, 502, 503, 504),
    )
    def compare_page() -> str:
        view = View.of_request(service)
        organizations, instruments = _choices(view)
        chosen = [
            _chosen(view, parameter, first, [*organizations, *instruments])
            for parameter, first in zip(("a", "b"), _FIRST, strict=True)
        ]
        sides = [ComparedSide(view, thing) for thing in chosen if thing is not None]
        known_to = min(today(), service.library.currency.known_to or date.max)
        codes = [view.code(side.thing) for side in sides]
        return view.render(
            "compare.html",
            canonical=view.canonical(**dict(zip(("a", "b"), codes, strict=False))),
            organizations=view.options(organizations),
            instruments=view.options(instruments),
            codes=codes,
            sides=sides,
            groups=comparison(view, sides) if sides else [],
            known_to=known_to,
            members=[_members(side, known_to) for side in sides],
            chart=_chart(view, sides, known_to),
            years=_by_year(sides, known_to),
        )


def _choices(view: View) -> tuple[list[NamedNode], list[NamedNode]]:
    """The organizations and the instruments that can be compared."""
    organizations: list[NamedNode] = []
    instruments: list[NamedNode] = []
    for thing, is_organization in view.select("comparable"):
        assert isinstance(thing, NamedNode) and isinstance(is_organization, Literal)
        (organizations if is_organization.value == "true" else instruments).append(thing)
    return organizations, instruments


def _chosen(view: View, parameter: str, first: str, choices: list[NamedNode]) -> NamedNode | None:
    """What a parameter names; if nothing, the usual example or what there is to choose."""
    thing = view.thing(parameter, "organization", "treaty")
    if thing is not None and thing not in choices:
        raise BadRequest(f"{parameter}: {view.code(thing)} is no organization or treaty that can be compared")
    usual = NamedNode(view.service.site.names.id + first)
    return thing or (usual if usual in choices else next(iter(choices), None))


def _members(side: ComparedSide, known_to: date) -> ComparedMembers:
    counted = side.bound_in_time
    since, most = max(counted, key=lambda step: step[1], default=(None, 0))
    holds = CASUS.MembershipEpisode if side.record.is_a(CASUS.Organization) else CASUS.PartyEpisode
    possibly = [side.view.name(state) for state in side.possibly_bound_on(known_to)]
    return ComparedMembers(side.bound_on(known_to), possibly, most, since, side.at_least(holds))


def _chart(view: View, sides: Sequence[ComparedSide], known_to: date) -> str | None:
    """The numbers over time; None if neither side has any."""
    stairs = [
        Stairs(side.short_name, side.bound_in_time, kind)
        for side, kind in zip(sides, ("member", "to"), strict=False)
        if side.bound_in_time
    ]
    return stairs_for_page(stairs, view.say("Number of states bound, over time"), until=known_to) if stairs else None


def _by_year(sides: Sequence[ComparedSide], known_to: date) -> list[tuple[int, list[int]]]:
    """How many states are bound on the first day of each year in which a number changed, or of the year after."""
    changed = {day.year + (day != date(day.year, 1, 1)) for side in sides for day, _ in side.bound_in_time}
    years = sorted(year for year in changed if year <= known_to.year)
    return [(year, [side.bound_on(date(year, 1, 1)) for side in sides]) for year in years]
