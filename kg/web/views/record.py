"""Records: what the graph says of the things that a page is about, with dates, texts and sources as it shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pyoxigraph import Literal, NamedNode

from kg.duties.calendar import span
from kg.sparql.answer import Row, readable
from kg.terms import CASUS, DCTERMS, RDF, RDFS, SKOS, Resource, Term
from kg.web.reader import known_part
from kg.web.views.view import View

#: The property that says how exactly a date is known, where it is not that of a beginning.
_END_PRECISION = {CASUS.ends, CASUS.terminatedOn}


@dataclass(frozen=True)
class Record:
    """What is said of one thing.

    Attributes:
        view: the request for the page.
        thing: the thing.
        said: the values by property.
    """

    view: View
    thing: Resource
    said: Mapping[Term, Sequence[Term]]

    @property
    def name(self) -> str:
        """What it is called."""
        return self.text(RDFS.label) or self.view.name(self.thing)

    @property
    def link(self) -> str | None:
        """The address of its page."""
        return self.view.link(self.thing)

    @property
    def types(self) -> frozenset[Term]:
        """The classes to which it belongs."""
        return frozenset(self.said.get(RDF.type, ()))

    @property
    def sources(self) -> list[NamedNode]:
        """Where it is from, in the order of the sources' names."""
        return sorted(self.things(DCTERMS.source), key=lambda source: source.value)

    @property
    def confidence(self) -> str | None:
        """How sure it is, in a word."""
        found = self.thing_of(CASUS.confidence)
        return self.view.name(found) if found is not None else None

    @property
    def notes(self) -> list[str]:
        """What else is to be known."""
        return self.texts(SKOS.note)

    @property
    def begins(self) -> str | None:
        """When it began, as exactly as it is known."""
        say = self.view.say
        if (day := self.day(CASUS.begins)) is not None:
            return day
        if (day := self.day(CASUS.beginsNotBefore)) is not None:
            return say("not before %s") % day
        return say("by %s") % day if (day := self.day(CASUS.beginsNotAfter)) is not None else None

    @property
    def ends(self) -> str | None:
        """When it ended, as exactly as it is known; None if no end is on record."""
        say = self.view.say
        if (day := self.day(CASUS.ends)) is not None:
            return day
        if (day := self.day(CASUS.endsNotAfter)) is not None:
            return say("by %s") % day
        return say("not before %s") % day if (day := self.day(CASUS.endsNotBefore)) is not None else None

    @property
    def order(self) -> tuple[str, str]:
        """By what things are put in the order of time."""
        known = (CASUS.begins, CASUS.beginsNotBefore, CASUS.beginsNotAfter, CASUS.signedOn)
        return next((day for day in map(self.day, known) if day is not None), "9999"), self.name

    def is_a(self, class_: NamedNode) -> bool:
        """Whether it belongs to a class."""
        return class_ in self.types

    def things(self, *properties: NamedNode) -> list[NamedNode]:
        """The things that properties name, each once, in the order of their names."""
        found = {value for name in properties for value in self.said.get(name, ()) if isinstance(value, NamedNode)}
        return sorted(found, key=lambda thing: (self.view.name(thing), thing.value))

    def thing_of(self, property_: NamedNode) -> NamedNode | None:
        """The thing that a property names, the first of several."""
        return next(iter(self.things(property_)), None)

    def text(self, property_: NamedNode) -> str | None:
        """A text in the language that the reader understands best."""
        return self.view.text(self.said.get(property_, ()))

    def texts(self, property_: NamedNode) -> list[str]:
        """The texts in the language that the reader understands best."""
        languages: dict[str, list[str]] = defaultdict(list)
        for value in self.said.get(property_, ()):
            if isinstance(value, Literal):
                languages[(value.language or "").lower()].append(value.value)
        best = next((tag for tag in (*self.view.reader.languages, "en", "") if tag in languages), None)
        return sorted(languages[best if best is not None else min(languages)]) if languages else []

    def value(self, property_: NamedNode) -> str | None:
        """A value as people read it, the first of several."""
        return min(
            (readable(value) for value in self.said.get(property_, ()) if isinstance(value, Literal)), default=None
        )

    def values(self, property_: NamedNode) -> list[str]:
        """All values of one kind as people read them, in order."""
        return sorted({readable(value) for value in self.said.get(property_, ()) if isinstance(value, Literal)})

    def number(self, property_: NamedNode) -> str | None:
        """A number as people write it: without the zero behind the point."""
        value = self.value(property_)
        return value.removesuffix(".0") if value is not None else None

    def day(self, property_: NamedNode) -> str | None:
        """A date as exactly as it is known: the day, the month or the year."""
        value = next((value for value in self.said.get(property_, ()) if isinstance(value, Literal)), None)
        if value is None:
            return None
        bears = CASUS.endPrecision if property_ in _END_PRECISION else CASUS.beginPrecision
        dated = property_ in _END_PRECISION or property_ == CASUS.begins
        return known_part(value, next(iter(self.said.get(bears, ())), None) if dated else None)

    def on(self, property_: NamedNode) -> date | None:
        """The first day that a date may mean."""
        found = (span(value) for value in self.said.get(property_, ()))
        return next((date.fromordinal(first[0]) for first in found if first is not None), None)


@dataclass(frozen=True)
class Records:
    """What is said of several things."""

    records: Mapping[Resource, Record]

    @classmethod
    def of(cls, view: View, rows: Iterable[Row]) -> Records:
        """The records that a query answers with in rows of a thing, a property and a value."""
        said: dict[Resource, dict[Term, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for thing, property_, value in rows:
            if isinstance(thing, Resource) and property_ is not None and value is not None:
                said[thing][property_].append(value)
        return cls({thing: Record(view, thing, about) for thing, about in said.items()})

    def __iter__(self) -> Iterator[Record]:
        return iter(self.in_order())

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, thing: Resource) -> Record:
        return self.records[thing]

    def get(self, thing: Resource | None) -> Record | None:
        """The record of a thing, if there is one."""
        return None if thing is None else self.records.get(thing)

    def in_order(self) -> list[Record]:
        """The records in the order of time."""
        return sorted(self.records.values(), key=lambda record: record.order)


@dataclass
class SourceList:
    """The sources of a page, numbered in the order in which it first refers to them."""

    view: View
    _numbers: dict[NamedNode, int] = field(default_factory=dict)

    def numbers(self, sources: Iterable[NamedNode]) -> list[int]:
        """The numbers of some sources."""
        return sorted({self._numbers.setdefault(source, len(self._numbers) + 1) for source in sources})

    def __iter__(self) -> Iterator[NamedNode]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


def said_of(view: View, *things: Resource) -> Records:
    """What is said of some things."""
    return Records.of(view, view.select("things", things=things) if things else ())


def pointing(view: View, thing: Resource, by: NamedNode) -> Records:
    """What is said of whatever points at a thing by a property."""
    return Records.of(view, view.select("pointing", thing=thing, by=by))
