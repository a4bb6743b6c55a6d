"""The page of an organization: its members over time, organs, offices, forces, exercises, treaties, calls on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.terms import CASUS, Resource
from kg.web.views.bound import bound_on, sure
from kg.web.views.duty_words import certainty_words
from kg.web.views.episodes import Episode, episodes, running
from kg.web.views.question import today
from kg.web.views.record import Record, Records, pointing
from kg.web.views.steps import ListedEvent, steps
from kg.web.views.thing import Thing
from kg.web.views.timelines import timeline_of
from kg.web.views.view import View


@dataclass(frozen=True)
class Exercise:
    """An exercise, with who took part in which role."""

    record: Record
    roles: tuple[tuple[str, tuple[Resource, ...]], ...]


def organization_page(thing: Thing) -> str:
    """The page of an organization."""
    view, organization = thing.view, thing.iri
    found = episodes(view, pointing(view, organization, CASUS.episodeIn))
    events = Records.of(view, view.select("events-of-organization", thing=organization))
    others, exercises = steps(events)
    happened = [step for step in others if not step.record.is_a(CASUS.Meeting)]
    shown = thing.day or today()
    instruments = Records.of(view, view.select("instruments-of-organization", thing=organization))
    return thing.render(
        "thing-organization.html",
        _lede(thing, found),
        markup="Organization",
        episodes=found,
        timeline=timeline_of(thing, found, happened, by_state=True),
        shown=shown,
        bound=bound_on(view, CASUS.memberOf, organization, shown),
        certainties=certainty_words(view),
        organs=pointing(view, organization, CASUS.organOf).in_order(),
        tenures=Records.of(view, view.select("tenures", thing=organization)).in_order(),
        amounts=Records.of(view, view.select("amounts", thing=organization)).in_order(),
        years=_by_year(view, organization, exercises),
        exercises=len(exercises),
        sessions=[step for step in others if step.record.is_a(CASUS.Meeting)],
        steps=happened,
        instruments=instruments.in_order(),
        lists=pointing(view, organization, CASUS.completeOf).in_order(),
    )


def _lede(thing: Thing, found: Sequence[Episode]) -> str:
    view, say = thing.view, thing.view.say
    sentences = []
    founded = thing.record.things(CASUS.foundedOn)
    if founded:
        sentences.append(say("Founded on: %s.") % ", ".join(map(view.name, founded)))
    members = sure(bound_on(view, CASUS.memberOf, thing.iri, today()))
    if members:
        at_least = thing.at_least(CASUS.MembershipEpisode)
        sentences.append((say("Members today: at least %s.") if at_least else say("Members today: %s.")) % members)
    going = running(view)
    for episode in found:
        if episode.interrupts and episode.record.thing in going and episode.state is not None:
            words = (view.name(episode.state), episode.standing, episode.record.begins or "?")
            sentences.append(say("%s: %s since %s.") % words)
    return " ".join(sentences)


def _by_year(view: View, organization: NamedNode, found: Iterable[ListedEvent]) -> list[tuple[str, list[Exercise]]]:
    """Exercises by year, the latest first."""
    took_part: dict[Resource, dict[str, set[Resource]]] = defaultdict(lambda: defaultdict(set))
    for event, role, state in view.select("exercise-participants", thing=organization):
        if isinstance(event, NamedNode) and isinstance(role, NamedNode) and isinstance(state, NamedNode):
            took_part[event][view.name(role)].add(state)
    years: dict[str, list[Exercise]] = defaultdict(list)
    for step in found:
        roles = sorted(took_part[step.record.thing].items(), key=lambda item: (-len(item[1]), item[0]))
        named = tuple((role, tuple(sorted(states, key=view.name))) for role, states in roles)
        years[(step.record.begins or "?")[:4]].append(Exercise(step.record, named))
    return sorted(years.items(), reverse=True)
