"""The rules of cases, `kg/duties/cases.lp`, run over one case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, NamedNode

from kg.cases.case import Case
from kg.cases.record import CaseRecord
from kg.duties.due import DutyOnDay
from kg.duties.kinds import word_facts
from kg.duties.rules import CASE_VOCABULARIES, case_rules
from kg.proofs.layer import Layer
from kg.proofs.step import Finding, Step
from kg.terms import CASUS, CONCEPTS, Resource

#: What stands for the condition that a duty is in force, which each has.
IN_FORCE = CONCEPTS["condition/in-force"]


@dataclass(frozen=True)
class Assessed:
    """A condition of an obligation, or of one duty, in a case.

    Attributes:
        condition: the condition, exception, scope or limiting statement.
        result: ``met``, ``open`` or ``failed``.
        atom: the finding that says so, by the rules.
    """

    condition: Resource
    result: str
    atom: str


@dataclass(frozen=True)
class Found:
    """A duty in a case, by one of its wordings.

    Attributes:
        duty: the duty on the day.
        obligation: the obligation that the wording creates.
        result: the weakest of its conditions.
        conditions: all of them.
        atom: the finding that says so, by the rules.
    """

    duty: DutyOnDay
    obligation: Resource
    result: str
    conditions: tuple[Assessed, ...]
    atom: str


class Assessment:
    """What the rules find of one case.

    Attributes:
        found: the duties toward both sides, each by each of its wordings.
        layer: the rules and what they derive, to be asked for proofs.
    """

    def __init__(self, case: Case, record: CaseRecord) -> None:
        """Assess a case.

        Args:
            case: the case.
            record: the graph.

        Raises:
            ReasonerError: clingo failed.
        """
        duties = {
            duty.duty.iri: (duty, triples)
            for side in dict.fromkeys((case.victim, case.attacker))
            for duty, triples in record.duties(case.on, side)
        }
        own = [triple for _, triples in duties.values() for triple in triples]
        things = {triple.object for triple in own if triple.predicate != CASUS.dutyHolder}
        triples = [*case.triples(), *own, *record.about([*sorted(things, key=str), *case.place.areas], case.on)]
        self.layer = Layer(triples, case_rules(), record.phrasing, vocabularies=CASE_VOCABULARIES, facts=word_facts)
        self.found = tuple(self._read({iri: duty for iri, (duty, _) in duties.items()}))

    def step(self, atom: str) -> Step:
        """The last step of the cheapest proof of a finding, from what is given to the rules.

        Raises:
            ReasonerError: clingo failed.
        """
        return self.layer.prove([atom])[atom]

    def reason(self, atom: str) -> Step:
        """What decides a condition: the last step of its test, if it has one."""
        step = self._reasons[atom]
        return next((premise for premise in step.premises if isinstance(premise, Step) and _is_test(premise)), step)

    @cached_property
    def _reasons(self) -> Mapping[str, Step]:
        """The last steps of all findings about conditions."""
        return self.layer.prove(list({one.atom: None for found in self.found for one in found.conditions}))

    def _read(self, duties: Mapping[Resource, DutyOnDay]) -> Iterator[Found]:
        toward: dict[tuple[str, str], list[Assessed]] = defaultdict(list)
        for atom, (obligation, side, condition, result) in self._atoms("assessed", 4):
            toward[obligation, side].append(Assessed(self._thing(condition), result, atom))
        own: dict[str, list[Assessed]] = defaultdict(list)
        for atom, (duty, result) in self._atoms("binding", 2):
            own[duty].append(Assessed(IN_FORCE, result, atom))
        for atom, (duty, limit, result) in self._atoms("limit", 3):
            own[duty].append(Assessed(self._thing(limit), result, atom))
        sides = {term: name for name, term in self.layer.terms.items()}
        for atom, (name, obligation, result) in self._atoms("level", 3):
            found = duties[self._thing(name)]
            conditions = own[name] + sorted(toward[obligation, sides[found.beneficiary]], key=_order)
            yield Found(found, self._thing(obligation), result, tuple(conditions), atom)

    def _atoms(self, predicate: str, arity: int) -> Iterator[tuple[str, list[str]]]:
        for atom in self.layer.atoms(predicate, arity):
            yield atom, atom[len(predicate) + 1 : -1].split(",")

    def _thing(self, name: str) -> Resource:
        term = self.layer.terms[name]
        assert isinstance(term, (NamedNode, BlankNode))
        return term


def _is_test(step: Step) -> bool:
    return isinstance(step.conclusion, Finding) and step.conclusion.name == "tested"


def _order(assessed: Assessed) -> str:
    return str(assessed.condition)
