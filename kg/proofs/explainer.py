"""Why a statement holds: the cheapest proof of it from the asserted statements, or what is missing nearest to one.

`Explainer` keeps the reasoning of one graph, so that the second question is answered faster than the first. The
function beside it is for one question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path

from pyoxigraph import Quad

from kg.project import Project
from kg.proofs.cheapest import assemble, cheapest_derivations
from kg.proofs.derivation import Derivations, Instance
from kg.proofs.nearest import nearest
from kg.proofs.origin import Origins
from kg.proofs.phrasing import Phrasing, findings, narrowing
from kg.proofs.proof import AlreadyAsserted, Contradictions, Explanation, Finding, Leaf, NotEntailed, Proof, Step
from kg.reasoning.inconsistency import Statement, find_inconsistencies
from kg.reasoning.program import DATED_TRIPLE, INCONSISTENCY, TRIPLE, read_clauses
from kg.reasoning.rules import RULES
from kg.reasoning.symbols import STANDARD, Dictionary, Term, literal_facts, stated_facts


class Explainer:
    """The reasoning of one graph, kept for questions about it."""

    def __init__(
        self,
        quads: Iterable[Quad],
        *,
        programs: Sequence[Path] = (RULES,),
        vocabularies: Mapping[str, str] = STANDARD,
        facts: Callable[[Dictionary], Iterable[str]] = literal_facts,
        project: Project | None = None,
        files: Sequence[Path] = (),
        phrasing: Phrasing | None = None,
    ) -> None:
        """Prepare to explain the statements of a graph.

        Args:
            quads: what is asserted.
            programs: the rule programs.
            vocabularies: the namespaces of the terms that the programs name, by prefix.
            facts: what the programs must know besides the statements, given the names of the terms.
            project: the project that the statements are from, to name their files and lines.
            files: the files that they are from, if not from a project.
            phrasing: how terms are read, if these statements do not say it.

        Raises:
            ReasonerError: clingo failed.
        """
        self._quads = list(quads)
        program = "\n".join(path.read_text("utf-8") for path in programs)
        self._clauses = read_clauses(program, narrowing(), findings())
        self._dictionary = Dictionary(program, vocabularies)
        self._asserted = dict.fromkeys(self._atom(Statement(*quad.triple)) for quad in self._quads)
        name = self._dictionary.name
        stated = stated_facts((name(s), name(p), name(o)) for s, p, o in {quad.triple for quad in self._quads})
        self._derivations = Derivations(program, self._clauses, self._asserted, [*facts(self._dictionary), *stated])
        self._known = frozenset(self._dictionary.terms.values())
        self._origins = Origins(self._quads, project, files)
        if phrasing is not None:
            self.phrasing = phrasing

    def explain(self, statement: Statement) -> Explanation:
        """Why a statement holds, or what is missing nearest to it.

        Raises:
            ReasonerError: clingo failed.
        """
        return self.find(statement) or self.miss(statement)

    def knows(self, term: Term) -> bool:
        """Whether a statement or a rule mentions a term."""
        return term in self._known

    def find(self, statement: Statement) -> Proof | AlreadyAsserted | None:
        """Why a statement holds, None if it does not.

        Raises:
            ReasonerError: clingo failed.
        """
        reason = self.reasons([statement]).get(statement)
        if isinstance(reason, Leaf):
            return AlreadyAsserted(reason, names=self.phrasing.names([statement]))
        return self.phrasing.proof(reason) if reason else None

    def miss(self, statement: Statement) -> NotEntailed:
        """What is missing nearest to a statement that does not hold.

        Raises:
            ReasonerError: clingo failed.
        """
        unknown = tuple(term for term in dict.fromkeys(statement) if term not in self._known)
        if unknown:
            return NotEntailed(statement, unknown, (), names=self.phrasing.names([statement]))
        terms = self._dictionary.terms.get
        attempts = nearest(self._atom(statement), self._clauses, self._derivations, self._asserted, terms)
        mentioned = [pattern for attempt in attempts for pattern in (*attempt.present, *attempt.missing)]
        return NotEntailed(statement, (), attempts, names=self.phrasing.names([statement, *mentioned]))

    def reasons(self, statements: Iterable[Statement], *, locate: bool = True) -> dict[Statement, Step | Leaf]:
        """Why statements hold: the leaf of each that is asserted, the last step of the cheapest proof of each other.

        Those that do not hold are left out.

        Args:
            statements: the statements.
            locate: whether to find the files, lines and sources of the leaves.

        Raises:
            ReasonerError: clingo failed.
        """
        leaf = cache(self._origins.leaf) if locate else Leaf
        reasons: dict[Statement, Step | Leaf] = {}
        goals: dict[str, Statement] = {}
        for statement in filter(self._known.issuperset, statements):
            if self._atom(statement) in self._asserted:
                reasons[statement] = leaf(statement)
                continue
            atoms = (self._atom(statement, predicate) for predicate in (TRIPLE, DATED_TRIPLE))
            atom = next(filter(self._derivations.holds, atoms), None)
            if atom is not None:
                goals[atom] = statement
        proofs = self._prove(list(goals), leaf) if goals else {}
        return reasons | {goals[atom]: step for atom, step in proofs.items()}

    def inferred(self, predicate: str = TRIPLE) -> list[Statement]:
        """All statements that follow without being asserted, those included that RDF does not allow.

        Args:
            predicate: `TRIPLE`, or `DATED_TRIPLE` for the statements of one day.
        """
        inferred = (atom for atom in self._derivations.atoms(predicate, 3) if atom not in self._asserted)
        return [conclusion for conclusion in map(self._conclusion, inferred) if isinstance(conclusion, Statement)]

    def findings(self, rules: str, asked: Sequence[Term]) -> list[Step]:
        """The proofs of the findings that some more rules pick out.

        Args:
            rules: clauses of the form ``found(finding(...)) :- asked(A,B,...), finding(...).``
            asked: the terms asked about.

        Raises:
            ReasonerError: clingo failed.
        """
        found, given = self._derivations.new_predicate(), self._derivations.new_predicate()
        text = f"asked({','.join(map(self._dictionary.name, asked))}).\n{rules}"
        text = text.replace("found(", f"{found}(").replace("asked(", f"{given}(")
        goals = [str(arguments[0]) for arguments in sorted(self._derivations.ask(text, found, 1))]
        proofs = self._prove(goals, Leaf) if goals else {}
        return [proofs[goal] for goal in goals]

    def contradictions(self) -> Contradictions:
        """All contradictions with their proofs, in the order in which `kg.reasoning.closure.close` has them.

        Raises:
            ReasonerError: clingo failed.
        """
        name = self._dictionary.name
        asserted = [(name(s), name(p), name(o)) for s, p, o in (quad.triple for quad in self._quads)]
        atoms = self._derivations.atoms(INCONSISTENCY, 2)
        found = find_inconsistencies(atoms, asserted, self._dictionary.terms.__getitem__)
        goals = list(found.values())
        proofs = self._prove(goals, cache(self._origins.leaf)) if goals else {}
        return self.phrasing.contradictions(proofs[goal] for goal in goals)

    @cached_property
    def phrasing(self) -> Phrasing:
        """How the terms of the graph are read."""
        return Phrasing(quad.triple for quad in self._quads)

    def _prove(self, goals: Sequence[str], leaf: Callable[[Statement], Leaf]) -> dict[str, Step]:
        chosen = cheapest_derivations(self._derivations.instances(goals))
        return assemble(goals, chosen, self._conclusion, leaf, self._sentence)

    def _sentence(self, instance: Instance) -> str:
        terms = self._dictionary.terms
        values = {name: terms[value] for name, value in instance.values.items() if value in terms}
        return self.phrasing.sentence(instance.clause.rule, values)

    def _atom(self, statement: Statement, predicate: str = TRIPLE) -> str:
        return f"{predicate}({','.join(map(self._dictionary.name, statement))})"

    def _conclusion(self, atom: str) -> Statement | Finding | None:
        """What an atom stands for; a contradiction is None."""
        terms = self._dictionary.terms
        predicate, _, rest = atom.partition("(")
        if predicate == INCONSISTENCY:
            return None
        arguments = rest[:-1].split(",")
        if predicate in (TRIPLE, DATED_TRIPLE):
            return Statement(*(terms[name] for name in arguments))
        return self.phrasing.finding(predicate, arguments, terms)


def explain(
    quads: Iterable[Quad],
    statement: Statement,
    *,
    programs: Sequence[Path] = (RULES,),
    project: Project | None = None,
    files: Sequence[Path] = (),
) -> Explanation:
    """Why a statement holds in a graph, or what is missing nearest to it; the arguments are those of `Explainer`.

    Raises:
        ReasonerError: clingo failed.
    """
    return Explainer(quads, programs=programs, project=project, files=files).explain(statement)
