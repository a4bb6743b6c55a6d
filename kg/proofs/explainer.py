"""Why a statement holds: the cheapest proof of it from the asserted statements, or what is missing nearest to one.

There are three layers of reasoning: OWL 2 RL over what is asserted; the rules of duties over time over the closure;
OWL 2 RL again over the relations of a day that these give, and over what they say of the findings asked about. A proof
is found in the lowest layer that has one, and what that layer takes as given is proved in those below.

`Explainer` keeps the reasoning of one graph, so that the second question is answered faster than the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from pyoxigraph import Quad, Triple

from kg.collector import collector_paused
from kg.duties.timeline import Timeline
from kg.project import Project, shipped_names
from kg.proofs.dated import DatedLayer
from kg.proofs.duties_layer import DutiesLayer
from kg.proofs.layer import Layer
from kg.proofs.origin import Origins
from kg.proofs.phrasing import Phrasing
from kg.proofs.proof import AlreadyAsserted, Contradictions, Explanation, NotEntailed, Proof
from kg.proofs.step import Leaf, Step, walk, with_leaves
from kg.reasoning.grounder import DEFAULT_LIMITS, ReasoningLimits
from kg.reasoning.inconsistency import Statement
from kg.reasoning.program import read_program
from kg.reasoning.rules import RULES, pruned

#: Days whose reasoning is kept.
_DAYS = 2

_Reasons = dict[Statement, Step | Leaf]


class Explainer:
    """The reasoning of one graph, kept for questions about all of it and about any day."""

    @collector_paused()
    def __init__(
        self,
        quads: Iterable[Quad],
        *,
        inferred: Iterable[Quad] | None = None,
        timeline: Callable[[], Timeline] | None = None,
        project: Project | None = None,
        files: Sequence[Path] = (),
        limits: ReasoningLimits = DEFAULT_LIMITS,
    ) -> None:
        """Prepare to explain statements.

        Args:
            quads: what is asserted.
            inferred: what follows from it by OWL 2 RL, where that is known; it is read once, and only if need be.
            timeline: gives the duties over time, where they are known, if they are asked for.
            project: the project that the statements are from, to name their files and lines.
            files: the files that they are from, if not from a project.
            limits: how many statements may follow; time and memory are for whoever runs the process to limit.

        Raises:
            ReasonerError: clingo failed.
            ReasonerLimit: more statements follow.
        """
        self._limits = limits
        self._origins = Origins(quads, project, files)
        self._triples = list(self._origins.triples)
        self._inferred = inferred
        self._timeline = timeline
        self._phrasing = Phrasing(self._triples, shipped_names() if project is None else project.names)
        self._leaves: dict[Statement, Leaf] = {}
        self._closure = self._owl()
        self._dated = lru_cache(_DAYS)(lambda day: DatedLayer(self._duties, day))
        self._of_the_day = lru_cache(_DAYS)(self._of)

    @collector_paused()
    def explain(self, statement: Statement, day: date | None = None, language: str = "en") -> Explanation:
        """Why a statement holds, or what is missing nearest to it and, for a relation, on what other days it holds.

        Args:
            statement: the statement.
            day: the day on which relations and the view of a day are asked about, if they are.
            language: that of the sentences, which are in English where there are none in it.

        Raises:
            ReasonerError: clingo failed.
        """
        phrasing = self._phrasing.in_language(language)
        layers: tuple[Layer | DatedLayer, ...] = (self._closure,)
        reason = self._prove([statement], layers).get(statement)
        if reason is None:
            layers = (self._closure, self._dated(day))
            reason = self._prove([statement], layers).get(statement)
        if reason is None:
            top = self._above(statement, day)
            reason = self._prove([statement], (*layers, top)).get(statement)
            if reason is None:
                return self._miss(statement, top, phrasing)
        if isinstance(reason, Leaf):
            return AlreadyAsserted(self._leaf(statement), names=phrasing.names([statement]))
        return phrasing.proof(self._located([reason])[0])

    @collector_paused()
    def reasons(self, statements: Iterable[Statement], day: date | None = None) -> dict[Statement, Step | Leaf]:
        """Why statements of the graph and relations of the day hold, without files and lines; others are left out.

        Raises:
            ReasonerError: clingo failed.
        """
        layers = (self._closure,) if day is None else (self._closure, self._dated(day))
        return self._prove(statements, layers)

    @collector_paused()
    def proof_above(self, step: Step, day: date, language: str = "en") -> Proof:
        """A proof that other rules began, with the proofs of what it takes of the graph and of the day.

        What neither has, because it is supposed, stays as it is.

        Raises:
            ReasonerError: clingo failed.
        """
        proved = self._proved_below([step], (self._closure, self._dated(day)))
        return self._phrasing.in_language(language).proof(self._located(proved)[0])

    def inferred(self) -> list[Statement]:
        """All statements that follow by OWL 2 RL without being asserted, those included that RDF does not allow."""
        return self._closure.inferred()

    def relations(self, day: date) -> list[Statement]:
        """The plain relations of a day."""
        return list(self._dated(day).relations)

    @collector_paused()
    def contradictions(self, day: date | None = None) -> Contradictions:
        """The contradictions of the graph and, if a day is named, of its relations on that day, with their proofs.

        Raises:
            ReasonerError: clingo failed.
        """
        if day is None:
            roots = self._closure.inconsistencies()
        else:
            roots = self._proved_below(self._of_the_day(day).inconsistencies(), (self._closure, self._dated(day)))
        return self._phrasing.contradictions(self._located(roots))

    def _prove(self, statements: Iterable[Statement], layers: Sequence[Layer | DatedLayer]) -> _Reasons:
        """Why statements hold, each by the lowest layer that has a proof; those that do not hold are left out."""
        statements = list(statements)
        reasons: _Reasons = {}
        for level, layer in enumerate(layers):
            found = layer.reasons(statement for statement in statements if statement not in reasons)
            steps = {statement: reason for statement, reason in found.items() if isinstance(reason, Step)}
            below = self._proved_below(list(steps.values()), layers[:level])
            reasons |= found | dict(zip(steps, below, strict=True))
        return reasons

    def _proved_below(self, steps: Sequence[Step], layers: Sequence[Layer | DatedLayer]) -> list[Step]:
        """Proofs with the proofs, in the layers below, of what they take as given."""
        given = {node.conclusion for node in walk(*steps) if isinstance(node, Leaf)} if layers else ()
        return with_leaves(steps, self._prove(given, layers)) if given else list(steps)

    def _located(self, roots: Sequence[Step]) -> list[Step]:
        """Proofs whose leaves say where they stand."""
        leaves = {node.conclusion for node in walk(*roots) if isinstance(node, Leaf)}
        return with_leaves(roots, {statement: self._leaf(statement) for statement in leaves})

    def _leaf(self, statement: Statement) -> Leaf:
        if statement not in self._leaves:
            self._leaves[statement] = self._origins.leaf(statement)
        return self._leaves[statement]

    def _miss(self, statement: Statement, layer: Layer, phrasing: Phrasing) -> NotEntailed:
        """What is missing nearest to a statement that does not hold in a layer."""
        unknown = tuple(term for term in dict.fromkeys(statement) if not layer.knows(term))
        if unknown:
            return NotEntailed(statement, unknown, (), names=phrasing.names([statement]))
        attempts = layer.nearest(statement)
        mentioned = [pattern for attempt in attempts for pattern in (*attempt.present, *attempt.missing)]
        names = phrasing.names([statement, *mentioned])
        others = tuple(map(phrasing.retold, self._duties.other_days(statement)))
        return NotEntailed(statement, (), attempts, others, names=names)

    @cached_property
    def _duties(self) -> DutiesLayer:
        if self._inferred is None:
            inferred = [statement.triple() for statement in self._closure.inferred()]
        else:
            inferred = [quad.triple for quad in self._inferred]
        timeline = None if self._timeline is None else self._timeline()
        return DutiesLayer([*self._triples, *filter(None, inferred)], self._phrasing, timeline)

    def _of(self, day: date | None) -> Layer:
        """OWL 2 RL over the graph and the relations of a day."""
        relations = list(filter(None, (relation.triple() for relation in self._dated(day).relations)))
        return self._owl(relations) if relations else self._closure

    def _above(self, statement: Statement, day: date | None) -> Layer:
        """OWL 2 RL over the graph, the relations of the day, and what is said of the findings that are asked about."""
        dated = self._dated(day)
        described = dated.described(term for term in statement if not self._closure.knows(term))
        if not described:
            return self._of_the_day(day)
        relations = filter(None, (relation.triple() for relation in dated.relations))
        return self._owl([*relations, *described])

    def _owl(self, derived: Sequence[Triple] = ()) -> Layer:
        program = read_program(RULES.read_text("utf-8"))
        return Layer([*self._triples, *derived], program, self._phrasing, narrow=pruned, limits=self._limits)
