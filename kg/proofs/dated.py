"""The layer of duties over time: relations of a day, and what the derived graph says, proved from the closure.

Both are read off what the rules of duties over time derive, in one step: a relation of a day off a standing or a duty
whose bounds the day lies within, a statement of the derived graph off the finding that it is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from pyoxigraph import Triple

from kg.day import Certainty
from kg.duties.findings import READ, Findings
from kg.duties.kinds import read_kinds
from kg.duties.model import Duty, Relation, Standing
from kg.duties.rules import VOCABULARIES, bearing, literal_facts, obligations
from kg.duties.timeline import read_timeline
from kg.proofs.layer import Layer
from kg.proofs.phrasing import Phrasing
from kg.proofs.step import Finding, Leaf, Step, cost
from kg.reasoning.inconsistency import Statement
from kg.terms import CASUS, Term


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
        self._layer = Layer(bearing(closure), obligations(), phrasing, vocabularies=VOCABULARIES, facts=literal_facts)
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
        findings = self._findings
        self._names = {item.iri for found in (findings.duties, findings.owed, findings.conflicts) for item in found}

    @property
    def relations(self) -> Iterable[Statement]:
        """The plain relations of the day."""
        return self._support.keys()

    def described(self, terms: Iterable[Term]) -> list[Triple]:
        """What the derived graph says of some terms."""
        return [triple for term in terms if term in self._names for triple in self._derived[term]]

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
        items: list[Standing | Duty] = [
            standing
            for standing in self._timeline.standings
            if (standing.state, standing.place) == (subject, value) and predicate in (standing.relation, standing.twin)
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
            basis = self._findings.basis
            atoms = dict.fromkeys([*basis[(subject,)], *basis.get((subject, statement.object), ())])
            ways.append(_Way("finding", {"X": subject}, list(atoms)))
        return ways

    def _way(self, statement: Statement, relation: Relation, item: Standing | Duty) -> _Way:
        certain = relation.certainty is Certainty.CERTAIN
        modality = "" if certain else "possible-"
        if isinstance(item, Standing):
            return _Way(f"{modality}status-on-the-date", {}, self._basis(item))
        assert self._day is not None
        kind, atoms = item.kind, list(self._basis(item))
        if not certain and item.period.on(self._day) is Certainty.CERTAIN:  # so that it is a suspension's doing
            for suspension in item.suspended_on(self._day):
                atoms += self._findings.basis[item.iri, suspension.episode]
        values = {"H": statement.subject, "B": statement.object}
        if relation.predicate == CASUS.alliedWith:
            return _Way(f"{modality}allies-on-the-date", values, atoms, [self._makes_allies[kind.iri]])
        name = CASUS.dutyRelation if certain else CASUS.possibleDutyRelation
        return _Way(f"{modality}duty-on-the-date", values, atoms, [Statement(kind.iri, name, statement.predicate)])

    def _step(self, statement: Statement, way: _Way, proofs: Mapping[str, Step]) -> Step:
        premises: tuple[Step | Leaf, ...] = (*(proofs[atom] for atom in way.atoms), *map(Leaf, way.given))
        return Step(statement, way.rule, self._phrasing.sentence(way.rule, way.values), premises)

    def _basis(self, item: Standing | Duty) -> Sequence[str]:
        """The atom that an item stands for."""
        key = (item.iri,) if isinstance(item, Duty) else (item.episode, item.state, item.relation, item.place)
        return self._findings.basis[key]

    @cached_property
    def _support(self) -> dict[Statement, list[tuple[Relation, Standing | Duty]]]:
        """The relations of the day with what they hold by: possible ones only where they are not certain."""
        support: dict[Statement, list[tuple[Relation, Standing | Duty]]] = defaultdict(list)
        found = [] if self._day is None else list(self._timeline.supports(self._day))
        certain = {relation[:3] for relation, _ in found if relation.certainty is Certainty.CERTAIN}
        for relation, item in found:
            if relation.certainty is Certainty.CERTAIN or relation[:3] not in certain:
                support[Statement(*relation.triple)].append((relation, item))
        for statement, ways in support.items():  # what the subject owes comes before what it is owed
            ways.sort(key=lambda way: isinstance(way[1], Duty) and way[1].holder != statement.subject)
        return dict(support)

    @cached_property
    def _derived(self) -> Mapping[Term, set[Triple]]:
        """The derived graph by its subjects."""
        derived: dict[Term, set[Triple]] = defaultdict(set)
        for triple in self._timeline.triples():
            derived[triple.subject].add(triple)
        return derived
