"""Completeness: which lists of the world a query reads, and which of them are not known to be complete.

The graph says of lists whether they are complete: of all parties to a treaty, of the members of an organization, each
for a span of time. Of every other list it may lack something, and what is counted or listed from it is at least that.
The ontology says of a term from which lists its statements are drawn (`casus:drawnFrom`); a class inherits that from
the classes above it, a property from the properties above it and from its domain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from datetime import date
from typing import NamedTuple

from pyoxigraph import NamedNode, Triple

from kg.day import AFTER_ALL_DAYS, BEFORE_ALL_DAYS
from kg.duties.calendar import span
from kg.duties.currency import read_currency
from kg.sparql.tokens import resolved_names
from kg.terms import CASUS, CONCEPTS, OWL, RDF, RDFS, VOID, Namespaces, Term

_COMPLETE = CONCEPTS["extent/complete"]
#: The properties that date a beginning or an end, the best first, and the one that says how exactly.
_BEGINS = tuple(CASUS[name] for name in ("begins", "inForceFrom", "signedOn", "beginPrecision"))
_ENDS = tuple(CASUS[name] for name in ("ends", "terminatedOn", "endPrecision"))
_ABOUT = (*_BEGINS, *_ENDS, *(CASUS[name] for name in ("completeOf", "completeClass", "completenessExtent")))
#: What is read of a graph to know which lists it has: by which property, and for some of these with which value.
NEEDED: tuple[tuple[NamedNode, NamedNode | None], ...] = (
    *((name, None) for name in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, CASUS.drawnFrom, CASUS.knownTo)),
    *((name, None) for name in _ABOUT),
    (RDF.type, OWL.DatatypeProperty),
    (RDF.type, VOID.Dataset),
)


class _Span(NamedTuple):
    """A list that is complete from one day to another."""

    holds: Term
    first: int
    last: int


class Completeness:
    """What a graph says of the lists that it has."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        """Read it from the triples of a graph, or from those of them that `NEEDED` names."""
        triples = list(triples)
        self._values: dict[NamedNode, dict[Term, set[Term]]] = defaultdict(lambda: defaultdict(set))
        for subject, predicate, value in triples:
            self._values[predicate][subject].add(value)
        self._attributes = {
            triple.subject
            for triple in triples
            if (triple.predicate, triple.object) == (RDF.type, OWL.DatatypeProperty)
        }
        self._known_to = read_currency(triples).known_to
        self._complete: dict[Term, list[_Span]] = defaultdict(list)
        for statement, things in self._values[CASUS.completeOf].items():
            if _COMPLETE in self._values[CASUS.completenessExtent][statement]:
                for thing in things:
                    for holds in self._values[CASUS.completeClass][statement]:
                        self._complete[thing].append(_Span(holds, *self._span(statement)))

    def lists(self, term: Term) -> frozenset[Term]:
        """The lists that a statement in a term is drawn from, by the classes of what they hold."""
        own = self._drawn(term, RDFS.subPropertyOf)
        if own:
            return frozenset(own)
        classes = {term, *self._values[RDFS.domain][term]}
        return frozenset(holds for begin in classes for holds in self._drawn(begin, RDFS.subClassOf))

    def _drawn(self, term: Term, name: NamedNode) -> set[Term]:
        """What a term and those above it are said to be drawn from; what names itself stands for all below it."""
        drawn = self._values[CASUS.drawnFrom]
        return {term if value == above else value for above in self._above(term, name) for value in drawn[above]}

    def is_complete(self, holds: Term, of: Term, day: date | None) -> bool:
        """Whether a list about a thing is complete on a day or, without one, for all the time that the thing lasts.

        Args:
            holds: the class of what the list holds.
            of: the thing.
            day: the day.
        """
        first, last = (day.toordinal(),) * 2 if day is not None else self._life(of)
        wider = self._above(holds, RDFS.subClassOf)
        return any(span.holds in wider and span.first <= first and last <= span.last for span in self._complete[of])

    def has_all(self, term: NamedNode, of: Term, day: date | None) -> bool:
        """Whether all that a property ties to a thing is known, as far as it is drawn from lists of the world."""
        return all(self.is_complete(holds, of, day) for holds in self.lists(term))

    def open_lists(self, text: str, day: date | None, namespaces: Namespaces) -> tuple[NamedNode, ...]:
        """The lists that a query reads and that are not known to be complete, by the classes of what they hold.

        A list counts as complete where each use of a property ties it to a thing by name whose list is. What is
        excluded by NOT EXISTS or MINUS ties nothing.

        Args:
            text: the query.
            day: the day of which it asks.
            namespaces: its prefixes.
        """
        names = resolved_names(text, namespaces)
        terms = [NamedNode(iri) if iri else None for _, iri in names]
        excluding = any(token.keyword in ("NOT", "MINUS") for token, _ in names)
        mentioned: dict[Term, list[Term]] = defaultdict(list)
        tied: dict[Term, dict[Term, list[bool]]] = defaultdict(lambda: defaultdict(list))
        attributed: set[Term] = set()
        for place, term in enumerate(terms):
            if term is None:
                continue
            found = self.lists(term)
            if term in self._attributes:
                attributed |= found
                continue
            beside = [
                other for other in (*terms[place - 1 : place], *terms[place + 1 : place + 2]) if other is not None
            ]
            for holds in found:
                mentioned[holds].append(term)
                tied[holds][term].append(any(self.is_complete(holds, thing, day) for thing in beside))
        read = set(mentioned) or attributed
        covered = {holds for holds in read if not excluding and _ties_all(holds, mentioned[holds], tied[holds])}
        implied = {above for holds in covered for above in self._above(holds, RDFS.subClassOf)}
        return tuple(sorted((h for h in read - covered - implied if isinstance(h, NamedNode)), key=lambda h: h.value))

    def _above(self, term: Term, name: NamedNode) -> Set[Term]:
        """A term and all above it."""
        above, waiting = {term}, [term]
        while waiting:
            new = self._values[name][waiting.pop()] - above
            above |= new
            waiting += new
        return above

    def _life(self, thing: Term) -> tuple[int, int]:
        """The days from the beginning of a thing to its end, or to the day to which the sources reach.

        If no beginning is on record, what a statement says of the beginning of its list stands.
        """
        known = AFTER_ALL_DAYS if self._known_to is None else self._known_to.toordinal()
        return self._bound(thing, _BEGINS, AFTER_ALL_DAYS)[0], min(self._bound(thing, _ENDS, AFTER_ALL_DAYS)[0], known)

    def _span(self, statement: Term) -> tuple[int, int]:
        return self._bound(statement, _BEGINS, BEFORE_ALL_DAYS)[0], self._bound(statement, _ENDS, AFTER_ALL_DAYS)[1]

    def _bound(self, thing: Term, names: tuple[NamedNode, ...], unbounded: int) -> tuple[int, int]:
        """The first and the last day that a date may mean, of the first property that has one."""
        *dates, precision = names
        known = min(self._values[precision][thing], key=str, default=None)
        spans = (span(value, known) for name in dates for value in self._values[name][thing])
        return next((found for found in spans if found is not None), (unbounded, unbounded))


def _ties_all(holds: Term, mentioned: list[Term], tied: Mapping[Term, list[bool]]) -> bool:
    """Whether some property ties a list to a thing by name at each of its uses, once at least for each class named."""
    ties = [found for term, found in tied.items() if term != holds and all(found)]
    return any(len(found) >= mentioned.count(holds) for found in ties)


def told(lists: Iterable[NamedNode], namespaces: Namespaces) -> str | None:
    """What to tell whoever reads an answer that is drawn from lists which are not known to be complete."""
    names = ", ".join(namespaces.shorten(holds.value) for holds in lists)
    return f"what is listed or counted is at least that; not known to be complete: {names}" if names else None
