"""The page of a what-if: which duties would be lost and gained without a state, an organization or a treaty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response
from pyoxigraph import NamedNode
from werkzeug.exceptions import BadRequest

from kg.pool.inquiry import FORMS
from kg.terms import CASUS
from kg.web.openapi import AS_OF, Parameter, documented
from kg.web.service import Service
from kg.web.views.lost_duties import duties_by_treaty
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
from kg.web.views.record import pointing
from kg.web.views.state_map import StateMap, state_map
from kg.web.views.view import Option, View, address

#: What can be done without, by the groups of the form.
_OFFERED = (
    ("States", CASUS.State),
    ("Organizations", CASUS.Organization),
    ("Treaties", CASUS.Instrument),
)
#: States with which the page begins, those that owe most.
_EXAMPLES = 4


def add_what_if(app: Flask, service: Service) -> None:
    """Add the route of what-ifs."""

    @app.get("/what-if")
    @documented(
        "Which duties would be lost and gained without a state, an organization or a treaty.",
        media_types("what_if"),
        (
            Parameter("without", "What is supposed to be gone, by its code, path or IRI.", example="state/ARM"),
            Parameter("from", "From which day on, YYYY-MM-DD; without one, it never was.", AS_OF.schema, "2027-01-01"),
            form_parameter("what_if"),
        ),
        REASONED,
    )
    def what_if() -> Response | str:
        view, form = View.of_request(service), wanted_form("what_if")
        thing, start = view.thing("without", "state", "organization", "treaty"), view.day("from")
        choices = {text: instances(view, class_) for text, class_ in _OFFERED}
        if thing is None:
            if form is not None or start is not None:
                raise BadRequest("name a state, an organization or a treaty that is supposed to be gone (without)")
            return view.render("what-if.html", thing=None, examples=_examples(view), **_offered(view, choices))
        if not any(thing in things for things in (*choices.values(), instances(view, CASUS.Episode))):
            raise BadRequest(f"without: {view.code(thing)} is no state, organization, treaty or episode")
        arguments = {"without": str(thing), "start": None if start is None else start.isoformat()}
        if form is not None:
            return respond(service, "what_if", form, **arguments)
        found = ask_json(service, "what_if", **arguments)
        parameters = {"without": view.code(thing), "from": arguments["start"]}
        return view.render(
            "what-if.html",
            canonical=view.canonical(**parameters),
            thing=thing,
            name=view.name(thing),
            map=_map(view, thing, found["duties"]),
            leaving=_leaving(view, thing),
            start=start,
            day=start,
            counts=Counter(change["change"] for change in found["duties"]),
            treaties=duties_by_treaty(view, found["duties"]),
            kinds=_kinds(view, found["duties"]),
            found=found,
            findings=[
                (sign, NamedNode(one["state"]), one["text"])
                for sign in ("lost", "gained")
                for one in found[f"findings_{sign}"]
            ],
            forms=[(name, address("what_if", **parameters, format=name)) for name in FORMS["what_if"]],
            **_offered(view, choices),
        )


def _offered(view: View, choices: Mapping[str, list[NamedNode]]) -> dict[str, Any]:
    """What the form offers, by groups."""
    groups = [(text, view.options(choices[text])) for text, _ in _OFFERED]
    return {"choices": groups, "offered": {option.value for _, options in groups for option in options}}


def _kinds(view: View, changes: list[Mapping[str, Any]]) -> list[tuple[NamedNode, Counter[str]]]:
    """How many duties of each kind are lost, gained and changed, the most first."""
    counts: dict[NamedNode, Counter[str]] = {}
    for change in changes:
        counts.setdefault(NamedNode(change["kind"]), Counter())[change["change"]] += 1
    return sorted(counts.items(), key=lambda item: (-item[1].total(), item[0].value))


def _leaving(view: View, state: NamedNode) -> list[Option]:
    """What a state could leave alone: its episodes of which no end is on record."""
    episodes = pointing(view, state, CASUS.episodeOf)
    going = [one for one in episodes if one.ends is None and isinstance(one.thing, NamedNode)]
    bound = [one for one in going if one.is_a(CASUS.PartyEpisode) or one.is_a(CASUS.MembershipEpisode)]
    return [Option(view.code(one.thing), one.name) for one in bound]


def _map(view: View, thing: NamedNode, changes: list[Mapping[str, Any]]) -> StateMap | None:
    """The states whose duties differ: those that lose any, else those of which some change, else those that gain."""
    say, name = view.say, view.name(thing)
    fills: dict[NamedNode, str] = {}
    for change, fill in (("lost", "suspended"), ("changed", "possible"), ("gained", "certain")):
        for one in changes:
            if one["change"] == change:
                for side in ("holder", "beneficiary"):
                    fills.setdefault(NamedNode(one[side]), fill)
    meanings = {
        "to": name,
        "suspended": say("owes or is owed less"),
        "possible": say("owes or is owed otherwise"),
        "certain": say("owes or is owed more"),
    }
    if thing in fills:
        fills = {thing: "to"} | {state: fill for state, fill in fills.items() if state != thing}
    return state_map(view, fills, meanings, say("Map: whose duties would differ without %s") % name)


def _examples(view: View) -> list[Option]:
    """States without which most would be lost, as links: those that owe most duties today."""
    timeline = view.service.library.timeline
    assert timeline is not None
    owing = Counter(duty.holder for duty in timeline.duties_on(today()) if isinstance(duty.holder, NamedNode))
    return [Option(view.code(state), view.name(state)) for state, _ in owing.most_common(_EXAMPLES)]
