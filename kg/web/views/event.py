"""The page of an event: when and where, who took part how, what was asked and answered, what was owed and done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.terms import CASUS, CONCEPTS, Resource
from kg.web.views.evidence import claims_shown_by
from kg.web.views.question import short
from kg.web.views.record import Record, Records, pointing
from kg.web.views.thing import Thing
from kg.web.views.view import View

#: How a call may have been answered, the best answer first.
_ANSWERS = (
    CASUS.MetAssistance,
    CASUS.JointlyMetAssistance,
    CASUS.OtherwiseAnsweredAssistance,
    CASUS.UnansweredAssistance,
)
#: In which roles states attack, and in which they are attacked.
_ATTACKING = {CONCEPTS[f"role/{role}"] for role in ("accused-party", "attacking-state", "invading-state")}
_ATTACKED = {CONCEPTS[f"role/{role}"] for role in ("attacked-state", "attacked-ally", "invaded-state")}
#: Numbers of an event in the data sets of the field.
_NUMBERS = ((CASUS.ucdpId, "UCDP"), (CASUS.icbNumber, "ICB"), (CASUS.midNumber, "MID"))


@dataclass(frozen=True)
class Owed:
    """Help that was owed to a state in the event, and how it was answered by those who owed it.

    Attributes:
        to: the state.
        answer: the class of the answer, if one is known.
        certain: whether the help was owed for certain.
        by: who owed it.
        shown_by: what shows the answer.
    """

    to: Resource
    answer: NamedNode | None
    certain: bool
    by: tuple[Resource, ...]
    shown_by: tuple[Resource, ...]


def event_page(thing: Thing) -> str:
    """The page of an event."""
    view, event, record = thing.view, thing.iri, thing.record
    part = pointing(view, event, CASUS.participationIn)
    return thing.render(
        "thing-event.html",
        _lede(thing),
        markup="Event",
        facts=_facts(view, record),
        numbers=[(name, number) for property_, name in _NUMBERS for number in record.values(property_)],
        participations=sorted(part.in_order(), key=_by_role),
        owed=_owed(view, pointing(view, event, CASUS.calledOnIn).in_order()),
        claims=claims_shown_by(view, event),
        case=_case(view, record, part),
    )


def _case(view: View, record: Record, part: Records) -> dict[str, str] | None:
    """The case that the event was, as an address asks for it; None unless one state attacked another on a known day."""

    def having(roles: set[NamedNode]) -> set[NamedNode]:
        found = (one for one in part if roles.intersection(one.things(CASUS.participationRole)))
        return {state for one in found for state in one.things(CASUS.participant)}

    attackers = having(_ATTACKING) - set(record.things(CASUS.requestedOf))  # who is asked for help is no attacker
    states = set(record.things(CASUS.involves))  # an organization may have asked, too
    victims = (having(_ATTACKED) | set(record.things(CASUS.requestedBy))) & states
    day = record.begins
    if len(attackers) != 1 or len(victims) != 1 or attackers == victims or day is None or view.written(day) == day:
        return None
    return {"attacker": short(view, attackers.pop()), "victim": short(view, victims.pop()), "on": day}


def _by_role(part: Record) -> tuple[str, str]:
    return ", ".join(map(part.view.name, part.things(CASUS.participationRole))), part.name


def _lede(thing: Thing) -> str:
    view, record, say = thing.view, thing.record, thing.view.say
    begins, ends = record.begins, record.ends
    day = view.written(begins) if begins is not None else None
    span = say("%s to %s") % (day, view.written(ends)) if day and ends and ends != begins else day
    where = record.text(CASUS.place) or ", ".join(map(view.name, record.things(CASUS.hostState)))
    sentences = [", ".join(filter(None, (span, where))) + "."] if span or where else []
    outcome = record.text(CASUS.outcomeText) or ", ".join(map(view.name, record.things(CASUS.outcome)))
    if outcome:
        sentences.append(say("Outcome: %s.") % outcome.rstrip("."))
    return " ".join(sentences)


def _facts(view: View, record: Record) -> list[tuple[str, Sequence[NamedNode], Sequence[str]]]:
    """What is said of the event besides who took part: words, things, texts."""
    say = view.say
    rows = (
        (say("Where"), (), (CASUS.place,)),
        (say("Host"), (CASUS.hostState,), ()),
        (say("Held by"), (CASUS.sponsor,), ()),
        (say("Series"), (CASUS.inSeries,), ()),
        (say("Asked by"), (CASUS.requestedBy, CASUS.invokedBy), ()),
        (say("Asked of"), (CASUS.requestedOf,), (CASUS.addresseeText,)),
        (say("Relied on"), (CASUS.invokes,), (CASUS.provisionText,)),
        (say("Concerns"), (CASUS.concernsOrganization, CASUS.concernsProvision, CASUS.concernsObligation), ()),
        (say("In response to"), (CASUS.respondsTo,), ()),
        (say("Responses"), (CASUS.hasResponse,), ()),
        (say("Forces"), (CASUS.involvesForce,), (CASUS.strengthText,)),
        (say("Outcome"), (CASUS.outcome,), (CASUS.outcomeText,)),
        (say("What kind"), (), (CASUS.kindText,)),
        (say("Known ahead"), (), (CASUS.datedAhead,)),
    )
    found = [
        (word, record.things(*things), [text for name in texts for text in record.texts(name)])
        for word, things, texts in rows
    ]
    days = [(say("Asked on"), CASUS.requestedOn), (say("Answered on"), CASUS.answeredOn)]
    found += [(word, [], [day]) for word, property_ in days if (day := record.day(property_)) is not None]
    return [(word, things, texts) for word, things, texts in found if things or texts]


def _owed(view: View, found: Iterable[Record]) -> list[Owed]:
    """Help owed in the event: those who answered in the same way together."""
    by: dict[tuple[Resource, NamedNode | None, bool], list[Record]] = defaultdict(list)
    for record in found:
        answer = next((kind for kind in _ANSWERS if record.is_a(kind)), None)
        certain = record.value(CASUS.isCertain) in ("true", "1")
        for to in record.things(CASUS.assistanceOwedTo):
            by[to, answer, certain].append(record)
    groups = [
        Owed(
            to,
            answer,
            certain,
            _all(view, records, CASUS.assistanceOwedBy),
            _all(view, records, CASUS.shownBy),
        )
        for (to, answer, certain), records in by.items()
    ]

    def order(group: Owed) -> tuple[str, int, bool]:
        rank = _ANSWERS.index(group.answer) if group.answer is not None else len(_ANSWERS)
        return view.name(group.to), rank, not group.certain

    return sorted(groups, key=order)


def _all(view: View, records: Iterable[Record], property_: NamedNode) -> tuple[Resource, ...]:
    return tuple(sorted({thing for record in records for thing in record.things(property_)}, key=view.name))
