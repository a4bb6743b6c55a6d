"""Why a statement holds that depends on dates: a relation of one day, or what the derived graph says of a finding.

There are three layers of reasoning: OWL 2 RL over what is asserted; the rules of duties over time over the closure;
OWL 2 RL again over the relations that these give. A proof is found in the highest layer that it needs, and what that
layer takes as given is proved in the layer below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path

from pyoxigraph import Quad, Triple

from kg.duties.model import Duty, ExclusivityConflict, OwedAssistance
from kg.duties.timeline import OBLIGATIONS, VOCABULARIES, Timeline, bearing, derive, literal_facts
from kg.project import Project
from kg.proofs.explainer import Explainer
from kg.proofs.proof import Contradictions, Explanation, Finding, Leaf, NotEntailed, Proof, Step, walk, with_leaves
from kg.reasoning.inconsistency import Statement
from kg.reasoning.program import DATED_TRIPLE
from kg.reasoning.symbols import Dictionary, Term
from kg.terms import CASUS, RDF

_DUTY = "duty(F,L,K,T,H,B,EH,EB,PF,CF,CU,PU)"
_STATUS = "status(E,S,R,Q,X,PF,CF,CU,PU)"
_SUSPENDED = "suspended(H,B,T,I,PF,CF,CU,PU)"
_FROZEN = "frozen(H,B,T,I,PF,CF,CU,PU)"
_WORDING = "wording(F,L,K,P,O,PF,CF,CU,PU)"
_OWED = "owed(V,F,L,K,T,H,B,EH,EB,C)"
_ANSWER = "answer(V,K,H,B,A,X)"
_CONFLICT = "conflict(F,L,K,T,S,T2,X,PF,CF,CU,PU)"

# When a relation holds that does not hold on the day asked about.
_OTHER_DAYS = f"""
found({_STATUS}) :- asked(S,(R;Q),X), {_STATUS}.
found({_DUTY}) :- asked(H,R,B), t(K,(casus_dutyRelation;casus_possibleDutyRelation),R), {_DUTY}.
found({_DUTY}) :- asked(H,(casus_alliedWith;casus_possiblyAlliedWith),B), makes_allies(K), {_DUTY}.
found({_DUTY}) :- asked(B,(casus_alliedWith;casus_possiblyAlliedWith),H), makes_allies(K), {_DUTY}.
"""
# What a finding stands for, by one of its wordings, W, and all else that tells it from others. The last term asked
# about is the object of the statement.
_DUTY_ITSELF = f"found({_DUTY}) :- asked(W,K,T,H,B,EH,EB,O), wording(F,L,K,W,O1,PF1,CF1,CU1,PU1), {_DUTY}.\n"
_OF_DUTY = {
    "suspendedBy": f"found({_SUSPENDED}) :- asked(W,K,T,H,B,EH,EB,I), {_SUSPENDED}.",
    "frozenBy": f"found({_FROZEN}) :- asked(W,K,T,H,B,EH,EB,I), {_FROZEN}.",
    "underObligation": f"found({_WORDING}) :- asked(W,K,T,H,B,EH,EB,O), {_WORDING}.",
    "underProvision": f"found({_WORDING}) :- asked(W,K,T,H,B,EH,EB,P), {_WORDING}.",
}
_OWED_ITSELF = f"found({_OWED}) :- asked(V,K,H,B,O), {_OWED}.\n"
_OF_OWED = {
    "type": f"found({_ANSWER}) :- asked(V,K,H,B,A), {_ANSWER}.",
    "shownBy": f"found({_ANSWER}) :- asked(V,K,H,B,X), {_ANSWER}.",
}
_CONFLICT_ITSELF = f"found({_CONFLICT}) :- asked(W,T,S,T2,X), wording(F,L,K,W,O,PF1,CF1,CU1,PU1), {_CONFLICT}."


class TimeExplainer:
    """The reasoning of one graph and, if one is named, about one day of it, kept for questions."""

    def __init__(
        self,
        quads: Iterable[Quad],
        day: date | None = None,
        *,
        project: Project | None = None,
        files: Sequence[Path] = (),
    ) -> None:
        """Prepare to explain statements.

        Args:
            quads: what is asserted.
            day: the day for which to say what holds.
            project: the project that the statements are from, to name their files and lines.
            files: the files that they are from, if not from a project.

        Raises:
            ReasonerError: clingo failed.
        """
        self._day = None if day is None else day.toordinal()
        self._quads = list(quads)
        self._project = project
        self._files = files
        self._graph = self._explainer(self._quads)

    def explain(self, statement: Statement) -> Explanation:
        """Why a statement holds, or what is missing nearest to it and, for a relation, on what other days it holds.

        Raises:
            ReasonerError: clingo failed.
        """
        plain = self._graph.find(statement)
        if plain is not None:
            return plain
        reason = self._reason(statement)
        if reason is not None:
            return self._graph.phrasing.proof(reason)
        upper = self._upper(statement)
        proof = upper.find(statement)
        if isinstance(proof, Proof):
            leaves = (leaf.conclusion for leaf in proof.leaves if leaf.file is None)
            below = {leaf: self._reason(leaf) for leaf in leaves}
            roots = with_leaves([proof.root], {leaf: step for leaf, step in below.items() if step is not None})
            return self._graph.phrasing.proof(roots[0])
        return self._with_other_days(upper.miss(statement))

    def relations(self) -> dict[Statement, Step]:
        """All plain relations of the day with their proofs, whose leaves are without files and lines.

        Raises:
            ReasonerError: clingo failed.
        """
        return self._proved(self._dated.inferred(DATED_TRIPLE), locate=False)

    def contradictions(self) -> Contradictions:
        """The contradictions of the graph and, if a day is named, of its relations on that day, with their proofs.

        Raises:
            ReasonerError: clingo failed.
        """
        if self._day is None:
            return self._graph.contradictions()
        roots = self._snapshot.contradictions().roots
        strange = {node.conclusion for node in walk(*roots) if isinstance(node, Leaf) and node.file is None}
        return self._graph.phrasing.contradictions(with_leaves(roots, self._proved(strange)))

    def _reason(self, statement: Statement) -> Step | None:
        """The proof of a relation of the day, or of what the derived graph says of a finding."""
        relation = self._proved([statement]).get(statement)
        if relation is not None:
            return relation
        step = self._finding(statement)
        return None if step is None else self._down_to_files([step])[0]

    def _proved(self, statements: Iterable[Statement], *, locate: bool = True) -> dict[Statement, Step]:
        """The proofs of those statements that are relations of the day."""
        reasons = self._dated.reasons(statements, locate=False)
        steps = {statement: step for statement, step in reasons.items() if isinstance(step, Step)}
        return dict(zip(steps, self._down_to_files(list(steps.values()), locate=locate), strict=True))

    def _down_to_files(self, steps: Sequence[Step], *, locate: bool = True) -> list[Step]:
        """Proofs from the closure, with the proofs of what they take from it."""
        given = {node.conclusion for step in steps for node in walk(step) if isinstance(node, Leaf)}
        return with_leaves(steps, self._graph.reasons(given, locate=locate))

    def _finding(self, statement: Statement) -> Step | None:
        """The step from the finding that the rules derive to a triple that describes it by name."""
        # No file mentions a finding; so the derived graph is only made for what no file mentions.
        item = None if self._graph.knows(statement.subject) else self._findings.get(statement.subject)
        if item is None or statement.triple() not in self._derived[statement.subject]:
            return None
        about = getattr(statement.predicate, "value", "").removeprefix(CASUS.iri).removeprefix(RDF.iri)
        asked: Sequence[Term]
        if isinstance(item, Duty):
            clause = (item.wordings[0].text, item.kind.iri, item.treaty)
            asked = (*clause, item.holder, item.beneficiary, *item.episodes, statement.object)
            rules = _DUTY_ITSELF + _OF_DUTY.get(about, "")
        elif isinstance(item, OwedAssistance):
            asked = (item.event, item.duties[0].kind.iri, item.holder, item.beneficiary, statement.object)
            rules = _OWED_ITSELF + _OF_OWED.get(about, "")
        else:
            asked = (item.wordings[0].text, item.treaty, item.state, item.other_treaty, item.outsider)
            rules = _CONFLICT_ITSELF
        premises = tuple(self._dated.findings(rules, asked))
        sentence = self._graph.phrasing.sentence("finding", {"X": statement.subject})
        return Step(statement, "finding", sentence, premises) if premises else None

    def _with_other_days(self, missed: NotEntailed) -> NotEntailed:
        if missed.unknown:
            return missed
        steps = self._dated.findings(_OTHER_DAYS, missed.statement)
        return replace(missed, other_days=tuple(s.conclusion for s in steps if isinstance(s.conclusion, Finding)))

    def _upper(self, statement: Statement) -> Explainer:
        """OWL 2 RL over the graph, the relations of the day, and what is said of the findings that are asked about."""
        strange = [term for term in statement if not self._graph.knows(term)]
        described = [triple for term in strange for triple in self._derived.get(term, ())]
        if not described:
            return self._snapshot
        return self._explainer([*self._quads, *self._relations, *map(_quad, described)])

    @cached_property
    def _snapshot(self) -> Explainer:
        return self._explainer([*self._quads, *self._relations])

    @cached_property
    def _relations(self) -> list[Quad]:
        return [_quad(triple) for relation in self._dated.inferred(DATED_TRIPLE) if (triple := relation.triple())]

    @cached_property
    def _dated(self) -> Explainer:
        """The rules of duties over time over the closure: what they read of it, in the order that `derive` has."""

        def facts(dictionary: Dictionary) -> list[str]:
            return literal_facts(dictionary) + ([] if self._day is None else [f"as_of({self._day})."])

        return Explainer(
            map(_quad, bearing(self._closure)),
            programs=(OBLIGATIONS,),
            vocabularies=VOCABULARIES,
            facts=facts,
            phrasing=self._graph.phrasing,
        )

    @cached_property
    def _closure(self) -> list[Triple]:
        inferred = (statement.triple() for statement in self._graph.inferred())
        return [*(quad.triple for quad in self._quads), *(triple for triple in inferred if triple)]

    @cached_property
    def _timeline(self) -> Timeline:
        return derive(self._closure)

    @cached_property
    def _findings(self) -> Mapping[Term, Duty | OwedAssistance | ExclusivityConflict]:
        line = self._timeline
        items: list[Duty | OwedAssistance | ExclusivityConflict] = [*line.duties, *line.owed, *line.conflicts]
        return {item.iri: item for item in items}

    @cached_property
    def _derived(self) -> Mapping[Term, set[Triple]]:
        """The derived graph by its subjects."""
        derived: dict[Term, set[Triple]] = {}
        for triple in self._timeline.triples():
            derived.setdefault(triple.subject, set()).add(triple)
        return derived

    def _explainer(self, quads: Iterable[Quad]) -> Explainer:
        return Explainer(quads, project=self._project, files=self._files)


def _quad(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object)
