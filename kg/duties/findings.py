"""From the atoms that `obligations.lp` derives to duties, statuses, answers and conflicts with names of their own.

The names do not depend on the order in which anything was derived: a duty is named after its clause, the kind of the
obligation, the two states and a number that tells the duties of different periods apart.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple, TypeVar

from pyoxigraph import BlankNode, NamedNode

from kg.day import AFTER_ALL_DAYS, BEFORE_ALL_DAYS, Certainty, Period
from kg.duties.kinds import Kind
from kg.duties.model import (
    AnswerToCall,
    Duty,
    EpisodeStatus,
    ExclusivityConflict,
    Interruption,
    OwedAssistance,
    Wording,
)
from kg.duties.rules import obligation_findings
from kg.terms import Resource, Term

#: The arguments of atoms that bound a period, in the order in which `Period` has them.
BOUNDS = ("PF", "CF", "CU", "PU")
_UNBOUNDED = {"#inf": BEFORE_ALL_DAYS, "#sup": AFTER_ALL_DAYS}

_Dated = TypeVar("_Dated", Wording, Interruption)


class _TreatyClause(NamedTuple):
    """A clause as the rules tell it from others: its first and last wording and the kind of what it promises."""

    first: Resource
    last: Resource
    kind: Kind


class _Tie(NamedTuple):
    """A duty as the rules tell it from others of its clause."""

    treaty: Resource
    holder: Resource
    beneficiary: Resource
    holder_episode: Resource
    beneficiary_episode: Resource


class _Call(NamedTuple):
    """That what one state owed another was called on in an event."""

    event: Resource
    kind: Kind
    holder: Resource
    beneficiary: Resource


#: The findings that are read, each with its number of arguments.
READ = tuple(
    f"{name}/{len(obligation_findings()[name].arguments)}"
    for name in ("duty", "wording", "directed", "suspended", "frozen", "status", "owed", "answer", "conflict")
)


class _ReadAtom(NamedTuple):
    """An atom: its text, and its arguments by the names that the rule file gives them."""

    atom: str
    of: Mapping[str, str]


class Findings:
    """What the rules derived, read from their atoms.

    Attributes:
        kinds: the kinds of obligation, by their classes.
        duties: the duties, in the order of their names.
        statuses: who was a member, a party, an observer, suspended or frozen where, in the order of episodes.
        owed: the calls for help with their answers, in the order of events and states.
        conflicts: the promises that may clash, in the order of clauses and states.
        basis: the atoms that things stand for: a status by its episode, state, relation and object; all else by its
            name, and what is said of it besides by its name and the term that is said.
    """

    def __init__(
        self, atoms: Iterable[str], terms: Mapping[str, Term], kinds: Mapping[NamedNode, Kind], base: str
    ) -> None:
        """Read atoms.

        Args:
            atoms: as ``predicate(argument,...)``.
            terms: what the names in them stand for.
            kinds: the kinds of obligation, by their classes.
            base: the namespace in which what is found gets its name.
        """
        self.kinds = kinds
        self.basis: dict[tuple[Term, ...], list[str]] = defaultdict(list)
        self._terms = terms
        self._base = base
        self._rows: dict[str, list[_ReadAtom]] = defaultdict(list)
        signatures = obligation_findings()
        for atom in atoms:
            predicate, _, arguments = atom[:-1].partition("(")
            of = dict(zip(signatures[predicate].arguments, arguments.split(","), strict=True))
            self._rows[predicate].append(_ReadAtom(atom, of))
        self._iris: set[str] = set()
        self._slug = cache(_slug)
        # Duties are many, of few clauses, states and periods.
        self._thing = cache(self._read_thing)
        self._clause_of = cache(self._read_clause)
        self._name = cache(self._clause_name)
        self._sides = self._read_sides()
        self._wordings = self._read_wordings()
        self._duties = self._read_duties()
        self.duties = tuple(sorted(self._duties.values(), key=lambda duty: duty.iri.value))
        self.statuses = self._read_statuses()
        self.owed = tuple(self._read_owed())
        self.conflicts = tuple(self._read_conflicts())

    def _read_statuses(self) -> tuple[EpisodeStatus, ...]:
        statuses = []
        for atom, of in self._rows["status"]:
            episode, state, value = (self._thing(of[name]) for name in ("E", "S", "X"))
            relation, twin = self._node(of["R"]), self._node(of["Q"])
            statuses.append(EpisodeStatus(episode, state, relation, twin, value, _period(of)))
            self.basis[episode, state, relation, value].append(atom)
        return tuple(
            sorted(statuses, key=lambda found: (found.episode.value, found.relation.value, found.object.value))
        )

    def _read_owed(self) -> Iterator[OwedAssistance]:
        answers: dict[_Call, list[tuple[AnswerToCall, str]]] = defaultdict(list)
        for atom, of in self._rows["answer"]:
            answers[self._call(of)].append((AnswerToCall(self._node(of["A"]), self._thing(of["X"])), atom))
        owing: dict[_Call, list[tuple[Duty, str, str]]] = defaultdict(list)
        for atom, of in self._rows["owed"]:
            owing[self._call(of)].append((self._duties[self._clause(of), self._tie(of)], of["C"], atom))
        for call, duties in sorted(owing.items(), key=lambda item: _call_order(item[0])):
            certain = any(certainty == "certain" for _, certainty, _ in duties)
            iri = self._name_new("owed-assistance", call.event, call.kind.slug, call.holder, call.beneficiary)
            self.basis[(iri,)] += [atom for _, _, atom in duties]
            for answer, atom in answers[call]:
                self.basis[iri, answer.kind].append(atom)
                self.basis[iri, answer.shown_by].append(atom)
            given = {answer for answer, _ in answers[call]}
            yield OwedAssistance(
                iri,
                call.event,
                call.holder,
                call.beneficiary,
                tuple(sorted((duty for duty, _, _ in duties), key=lambda duty: duty.iri.value)),
                Certainty.CERTAIN if certain else Certainty.POSSIBLE,
                tuple(sorted(given, key=lambda answer: (answer.kind.value, answer.shown_by.value))),
            )

    def _read_conflicts(self) -> Iterator[ExclusivityConflict]:
        rows = [
            (self._clause(of), [self._thing(of[name]) for name in ("T", "S", "T2", "X")], _period(of), atom)
            for atom, of in self._rows["conflict"]
        ]
        rows.sort(key=lambda row: (_clause_order(row[0]), [thing.value for thing in row[1]], row[2].possible_from))
        for found, (treaty, state, other, outsider), period, atom in rows:
            iri = self._name_new("exclusivity-conflict", self._name(treaty, found), state, other, outsider)
            self.basis[(iri,)].append(atom)
            met = self._meeting(iri, self._wordings[found], period)
            yield ExclusivityConflict(iri, state, treaty, met, other, outsider, period)

    def _read_wordings(self) -> dict[_TreatyClause, tuple[tuple[Wording, str], ...]]:
        """The wordings of each clause with their atoms, the first first."""
        found: dict[_TreatyClause, list[tuple[Wording, str]]] = defaultdict(list)
        for atom, of in self._rows["wording"]:
            wording = Wording(self._thing(of["P"]), self._thing(of["O"]), _period(of))
            found[self._clause(of)].append((wording, atom))
        return {
            clause: tuple(sorted(wordings, key=lambda item: _in_time(item[0]))) for clause, wordings in found.items()
        }

    def _read_sides(self) -> dict[Resource, dict[tuple[Resource, Resource], str]]:
        """Of obligations that name their sides, who owes them to whom, with the atoms that say so."""
        sides: dict[Resource, dict[tuple[Resource, Resource], str]] = defaultdict(dict)
        for atom, of in self._rows["directed"]:
            sides[self._thing(of["O"])][self._thing(of["H"]), self._thing(of["B"])] = atom
        return sides

    def _read_duties(self) -> dict[tuple[_TreatyClause, _Tie], Duty]:
        suspensions, freezes = self._read_interruptions("suspended"), self._read_interruptions("frozen")
        rows = [(self._clause(of), self._tie(of), _period(of), atom) for atom, of in self._rows["duty"]]
        # In the order of time, so that the duties of one clause between two states are numbered in it.
        rows.sort(key=lambda row: (row[2].possible_from, row[2].possible_until, [thing.value for thing in row[1]]))
        duties = {}
        for clause, tie, period, atom in rows:
            between = (tie.treaty, tie.holder, tie.beneficiary)
            wordings = [item for item in self._wordings[clause] if self._binds(item[0].obligation, *between[1:])]
            iri = self._name_new("duty", self._name(tie.treaty, clause), tie.holder, tie.beneficiary, number=1)
            self.basis[(iri,)].append(atom)
            duties[clause, tie] = Duty(
                iri,
                tie.holder,
                tie.beneficiary,
                clause.kind,
                tie.treaty,
                self._meeting(iri, wordings, period),
                (tie.holder_episode, tie.beneficiary_episode),
                period,
                self._meeting(iri, suspensions.get(between, ()), period),
                self._meeting(iri, freezes.get(between, ()), period),
            )
        return duties

    def _binds(self, obligation: Resource, holder: Resource, beneficiary: Resource) -> bool:
        sides = self._sides.get(obligation)
        return sides is None or (holder, beneficiary) in sides

    def _read_interruptions(self, predicate: str) -> dict[tuple[Resource, ...], list[tuple[Interruption, str]]]:
        """Suspensions or freezes with their atoms, by treaty, holder and beneficiary."""
        found: dict[tuple[Resource, ...], list[tuple[Interruption, str]]] = defaultdict(list)
        for atom, of in sorted(self._rows[predicate], key=lambda row: row.atom):
            between = (self._thing(of["T"]), self._thing(of["H"]), self._thing(of["B"]))
            found[between].append((Interruption(self._thing(of["I"]), _period(of)), atom))
        return found

    def _meeting(self, iri: NamedNode, items: Iterable[tuple[_Dated, str]], period: Period) -> tuple[_Dated, ...]:
        """Those that may hold on a day of a period. Their atoms are noted as what else is said of `iri`."""
        met = []
        for item, atom in items:
            if item.period.meets(period):
                met.append(item)
                said = (item.text, item.obligation) if isinstance(item, Wording) else (item.episode,)
                for term in said:
                    self.basis[iri, term].append(atom)
        return tuple(met)

    def _name_new(self, kind: str, *parts: Resource | str, number: int | None = None) -> NamedNode:
        """A name that nothing has yet. A number is added if one is asked for or the name is taken."""
        base = f"{self._base}{kind}/" + "-".join(part if isinstance(part, str) else self._slug(part) for part in parts)
        iri = f"{base}-{number}" if number else base
        while iri in self._iris:
            number = (number or 1) + 1
            iri = f"{base}-{number}"
        self._iris.add(iri)
        return NamedNode(iri)

    def _clause_name(self, treaty: Resource, clause: _TreatyClause) -> str:
        """The treaty, the article as far as its wordings share the number, and the kind: ``CST-4-defense``."""
        texts = (wording.text for wording, _ in self._wordings[clause])
        articles = [_slug(text).split("-") for text in texts if text != treaty]
        shared = []
        for pieces in zip(*articles, strict=False):
            if len(set(pieces)) > 1:
                break
            shared.append(pieces[0])
        return "-".join([_slug(treaty), *shared, clause.kind.slug])

    def _clause(self, of: Mapping[str, str]) -> _TreatyClause:
        return self._clause_of(of["F"], of["L"], of["K"])

    def _read_clause(self, first: str, last: str, kind: str) -> _TreatyClause:
        return _TreatyClause(self._thing(first), self._thing(last), self.kinds[self._node(kind)])

    def _tie(self, of: Mapping[str, str]) -> _Tie:
        return _Tie(*(self._thing(of[name]) for name in ("T", "H", "B", "EH", "EB")))

    def _call(self, of: Mapping[str, str]) -> _Call:
        event, holder, beneficiary = (self._thing(of[name]) for name in ("V", "H", "B"))
        return _Call(event, self.kinds[self._node(of["K"])], holder, beneficiary)

    def _read_thing(self, name: str) -> Resource:
        term = self._terms[name]
        assert isinstance(term, (NamedNode, BlankNode))
        return term

    def _node(self, name: str) -> NamedNode:
        term = self._terms[name]
        assert isinstance(term, NamedNode)
        return term


def _period(of: Mapping[str, str]) -> Period:
    return _read_period(*map(of.__getitem__, BOUNDS))


@cache
def _read_period(*bounds: str) -> Period:
    return Period(*map(read_bound, bounds))


def read_bound(text: str) -> int:
    """The day that an atom has as a bound."""
    return _UNBOUNDED[text] if text in _UNBOUNDED else int(text)


def _in_time(wording: Wording) -> tuple[int, int, str]:
    return wording.period.possible_from, wording.period.possible_until, wording.text.value


def _call_order(call: _Call) -> tuple[str, ...]:
    return call.event.value, call.kind.iri.value, call.holder.value, call.beneficiary.value


def _clause_order(clause: _TreatyClause) -> tuple[str, ...]:
    return clause.first.value, clause.last.value, clause.kind.iri.value


def _slug(thing: Resource) -> str:
    """The last part of a name, fit to be a part of another."""
    return re.sub(r"[^\w.]+", "-", re.split(r"[/#]", thing.value.rstrip("/#"))[-1]).strip("-")
