"""The layer of duties over time: relations of a day, and what the derived graph says, proved from the closure.

Both are read off what the rules of duties over time derive, in one step: a relation of a day off a status or a duty
whose bounds the day lies within, a statement of the derived graph off the finding that it is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from pyoxigraph import Triple

from kg.day import Certainty, day_literal
from kg.duties.due import DutyOnDay, Shown
from kg.duties.findings import READ, Findings
from kg.duties.kinds import read_kinds
from kg.duties.model import Duty, EpisodeStatus, Relation
from kg.duties.rules import VOCABULARIES, bearing, duty_facts, obligations
from kg.duties.timeline import read_timeline
from kg.proofs.layer import Layer
from kg.proofs.phrasing import Phrasing
from kg.proofs.step import Finding, Leaf, Step, cost
from kg.reasoning.inconsistency import Statement
from kg.terms import CASUS, Term

#: What the names of rules by which things hold on a day begin with.
_MODALITY = {Certainty.CERTAIN: "", Certainty.PRESUMED: "presumed-", Certainty.POSSIBLE: "possible-"}


class _Way(NamedTuple):
    """A way to conclude a statement in one step.

    Attributes:
        rule: the step's name, which has its sentence in the rule file.
        values: what the sentence's variables stand for.
        atoms: the derived findings that it needs.
        given: what it needs of the closure.
    """

    rule: str
    values: Mapping[str, Term]
    atoms: Sequence[str]
    given: Sequence[Statement] = ()


class DutiesLayer:
    """What the rules of duties over time derive from a closure, and what that says of one day."""

    def __init__(self, closure: Sequence[Triple], day: date | None, phrasing: Phrasing) -> None:
        """Derive the duties of a graph.

        Args:
            closure: all that is asserted and inferred.
            day: the day of which relations are asked, None for none.
            phrasing: how terms are read.

        Raises:
            ReasonerError: clingo failed.
        """
        self._phrasing = phrasing
        self._day = day
        self._layer = Layer(bearing(closure), obligations(), phrasing, vocabularies=VOCABULARIES, facts=duty_facts)
        atoms = (
            atom
            for name, _, arity in (signature.partition("/") for signature in READ)
            for atom in self._layer.atoms(name, int(arity))
        )
        self._findings = Findings(atoms, self._layer.terms, read_kinds(closure), phrasing.namespaces.id)
        self._timeline = read_timeline(self._findings, closure)
        self._makes_allies = {
            triple.subject: Statement(*triple) for triple in closure if triple.predicate == CASUS.makesAllies
        }
        self._currency = self._timeline.currency
        findings = self._findings
        self._names = {item.iri for found in (findings.duties, findings.owed, findings.conflicts) for item in found}

    @property
    def relations(self) -> Iterable[Statement]:
        """The plain relations of the day."""
        return self._support.keys()

    def described(self, terms: Iterable[Term]) -> list[Triple]:
        """What the derived graph, and the view of the day, say of some terms."""
        known = [term for term in terms if term in self._names]
        shown = [statement.triple() for term in known for statement in self._shown.get(term, ())]
        return [*(triple for term in known for triple in self._derived[term]), *filter(None, shown)]

    def reasons(self, statements: Iterable[Statement]) -> dict[Statement, Step | Leaf]:
        """Why relations of the day and statements of the derived graph hold; others are left out.

        Raises:
            ReasonerError: clingo failed.
        """
        ways = {statement: self._ways(statement) for statement in statements}
        proofs = self._layer.prove(
            list(dict.fromkeys(a for found in ways.values() for way in found for a in way.atoms))
        )
        reasons: dict[Statement, Step | Leaf] = {}
        for statement, found in ways.items():
            steps = [self._step(statement, way, proofs) for way in found]
            if steps:
                reasons[statement] = min(steps, key=cost)
        return reasons

    def other_days(self, statement: Statement) -> tuple[Finding, ...]:
        """What is known of days on which a relation holds, certainly or possibly, in the order of time."""
        subject, predicate, value = statement
        allied = predicate in (CASUS.alliedWith, CASUS.possiblyAlliedWith)
        items: list[EpisodeStatus | Duty] = [
            status
            for status in self._timeline.statuses
            if (status.state, status.object) == (subject, value) and predicate in (status.relation, status.twin)
        ]
        for duty in self._timeline.duties:
            pair, kind = (duty.holder, duty.beneficiary), duty.kind
            owes = pair == (subject, value) and predicate in (kind.relation, kind.possible_relation)
            if owes or (allied and kind.makes_allies and {*pair} == {subject, value}):
                items.append(duty)
        items.sort(key=lambda item: item.period.possible_from)
        return tuple(self._layer.finding(atom) for item in items for atom in self._basis(item))

    def _ways(self, statement: Statement) -> list[_Way]:
        ways = [self._way(statement, relation, item) for relation, item in self._support.get(statement, ())]
        subject = statement.subject
        if subject in self._names and statement.triple() in self._derived[subject]:
            capped = statement.predicate == CASUS.certainlyHoldsUntil and self._ends_as_known(statement.object)
            rule, given = ("finding-as-known", self._known_to) if capped else ("finding", ())
            ways.append(_Way(rule, {"X": subject}, self._atoms(subject, (statement.object,)), given))
        if subject in self._shown and statement in self._shown[subject]:
            ways += [self._due_way(found, shown) for found, shown in self._shown[subject][statement]]
        return ways

    def _way(self, statement: Statement, relation: Relation, item: EpisodeStatus | Duty) -> _Way:
        how, given = relation.certainty, self._unless_certain(relation.certainty)
        if isinstance(item, EpisodeStatus):
            return _Way(f"{_MODALITY[how]}status-on-the-date", {}, self._basis(item), given)
        assert self._day is not None
        kind, atoms = item.kind, self._basis(item)
        if (
            how is Certainty.POSSIBLE and item.period.on(self._day) is Certainty.CERTAIN
        ):  # so it is a suspension's doing
            atoms = self._atoms(item.iri, [suspension.episode for suspension in item.suspended_on(self._day)])
        values = {"H": statement.subject, "B": statement.object}
        if relation.predicate == CASUS.alliedWith:
            return _Way(f"{_MODALITY[how]}allies-on-the-date", values, atoms, [self._makes_allies[kind.iri], *given])
        name = CASUS.dutyRelation if how is Certainty.CERTAIN else CASUS.possibleDutyRelation
        owes = Statement(kind.iri, name, statement.predicate)
        return _Way(f"{_MODALITY[how]}duty-on-the-date", values, atoms, [owes, *given])

    def _due_way(self, found: DutyOnDay, shown: Shown) -> _Way:
        assert found.certainty is not None
        given = [*(Statement(*said) for said in shown.given), *self._unless_certain(found.certainty)]
        iri = found.duty.iri
        return _Way(f"{_MODALITY[found.certainty]}due-on-the-date", {"X": iri}, self._atoms(iri, shown.of), given)

    def _atoms(self, name: Term, terms: Iterable[Term]) -> list[str]:
        """The atoms that a finding stands for, and those by which some terms are said of it."""
        basis = self._findings.basis
        said = (atom for term in terms for atom in basis.get((name, term), ()))
        return list(dict.fromkeys([*basis[(name,)], *said]))

    def _unless_certain(self, how: Certainty) -> Sequence[Statement]:
        """To which day the sources reach, for what is presumed because of it."""
        return self._known_to if how is Certainty.PRESUMED else ()

    def _ends_as_known(self, last: Term) -> bool:
        known_to = self._currency.known_to
        return known_to is not None and last == day_literal(known_to)

    def _step(self, statement: Statement, way: _Way, proofs: Mapping[str, Step]) -> Step:
        premises: tuple[Step | Leaf, ...] = (*(proofs[atom] for atom in way.atoms), *map(Leaf, way.given))
        return Step(statement, way.rule, self._phrasing.sentence(way.rule, way.values), premises)

    def _basis(self, item: EpisodeStatus | Duty) -> Sequence[str]:
        """The atom that an item stands for."""
        key = (item.iri,) if isinstance(item, Duty) else (item.episode, item.state, item.relation, item.object)
        return self._findings.basis[key]

    @cached_property
    def _support(self) -> dict[Statement, list[tuple[Relation, EpisodeStatus | Duty]]]:
        """The relations of the day with what they hold by: of several ways only the surest."""
        support: dict[Statement, list[tuple[Relation, EpisodeStatus | Duty]]] = defaultdict(list)
        found = [] if self._day is None else list(self._timeline.supports(self._day))
        surest: dict[tuple[Term, ...], int] = {}
        for relation, _ in found:
            rank = relation.certainty.rank
            surest[relation[:3]] = min(rank, surest.get(relation[:3], rank))
        for relation, item in found:
            if relation.certainty.rank == surest[relation[:3]]:
                support[Statement(*relation.triple)].append((relation, item))
        for statement, ways in support.items():  # what the subject owes comes before what it is owed
            ways.sort(key=lambda way: isinstance(way[1], Duty) and way[1].holder != statement.subject)
        return dict(support)

    @cached_property
    def _shown(self) -> Mapping[Term, Mapping[Statement, list[tuple[DutyOnDay, Shown]]]]:
        """The view of the day by its subjects and statements."""
        view: dict[Term, dict[Statement, list[tuple[DutyOnDay, Shown]]]] = defaultdict(lambda: defaultdict(list))
        for found, shown in () if self._day is None else self._timeline.shown(self._day):
            view[found.duty.iri][Statement(*shown.triple)].append((found, shown))
        return view

    @cached_property
    def _known_to(self) -> Sequence[Statement]:
        """The statement to which day the sources reach, if there is one."""
        return [Statement(*self._currency.stated)] if self._currency.stated else []

    @cached_property
    def _derived(self) -> Mapping[Term, set[Triple]]:
        """The derived graph by its subjects."""
        derived: dict[Term, set[Triple]] = defaultdict(set)
        for triple in self._timeline.triples():
            derived[triple.subject].add(triple)
        return derived
