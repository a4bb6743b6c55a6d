"""The page of an instrument: its articles and what they oblige to, its parties, who qualified what, how it ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.terms import CASUS, DCTERMS
from kg.web.views.bound import bound_on, sure
from kg.web.views.duty_words import certainty_words
from kg.web.views.episodes import Episode, episodes
from kg.web.views.question import today
from kg.web.views.record import Record, Records, pointing
from kg.web.views.steps import steps
from kg.web.views.thing import Thing
from kg.web.views.timelines import timeline_of
from kg.web.views.view import View

_DIGITS = re.compile(r"([0-9]+)")


@dataclass(frozen=True)
class Obligation:
    """An obligation: what it is, and on what it turns, as pairs of words and things or texts."""

    record: Record
    kinds: tuple[NamedNode, ...]
    turns_on: tuple[tuple[str, tuple[NamedNode, ...]], ...]
    against: tuple[str, ...]


@dataclass(frozen=True)
class Article:
    """A provision with what it obliges to."""

    record: Record
    obligations: tuple[Obligation, ...]

    @property
    def number(self) -> list[tuple[int, str]]:
        """By what articles are put in order: 2 before 10."""
        said = self.record.value(CASUS.provisionNumber) or self.record.name
        return [(int(part) if part.isdecimal() else 0, part) for part in _DIGITS.split(said)]


@dataclass(frozen=True)
class Lasting:
    """What is said of how long an instrument lasts and how one leaves it, and the article that says so."""

    text: str
    article: Record


def treaty_page(thing: Thing) -> str:
    """The page of an instrument."""
    view, treaty = thing.view, thing.iri
    obligations = pointing(view, treaty, CASUS.arisesFrom)
    provisions = pointing(view, treaty, CASUS.provisionOf)
    articles = sorted((_article(view, record, obligations) for record in provisions), key=lambda one: one.number)
    placed = {one.record.thing for article in articles for one in article.obligations}
    found = episodes(view, pointing(view, treaty, CASUS.episodeIn))
    invocations, exercises = steps(Records.of(view, view.select("events-of-treaty", thing=treaty)))
    shown = thing.day or today()
    return thing.render(
        "thing-treaty.html",
        _lede(thing, found),
        markup="Legislation",
        articles=articles,
        unplaced=[_obligation(view, record) for record in obligations if record.thing not in placed],
        episodes=found,
        timeline=timeline_of(thing, found, invocations, by_state=True),
        shown=shown,
        bound=bound_on(view, CASUS.partyTo, treaty, shown),
        certainties=certainty_words(view),
        statements=pointing(view, treaty, CASUS.madeAbout).in_order(),
        terms=[*_terms(view, thing.record), *(term for article in articles for term in _terms(view, article.record))],
        related=_related(view, thing.record),
        steps=[*invocations, *exercises],
        lists=pointing(view, treaty, CASUS.completeOf).in_order(),
        codes=_codes(view, thing.record),
        pledges=_pledges(view, thing.record),
    )


def _article(view: View, record: Record, obligations: Records) -> Article:
    made = (obligations.get(node) for node in record.things(CASUS.createsObligation))
    return Article(record, tuple(_obligation(view, one) for one in made if one is not None))


def _obligation(view: View, record: Record) -> Obligation:
    say = view.say
    timeline = view.service.library.timeline
    kinds = [kind.iri for kind in timeline.kinds if record.is_a(kind.iri)] if timeline is not None else []
    words = (
        (say("on condition"), CASUS.hasCondition),
        (say("except"), CASUS.hasException),
        (say("within"), CASUS.hasGeographicScope),
        (say("in conflicts"), CASUS.hasConflictScope),
        (say("by means"), CASUS.hasMeans),
        (say("owed only by"), CASUS.owedOnlyBy),
        (say("owed only to"), CASUS.owedOnlyTo),
        (say("owed only against"), CASUS.owedOnlyAgainst),
        (say("not owed against"), CASUS.notOwedAgainst),
    )
    turns_on = [(word, tuple(record.things(property_))) for word, property_ in words]
    return Obligation(
        record,
        tuple(sorted(kinds, key=view.name)),
        tuple((word, things) for word, things in turns_on if things),
        tuple(record.texts(CASUS.adversaryText)),
    )


def _lede(thing: Thing, found: Sequence[Episode]) -> str:
    view, record, say = thing.view, thing.record, thing.view.say
    sentences = []
    signed, place = record.day(CASUS.signedOn), record.text(CASUS.signingPlace)
    if signed is not None and place is not None:
        sentences.append(say("Signed on %s in %s.") % (view.written(signed), place))
    elif signed is not None:
        sentences.append(say("Signed on %s.") % view.written(signed))
    if (begins := record.begins) is not None:
        sentences.append(say("In force from %s.") % view.written(begins))
    if (ends := record.ends) is not None:
        ways = ", ".join(map(view.name, record.things(CASUS.terminatedBy)))
        sentences.append(say("Ended: %s.") % ", ".join(filter(None, (view.written(ends), ways))))
    at_least = thing.at_least(CASUS.PartyEpisode)
    if now := sure(bound_on(view, CASUS.partyTo, thing.iri, today())):
        text = say("States bound by it today: at least %s.") if at_least else say("States bound by it today: %s.")
        sentences.append(text % now)
    elif ever := len({one.state for one in found if one.record.is_a(CASUS.PartyEpisode)}):
        text = say("States once bound by it: at least %s.") if at_least else say("States once bound by it: %s.")
        sentences.append(text % ever)
    return " ".join(sentences)


def _terms(view: View, record: Record) -> Iterator[Lasting]:
    """What an article, or the instrument as a whole, says of term and withdrawal."""
    say = view.say
    for rule in record.things(CASUS.termRule):
        yield Lasting(view.name(rule), record)
    numbers = (
        (CASUS.initialTermYears, say("initial term in years: %s")),
        (CASUS.renewalTermYears, say("each renewal in years: %s")),
        (CASUS.noticePeriodMonths, say("notice of withdrawal in months: %s")),
        (CASUS.withdrawalAllowedAfterYears, say("withdrawal allowed after years: %s")),
    )
    for property_, text in numbers:
        if (value := record.value(property_)) is not None:
            yield Lasting(text % value, record)


def _related(view: View, record: Record) -> list[tuple[str, list[NamedNode]]]:
    say = view.say
    words = (
        (say("Instrument of"), CASUS.instrumentOf),
        (say("Amends"), CASUS.amends),
        (say("Amends the articles"), CASUS.amendsProvision),
        (say("Prolongs"), CASUS.prolongs),
        (say("Replaces"), CASUS.replaces),
        (say("Replaced by"), CASUS.replacedBy),
        (say("Made by"), CASUS.madeBy),
        (say("Addressed to"), CASUS.addressedTo),
        (say("Form"), CASUS.hasForm),
        (say("Entry into force"), CASUS.entryRule),
        (say("Legal force"), CASUS.legalForce),
        (say("Publicity"), CASUS.secrecy),
    )
    found = ((word, record.things(property_)) for word, property_ in words)
    return [(word, things) for word, things in found if things]


def _codes(view: View, record: Record) -> list[tuple[str, str]]:
    names = (
        (CASUS.atopId, "ATOP"),
        (CASUS.cowAllianceId, "COW"),
        (CASUS.unTreatySeries, "UNTS"),
        (DCTERMS.identifier, view.service.site.identity.title),
    )
    return [(name, value) for property_, name in names if (value := record.value(property_)) is not None]


def _pledges(view: View, record: Record) -> list[tuple[NamedNode, bool]]:
    """Whether it makes each kind of pledge that ATOP codes, as far as the graph says."""
    timeline = view.service.library.timeline
    coded = [(kind.iri, kind.atop_code) for kind in timeline.kinds] if timeline is not None else []
    said = ((kind, record.value(code)) for kind, code in coded if code is not None)
    return [(kind, value in ("true", "1")) for kind, value in said if value is not None]
