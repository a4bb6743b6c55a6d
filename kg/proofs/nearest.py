"""What is missing nearest to a statement that does not follow: rules that would conclude it but for a premise or two.

The search goes backward from the statement over the clauses of the rules. A clause counts if all its premises hold but
one, or but two if there is none such. What the ontology says is taken as it is: only statements about individuals
are ever called missing, unless the question itself is about the ontology. A missing auxiliary atom, or membership of a
class that has no name, is replaced by what it would take in turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, product
from typing import NamedTuple

from kg.proofs.derivation import Derivations, tuple_of
from kg.proofs.proof import Attempt
from kg.reasoning.program import TRIPLE, Atom, Clause, substitute, variables_in
from kg.terms import Pattern, Term

#: Levels of auxiliary atoms and unnamed classes that are looked through.
_LEVELS = 5
#: Ways of getting one missing atom that are followed, and attempts that are reported.
_BRANCHES = 8
_REPORTED = 5

_ANY = "_any"
_SCHEMA = re.compile(r"(?:owl|rdfs|xsd)_\w+")
_LIST = re.compile(r"rdf_(?:first|rest)")
_SIMPLE = re.compile(r"\w+")


class _Partial(NamedTuple):
    """A way to conclude an atom: the last rule, what holds, and what does not."""

    rule: str
    present: tuple[str, ...]
    missing: tuple[str, ...]


def nearest(
    goal: str,
    clauses: Sequence[Clause],
    derivations: Derivations,
    asserted: Iterable[str],
    term: Callable[[str], Term | None],
) -> tuple[Attempt, ...]:
    """The attempts with the fewest missing premises, nearest first.

    Args:
        goal: the atom of a triple that does not hold.
        clauses: the rules.
        derivations: what holds by them.
        asserted: the atoms of the asserted triples.
        term: the term that a name stands for, None if it stands for anything.
    """
    search = _Search(clauses, derivations, frozenset(map(_kind, asserted)), about_schema=_is_schema(goal))
    groups: dict[object, list[_Partial]] = {}
    for partial in search.run(goal):
        groups.setdefault((partial.rule, tuple(sorted(map(_kind, partial.missing)))), []).append(partial)
    attempts = [
        Attempt(
            alike[0].rule,
            tuple(Pattern(*map(term, _arguments(atom))) for atom in alike[0].present),
            tuple(Pattern(*map(term, _arguments(atom))) for atom in alike[0].missing),
            len(alike) - 1,
        )
        for alike in groups.values()
    ]
    return tuple(sorted(attempts, key=_distance)[:_REPORTED])


def _distance(attempt: Attempt) -> tuple[int, int, int]:
    anything = sum(pattern.count(None) for pattern in attempt.missing)
    return len(attempt.missing), anything, attempt.alike


class _Search:
    """The backward search; `kinds` are the properties and classes that some asserted triple has."""

    def __init__(
        self, clauses: Sequence[Clause], derivations: Derivations, kinds: frozenset[str], *, about_schema: bool
    ) -> None:
        self._clauses = clauses
        self._derivations = derivations
        self._kinds = kinds
        self._about_schema = about_schema
        self._open_predicates = self._find_open_predicates()

    def run(self, goal: str) -> list[_Partial]:
        """All attempts for a goal: those that miss one premise of its rule, else those that miss two."""
        return self._search(goal, 1) or self._search(goal, 2)

    def _search(self, goal: str, width: int) -> list[_Partial]:
        found: list[_Partial] = []
        seen = {goal}
        pending = self._ways([goal], width)[goal]
        for _ in range(_LEVELS):
            opaque = {atom for partial in pending for atom in partial.missing if self._is_opaque(atom)} - seen
            seen |= opaque
            ways = self._ways(opaque, 1)
            ways |= self._ways([atom for atom in opaque if not ways[atom]], 2)
            following: dict[_Partial, None] = {}
            for partial in pending:
                if not any(map(self._is_opaque, partial.missing)):
                    found.append(partial)
                else:
                    following |= dict.fromkeys(self._expand(partial, ways))
            pending = list(following)
        return list(dict.fromkeys(found))

    def _expand(self, partial: _Partial, ways: dict[str, list[_Partial]]) -> Iterable[_Partial]:
        """The attempts in which each opaque missing atom is replaced by a way to conclude it."""
        clear = tuple(atom for atom in partial.missing if not self._is_opaque(atom))
        opaque = [ways.get(atom, [])[:_BRANCHES] for atom in partial.missing if self._is_opaque(atom)]
        for choice in product(*opaque):
            present = (atom for way in choice for atom in way.present)
            missing = (atom for way in choice for atom in way.missing)
            yield _Partial(
                partial.rule,
                tuple(dict.fromkeys((*partial.present, *present))),
                tuple(dict.fromkeys((*clear, *missing))),
            )

    def _ways(self, goals: Iterable[str], width: int) -> dict[str, list[_Partial]]:
        """For each goal the clauses that would conclude it but for so many premises."""
        ways: dict[str, list[_Partial]] = {goal: [] for goal in goals}
        name = self._derivations.new_predicate()
        rules: list[str] = []
        sources: list[tuple[str, str]] = []
        for goal, clause in product(ways, self._clauses):
            values = _match(clause.head, goal)
            if values is not None and not (self._about_schema and _arguments(clause.head.text)[1] in values):
                premises = [Atom(substitute(premise.text, values)) for premise in clause.premises]
                conditions = [substitute(condition, values) for condition in clause.conditions]
                open_places = [place for place, premise in enumerate(premises) if self._may_be_missing(premise)]
                for missing in combinations(open_places, width):
                    rules.append(_rule(f"{name}({len(sources)}", premises, conditions, missing))
                    sources.append((goal, clause.rule))
        for number, present, missing_atoms in sorted(self._derivations.ask("\n".join(rules), name, 3)) if rules else ():
            goal, rule = sources[number.number]
            shown = tuple(str(atom) for atom in present.arguments if atom.name == TRIPLE and not _is_list(str(atom)))
            absent = tuple(map(str, missing_atoms.arguments))
            if not any(self._is_idle(atom) for atom in absent):
                ways[goal].append(_Partial(rule, shown, absent))
        return ways

    def _is_idle(self, atom: str) -> bool:
        """Whether nothing is gained by calling an atom missing: it holds, or could only hold of nothing."""
        if atom.startswith(f"{TRIPLE}(") and _is_schema(atom) and not self._about_schema:
            return True
        return _ANY not in atom and self._derivations.holds(atom)

    def _is_opaque(self, atom: str) -> bool:
        """Whether a missing atom tells a reader little: an auxiliary one, or a triple that is only ever inferred."""
        return not atom.startswith(f"{TRIPLE}(") or not (self._about_schema or _kind(atom) in self._kinds)

    def _may_be_missing(self, premise: Atom) -> bool:
        if premise.predicate != TRIPLE:
            return premise.predicate in self._open_predicates
        return not _is_list(premise.text) and (self._about_schema or not _is_schema(premise.text))

    def _find_open_predicates(self) -> set[str]:
        """The auxiliary predicates that depend on more than lists and the ontology."""
        found: set[str] = set()
        size = -1
        while size < len(found):
            size = len(found)
            self._open_predicates = found
            for clause in self._clauses:
                if not clause.readable and any(map(self._may_be_missing, clause.premises)):
                    found.add(clause.head.predicate)
        return found


def _rule(head: str, premises: Sequence[Atom], conditions: Sequence[str], missing: Sequence[int]) -> str:
    """A clause without some premises, which are put in its head instead; what they alone bind is anything."""
    kept = [premise for place, premise in enumerate(premises) if place not in missing]
    bound = {name for premise in kept for name in premise.variables}
    body = [premise.text for premise in kept]
    body += [condition for condition in conditions if bound.issuperset(variables_in(condition))]
    free = dict.fromkeys((name for place in missing for name in premises[place].variables if name not in bound), _ANY)
    absent = [substitute(premises[place].text, free) for place in missing]
    text = f"{head},{tuple_of([premise.text for premise in kept])},{tuple_of(absent)})"
    return f"{text} :- {'; '.join(body)}." if body else f"{text}."


def _match(head: Atom, goal: str) -> dict[str, str] | None:
    """The values by which a clause's head becomes a goal, or None if it cannot; anything is left unbound."""
    wanted, offered = _arguments(goal), _arguments(head.text)
    if head.predicate != goal.partition("(")[0] or len(wanted) != len(offered):
        return None
    values: dict[str, str] = {}
    for name, value in zip(offered, wanted, strict=True):
        if not _SIMPLE.fullmatch(name):
            return None
        if value == _ANY:
            continue
        if variables_in(name):
            if values.setdefault(name, value) != value:
                return None
        elif name != value:
            return None
    return values


def _arguments(atom: str) -> list[str]:
    """The arguments of an atom; one whose arguments are tuples is matched by no clause and stays as it is."""
    return atom.partition("(")[2][:-1].split(",")


def _kind(atom: str) -> str:
    """What a triple is about: its property, or if that is rdf:type its class."""
    _, predicate, value = _arguments(atom)
    return f"a {value}" if predicate == "rdf_type" else predicate


def _is_schema(atom: str) -> bool:
    return _SCHEMA.fullmatch(_kind(atom).removeprefix("a ")) is not None


def _is_list(atom: str) -> bool:
    return _LIST.fullmatch(_kind(atom)) is not None
