"""From the atoms that `obligations.lp` derives to duties, standings, answers and conflicts with names of their own.

The names do not depend on the order in which anything was derived: a duty is named after its clause, the kind of the
obligation, the two states and a number that tells the duties of different periods apart.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple, TypeVar

from pyoxigraph import BlankNode, NamedNode

from kg.day import AFTER_ALL_DAYS, BEFORE_ALL_DAYS, Certainty, Period
from kg.duties.kinds import Kind
from kg.duties.model import (
    Answer,
    Duty,
    ExclusivityConflict,
    Interruption,
    OwedAssistance,
    Standing,
    Thing,
    Wording,
)
from kg.reasoning.symbols import Term
from kg.terms import ID

_BOUNDS = {"#inf": BEFORE_ALL_DAYS, "#sup": AFTER_ALL_DAYS}

_Dated = TypeVar("_Dated", Wording, Interruption)


class _Clause(NamedTuple):
    """A clause as the rules tell it from others: its first and last wording and the kind of what it promises."""

    first: Thing
    last: Thing
    kind: Kind


class _Tie(NamedTuple):
    """A duty as the rules tell it from others of its clause."""

    treaty: Thing
    holder: Thing
    beneficiary: Thing
    holder_episode: Thing
    beneficiary_episode: Thing


class _Call(NamedTuple):
    """That what one state owed another was called on in an event."""

    event: Thing
    kind: Kind
    holder: Thing
    beneficiary: Thing


class Findings:
    """What the rules derived, read from their atoms.

    Attributes:
        READ: the predicates that are read, each with its number of arguments.
    """

    READ = ("duty/12", "wording/9", "suspended/8", "frozen/8", "status/9", "owed/10", "answer/6", "conflict/11")

    def __init__(self, atoms: Iterable[str], terms: Mapping[str, Term], kinds: Mapping[NamedNode, Kind]) -> None:
        """Read atoms.

        Args:
            atoms: as ``predicate(argument,...).``.
            terms: what the names in them stand for.
            kinds: the kinds of obligation, by their classes.
        """
        self._terms = terms
        self._kinds = kinds
        self._rows: dict[str, list[list[str]]] = defaultdict(list)
        for atom in atoms:
            predicate, _, arguments = atom[:-2].partition("(")
            self._rows[predicate].append(arguments.split(","))
        self._iris: set[str] = set()
        self._slug = cache(_slug)
        self._clause_name = cache(_clause_name)
        self._wordings = self._read_wordings()
        self._duties = self._read_duties()

    @property
    def duties(self) -> list[Duty]:
        """The duties, in the order of their names."""
        return sorted(self._duties.values(), key=lambda duty: duty.iri.value)

    def standings(self) -> list[Standing]:
        """Who was a member, a party, an observer, suspended or frozen where, in the order of episodes."""
        thing = self._thing
        standings = [
            Standing(
                thing(episode), thing(state), self._node(relation), self._node(twin), thing(place), _period(bounds)
            )
            for episode, state, relation, twin, place, *bounds in self._rows["status"]
        ]
        return sorted(
            standings, key=lambda standing: (standing.episode.value, standing.relation.value, standing.place.value)
        )

    def owed(self) -> Iterator[OwedAssistance]:
        """The calls for help with their answers, in the order of events and states."""
        answers: dict[_Call, list[Answer]] = defaultdict(list)
        for event, kind, holder, beneficiary, answer, shown_by in self._rows["answer"]:
            call = self._call(event, kind, holder, beneficiary)
            answers[call].append(Answer(self._node(answer), self._thing(shown_by)))
        owing: dict[_Call, list[tuple[Duty, str]]] = defaultdict(list)
        for event, first, last, kind, *tie, certainty in self._rows["owed"]:
            duty = self._duties[self._clause(first, last, kind), self._tie(tie)]
            owing[self._call(event, kind, tie[1], tie[2])].append((duty, certainty))
        for call, duties in sorted(owing.items(), key=lambda item: _call_order(item[0])):
            certain = any(certainty == "certain" for _, certainty in duties)
            yield OwedAssistance(
                self._name_new("owed-assistance", call.event, call.kind.slug, call.holder, call.beneficiary),
                call.event,
                call.holder,
                call.beneficiary,
                tuple(sorted((duty for duty, _ in duties), key=lambda duty: duty.iri.value)),
                Certainty.CERTAIN if certain else Certainty.POSSIBLE,
                tuple(sorted(answers[call], key=lambda answer: (answer.kind.value, answer.shown_by.value))),
            )

    def conflicts(self) -> Iterator[ExclusivityConflict]:
        """The promises that may clash, in the order of clauses and states."""
        rows = [
            (self._clause(first, last, kind), [self._thing(name) for name in rest[:4]], _period(rest[4:]))
            for first, last, kind, *rest in self._rows["conflict"]
        ]
        rows.sort(key=lambda row: (_clause_order(row[0]), [thing.value for thing in row[1]], row[2].possible_from))
        for found, (treaty, state, other, outsider), period in rows:
            wordings = self._wordings[found]
            clause = self._clause_name(treaty, found.kind, wordings)
            iri = self._name_new("exclusivity-conflict", clause, state, other, outsider)
            yield ExclusivityConflict(iri, state, treaty, _meeting(wordings, period), other, outsider, period)

    def _read_wordings(self) -> dict[_Clause, tuple[Wording, ...]]:
        """The wordings of each clause, the first first."""
        found: dict[_Clause, list[Wording]] = defaultdict(list)
        for first, last, kind, text, obligation, *bounds in self._rows["wording"]:
            wording = Wording(self._thing(text), self._thing(obligation), _period(bounds))
            found[self._clause(first, last, kind)].append(wording)
        return {clause: tuple(sorted(wordings, key=_in_time)) for clause, wordings in found.items()}

    def _read_duties(self) -> dict[tuple[_Clause, _Tie], Duty]:
        suspensions, freezes = self._read_interruptions("suspended"), self._read_interruptions("frozen")
        rows = [
            (self._clause(first, last, kind), self._tie(rest[:5]), _period(rest[5:]))
            for first, last, kind, *rest in self._rows["duty"]
        ]
        # In the order of time, so that the duties of one clause between two states are numbered in it.
        rows.sort(key=lambda row: (row[2].possible_from, row[2].possible_until, [thing.value for thing in row[1]]))
        duties = {}
        for clause, tie, period in rows:
            wordings = self._wordings[clause]
            name = self._clause_name(tie.treaty, clause.kind, wordings)
            between = (tie.treaty, tie.holder, tie.beneficiary)
            duties[clause, tie] = Duty(
                self._name_new("duty", name, tie.holder, tie.beneficiary, number=1),
                tie.holder,
                tie.beneficiary,
                clause.kind,
                tie.treaty,
                _meeting(wordings, period),
                (tie.holder_episode, tie.beneficiary_episode),
                period,
                _meeting(suspensions.get(between, ()), period),
                _meeting(freezes.get(between, ()), period),
            )
        return duties

    def _read_interruptions(self, predicate: str) -> dict[tuple[Thing, ...], list[Interruption]]:
        """Suspensions or freezes by treaty, holder and beneficiary."""
        found: dict[tuple[Thing, ...], list[Interruption]] = defaultdict(list)
        for holder, beneficiary, treaty, episode, *bounds in sorted(self._rows[predicate]):
            between = (self._thing(treaty), self._thing(holder), self._thing(beneficiary))
            found[between].append(Interruption(self._thing(episode), _period(bounds)))
        return found

    def _name_new(self, kind: str, *parts: Thing | str, number: int | None = None) -> NamedNode:
        """A name that nothing has yet. A number is added if one is asked for or the name is taken."""
        base = f"{ID}{kind}/" + "-".join(part if isinstance(part, str) else self._slug(part) for part in parts)
        iri = f"{base}-{number}" if number else base
        while iri in self._iris:
            number = (number or 1) + 1
            iri = f"{base}-{number}"
        self._iris.add(iri)
        return NamedNode(iri)

    def _clause(self, first: str, last: str, kind: str) -> _Clause:
        return _Clause(self._thing(first), self._thing(last), self._kinds[self._node(kind)])

    def _tie(self, names: Iterable[str]) -> _Tie:
        return _Tie(*map(self._thing, names))

    def _call(self, event: str, kind: str, holder: str, beneficiary: str) -> _Call:
        return _Call(self._thing(event), self._kinds[self._node(kind)], self._thing(holder), self._thing(beneficiary))

    def _thing(self, name: str) -> Thing:
        term = self._terms[name]
        assert isinstance(term, (NamedNode, BlankNode))
        return term

    def _node(self, name: str) -> NamedNode:
        term = self._terms[name]
        assert isinstance(term, NamedNode)
        return term


def _period(bounds: Sequence[str]) -> Period:
    return Period(*(_BOUNDS[bound] if bound in _BOUNDS else int(bound) for bound in bounds))


def _in_time(wording: Wording) -> tuple[int, int, str]:
    return wording.period.possible_from, wording.period.possible_until, wording.text.value


def _call_order(call: _Call) -> tuple[str, ...]:
    return call.event.value, call.kind.iri.value, call.holder.value, call.beneficiary.value


def _clause_order(clause: _Clause) -> tuple[str, ...]:
    return clause.first.value, clause.last.value, clause.kind.iri.value


def _meeting(items: Iterable[_Dated], period: Period) -> tuple[_Dated, ...]:
    """Those that may hold on a day of a period."""
    return tuple(item for item in items if item.period.meets(period))


def _clause_name(treaty: Thing, kind: Kind, wordings: Sequence[Wording]) -> str:
    """The treaty, the article as far as its wordings share the number, and the kind: ``CST-4-defense``."""
    articles = [_slug(wording.text).split("-") for wording in wordings if wording.text != treaty]
    shared = []
    for pieces in zip(*articles, strict=False):
        if len(set(pieces)) > 1:
            break
        shared.append(pieces[0])
    return "-".join([_slug(treaty), *shared, kind.slug])


def _slug(thing: Thing) -> str:
    """The last part of a name, fit to be a part of another."""
    return re.sub(r"[^\w.]+", "-", re.split(r"[/#]", thing.value.rstrip("/#"))[-1]).strip("-")
