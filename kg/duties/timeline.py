"""Duties over time: who owed what to whom on a date, what held on it, and how calls for help were answered.

The rules are data, `rules/obligations.lp`. They run over the closure of a graph and give every duty its bounds in time
once and for all; what holds on a day is then read off those bounds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Triple

from kg.day import Certainty
from kg.duties.calendar import calendar_facts
from kg.duties.findings import Findings
from kg.duties.graph import Labels, describe
from kg.duties.kinds import Kind, find_kind, read_kinds, word_facts
from kg.duties.model import (
    Duty,
    ExclusivityConflict,
    Interruption,
    OwedAssistance,
    Relation,
    Standing,
    Thing,
    Wording,
)
from kg.reasoning.grounder import ground
from kg.reasoning.symbols import STANDARD, Dictionary, constants, triple_facts
from kg.terms import CASUS, ID, RDF

__all__ = ["OBLIGATIONS", "VOCABULARIES", "DutyOnDay", "Timeline", "as_of", "bearing", "derive", "literal_facts"]

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
        kinds: the kinds of obligation that the graph knows.
    """

    duties: tuple[Duty, ...]
    standings: tuple[Standing, ...]
    owed: tuple[OwedAssistance, ...]
    conflicts: tuple[ExclusivityConflict, ...]
    kinds: tuple[Kind, ...]
    _labels: Labels = field(repr=False, compare=False)

    def on(self, day: date) -> frozenset[Relation]:
        """The plain relations of a day: who was a member, a party, an ally, who owed what to whom."""
        held: dict[tuple[Thing, NamedNode, Thing], Relation] = {}

        def add(subject: Thing, predicate: NamedNode, twin: NamedNode, value: Thing, certainty: Certainty) -> None:
            present = held.get((subject, predicate, value))
            if present is None or present.certainty is not Certainty.CERTAIN:
                held[subject, predicate, value] = Relation(subject, predicate, value, certainty, twin)

        for standing in self.standings:
            certainty = standing.period.on(day)
            if certainty is not None:
                add(standing.state, standing.relation, standing.twin, standing.place, certainty)
        for duty in self.duties:
            certainty = duty.on(day)
            if certainty is not None:
                add(duty.holder, duty.kind.relation, duty.kind.possible_relation, duty.beneficiary, certainty)
                if duty.kind.makes_allies:
                    add(duty.holder, CASUS.alliedWith, CASUS.possiblyAlliedWith, duty.beneficiary, certainty)
                    add(duty.beneficiary, CASUS.alliedWith, CASUS.possiblyAlliedWith, duty.holder, certainty)
        return frozenset(held.values())

    def as_of(self, day: date) -> Iterator[Triple]:
        """The plain relations of a day as triples, to be added to the graph before OWL 2 RL runs."""
        return (relation.triple for relation in self.on(day))

    def duties_on(
        self,
        day: date,
        *,
        holder: Thing | None = None,
        beneficiary: Thing | None = None,
        kind: str | NamedNode | None = None,
        treaty: Thing | None = None,
    ) -> list[DutyOnDay]:
        """The duties of a day, those suspended included: all of them, or those of a state, a kind or a treaty.

        Raises:
            BadInput: no kind is so called; `find_kind` says how kinds are named.
        """
        wanted = None if kind is None else find_kind(self.kinds, kind)
        return [
            DutyOnDay(duty, duty.on(day), duty.wordings_on(day), duty.suspended_on(day), duty.frozen_on(day))
            for duty in self.duties
            if duty.period.on(day) is not None
            and holder in (None, duty.holder)
            and beneficiary in (None, duty.beneficiary)
            and wanted in (None, duty.kind)
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
    kinds = read_kinds(triples)
    facts = sorted(triple_facts(bearing(triples), dictionary)) + literal_facts(dictionary)
    findings = Findings(ground(OBLIGATIONS, "\n".join(facts), shown=Findings.READ), dictionary.terms, kinds)
    return Timeline(
        tuple(findings.duties),
        tuple(findings.standings()),
        tuple(findings.owed()),
        tuple(findings.conflicts()),
        tuple(kinds.values()),
        Labels(triples),
    )


def bearing(triples: Collection[Triple]) -> list[Triple]:
    """Those triples that some rule of `obligations.lp` reads, always in one order, which the rules break ties by."""
    read = {NamedNode(iri) for iri in constants(OBLIGATIONS.read_text("utf-8"), VOCABULARIES).values()}
    classes = read.union(triple.subject for triple in triples if triple.predicate == CASUS.dutyRelation)
    return sorted(
        {t for t in triples if t.predicate in read and (t.predicate != RDF.type or t.object in classes)}, key=str
    )


def literal_facts(dictionary: Dictionary) -> list[str]:
    """What `obligations.lp` asks about the literals of a dictionary: the days that dates may mean, and words."""
    return calendar_facts(dictionary) + word_facts(dictionary)


def as_of(closure: Iterable[Quad | Triple], day: date) -> Iterator[Triple]:
    """The plain relations of a day in a graph, to be added to it before OWL 2 RL runs again.

    Args:
        closure: all that is asserted and inferred.
        day: the day.

    Raises:
        ReasonerError: clingo failed.
    """
    return derive(closure).as_of(day)
