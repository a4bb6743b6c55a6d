"""A supposed case: what is given of an attack, a threat or unrest, and what is assumed where nothing is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.day import day_literal
from kg.terms import CASUS, CONCEPTS, RDF, XSD, Resource


class CaseKind(Enum):
    """What is supposed to happen."""

    ARMED_ATTACK = "armed-attack"
    THREAT = "threat"
    INTERNAL = "internal"
    AGGRESSION_BY_VICTIM = "aggression-by-victim"

    @property
    def iri(self) -> NamedNode:
        """The concept."""
        return CONCEPTS[f"case-kind/{self.value}"]


@dataclass(frozen=True)
class Place:
    """Where a case happens.

    Attributes:
        text: what was said of it, empty if nothing was.
        areas: the areas that this names; none if it names no area on record.
    """

    text: str
    areas: tuple[Resource, ...]


@dataclass(frozen=True)
class Case:
    """What is supposed. It is never stored, and no event of the record.

    Attributes:
        attacker: the state that attacks or threatens; in unrest, the state itself.
        victim: the state that is attacked or threatened.
        on: the day.
        kind: what happens.
        place: where.
        requested: whether the victim asked for help, None if that is not given.
    """

    attacker: Resource
    victim: Resource
    on: date
    kind: CaseKind
    place: Place
    requested: bool | None

    def triples(self) -> Iterator[Triple]:
        """The case in the terms of `ontology/cases.ttl`, under a blank node."""
        case = BlankNode("case")
        yield Triple(case, RDF.type, CASUS.Case)
        yield Triple(case, CASUS.supposedAttacker, self.attacker)
        yield Triple(case, CASUS.supposedVictim, self.victim)
        yield Triple(case, CASUS.supposedKind, self.kind.iri)
        yield Triple(case, CASUS.supposedOn, day_literal(self.on))
        for area in self.place.areas:
            yield Triple(case, CASUS.supposedPlace, area)
        if self.requested is not None:
            told = Literal(str(self.requested).lower(), datatype=XSD.boolean)
            yield Triple(case, CASUS.supposesRequest, told)
