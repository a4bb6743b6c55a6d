"""What entries state: each row's things as triples in the names of a project, with the place of the row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode, Triple

from kg.day import day_literal
from kg.importers.sheets.affiliations import affiliation, interrupted
from kg.importers.sheets.dates import CellDate
from kg.importers.sheets.known import KnownState
from kg.importers.sheets.properties import (
    CODES,
    CONCEPT_COLUMNS,
    INSTRUMENT_CLASSES,
    INTERRUPTIONS,
    OBLIGATION_CONCEPTS,
    PLEDGE_FLAGS,
    SIDES,
    TEXTS,
    TIES,
)
from kg.importers.sheets.reading import SheetEntry, article_path, spelled_article
from kg.importers.sheets.stated_dates import Stated, bounds, english, label_span, signing_day
from kg.importers.sheets.vocabulary import AFFILIATIONS, ValueList, concept
from kg.terms import CASUS, DCTERMS, RDF, RDFS, SKOS, XSD, Namespaces


@dataclass(frozen=True)
class Made:
    """What a row became: the things that it tells of, the one that it is about first, and what is stated of them."""

    entry: SheetEntry
    things: tuple[NamedNode, ...]
    triples: tuple[Triple, ...]


class Maker:
    """Makes statements of entries."""

    def __init__(
        self,
        names: Namespaces,
        entries: Iterable[SheetEntry],
        *,
        place: Callable[[SheetEntry], str],
        vocabularies: Mapping[str, ValueList],
        organizations: Iterable[str] = (),
        labels: Mapping[NamedNode, str] | None = None,
        taken: Iterable[str] = (),
        stay_of: Callable[[SheetEntry], NamedNode | None] = lambda entry: None,
    ) -> None:
        """Make statements in the names of a project.

        Args:
            names: the project's.
            entries: all that is brought in, for what rows say of one another.
            place: how the place of a row is told.
            vocabularies: the values that cells may have.
            organizations: the organizations that the project has already.
            labels: what things of the project are called in English.
            taken: the names that episodes have already.
            stay_of: the episode that the project has already, which an interruption is of.
        """
        self._names, self._place = names, place
        self._subjects = vocabularies["subject"].values
        self._labels = dict(labels or {})
        self._parties: list[SheetEntry] = []
        self._stay_of = stay_of
        self.organizations = set(organizations)
        for entry in entries:
            if entry.sheet == "organizations":
                self.organizations.add(entry.text("id") or "")
            elif entry.sheet == "parties":
                self._parties.append(entry)
            for sheet, kind in (("organizations", "organization"), ("treaties", "treaty"), ("events", "event")):
                if entry.sheet == sheet:
                    self._labels[self._node(kind, entry.text("id") or "")] = entry.text("name") or ""
        self._episodes = self._name_episodes(set(taken))
        self._makers: Mapping[str, Callable[[SheetEntry], Stated]] = {
            "sources": self._source,
            "states": self._state_row,
            "organizations": self._organization,
            "treaties": self._treaty,
            "parties": self._party,
            "clauses": self._clause,
            "events": self._event,
            "participants": self._participant,
        }

    def make(self, entry: SheetEntry) -> Made:
        """What a row becomes."""
        triples: dict[Triple, None] = {}
        things: dict[NamedNode, None] = {}
        for subject, predicate, value in self._makers[entry.sheet](entry):
            things[subject] = None
            triples[Triple(subject, predicate, value)] = None
        main = next(iter(things))
        for heading, cell in entry.carried.items():
            triples[Triple(main, carried_property(self._names, heading), Literal(cell))] = None
        if entry.sheet != "sources":  # where a source is found is another thing
            for thing in things:
                triples[Triple(thing, CASUS.locator, Literal(self._place(entry)))] = None
        return Made(entry, tuple(things), tuple(triples))

    def _node(self, kind: str, name: str) -> NamedNode:
        return NamedNode(f"{self._names.id}{kind}/{name}")

    def _state(self, state: KnownState) -> NamedNode:
        return NamedNode(state.iri) if state.iri else self._node("state", state.id)

    def _source(self, entry: SheetEntry) -> Stated:
        name = entry.text("id") or ""
        source = self._node("source", name)
        yield source, RDF.type, CASUS.Source
        yield source, RDFS.label, english(entry.text("citation") or name)
        yield source, DCTERMS.identifier, Literal(name)
        if not entry.terms("seen"):
            yield source, CASUS.seen, concept("seen/no")
        for _, seen in entry.terms("seen"):
            yield source, CASUS.seen, seen
        if (issued := entry.date("date")) is not None:
            length, datatype = {"year": (4, XSD.gYear), "month": (7, XSD.gYearMonth), "day": (10, XSD.date)}[
                issued.precision
            ]
            yield source, DCTERMS.issued, Literal(issued.first.isoformat()[:length], datatype=datatype)
        yield from self._columns(entry, source)

    def _state_row(self, entry: SheetEntry) -> Stated:
        state = self._node("state", entry.text("id") or "")
        yield from self._named(entry, state, CASUS.State)
        yield from bounds(state, entry.date("from"), entry.date("until"))
        for before in entry.states("predecessor"):
            yield state, CASUS.predecessor, self._state(before)
        yield from self._columns(entry, state)

    def _organization(self, entry: SheetEntry) -> Stated:
        organization = self._node("organization", entry.text("id") or "")
        yield from self._named(entry, organization, CASUS.Organization)
        for treaty in entry.texts("founded_on"):
            yield organization, CASUS.foundedOn, self._node("treaty", treaty)
        yield from self._columns(entry, organization)

    def _treaty(self, entry: SheetEntry) -> Stated:
        treaty = self._node("treaty", entry.text("id") or "")
        forms = [name for name, _ in entry.terms("kind")]
        kind = INSTRUMENT_CLASSES.get(forms[0] if forms else "", CASUS.Treaty)
        amended = entry.texts("amends")
        yield from self._named(entry, treaty, CASUS.AmendingProtocol if amended and kind == CASUS.Treaty else kind)
        yield from signing_day(treaty, entry)
        begin, end = entry.date("in_force"), entry.date("terminated")
        yield from bounds(treaty, begin, end, begins=CASUS.inForceFrom, ends=CASUS.terminatedOn)
        for other in amended:
            yield treaty, CASUS.amends, self._node("treaty", other)
        for other in entry.texts("replaces"):
            yield treaty, CASUS.replaces, self._node("treaty", other)
        for column, property_ in PLEDGE_FLAGS.items():
            for flag in entry.values.get(column, ()):
                yield treaty, property_, Literal(str(flag).lower(), datatype=XSD.boolean)
        yield from self._columns(entry, treaty)
        yield from self._belonging(entry, treaty, CASUS.instrumentOf)

    def _belonging(self, entry: SheetEntry, thing: NamedNode, property_: NamedNode) -> Stated:
        """To which organization a thing belongs; one that has no row is described by what the cell calls it."""
        for name in entry.texts("organization"):
            organization = self._node("organization", name if name in self.organizations else spelled_article(name))
            yield thing, property_, organization
            if name not in self.organizations:
                yield organization, RDF.type, CASUS.Organization
                yield organization, RDFS.label, english(name)
                yield from self._evidence(entry, organization)

    def _party(self, entry: SheetEntry) -> Stated:
        episode, kind = (
            self._node("episode", self._episodes[id(entry)]),
            AFFILIATIONS[affiliation(entry, self.organizations)],
        )
        with_ = entry.text("treaty") or ""
        target = self._node("organization" if with_ in self.organizations else "treaty", with_)
        state = entry.states("state")[0]
        begin, end = entry.date("from"), entry.date("until")
        yield episode, RDF.type, kind
        yield episode, RDFS.label, english(f"{state.name} in {self._labels.get(target, with_)}{label_span(begin, end)}")
        if kind in INTERRUPTIONS:
            other = interrupted(entry, self._parties, self.organizations)
            known = self._node("episode", self._episodes[id(other)]) if other is not None else self._stay_of(entry)
            if known is not None:
                yield episode, CASUS.interrupts, known
        else:
            who, where = TIES.get(kind, (CASUS.affiliate, CASUS.affiliatedWith))
            yield episode, who, self._state(state)
            yield episode, where, target
        yield from bounds(episode, begin, end)
        yield from signing_day(episode, entry)
        if (ratified := entry.date("ratified")) is not None and ratified.precision == "day":
            yield episode, CASUS.ratifiedOn, day_literal(ratified.first)
        for text in entry.texts("reservation"):
            yield episode, SKOS.note, english(f"Reservation: {text}")
        yield from self._columns(entry, episode)

    def _clause(self, entry: SheetEntry) -> Stated:
        treaty, article = entry.text("treaty") or "", entry.text("article") or ""
        provision = self._node("treaty", article_path(treaty, article))
        name = f"{self._labels.get(self._node('treaty', treaty), treaty)}, article {article}"
        pledges = [(kind, term) for kind, term in entry.terms("kind") if term in CASUS]
        obligations = [NamedNode(f"{provision.value}/obligation/{kind}") for kind, _ in pledges]
        for obligation, (kind, term) in zip(obligations, pledges, strict=True):
            words = kind.replace("-", " ").capitalize()
            yield obligation, RDF.type, term
            yield obligation, RDFS.label, english(f"{words} obligation: {name}")
            yield from self._evidence(entry, obligation)
            for column, property_ in OBLIGATION_CONCEPTS.items():
                for _, value in entry.terms(column):
                    yield obligation, property_, value
            for column, property_ in SIDES.items():
                for state in entry.states(column):
                    yield obligation, property_, self._state(state)
            for text in entry.texts("against_text"):
                yield obligation, CASUS.adversaryText, english(text)
        yield provision, RDF.type, CASUS.Provision
        yield provision, RDFS.label, english(name)
        yield provision, DCTERMS.description, english(entry.text("says") or "")
        yield provision, CASUS.provisionNumber, Literal(article)
        yield provision, CASUS.provisionOf, self._node("treaty", treaty)
        for obligation in obligations:
            yield provision, CASUS.createsObligation, obligation
        for kind, term in entry.terms("kind"):
            subject = self._subjects.get(kind) if term in CASUS else term
            if subject is not None:
                yield provision, CASUS.hasSubject, subject
        for months in entry.texts("notice_months"):
            yield provision, CASUS.noticePeriodMonths, Literal(months, datatype=XSD.integer)
        for other in entry.texts("replaces"):
            yield provision, CASUS.replaces, self._node("treaty", article_path(treaty, other))
        yield from bounds(provision, entry.date("from"), entry.date("until"))
        yield from self._columns(entry, provision)

    def _event(self, entry: SheetEntry) -> Stated:
        event = self._node("event", entry.text("id") or "")
        yield from self._named(entry, event, entry.terms("kind")[0][1])
        yield from bounds(event, entry.date("start"), entry.date("end"))
        for path in entry.texts("invokes"):
            yield event, CASUS.invokes, self._node("treaty", path)
        for column, property_ in (("requested_by", CASUS.requestedBy), ("requested_of", CASUS.requestedOf)):
            for state in entry.states(column):
                yield event, property_, self._state(state)
        for other in entry.texts("responds_to"):
            yield event, CASUS.respondsTo, self._node("event", other)
        yield from self._columns(entry, event)
        yield from self._belonging(entry, event, CASUS.sponsor)

    def _participant(self, entry: SheetEntry) -> Stated:
        name, state, role = entry.text("event") or "", entry.states("state")[0], entry.terms("role")[0][0]
        event, part = self._node("event", name), self._node("participation", f"{name}-{state.id}-{role}")
        yield part, RDF.type, CASUS.Participation
        words = role.replace("-", " ")
        yield part, RDFS.label, english(f"{state.name}, {words}: {self._labels.get(event, name)}")
        yield part, CASUS.participationIn, event
        yield part, CASUS.participant, self._state(state)
        for text in entry.texts("contribution"):
            if text.isdecimal() and int(text) > 0:
                yield part, CASUS.strength, Literal(text, datatype=XSD.integer)
            else:
                yield part, CASUS.strengthText, english(text)
        yield from bounds(part, entry.date("from"), entry.date("until"))
        yield from self._columns(entry, part)

    def _named(self, entry: SheetEntry, thing: NamedNode, kind: NamedNode) -> Stated:
        yield thing, RDF.type, kind
        yield thing, RDFS.label, english(entry.text("name") or "")
        for text in entry.texts("name_ru"):
            yield thing, RDFS.label, Literal(text, language="ru")
        yield thing, DCTERMS.identifier, Literal(entry.text("id") or "")

    def _columns(self, entry: SheetEntry, thing: NamedNode) -> Stated:
        """What columns state by themselves, and on what the row rests."""
        for column, property_ in TEXTS[entry.sheet].items():
            for text in entry.texts(column):
                yield thing, property_, Literal(text) if property_ == CASUS.locator else english(text)
        for column, property_ in CODES.get(entry.sheet, {}).items():
            for text in entry.texts(column):
                yield thing, property_, Literal(text)
        for column, property_ in CONCEPT_COLUMNS.get(entry.sheet, {}).items():
            for _, term in entry.terms(column):
                yield thing, property_, term
        if "name" not in entry.headings:
            for text in entry.texts("id"):
                yield thing, DCTERMS.identifier, Literal(text)
        if entry.sheet != "sources":
            yield from self._evidence(entry, thing)

    def _evidence(self, entry: SheetEntry, thing: NamedNode) -> Stated:
        for source in entry.texts("sources"):
            yield thing, DCTERMS.source, self._node("source", source)
        doubtful = any(isinstance(v, CellDate) and v.doubtful for values in entry.values.values() for v in values)
        given = [concept("confidence/uncertain")] if doubtful else [term for _, term in entry.terms("confidence")]
        yield thing, CASUS.confidence, given[0] if given else concept("confidence/general")

    def _name_episodes(self, taken: set[str]) -> dict[int, str]:
        """The names of the episodes of rows, numbered by their beginnings."""
        stays: defaultdict[tuple[str, str], list[SheetEntry]] = defaultdict(list)
        for entry in self._parties:
            stays[entry.states("state")[0].id, entry.text("treaty") or ""].append(entry)
        names: dict[int, str] = {}
        for (state, target), entries in stays.items():
            number = 0
            for entry in sorted(entries, key=lambda one: (_first_day(one), one.row.number)):
                number += 1
                while f"{state}-{target}-{number}" in taken:
                    number += 1
                names[id(entry)] = f"{state}-{target}-{number}"
        return names


def carried_property(names: Namespaces, heading: str) -> NamedNode:
    """The property by which the cells of a column are stated that has no other."""
    return NamedNode(f"{names.ontology}#{spelled_article(heading)}")


def _first_day(entry: SheetEntry) -> date:
    begin = entry.date("from")
    return begin.first if begin is not None else date.min
