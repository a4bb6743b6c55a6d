"""The tool `describe`: a thing, what is said of it and how surely, its sources, and what is complete."""

from __future__ import annotations

from datetime import date

from pyoxigraph import NamedNode

from kg.mcp.teller import Teller
from kg.mcp.typed import Told, ToldThing, ToldValue
from kg.sparql.answer import readable
from kg.terms import CASUS, LABELS, SKOS
from kg.web.cbd import read_description
from kg.web.reader import Property, ShownValue

#: Values of a property, and things that point at this one by a property, that are told.
_MOST, _MOST_POINTING = 20, 5
_NAMES = frozenset(property_.value for property_ in (*LABELS, SKOS.altLabel))
_COMPLETE = """\
SELECT ?holds ?extent ?begins ?ends WHERE {
  ?list casus:completeOf %s ; casus:completeClass ?holds ; casus:completenessExtent ?extent .
  OPTIONAL { ?list casus:begins ?begins }
  OPTIONAL { ?list casus:ends ?ends }
}
ORDER BY ?holds ?begins"""


class SaidProperty(ToldThing):
    """A property of a thing, with its values."""

    values: list[ToldValue]
    """The values, in the language asked for first."""

    count: int
    """How many there are; of many only the first are told."""


class KnownList(Told):
    """A list about the thing, and whether it is complete."""

    of: ToldThing
    """The class of what the list holds."""

    extent: str
    """How complete it is."""

    begins: str | None = None
    """From when on."""

    ends: str | None = None
    """Until when; open if it is not said."""


class AboutThing(ToldThing):
    """All that is said of a thing."""

    iri: str
    """Its whole IRI, which is also its address where the project is served."""

    names: list[ToldValue] = []
    """What it is called, each with its language as the label."""

    types: list[ToldThing] = []
    """What it is."""

    confidence: str | None = None
    """verified: somebody consulted a cited source; general: well known; uncertain: a date, number or reading is."""

    properties: list[SaidProperty] = []
    """What is said of it."""

    pointing: list[SaidProperty] = []
    """What points at it: ask for all of it with the tool query."""

    sources: list[ToldValue] = []
    """Where it is from, as things or in words. Cite these."""

    complete: list[KnownList] = []
    """Lists about it that are known to be complete; every other may lack something."""


def describe_thing(teller: Teller, thing: NamedNode, as_of: date | None) -> AboutThing:
    """What is said of a thing.

    Args:
        teller: whom to ask.
        thing: the thing.
        as_of: a day, whose relations hold besides.

    Raises:
        CasusError: as `kg.pool.pool.Pool.run`.
    """
    asker = teller.asker(as_of)
    found = read_description(asker, thing, teller.view.reader)
    names = [one for one in found.properties if one.iri in _NAMES]
    confidence = next((one for one in found.properties if one.iri == CASUS.confidence.value), None)
    shown = [one for one in found.properties if one not in names and one is not confidence]
    return AboutThing(
        term=teller.term(thing),
        label=found.label,
        iri=thing.value,
        names=[ToldValue(value=value.text, label=value.language) for one in names for value in one.values],
        types=[_thing(teller, value) for value in found.types],
        confidence=confidence.values[0].text if confidence else None,
        properties=[_property(teller, one, _MOST) for one in shown],
        pointing=[_property(teller, one, _MOST_POINTING) for one in found.inverse],
        sources=[_value(teller, value) for value in found.sources],
        complete=[
            KnownList(
                of=teller.named(holds),
                extent=teller.view.name(extent),
                begins=readable(begins) or None,
                ends=readable(ends) or None,
            )
            for holds, extent, begins, ends in asker.select(_COMPLETE % thing)
            if isinstance(holds, NamedNode) and isinstance(extent, NamedNode)
        ],
    )


def _property(teller: Teller, said: Property, most: int) -> SaidProperty:
    return SaidProperty(
        term=teller.term(NamedNode(said.iri)),
        label=said.text,
        values=[_value(teller, value) for value in said.values[:most]],
        count=said.count or len(said.values),
    )


def _value(teller: Teller, value: ShownValue) -> ToldValue:
    if value.iri is not None:
        return ToldValue(value=teller.term(NamedNode(value.iri)), label=value.text)
    if value.parts:  # it has no name: what is said of it stands for it
        parts = (f"{part.text}: {', '.join(one.text for one in part.values)}" for part in value.parts)
        return ToldValue(value="; ".join(parts))
    return ToldValue(value=value.text)


def _thing(teller: Teller, value: ShownValue) -> ToldThing:
    assert value.iri is not None
    return ToldThing(term=teller.term(NamedNode(value.iri)), label=value.text)
