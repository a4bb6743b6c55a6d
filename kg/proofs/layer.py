"""A layer of reasoning: one rule program over statements that it takes as given, asked in terms of RDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from pyoxigraph import Triple

from kg.proofs.cheapest import assemble, cheapest_derivations
from kg.proofs.derivation import Derivations, Instance
from kg.proofs.nearest import nearest
from kg.proofs.phrasing import Phrasing
from kg.proofs.proof import Attempt
from kg.proofs.step import Finding, Leaf, Step
from kg.reasoning.grounder import DEFAULT_LIMITS, ReasoningLimits
from kg.reasoning.inconsistency import Statement, find_inconsistencies, more_alike
from kg.reasoning.program import INCONSISTENCY, TRIPLE, Program
from kg.reasoning.rules import names_in
from kg.reasoning.symbols import STANDARD, Dictionary, later_facts, literal_facts, stated_facts
from kg.terms import Term


class Layer:
    """What a rule program derives from some statements, kept for questions. Its proofs end in leaves without places."""

    def __init__(
        self,
        triples: Iterable[Triple],
        program: Program,
        phrasing: Phrasing,
        *,
        vocabularies: Mapping[str, str] = STANDARD,
        facts: Callable[[Dictionary], Iterable[str]] = literal_facts,
        narrow: Callable[[str, Iterable[str]], str] | None = None,
        limits: ReasoningLimits = DEFAULT_LIMITS,
    ) -> None:
        """Derive all that follows.

        Args:
            triples: what is given.
            program: the rules.
            phrasing: how terms are read.
            vocabularies: the namespaces of the terms that the rules name, by prefix.
            facts: what the rules must know besides the statements, given the names of the terms.
            narrow: leaves those rules out of a program's text that facts of some names never meet, as `pruned` does.
            limits: how many statements there may be.

        Raises:
            ReasonerError: clingo failed.
            ReasonerLimit: there are more statements.
        """
        self._program = program
        self._phrasing = phrasing
        self._dictionary = Dictionary(program.text, vocabularies)
        names = dict.fromkeys((self._dictionary[s], self._dictionary[p], self._dictionary[o]) for s, p, o in triples)
        self._given = {f"{TRIPLE}({','.join(triple)})": triple for triple in names}
        known = list(facts(self._dictionary))
        known += [*stated_facts(names), *later_facts(names, known)]
        text = program.text if narrow is None else narrow(program.text, names_in(names, known) | {TRIPLE})
        self._derivations = Derivations(text, program.clauses, names, known, limits)
        self._known = frozenset(self._dictionary.terms.values())

    @property
    def terms(self) -> Mapping[str, Term]:
        """The terms by their names in atoms."""
        return self._dictionary.terms

    def knows(self, term: Term) -> bool:
        """Whether a statement or a rule mentions a term."""
        return term in self._known

    def reasons(self, statements: Iterable[Statement]) -> dict[Statement, Step | Leaf]:
        """Why statements hold: the leaf of each that is given, the last step of the cheapest proof of each other.

        Those that do not hold are left out.

        Raises:
            ReasonerError: clingo failed.
        """
        reasons: dict[Statement, Step | Leaf] = {}
        goals: dict[str, Statement] = {}
        for statement in filter(self._known.issuperset, statements):
            atom = self._atom(statement)
            if atom in self._given:
                reasons[statement] = Leaf(statement)
            elif self._derivations.holds(atom):
                goals[atom] = statement
        return reasons | {goals[atom]: step for atom, step in self.prove(list(goals)).items()}

    def prove(self, goals: Sequence[str]) -> dict[str, Step]:
        """The last step of the cheapest proof of each of some derived atoms.

        Raises:
            ReasonerError: clingo failed.
        """
        if not goals:
            return {}
        chosen = cheapest_derivations(self._derivations.instances(goals))
        return assemble(goals, chosen, self._conclusion, Leaf, self._told)

    def atoms(self, predicate: str, arity: int) -> list[str]:
        """The atoms of a predicate that hold."""
        return self._derivations.atoms(predicate, arity)

    def matching(self, predicate: str, arguments: Iterable[Term | str]) -> list[str]:
        """The atoms of a predicate that hold of these arguments; what is no term but text is a variable.

        Raises:
            ReasonerError: clingo failed.
        """
        names = (argument if isinstance(argument, str) else self._dictionary[argument] for argument in arguments)
        atom, asked = f"{predicate}({','.join(names)})", self._derivations.new_predicate()
        return [str(found) for [found] in self._derivations.ask(f"{asked}({atom}) :- {atom}.", asked, 1)]

    def inferred(self) -> list[Statement]:
        """All statements that follow without being given, those included that RDF does not allow."""
        found = map(self._conclusion, (atom for atom in self.atoms(TRIPLE, 3) if atom not in self._given))
        return [conclusion for conclusion in found if isinstance(conclusion, Statement)]

    def inconsistencies(self) -> list[Step]:
        """The proofs of all contradictions, in the order in which `kg.reasoning.closure.close` has them.

        Raises:
            ReasonerError: clingo failed.
        """
        given = list(self._given.values())
        found = find_inconsistencies(self.atoms(INCONSISTENCY, 2), given, self.terms.__getitem__)
        goals = list(found.values())
        proofs = self.prove(goals)
        return [
            replace(proofs[goal], sentence=proofs[goal].sentence + more_alike(inconsistency, " And "))
            for inconsistency, goal in found.items()
        ]

    def nearest(self, statement: Statement) -> tuple[Attempt, ...]:
        """What is missing nearest to a statement that does not hold and whose terms are known."""
        goal = self._atom(statement)
        return nearest(goal, self._program.clauses, self._derivations, self._given, self.terms.get)

    def finding(self, atom: str) -> Finding:
        """What an atom of a readable predicate stands for."""
        conclusion = self._conclusion(atom)
        assert isinstance(conclusion, Finding)
        return conclusion

    def _told(self, instance: Instance) -> tuple[str, Mapping[str, Term]]:
        values = {name: self.terms[value] for name, value in instance.values.items() if value in self.terms}
        return self._phrasing.sentence(instance.clause.rule, values), values

    def _atom(self, statement: Statement) -> str:
        return f"{TRIPLE}({','.join(map(self._dictionary.__getitem__, statement))})"

    def _conclusion(self, atom: str) -> Statement | Finding | None:
        """What an atom stands for; a contradiction is None."""
        predicate, _, rest = atom.partition("(")
        if predicate == INCONSISTENCY:
            return None
        arguments = rest[:-1].split(",")
        if predicate == TRIPLE:
            return Statement(*(self.terms[name] for name in arguments))
        return self._phrasing.finding(predicate, arguments, self.terms)
