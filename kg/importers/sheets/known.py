"""What there is already: the states that can be named, and the things of a project that sheets may refer to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from pyoxigraph import Literal, NamedNode, Triple

from kg.importers.sheets.dates import BadCell, read_cell_date
from kg.importers.sheets.problem import nearest_hint
from kg.importers.sheets.vocabulary import concept
from kg.terms import CASUS, RDF, RDFS, Labels, local_name

_CODED = re.compile(r"(COW|GW):\s*(\d{1,3})(?:\s*@\s*(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?)?", re.IGNORECASE)
#: Who stays where, of each kind of stay.
_WHO = (CASUS.party, CASUS.member, CASUS.affiliate)
_WHERE = (CASUS.toTreaty, CASUS.inOrganization, CASUS.affiliatedWith)
#: How much of a day is known, by its precision.
_KNOWN_TO = {concept("precision/year").value: 4, concept("precision/month").value: 7}
_LISTS = {"cow": "COW", "gw": "GW"}
#: The classes of the things that sheets refer to, by the sheets in which such things have their rows.
_CLASSES: Mapping[str, tuple[NamedNode, ...]] = {
    "sources": (CASUS.Source,),
    "organizations": (CASUS.Organization,),
    "treaties": (
        CASUS.Treaty, CASUS.AmendingProtocol, CASUS.Declaration, CASUS.Instrument, CASUS.OrganDecision,
        CASUS.UnilateralAct,
    ),
    "clauses": (CASUS.Provision,),
}  # fmt: skip


@dataclass(frozen=True)
class KnownState:
    """A state that cells may name.

    Attributes:
        id: its short name: ISO 3166 alpha-3, or another.
        name: what it is called in English.
        begins, ends: its first and last day, as far as they are on record.
        codes: its numbers: the list, the number, the first and the last day on which the list gave it.
        iri: its name in the project; None if it is not there yet.
    """

    id: str
    name: str
    begins: date = date.min
    ends: date = date.max
    codes: tuple[tuple[str, str, date, date], ...] = ()
    iri: str | None = None


@dataclass
class StateRegister:
    """The states by their short names, and how cells name them."""

    states: dict[str, KnownState] = field(default_factory=dict)

    def find(self, text: str) -> KnownState:
        """The state that a cell names: by its short name, or by its number in a list and a year.

        Raises:
            BadCell: it names none, or several.
        """
        text = text.strip()
        if coded := _CODED.fullmatch(text):
            return self._coded(*coded.groups())
        found = self.states.get(text) or self.states.get(text.upper())
        if found is not None:
            return found
        named = [state for state in self.states.values() if state.name.casefold() == text.casefold()]
        if named:
            raise BadCell(f"a state is named by its code: write {' or '.join(state.id for state in named)}")
        hint = (
            nearest_hint(text, self.states)
            if len(text) <= 4
            else nearest_hint(text, [s.name for s in self.states.values()])
        )
        raise BadCell(f"no such state{hint}; one that is missing goes into the sheet states")

    def _coded(self, listed: str, number: str, year: str | None, month: str | None, day: str | None) -> KnownState:
        bearing = [
            (state, first, last)
            for state in self.states.values()
            for name, code, first, last in state.codes
            if name == listed.upper() and int(code) == int(number)
        ]
        if not bearing:
            raise BadCell(f"no state has the number {number} in {listed.upper()}")
        if year is None:
            states = {state.id: state for state, _, _ in bearing}
            if len(states) > 1:
                names = ", ".join(f"{state.id} ({state.name})" for state in states.values())
                raise BadCell(
                    f"several states had this number: {names}; add the year, as {listed.upper()}:{number}@1914"
                )
            return next(iter(states.values()))
        on = read_cell_date("-".join(filter(None, (year, month, day))))
        begin, end = on.first, on.last
        found = {state.id: state for state, first, last in bearing if first <= end and begin <= last}
        if len(found) == 1:
            return next(iter(found.values()))
        names = ", ".join(f"{state.id} ({first.year}–{last.year})" for state, first, last in bearing)
        told = "no state had this number then" if not found else "several states had it in that year; add month and day"
        raise BadCell(f"{told}: {names}")


def read_states(statements: Iterable[Triple]) -> dict[str, KnownState]:
    """The states of some statements, by the last part of their names."""
    said: defaultdict[NamedNode, dict[NamedNode, list[str]]] = defaultdict(lambda: defaultdict(list))
    states: list[NamedNode] = []
    assigned: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    named: list[Triple] = []
    for triple in statements:
        subject, predicate, value = triple
        if not isinstance(subject, NamedNode):
            continue
        if predicate == RDF.type and value == CASUS.State:
            states.append(subject)
        elif predicate == CASUS.codeOf and isinstance(value, NamedNode):
            assigned[value].append(subject)
        elif predicate == RDFS.label:
            named.append(triple)
        elif predicate in CASUS and isinstance(value, Literal | NamedNode):
            said[subject][predicate].append(value.value)
    labels = Labels(named)

    def day(thing: NamedNode, which: NamedNode, default: date) -> date:
        return date.fromisoformat(said[thing][which][0][:10]) if said[thing][which] else default

    def last_day(thing: NamedNode) -> date:
        last = day(thing, CASUS.ends, date.max)
        known = _KNOWN_TO.get(next(iter(said[thing][CASUS.endPrecision]), ""), 10)
        return last if last == date.max else read_cell_date(last.isoformat()[:known]).last

    def codes(state: NamedNode) -> Iterable[tuple[str, str, date, date]]:
        whole = day(state, CASUS.begins, date.min), last_day(state)
        for key, name in _LISTS.items():
            for code in said[state][CASUS[f"{key}Code"]]:
                yield name, code, *whole
        for assignment in assigned[state]:
            name = local_name(NamedNode(said[assignment][CASUS.inCodeList][0]))
            first = day(assignment, CASUS.begins, date.min)
            yield name, said[assignment][CASUS.codeValue][0], first, last_day(assignment)

    return {
        local_name(state): KnownState(
            local_name(state),
            labels.name(state, "en"),
            day(state, CASUS.begins, date.min),
            last_day(state),
            tuple(codes(state)),
            state.value,
        )
        for state in states
    }


def read_things(statements: Iterable[Triple], namespace: str) -> dict[str, set[str]]:
    """The things of a project that sheets may refer to: by sheet, the paths of their names within their kind.

    Args:
        statements: what the project states.
        namespace: that of its individuals.
    """
    kinds = {kind: sheet for sheet, classes in _CLASSES.items() for kind in classes}
    found: dict[str, set[str]] = {sheet: set() for sheet in (*_CLASSES, "events", "participants")}
    for subject, predicate, value in statements:
        if not isinstance(subject, NamedNode) or not subject.value.startswith(namespace):
            continue
        kind, _, path = subject.value.removeprefix(namespace).partition("/")
        if predicate == RDF.type and value in kinds:
            found[kinds[value]].add(path)
        elif predicate == RDF.type and kind == "event":
            found["events"].add(path)
    return found


@dataclass(frozen=True)
class KnownStay:
    """A stay of a state in a treaty or organization that a project has: the episode, and its first and last day."""

    episode: NamedNode
    begins: date
    ends: date


def read_stays(statements: Iterable[Triple]) -> dict[tuple[str, str], list[KnownStay]]:
    """The stays of a project by the names of the state and of the treaty or organization."""
    ties: defaultdict[NamedNode, dict[NamedNode, str]] = defaultdict(dict)
    for subject, predicate, value in statements:
        if predicate in (*_WHO, *_WHERE, CASUS.begins, CASUS.ends) and isinstance(subject, NamedNode):
            ties[subject][predicate] = getattr(value, "value", "")
    found: defaultdict[tuple[str, str], list[KnownStay]] = defaultdict(list)
    for episode, said in ties.items():
        for who, where in zip(_WHO, _WHERE, strict=True):
            if who in said and where in said:
                first, last = (said.get(bound, "")[:10] for bound in (CASUS.begins, CASUS.ends))
                begins = date.fromisoformat(first) if first else date.min
                ends = date.fromisoformat(last) if last else date.max
                found[said[who], said[where]].append(KnownStay(episode, begins, ends))
    return found
