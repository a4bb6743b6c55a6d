"""The page of a claim: what it states in our words, the verdict, the better fact, the evidence on both sides."""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.terms import CASUS, Resource
from kg.web.views.record import Record, Records, said_of
from kg.web.views.thing import Thing
from kg.web.views.view import View

#: Verdicts by which a claim does not, or does not quite, hold.
_OPEN = ("disputed", "outdated", "uncorroborated")


def claim_page(thing: Thing) -> str:
    """The page of a claim."""
    view, record = thing.view, thing.record
    ways = (CASUS.supportedBy, CASUS.disputedBy, CASUS.competesWith)
    known = said_of(view, *{node for way in ways for node in record.things(way)})
    status = record.thing_of(CASUS.status)
    return thing.render(
        "thing-claim.html",
        _lede(view, record, status),
        markup="Claim",
        status=status,
        doubtful=status is not None and status.value.rpartition("/")[2] in _OPEN,
        sides=[
            (word, [(node, _about(known, node)) for node in record.things(way)])
            for word, way in zip(
                (view.say("For it"), view.say("Against it"), view.say("Competes with")), ways, strict=True
            )
        ],
        facts=_facts(view, record),
    )


def _about(known: Records, node: Resource) -> Record | None:
    """What is said of a piece of evidence, if it is a statement with sources of its own."""
    record = known.get(node)
    return record if record is not None and not record.is_a(CASUS.Source) else None


def _lede(view: View, record: Record, status: NamedNode | None) -> str:
    parts = [view.say("Verdict: %s.") % view.name(status)] if status is not None else []
    better = record.text(CASUS.betterFact)
    return " ".join([*parts, *([f"{better.rstrip('.')}."] if better else [])])


def _facts(view: View, record: Record) -> list[tuple[str, list[NamedNode], list[str]]]:
    say = view.say
    rows = (
        (say("Stated in"), (CASUS.statedIn, CASUS.inSection), ()),
        (say("Basis of the verdict"), (CASUS.claimBasis,), ()),
        (say("Class"), (CASUS.claimClass,), ()),
        (say("Subject"), (CASUS.claimSubject,), (CASUS.subjectText,)),
        (say("Predicate"), (CASUS.claimPredicate,), (CASUS.predicateText,)),
        (say("Object"), (CASUS.claimObject,), (CASUS.objectText,)),
    )
    found = [
        (word, record.things(*things), [text for name in texts for text in record.texts(name)])
        for word, things, texts in rows
    ]
    values = [(say("Value"), record.values(CASUS.claimValue)), (say("Time"), record.values(CASUS.claimTime))]
    found += [(word, [], texts) for word, texts in values]
    return [(word, things, texts) for word, things, texts in found if things or texts]
