"""Relations of a day, and what the derived graph says, proved from the closure by way of the duties over time.

Both are read off what the rules of duties over time derive, in one step: a relation of a day off a status or a duty
whose bounds the day lies within, a statement of the derived graph off the finding that it is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache, cached_property
from typing import NamedTuple

from pyoxigraph import Triple

from kg.day import Certainty, day_literal
from kg.duties.due import DutyOnDay, Shown
from kg.duties.model import Duty, EpisodeStatus, Relation
from kg.proofs.duties_layer import DutiesLayer
from kg.proofs.step import Leaf, Step, cost
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


class DatedLayer:
    """The layer of duties over time, asked about one day, or about none."""

    def __init__(self, duties: DutiesLayer, day: date | None) -> None:
        """Ask about a day.

        Args:
            duties: what the rules derive.
            day: the day of which relations are asked, None for none.
        """
        self._duties = duties
        self._day = day
        self._shown = cache(self._shown_of)

    @property
    def relations(self) -> Iterable[Statement]:
        """The plain relations of the day."""
        return self._support.keys()

    def described(self, terms: Iterable[Term]) -> list[Triple]:
        """What the derived graph, and the view of the day, say of some terms."""
        known = [term for term in terms if term in self._duties.items]
        shown = [statement.triple() for term in known for statement in self._shown(term)]
        return [*(triple for term in known for triple in self._duties.derived(term)), *filter(None, shown)]

    def reasons(self, statements: Iterable[Statement]) -> dict[Statement, Step | Leaf]:
        """Why relations of the day and statements of the derived graph hold; others are left out.

        Raises:
            ReasonerError: clingo failed.
        """
        ways = {statement: self._ways(statement) for statement in statements}
        proofs = self._duties.prove(atom for found in ways.values() for way in found for atom in way.atoms)
        reasons: dict[Statement, Step | Leaf] = {}
        for statement, found in ways.items():
            steps = [self._step(statement, way, proofs) for way in found]
            if steps:
                reasons[statement] = min(steps, key=cost)
        return reasons

    def _ways(self, statement: Statement) -> list[_Way]:
        ways = [self._way(statement, relation, item) for relation, item in self._support.get(statement, ())]
        subject = statement.subject
        if subject not in self._duties.items:
            return ways
        if statement.triple() in self._duties.derived(subject):
            capped = statement.predicate == CASUS.certainlyHoldsUntil and self._ends_as_known(statement.object)
            rule, given = ("finding-as-known", self._duties.known_to) if capped else ("finding", ())
            ways.append(_Way(rule, {"X": subject}, self._duties.atoms(subject, (statement.object,)), given))
        return ways + [self._due_way(found, shown) for found, shown in self._shown(subject).get(statement, ())]

    def _way(self, statement: Statement, relation: Relation, item: EpisodeStatus | Duty) -> _Way:
        how, given = relation.certainty, self._unless_certain(relation.certainty)
        if isinstance(item, EpisodeStatus):
            return _Way(f"{_MODALITY[how]}status-on-the-date", {}, self._duties.basis(item), given)
        assert self._day is not None
        kind, atoms = item.kind, self._duties.basis(item)
        if (
            how is Certainty.POSSIBLE and item.period.on(self._day) is Certainty.CERTAIN
        ):  # so it is a suspension's doing
            atoms = self._duties.atoms(item.iri, [suspension.episode for suspension in item.suspended_on(self._day)])
        values = {"H": statement.subject, "B": statement.object}
        if relation.predicate == CASUS.alliedWith:
            return _Way(
                f"{_MODALITY[how]}allies-on-the-date", values, atoms, [self._duties.makes_allies[kind.iri], *given]
            )
        name = CASUS.dutyRelation if how is Certainty.CERTAIN else CASUS.possibleDutyRelation
        owes = Statement(kind.iri, name, statement.predicate)
        return _Way(f"{_MODALITY[how]}duty-on-the-date", values, atoms, [owes, *given])

    def _due_way(self, found: DutyOnDay, shown: Shown) -> _Way:
        iri, given = found.duty.iri, [Statement(*said) for said in shown.given]
        rule = "suspended-on-the-date"
        if found.certainty is not None:
            rule = f"{_MODALITY[found.certainty]}due-on-the-date"
            given += self._unless_certain(found.certainty)
        return _Way(rule, {"X": iri}, self._duties.atoms(iri, shown.of), given)

    def _unless_certain(self, how: Certainty) -> Sequence[Statement]:
        """To which day the sources reach, for what is presumed because of it."""
        return self._duties.known_to if how is Certainty.PRESUMED else ()

    def _ends_as_known(self, last: Term) -> bool:
        known_to = self._duties.timeline.currency.known_to
        return known_to is not None and last == day_literal(known_to)

    def _step(self, statement: Statement, way: _Way, proofs: Mapping[str, Step]) -> Step:
        premises: tuple[Step | Leaf, ...] = (*(proofs[atom] for atom in way.atoms), *map(Leaf, way.given))
        return Step(statement, way.rule, self._duties.phrasing.sentence(way.rule, way.values), premises, way.values)

    @cached_property
    def _support(self) -> dict[Statement, list[tuple[Relation, EpisodeStatus | Duty]]]:
        """The relations of the day with what they hold by: of several ways only the surest."""
        support: dict[Statement, list[tuple[Relation, EpisodeStatus | Duty]]] = defaultdict(list)
        found = [] if self._day is None else list(self._duties.timeline.supports(self._day))
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

    def _shown_of(self, name: Term) -> Mapping[Statement, list[tuple[DutyOnDay, Shown]]]:
        """What the view of the day says of a finding, by its statements."""
        view: dict[Statement, list[tuple[DutyOnDay, Shown]]] = defaultdict(list)
        item = self._duties.items[name]
        if self._day is not None and isinstance(item, Duty):
            for found, shown in self._duties.timeline.shown(self._day, [item]):
                view[Statement(*shown.triple)].append((found, shown))
        return view
