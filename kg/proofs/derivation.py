"""How atoms can be derived: the instances of rules that bear on a goal, found by clingo.

First the rule program is grounded over the facts, which gives every atom that holds. Then each goal asks for the
instances that conclude it, for those that conclude their premises, and so on back to the asserted atoms. This is done
by clingo too: every clause ``head :- body`` becomes

    _instance(request, number, head, (premises), (variables)) :- _needed(request, head), body.
    _needed(request, premise) :- _instance(request, number, head, (premises), (variables)), premise is not asserted.

in the manner of magic sets (Bancilhon, Maier, Sagiv, Ullman 1986), so that a goal costs what its own derivations cost,
however large the graph. These clauses are grounded again for each request, which is their only parameter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count
from typing import NamedTuple

import clingo

from kg.errors import ReasonerError
from kg.reasoning.grounder import ReasoningLimits, require_size, with_terms
from kg.reasoning.program import TRIPLE, Clause
from kg.reasoning.symbols import EncodedTriple

#: What may be left in a control by requests, in characters of their rules and in atoms, before it is made anew.
_MOST_TEXT = 200_000
_MOST_ATOMS = 20_000


@dataclass(frozen=True)
class Instance:
    """A clause with values for its variables.

    Attributes:
        clause: the clause.
        head: the atom concluded.
        premises: the atoms it is concluded from.
        values: what each variable stands for.
    """

    clause: Clause
    head: str
    premises: tuple[str, ...]
    values: dict[str, str]


class Derivations:
    """What a rule program derives from facts, and how."""

    def __init__(
        self,
        program: str,
        clauses: Sequence[Clause],
        asserted: Collection[EncodedTriple],
        given: Iterable[str],
        limits: ReasoningLimits,
    ) -> None:
        """Derive all that follows.

        Args:
            program: the rule program.
            clauses: the same program, read by `kg.reasoning.program`.
            asserted: triples that need no derivation.
            given: other facts, each as ``atom.``.
            limits: how many statements may follow, which are counted when all have.

        Raises:
            ReasonerError: clingo failed.
            ReasonerLimit: they are more.
        """
        facts = chain((f"{TRIPLE}({','.join(triple)})." for triple in asserted), given)
        self._base, self._terms = with_terms(program, facts)
        self._clauses = clauses
        self._asserted = asserted
        self._names = count()
        self._renew()
        if limits.statements is not None and len(self._control.symbolic_atoms) > limits.statements:
            require_size(limits, sum(1 for _ in self._control.symbolic_atoms.by_signature(TRIPLE, 3)))

    def atoms(self, predicate: str, arity: int) -> list[str]:
        """The atoms of a predicate that hold."""
        return [str(atom.symbol) for atom in self._control.symbolic_atoms.by_signature(predicate, arity)]

    def holds(self, atom: str) -> bool:
        """Whether an atom holds."""
        return clingo.parse_term(atom) in self._control.symbolic_atoms

    def instances(self, goals: Iterable[str]) -> list[Instance]:
        """All rule instances by which the goals, and the premises of these instances in turn, can be derived.

        The derivations of asserted atoms are left out, except for those of the goals themselves. The instances come in
        the order of their clauses.
        """
        if self._left_atoms > _MOST_ATOMS:
            self._renew()
        request = clingo.Number(next(self._names))
        with _clingo_errors():
            self._control.ground([("derive", [request])], context=_Goals(goals, self._asserted))
        atoms = self._control.symbolic_atoms.by_signature("_instance", 5)
        found = sorted(a for a in (atom.symbol.arguments for atom in atoms) if a[0] == request)
        self._left_atoms += len(found)
        return [self._instance(arguments) for arguments in found]

    def new_predicate(self) -> str:
        """A predicate that no other request uses."""
        return f"_p{next(self._names)}"

    def ask(self, rules: str, predicate: str, arity: int) -> list[list[clingo.Symbol]]:
        """The arguments of a predicate that some more rules derive from what holds.

        Raises:
            ReasonerError: clingo failed.
        """
        if self._left_text > _MOST_TEXT:
            self._renew()
        self._left_text += len(rules)
        part = self.new_predicate()
        with _clingo_errors():
            self._control.add(part, [], rules)
            self._control.ground([(part, [])])
        return [atom.symbol.arguments for atom in self._control.symbolic_atoms.by_signature(predicate, arity)]

    def _instance(self, arguments: list[clingo.Symbol]) -> Instance:
        _, number, head, premises, values = arguments
        clause = self._clauses[number.number]
        return Instance(
            clause,
            str(head),
            tuple(map(str, premises.arguments)),
            dict(zip(clause.variables, map(str, values.arguments), strict=True)),
        )

    def _renew(self) -> None:
        self._left_text = self._left_atoms = 0
        self._control = clingo.Control(["--warn=none"], logger=lambda code, message: None)
        with _clingo_errors():
            self._control.add("base", [], self._base)
            self._control.add("derive", ["request"], "\n".join(_rules(self._clauses)))
            self._control.ground([("base", [])], context=_Terms(self._terms))


class _Terms(NamedTuple):
    """What a program calls for its facts, as `with_terms` has them."""

    terms: Sequence[str]

    def given(self, number: clingo.Symbol) -> list[clingo.Symbol]:
        return clingo.parse_term(self.terms[number.number]).arguments


class _Goals(NamedTuple):
    """What the rules call for the goals of a request, and to know what is asserted."""

    atoms: Iterable[str]
    asserted: Collection[EncodedTriple]

    def goals(self) -> list[clingo.Symbol]:
        return list(map(clingo.parse_term, self.atoms))

    def is_asserted(self, *names: clingo.Symbol) -> clingo.Symbol:
        return clingo.Number((*map(str, names),) in self.asserted)


def _rules(clauses: Sequence[Clause]) -> Iterator[str]:
    yield "_needed(request,X) :- X = @goals()."
    for number, clause in enumerate(clauses):
        head, values = clause.head.text, tuple_of(clause.variables)
        premises = tuple_of([premise.text for premise in clause.premises])
        body = "; ".join((f"_needed(request,{head})", *clause.body))
        instance = f"_instance(request,{number},{head},{premises},{values})"
        yield f"{instance} :- {body}."
        for premise in clause.premises:
            unless = f"; @is_asserted{premise.text.removeprefix(TRIPLE)} = 0" if premise.predicate == TRIPLE else ""
            yield f"_needed(request,{premise.text}) :- {instance}{unless}."


@contextmanager
def _clingo_errors() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        raise ReasonerError(f"clingo failed: {error}") from error


def tuple_of(parts: Sequence[str]) -> str:
    """A tuple as clingo writes it."""
    return f"({','.join(parts)}{',' if len(parts) == 1 else ''})"
