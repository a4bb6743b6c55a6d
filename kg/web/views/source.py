"""The page of a source: what it is, how much of it was seen, and all that rests on it."""

from __future__ import annotations

from collections import defaultdict

from pyoxigraph import NamedNode

from kg.terms import CASUS, DCTERMS, Resource
from kg.web.views.evidence import claims_shown_by
from kg.web.views.record import Record, pointing
from kg.web.views.thing import Thing
from kg.web.views.view import View


def source_page(thing: Thing) -> str:
    """The page of a source."""
    view, source = thing.view, thing.iri
    groups = _resting(view, source)
    return thing.render(
        "thing-source.html",
        _lede(view, thing.record, sum(len(things) for _, things in groups)),
        markup="CreativeWork",
        facts=_facts(view, thing.record),
        groups=groups,
        stated=pointing(view, source, CASUS.statedIn).in_order(),
        claims=claims_shown_by(view, source),
        sections=pointing(view, source, CASUS.sectionOf).in_order(),
    )


def _lede(view: View, record: Record, resting: int) -> str:
    citation = record.text(DCTERMS.bibliographicCitation)
    texts = [f"{citation.rstrip('.')}."] if citation and citation != record.name else []
    texts.append(view.say("Statements that rest on it: %s.") % resting)
    return " ".join(texts)


def _facts(view: View, record: Record) -> list[tuple[str, list[NamedNode], list[str]]]:
    say = view.say
    rows = (
        (say("Kind"), CASUS.sourceKind, None),
        (say("Issued"), None, DCTERMS.issued),
        (say("Where it is"), None, CASUS.locator),
        (say("Seen"), CASUS.seen, None),
        (say("Notes in it go on to"), None, CASUS.annotatedNotBefore),
        (say("License"), DCTERMS.license, None),
    )
    found = [
        (word, record.things(thing) if thing else [], record.values(text) if text else []) for word, thing, text in rows
    ]
    return [(word, things, texts) for word, things, texts in found if things or texts]


def _resting(view: View, source: NamedNode) -> list[tuple[str, list[Resource]]]:
    """What rests on a source, by kind, the most numerous first."""
    kinds = _kind_words(view)
    found: dict[Resource, str] = {}
    for thing, class_ in view.select("rests-on", thing=source):
        if isinstance(thing, NamedNode):
            word = kinds.get(class_) if isinstance(class_, NamedNode) else None
            found[thing] = word or found.get(thing) or view.say("Other")
    groups: dict[str, list[Resource]] = defaultdict(list)
    for thing, word in found.items():
        groups[word].append(thing)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return [(word, sorted(things, key=view.name)) for word, things in ordered]


def _kind_words(view: View) -> dict[NamedNode, str]:
    say = view.say
    return {
        CASUS.State: say("States"),
        CASUS.Organization: say("Organizations"),
        CASUS.Organ: say("Organs"),
        CASUS.Office: say("Offices"),
        CASUS.Person: say("Persons"),
        CASUS.Instrument: say("Treaties and other instruments"),
        CASUS.Provision: say("Articles"),
        CASUS.Obligation: say("Obligations"),
        CASUS.TreatyStatement: say("Reservations and declarations"),
        CASUS.Episode: say("Episodes"),
        CASUS.Event: say("Events"),
        CASUS.Participation: say("Participations"),
        CASUS.ExerciseSeries: say("Series of exercises"),
        CASUS.Amount: say("Strengths and shares"),
        CASUS.Area: say("Places and areas"),
        CASUS.Claim: say("Claims"),
        CASUS.CompletenessStatement: say("How complete the lists are"),
    }
