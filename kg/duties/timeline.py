"""Duties over time: who owed what to whom on a date, what held on it, and how calls for help were answered.

The rules are data, `obligations.lp`. They run over the closure of a graph and give every duty its bounds in time
once and for all; what holds on a day is then read off those bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from pyoxigraph import NamedNode, Quad, Triple

from kg.duties.as_rdf import NAMING, DutyNames, derived_text
from kg.duties.by_property import ByProperty
from kg.duties.currency import DATING, Currency, read_currency
from kg.duties.due import PARTICULAR, DutyOnDay, Particulars, Shown, view
from kg.duties.findings import READ, Findings
from kg.duties.kinds import KIND_PROPERTIES, Kind, find_kind, read_absences, read_kinds
from kg.duties.model import (
    Derived,
    Duty,
    EpisodeStatus,
    ExclusivityConflict,
    OwedAssistance,
    Relation,
)
from kg.duties.rules import OBLIGATIONS, VOCABULARIES, bearing, duty_facts
from kg.project import shipped_names
from kg.rdf.reread import reread
from kg.reasoning.grounder import ground
from kg.reasoning.symbols import Dictionary, triple_facts
from kg.terms import CASUS, Namespaces, Resource


class RuleFindings(NamedTuple):
    """What the rules find, however things are called; fields as those of `Timeline`."""

    duties: tuple[Duty, ...]
    statuses: tuple[EpisodeStatus, ...]
    owed: tuple[OwedAssistance, ...]
    conflicts: tuple[ExclusivityConflict, ...]
    kinds: tuple[Kind, ...]

    @classmethod
    def by(cls, findings: Findings) -> RuleFindings:
        """The same without the atoms that it stands for."""
        kinds = tuple(findings.kinds.values())
        return cls(findings.duties, findings.statuses, findings.owed, findings.conflicts, kinds)


class Said(NamedTuple):
    """What a graph says of all that and is no matter of the rules; fields as those of `Timeline`."""

    currency: Currency
    absences: Mapping[Resource, frozenset[str]]
    labels: DutyNames
    particulars: Particulars


@dataclass(frozen=True)
class Timeline:
    """All that the rules of duties over time derive from one graph.

    Attributes:
        duties: who owes what to whom, from when to when.
        statuses: who was a member, a party, an observer, suspended or frozen where.
        owed: calls for help with their answers.
        conflicts: promises that may clash.
        kinds: the kinds of obligation that the graph knows.
        currency: the day to which the sources reach; nothing is certain after it.
        absences: the kinds of pledge, by their notation in lower case, that an instrument is known not to make.
    """

    duties: tuple[Duty, ...]
    statuses: tuple[EpisodeStatus, ...]
    owed: tuple[OwedAssistance, ...]
    conflicts: tuple[ExclusivityConflict, ...]
    kinds: tuple[Kind, ...]
    currency: Currency
    absences: Mapping[Resource, frozenset[str]]
    _labels: DutyNames = field(repr=False, compare=False)
    _particulars: Particulars = field(repr=False, compare=False)

    def on(self, day: date) -> frozenset[Relation]:
        """The plain relations of a day: who was a member, a party, an ally, who owed what to whom."""
        held: dict[tuple[Resource, NamedNode, Resource], Relation] = {}
        for relation, _ in self.supports(day):
            present = held.setdefault(relation[:3], relation)
            if relation.certainty.rank < present.certainty.rank:
                held[relation[:3]] = relation
        return frozenset(held.values())

    def supports(self, day: date) -> Iterator[tuple[Relation, EpisodeStatus | Duty]]:
        """The plain relations of a day, each with what it holds by: a status or a duty.

        A relation may be there several times, and as possible by one duty while it is certain by another.
        """
        for status in self.statuses:
            certainty = self.currency.of(status.period.on(day), day)
            if certainty is not None:
                ends = (status.state, status.relation, status.object)
                yield Relation(*ends, certainty, status.twin), status
        for duty in self.duties:
            certainty = self.currency.of(duty.on(day), day)
            if certainty is not None:
                holder, kind, beneficiary = duty.holder, duty.kind, duty.beneficiary
                yield Relation(holder, kind.relation, beneficiary, certainty, kind.possible_relation), duty
                if kind.makes_allies:
                    for one, other in ((holder, beneficiary), (beneficiary, holder)):
                        yield Relation(one, CASUS.alliedWith, other, certainty, CASUS.possiblyAlliedWith), duty

    def as_of(self, day: date) -> Iterator[Triple]:
        """The plain relations of a day as triples, to be added to the graph before OWL 2 RL runs."""
        return (relation.triple for relation in self.on(day))

    def view(self, day: date) -> Iterator[Triple]:
        """The duties that are due on a day with flat properties, in the terms of `ontology/duties.ttl`."""
        return (shown.triple for _, shown in self.shown(day))

    def shown(self, day: date, duties: Iterable[Duty] | None = None) -> Iterator[tuple[DutyOnDay, Shown]]:
        """The same with what each statement rests on, of all duties or of some."""
        found = self.duties_on(day) if duties is None else filter(None, (self._on(duty, day) for duty in duties))
        return view(found, self._particulars, day)

    def duties_on(
        self,
        day: date,
        *,
        holder: Resource | None = None,
        beneficiary: Resource | None = None,
        kind: str | NamedNode | None = None,
        treaty: Resource | None = None,
    ) -> list[DutyOnDay]:
        """The duties of a day, those suspended included: all of them, or those of a state, a kind or a treaty.

        Raises:
            BadInput: no kind is so called; `find_kind` says how kinds are named.
        """
        wanted = None if kind is None else find_kind(self.kinds, kind)
        chosen = (
            self._on(duty, day)
            for duty in self.duties
            if holder in (None, duty.holder)
            and beneficiary in (None, duty.beneficiary)
            and wanted in (None, duty.kind)
            and treaty in (None, duty.treaty)
        )
        return list(filter(None, chosen))

    @property
    def found(self) -> RuleFindings:
        """What the rules found."""
        return RuleFindings(self.duties, self.statuses, self.owed, self.conflicts, self.kinds)

    @property
    def said(self) -> Said:
        """What the graph says besides."""
        return Said(self.currency, self.absences, self._labels, self._particulars)

    @property
    def derived(self) -> tuple[Derived, ...]:
        """All that has a name of its own in the derived graph."""
        return (*self.duties, *self.owed, *self.conflicts)

    def triples(self, items: Iterable[Derived] | None = None) -> Iterator[Triple]:
        """The derived graph, or its part about some items, in the terms of `ontology/duties.ttl`."""
        text = derived_text(self.derived if items is None else items, self._labels, self.currency)
        return (quad.triple for quad in reread(text))

    def _on(self, duty: Duty, day: date) -> DutyOnDay | None:
        """A duty as it stands on a day, None if the day is not even possibly one of its period."""
        if duty.period.on(day) is None:
            return None
        certainty = self.currency.of(duty.on(day), day)
        return DutyOnDay(duty, certainty, duty.wordings_on(day), duty.suspended_on(day), duty.frozen_on(day))


def derive(closure: Iterable[Quad | Triple], namespaces: Namespaces | None = None) -> Timeline:
    """The duties of a graph, and what else `obligations.lp` derives from it.

    Args:
        closure: all that is asserted and inferred, as triples or as quads, whose graph names are not looked at.
        namespaces: those in which what is derived gets its names, by default the shipped project's.

    Raises:
        ReasonerError: clingo failed.
    """
    graph = ByProperty(closure)
    return read_timeline(find_by_rules(bearing(graph), graph, namespaces), graph)


def find_by_rules(read: Iterable[Triple], graph: ByProperty, namespaces: Namespaces | None = None) -> RuleFindings:
    """What the rules of duties over time find.

    Args:
        read: the triples that they read, by `bearing`.
        graph: all triples, which say what kinds of obligation there are.
        namespaces: those in which what is found gets its names, by default the shipped project's.

    Raises:
        ReasonerError: clingo failed.
    """
    dictionary = Dictionary(OBLIGATIONS.read_text("utf-8"), VOCABULARIES)
    facts = sorted(triple_facts(read, dictionary)) + duty_facts(dictionary)
    atoms = ground(OBLIGATIONS, "\n".join(facts), shown=READ)
    base = (namespaces or shipped_names()).id
    return RuleFindings.by(
        Findings((atom[:-1] for atom in atoms), dictionary.terms, read_kinds(graph.of(KIND_PROPERTIES)), base)
    )


def read_timeline(found: RuleFindings, graph: ByProperty) -> Timeline:
    """What the rules found in a graph, which says how things are called."""
    return Timeline(*found, *read_said(found.kinds, graph))


def read_said(kinds: Sequence[Kind], graph: ByProperty) -> Said:
    """What a graph says besides what the rules read, of which kinds of obligation are known."""
    currency = read_currency(graph.of(DATING))
    absences = read_absences(graph.of(kind.atop_code for kind in kinds if kind.atop_code is not None), kinds)
    return Said(currency, absences, DutyNames(graph.of(NAMING)), Particulars(graph.of(PARTICULAR)))
