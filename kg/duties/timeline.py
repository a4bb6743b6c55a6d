"""Duties over time: who owed what to whom on a date, what held on it, and how calls for help were answered.

The rules are data, `rules/obligations.lp`. They run over the closure of a graph and give every duty its bounds in time
once and for all; what holds on a day is then read off those bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Triple

from kg.day import Certainty
from kg.duties.calendar import calendar_facts
from kg.duties.findings import Findings
from kg.duties.graph import Labels, describe
from kg.duties.model import (
    MILITARY_KINDS,
    Duty,
    ExclusivityConflict,
    Interruption,
    OwedAssistance,
    Relation,
    Standing,
    Thing,
    Wording,
    relation_of,
)
from kg.reasoning.grounder import ground
from kg.reasoning.symbols import STANDARD, Dictionary, triple_facts
from kg.terms import CASUS, ID, RDF

__all__ = ["OBLIGATIONS", "VOCABULARIES", "DutyOnDay", "Timeline", "as_of", "derive"]

OBLIGATIONS = Path(__file__).parent / "obligations.lp"

#: The vocabularies that `obligations.lp` names terms of, by the prefixes of their constants.
VOCABULARIES: Mapping[str, str] = {
    **STANDARD,
    "casus": CASUS.iri,
    **{scheme: f"{ID}{scheme}/" for scheme in ("confidence", "outcome", "precision", "role")},
}


@dataclass(frozen=True, slots=True)
class DutyOnDay:
    """A duty as it stands on one day.

    Attributes:
        duty: the duty.
        certainty: how it is due, None if it is suspended.
        wordings: the wordings that hold, each with how it holds.
        suspensions: the suspensions in effect.
        freezes: the freezes in effect.
    """

    duty: Duty
    certainty: Certainty | None
    wordings: tuple[tuple[Wording, Certainty], ...]
    suspensions: tuple[Interruption, ...]
    freezes: tuple[Interruption, ...]


@dataclass(frozen=True)
class Timeline:
    """All that the rules of duties over time derive from one graph.

    Attributes:
        duties: who owes what to whom, from when to when.
        standings: who was a member, a party, an observer, suspended or frozen where.
        owed: calls for help with their answers.
        conflicts: promises that may clash.
    """

    duties: tuple[Duty, ...]
    standings: tuple[Standing, ...]
    owed: tuple[OwedAssistance, ...]
    conflicts: tuple[ExclusivityConflict, ...]
    _labels: Labels = field(repr=False, compare=False)

    def on(self, day: date) -> frozenset[Relation]:
        """The plain relations of a day: who was a member, a party, an ally, who owed what to whom."""
        held: dict[tuple[Thing, NamedNode, Thing], Certainty] = {}

        def add(subject: Thing, predicate: NamedNode, value: Thing, certainty: Certainty | None) -> None:
            if certainty is not None and held.get((subject, predicate, value)) is not Certainty.CERTAIN:
                held[subject, predicate, value] = certainty

        for standing in self.standings:
            add(standing.state, standing.relation, standing.place, standing.period.on(day))
        for duty in self.duties:
            certainty = duty.on(day)
            add(duty.holder, relation_of(duty.kind), duty.beneficiary, certainty)
            if duty.kind in MILITARY_KINDS:
                add(duty.holder, CASUS.alliedWith, duty.beneficiary, certainty)
                add(duty.beneficiary, CASUS.alliedWith, duty.holder, certainty)
        return frozenset(Relation(*statement, certainty) for statement, certainty in held.items())

    def as_of(self, day: date) -> Iterator[Triple]:
        """The plain relations of a day as triples, to be added to the graph before OWL 2 RL runs."""
        return (relation.triple for relation in self.on(day))

    def duties_on(
        self,
        day: date,
        *,
        holder: Thing | None = None,
        beneficiary: Thing | None = None,
        kind: NamedNode | None = None,
        treaty: Thing | None = None,
    ) -> list[DutyOnDay]:
        """The duties of a day, those suspended included: all of them, or those of a state, a kind or a treaty."""
        return [
            DutyOnDay(duty, duty.on(day), duty.wordings_on(day), duty.suspended_on(day), duty.frozen_on(day))
            for duty in self.duties
            if duty.period.on(day) is not None
            and holder in (None, duty.holder)
            and beneficiary in (None, duty.beneficiary)
            and kind in (None, duty.kind)
            and treaty in (None, duty.treaty)
        ]

    def triples(self) -> Iterator[Triple]:
        """The derived graph: duties, calls for help and conflicts, in the terms of `ontology/duties.ttl`."""
        return describe(self.duties, self.owed, self.conflicts, self._labels)


def derive(closure: Iterable[Quad | Triple]) -> Timeline:
    """The duties of a graph, and what else `obligations.lp` derives from it.

    Args:
        closure: all that is asserted and inferred, as triples or as quads, whose graph names are not looked at.

    Raises:
        ReasonerError: clingo failed.
    """
    triples = [item.triple if isinstance(item, Quad) else item for item in closure]
    dictionary = Dictionary(OBLIGATIONS.read_text("utf-8"), VOCABULARIES)
    constants = set(dictionary.terms.values())
    # Only what some rule reads, and always in one order, which the rules break ties by.
    bearing = {t for t in triples if t.predicate in constants and (t.predicate != RDF.type or t.object in constants)}
    facts = sorted(triple_facts(sorted(bearing, key=str), dictionary)) + calendar_facts(dictionary)
    findings = Findings(ground(OBLIGATIONS, "\n".join(facts), shown=Findings.READ), dictionary.terms)
    return Timeline(
        tuple(findings.duties),
        tuple(findings.standings()),
        tuple(findings.owed()),
        tuple(findings.conflicts()),
        Labels(triples),
    )


def as_of(closure: Iterable[Quad | Triple], day: date) -> Iterator[Triple]:
    """The plain relations of a day in a graph, to be added to it before OWL 2 RL runs again.

    Args:
        closure: all that is asserted and inferred.
        day: the day.

    Raises:
        ReasonerError: clingo failed.
    """
    return derive(closure).as_of(day)
