"""What cases read of a graph: the duties of a day toward two states, and what the terms that bear on them say."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store, Triple

from kg.cases.gazetteer import Gazetteer
from kg.day import AFTER_ALL_DAYS, BEFORE_ALL_DAYS
from kg.duties.calendar import span
from kg.duties.due import DutyOnDay
from kg.duties.model import Duty, OwedAssistance
from kg.duties.timeline import Timeline
from kg.proofs.phrasing import Phrasing
from kg.terms import CASUS, CONCEPTS, RDF, RDFS, SKOS, Labels, Namespaces, Resource, Term, TermLike

#: What the rules of cases read of obligations, conditions, scopes, areas, instruments and statements about them.
_SAID = (
    CASUS.hasCondition,
    CASUS.hasException,
    CASUS.hasConflictScope,
    CASUS.hasGeographicScope,
    CASUS.owedOnlyAgainst,
    CASUS.notOwedAgainst,
    CASUS.createsObligation,
    CASUS.legalForce,
    CASUS.provisionNumber,
    CASUS.testedBy,
    CASUS.concernsState,
    CASUS.includesArea,
    CASUS.excludesArea,
    CASUS.within,
    CASUS.territoryOf,
    CASUS.calledFor,
    SKOS.broader,
)
#: The condition whose question is asked of each scope.
WITHIN_THE_AREA = CONCEPTS["condition/within-the-area"]
#: How a term is spelled, and no place in words.
_TERM = re.compile(r"<|[\w-]+[:/]\S+$")
#: What the view of a day says of a duty, of which the rules of cases read no more.
_DUE = frozenset({CASUS.dueCertainty, CASUS.dueObligation, CASUS.dueLimitedBy})


class CaseRecord:
    """What cases read of one graph, kept from one case to the next."""

    def __init__(self, store: Store, timeline: Timeline, names: Namespaces) -> None:
        """Read a graph.

        Args:
            store: its store.
            timeline: its duties over time.
            names: how it names things.
        """
        self._store = store
        self._timeline = timeline
        self._names = names

    def duties(self, day: date, beneficiary: Resource) -> list[tuple[DutyOnDay, list[Triple]]]:
        """The duties of a day toward a state, each with what the rules read of it."""
        found: dict[Resource, tuple[DutyOnDay, list[Triple]]] = {}
        for duty, shown in self._timeline.shown(day, self._duties_to[beneficiary]):
            iri = duty.duty.iri
            if iri not in found:
                found[iri] = (
                    duty,
                    [
                        Triple(iri, CASUS.dutyHolder, duty.holder),
                        Triple(iri, CASUS.dutyBeneficiary, duty.beneficiary),
                        Triple(iri, CASUS.underTreaty, duty.treaty),
                    ],
                )
            if shown.triple.predicate in _DUE:
                found[iri][1].append(shown.triple)
        return list(found.values())

    def about(self, things: Iterable[Term], day: date) -> list[Triple]:
        """What is said of some things, and of what that speaks of in turn; of areas only those that exist on a day."""
        gone = self._gone(day)
        triples: dict[Triple, None] = {}
        waiting, seen = list(things), set(things)
        while waiting:
            for triple in self._said.get(waiting.pop(), ()):
                if triple.object not in gone:
                    triples[triple] = None
                    for thing in (triple.subject, triple.object):
                        if thing not in seen:
                            seen.add(thing)
                            waiting.append(thing)
        return list(triples)

    def is_state(self, thing: Resource) -> bool:
        """Whether a thing is a state of the record."""
        return next(self._store.quads_for_pattern(thing, RDF.type, CASUS.State, DefaultGraph()), None) is not None

    def lifetime(self, state: Resource) -> tuple[int, int]:
        """The first and the last day of a state, as far as they are on record."""
        return self._lifetimes.get(state, (BEFORE_ALL_DAYS, AFTER_ALL_DAYS))

    @cached_property
    def first_day(self) -> int:
        """The first day on which any duty is on record."""
        begun = (duty.period.certain_from for duty in self._timeline.duties)
        return min((day for day in begun if day > BEFORE_ALL_DAYS), default=AFTER_ALL_DAYS)

    @cached_property
    def labels(self) -> Labels:
        """How things are called."""
        return Labels(self._matching(RDFS.label))

    @cached_property
    def phrasing(self) -> Phrasing:
        """How things are read in sentences."""
        return Phrasing(self._matching(RDFS.label), self._names)

    def mainland(self, state: Resource) -> Resource | None:
        """The area that is meant where a state is named as a place."""
        return self._mainlands.get(state)

    @cached_property
    def places(self) -> Gazetteer:
        """The areas by their names, and the main territories by the names of their states, too."""
        names: list[tuple[Resource, str]] = []
        for predicate in (RDFS.label, SKOS.altLabel):
            for thing, _, name in self._matching(predicate):
                if thing in self._areas:
                    names.append((thing, name.value))
                elif thing in self._mainlands:
                    names.append((self._mainlands[thing], name.value))
        return Gazetteer(names)

    def areas_named(self, given: TermLike, day: date) -> tuple[Resource, ...]:
        """The areas that exist on a day and that a text, or a term, names.

        Raises:
            BadInput: it is spelled as a term and is none.
        """
        gone = self._gone(day)
        if isinstance(given, str) and not _TERM.match(given):
            found: list[Resource] = self.places.find(given)
        else:
            term = self._names.term(given)
            found = [area for state, area in self._mainlands.items() if state == term] or [
                area for area in self._areas if area == term
            ]
        return tuple(area for area in found if area not in gone)

    def question(self, condition: Resource) -> dict[str, str]:
        """What a person has to decide about a condition, by language."""
        asked = self._values(condition, CASUS.question)
        if not asked and condition in self._scopes:
            asked = self._values(WITHIN_THE_AREA, CASUS.question)
        return {text.language or "": text.value for text in asked if isinstance(text, Literal)}

    @cached_property
    def _duties_to(self) -> Mapping[Resource, list[Duty]]:
        """The duties of all days by the states to which they are owed."""
        found: dict[Resource, list[Duty]] = defaultdict(list)
        for duty in self._timeline.duties:
            found[duty.beneficiary].append(duty)
        return found

    @cached_property
    def kinds_of_help(self) -> frozenset[Resource]:
        """The kinds of obligation that promise help, military or other."""
        return frozenset(kind for kind, _, called_for in self._matching(CASUS.calledFor) if called_for.value == "help")

    @cached_property
    def invocations(self) -> Mapping[Resource, tuple[Resource, ...]]:
        """The events in which provisions were invoked, with these."""
        found: dict[Resource, list[Resource]] = defaultdict(list)
        for event, _, provision in self._matching(CASUS.invokes):
            found[event].append(provision)
        return {event: tuple(sorted(provisions, key=str)) for event, provisions in found.items()}

    def treaty_of(self, provision: Resource) -> Resource | None:
        """The instrument that a provision is part of."""
        return next(iter(self._objects(provision, CASUS.provisionOf)), None)

    def outcomes(self, event: Resource) -> tuple[Resource, ...]:
        """The outcomes of an event."""
        return tuple(sorted(self._objects(event, CASUS.outcome), key=str))

    def day_of(self, event: Resource) -> date | None:
        """The day on which help was requested in an event, or else on which it began."""
        requested = next(iter(self._values(event, CASUS.requestedOn)), None)
        days = span(requested) if requested is not None else None
        first = days[0] if days else self.lifetime(event)[0]
        return date.fromordinal(first) if first > BEFORE_ALL_DAYS else None

    def owed_in(self, event: Resource) -> list[OwedAssistance]:
        """What help and counsel were owed in an event, and how it was answered."""
        return [owed for owed in self._timeline.owed if owed.event == event]

    def _objects(self, subject: Resource, predicate: NamedNode) -> list[Resource]:
        values = self._values(subject, predicate)
        return [value for value in values if isinstance(value, (NamedNode, BlankNode))]

    def _values(self, subject: Resource, predicate: NamedNode) -> list[Term]:
        return [quad.object for quad in self._store.quads_for_pattern(subject, predicate, None, DefaultGraph())]

    @cached_property
    def _said(self) -> Mapping[Term, list[Triple]]:
        said: dict[Term, list[Triple]] = defaultdict(list)
        for predicate in _SAID:
            for triple in self._matching(predicate):
                said[triple.subject].append(triple)
                if predicate == CASUS.createsObligation:
                    said[triple.object].append(triple)
        for kind in self._timeline.kinds:
            for triple in self._of_class(kind.iri):
                said[triple.subject].append(triple)
        return said

    @cached_property
    def _scopes(self) -> frozenset[Term]:
        return frozenset(scope for _, _, scope in self._matching(CASUS.hasGeographicScope))

    @cached_property
    def _areas(self) -> frozenset[Resource]:
        found = (triple.subject for triple in self._of_class(CASUS.Area))
        return frozenset(area for area in found if isinstance(area, (NamedNode, BlankNode)))

    @cached_property
    def _mainlands(self) -> Mapping[Resource, Resource]:
        return {state: area for area, _, state in self._matching(CASUS.mainlandOf)}

    @cached_property
    def _lifetimes(self) -> Mapping[Term, tuple[int, int]]:
        """The first and the last day of what has one."""
        bounds: dict[Term, list[int]] = defaultdict(lambda: [BEFORE_ALL_DAYS, AFTER_ALL_DAYS])
        for place, (date_of, precision_of) in enumerate(
            ((CASUS.begins, CASUS.beginPrecision), (CASUS.ends, CASUS.endPrecision))
        ):
            precisions = {thing: precision for thing, _, precision in self._matching(precision_of)}
            for thing, _, value in self._matching(date_of):
                if (days := span(value, precisions.get(thing))) is not None:
                    bounds[thing][place] = days[place]
        return {thing: (begins, ends) for thing, (begins, ends) in bounds.items()}

    @cached_property
    def _gone(self) -> Callable[[date], frozenset[Term]]:
        dated = {area: days for area, days in self._lifetimes.items() if area in self._areas}

        def gone(day: date) -> frozenset[Term]:
            number = day.toordinal()
            return frozenset(area for area, (begins, ends) in dated.items() if not begins <= number <= ends)

        return gone

    def _of_class(self, kind: NamedNode) -> Iterator[Triple]:
        for quad in self._store.quads_for_pattern(None, RDF.type, kind, DefaultGraph()):
            yield quad.triple

    def _matching(self, predicate: NamedNode) -> Iterator[Triple]:
        for quad in self._store.quads_for_pattern(None, predicate, None, DefaultGraph()):
            yield quad.triple
