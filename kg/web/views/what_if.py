"""The page of a what-if: which duties would be lost and gained without a state, an organization or a treaty.

A state may also be supposed to have left one organization or treaty only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import Flask, Response
from pyoxigraph import NamedNode, RdfFormat, parse
from werkzeug.exceptions import BadRequest

from kg.pool.inquiry import FORMS
from kg.terms import CASUS, Resource
from kg.web.openapi import AS_OF, Parameter, documented
from kg.web.service import Service
from kg.web.views.episodes import short_names
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
from kg.web.views.record import pointing, said_of
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
            Parameter(
                "in", "Only in this organization or treaty, and what it is founded on.", example="organization/CSTO"
            ),
            Parameter("from", "From which day on, YYYY-MM-DD; without one, it never was.", AS_OF.schema, "2027-01-01"),
            form_parameter("what_if"),
        ),
        REASONED,
    )
    def what_if() -> Response | str:
        view, form = View.of_request(service), wanted_form("what_if")
        thing, start = view.thing("without", "state", "organization", "treaty"), view.day("from")
        within = view.thing("in", "organization", "treaty")
        choices = {text: instances(view, class_) for text, class_ in _OFFERED}
        if thing is None:
            if form is not None or start is not None or within is not None:
                raise BadRequest("name a state, an organization or a treaty that is supposed to be gone (without)")
            return view.render("what-if.html", thing=None, examples=_examples(view), **_offered(view, choices))
        if not any(thing in things for things in (*choices.values(), instances(view, CASUS.Episode))):
            raise BadRequest(f"without: {view.code(thing)} is no state, organization, treaty or episode")
        arguments = {
            "without": str(thing),
            "within": None if within is None else str(within),
            "start": None if start is None else start.isoformat(),
        }
        if form is not None:
            return respond(service, "what_if", form, **arguments)
        found = ask_json(view, "what_if", **arguments)
        parameters = {
            "without": view.code(thing),
            "in": None if within is None else view.code(within),
            "from": arguments["start"],
        }
        return view.render(
            "what-if.html",
            canonical=view.canonical(**parameters),
            thing=thing,
            name=view.name(thing),
            within=within,
            within_name=None if within is None else _short(view, within),
            over=_over(view, found["added"]),
            map=_map(view, thing, found["duties"]),
            leaving=_leaving(view, thing) if within is None else (),
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
    """What the form offers, by groups; what can be left are the groups after the states. Examples begin next year."""
    groups = [(text, view.options(choices[text])) for text, _ in _OFFERED]
    offered = {option.value for _, options in groups for option in options}
    return {"choices": groups, "offered": offered, "next_year": date(today().year + 1, 1, 1)}


def _kinds(view: View, changes: list[Mapping[str, Any]]) -> list[tuple[NamedNode, Counter[str]]]:
    """How many duties of each kind are lost, gained and changed, the most first."""
    counts: dict[NamedNode, Counter[str]] = {}
    for change in changes:
        counts.setdefault(NamedNode(change["kind"]), Counter())[change["change"]] += 1
    return sorted(counts.items(), key=lambda item: (-item[1].total(), item[0].value))


def _leaving(view: View, state: NamedNode) -> list[Option]:
    """What a state could leave alone: where it is, without an end on record.

    Treaties on which such an organization is founded are left with it.
    """
    going = [one for one in pointing(view, state, CASUS.episodeOf) if one.ends is None]
    bound = [one for one in going if one.is_a(CASUS.PartyEpisode) or one.is_a(CASUS.MembershipEpisode)]
    bodies = said_of(view, *{body for one in bound for body in one.things(CASUS.episodeIn)})
    founding = {treaty for body in bodies for treaty in body.things(CASUS.foundedOn)}
    return view.options(body.thing for body in bodies if body.thing not in founding)


def _short(view: View, thing: NamedNode) -> str:
    return short_names(view, [thing]).get(thing, view.name(thing))


def _over(view: View, added: Iterable[str]) -> list[Resource]:
    """What is supposed to end, of the statements that are supposed to be there, in the order of names."""
    triples = (triple for line in added for triple in parse(f"{line} .", format=RdfFormat.N_TRIPLES))
    over = {one.subject for one in triples if one.predicate == CASUS.ends and isinstance(one.subject, NamedNode)}
    return sorted(over, key=view.name)


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
