"""The rules specialised to an ontology: a relation for each property and class, a clause for each axiom.

Most rules of `owl2rl.lp` join statements of the ontology, such as ``t(C1,rdfs_subClassOf,C2)``, with statements about
individuals, such as ``t(X,rdf_type,C1)``. Once the ontology is known, the first kind can be worked out beforehand,
which is partial evaluation, and ``c_7(X) :- c_4(X)`` is left of the rule where 4 is a subclass of 7. The grounder runs
such clauses many times faster, since each looks only at the statements that concern it.

Nothing here knows what any rule says. `Specialiser` reads the rule program and makes of each clause that looks at
individuals a template, and a question which the grounder answers along with the closure of the ontology: for which
properties, classes, list cells, does the clause apply?

    cax-sco        t(X,rdf_type,C2) :- t(C1,rdfs_subClassOf,C2), t(X,rdf_type,C1), C1 != C2.
    its question   _case(70,C1,C2) :- t(C1,rdfs_subClassOf,C2), _used(c(C1)), C1 != C2.
                   _used(c(C2)) :- _case(70,C1,C2).
    its template   c_{1}(X) :- c_{0}(X).

This is right as long as individuals say nothing about the ontology. Where they do, because of an owl:sameAs between
classes or a subproperty of rdfs:subClassOf, the specialised program derives `UNFIT`, and the rules must run as they
stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from kg.reasoning.program import INCONSISTENCY, TRIPLE, substitute, variables_in
from kg.reasoning.rules import read_clauses

#: Terms by which the rules speak of individuals. All others that they name belong to the ontology.
_ABOUT_INDIVIDUALS = frozenset({"owl_sameAs", "owl_differentFrom", "owl_Nothing"})
#: What is given of individuals besides their triples. Which literals are ill-typed counts as part of the ontology.
_GIVEN = frozenset({"literal", "stated", "later"})
#: The relation of triples that recursive rules take as steps, and that of asserted ones among them (`linear.lp`).
_BASE = "base"
_GIVEN_TRIPLE = "given"
#: Relations that stay whole: they hold individuals in a list, and would have a part for each pair of these.
_WHOLE = frozenset({"same_elements", "repeated_element"})
_TYPE = "rdf_type"
_CASE = "_case("
#: Derived if individuals say something about the ontology.
UNFIT = "_unfit."

#: Which relations hold anything to begin with.
_USED = f"""
_used(p(P)) :- t(S,P,O), P != {_TYPE}.
_used(c(C)) :- t(S,{_TYPE},C).
_used(p({_TYPE})).
_used({_BASE}(P)) :- recursive(P), _used(p(P)).
"""


@dataclass(frozen=True)
class ParsedAtom:
    """A predicate and its arguments, each as text."""

    predicate: str
    arguments: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> ParsedAtom:
        """Read an atom as a clause has it."""
        predicate, _, arguments = text.partition("(")
        return cls(predicate, tuple(split_arguments(arguments[:-1])) if arguments else ())

    def __str__(self) -> str:
        return f"{self.predicate}({','.join(self.arguments)})" if self.arguments else self.predicate

    @cached_property
    def variables(self) -> frozenset[str]:
        """Its variables."""
        return frozenset(variables_in(str(self)))


@dataclass(frozen=True)
class _Rule:
    """A clause, its body sorted by kind."""

    head: ParsedAtom
    premises: tuple[ParsedAtom, ...]
    denials: tuple[ParsedAtom, ...]
    comparisons: tuple[str, ...]

    @classmethod
    def read(cls, clause: str) -> _Rule:
        """Read a clause as `read_clauses` gives it."""
        head, _, body = clause.partition(" :- ")
        parts = list(split_arguments(body)) if body else []
        return cls(
            ParsedAtom.read(head),
            tuple(ParsedAtom.read(part) for part in parts if " " not in part),
            tuple(ParsedAtom.read(part.removeprefix("not ")) for part in parts if part.startswith("not ")),
            tuple(part for part in parts if " " in part and not part.startswith("not ")),
        )


class Special(NamedTuple):
    """A program specialised to an ontology.

    Attributes:
        facts: what of the ontology's closure the clauses may look at.
        clauses: what holds of individuals.
        recursive: the properties whose statements are steps, which belong to the relation ``base``.
    """

    facts: list[str]
    clauses: list[str]
    recursive: frozenset[str]


class Specialiser:
    """A rule program made ready to be specialised to one ontology after another.

    Attributes:
        questions: rules to be run over the ontology together with the program itself.
        shown: the predicates whose atoms `specialise` wants of that run, as ``name/arity``.
    """

    def __init__(self, program: str) -> None:
        """Read a rule program of which `read_clauses` tells the clauses."""
        read = {clause: _Rule.read(clause) for clause in read_clauses(program)}
        read = {c: rule for c, rule in read.items() if _GIVEN_TRIPLE not in {p.predicate for p in rule.premises}}
        rules = list(read.values())
        self._open = _open_predicates(rules)
        self._fixed = self._fixed_places(rules)
        known = [premise for rule in rules for premise in rule.premises if self._is_known(premise)]
        self._properties = {a.arguments[1] for a in known if a.predicate in (TRIPLE, _BASE)} - {_TYPE}
        self._classes = {a.arguments[2] for a in known if a.predicate == TRIPLE and a.arguments[1] == _TYPE}
        self._ontology = {f"p_{name}" for name in self._properties} | {f"c_{name}" for name in self._classes}
        self._carried: set[str] = set()
        self._templates: list[str] = []
        questions = [_USED]
        for clause, rule in read.items():
            concludes_known = rule.head.predicate not in (self._open | {INCONSISTENCY}) or self._is_known(rule.head)
            if concludes_known and all(map(self._is_known, rule.premises + rule.denials)):
                continue  # the closure of the ontology has what it concludes
            # A property that nothing fixes may be any, and rdf:type, which is not kept like the others.
            free = self._free_properties(rule)
            questions += self._add(rule, [f"{variable} != {_TYPE}" for variable in free])
            if free:
                questions += self._add(_Rule.read(substitute(clause, dict.fromkeys(free, _TYPE))))
        self.questions = "\n".join(questions)
        arities = {(rule.head.predicate, len(rule.head.arguments)) for rule in rules}
        widths = {question.partition(" :-")[0].count(",") + 1 for question in questions if question.startswith(_CASE)}
        self.shown = [
            f"{TRIPLE}/3",
            "recursive/1",
            *(f"{name}/{arity}" for name, arity in sorted(arities) if name in self._carried),
            *(f"_case/{width}" for width in sorted(widths)),
        ]

    def concerns_ontology(self, predicate: str, value: str) -> bool:
        """Whether a triple with these terms is about the ontology."""
        return value in self._classes if predicate == _TYPE else predicate in self._properties

    def specialise(self, answers: Iterable[str]) -> Special | None:
        """What to run over the statements about individuals.

        Args:
            answers: the atoms that the program and the questions derive from the ontology.

        Returns:
            None if axioms about rdf:type itself would need it as a relation like any other.
        """
        facts, clauses, recursive = [], [], set()
        for atom in answers:
            if atom.startswith(_CASE):
                number, *values = atom[len(_CASE) : -2].split(",")
                clauses.append(self._templates[int(number)].format(*values))
            elif atom.startswith("t("):
                facts.append(as_relation(*atom[2:-2].split(",")))
            elif atom.startswith("recursive("):
                recursive.add(atom[len("recursive(") : -2])
            elif atom.partition("(")[0] in self._carried:
                facts.append(atom)
        if any(f"p_{_TYPE}(" in clause for clause in clauses):
            return None
        return Special(facts, [self._guard(clause) for clause in clauses], frozenset(recursive))

    def _guard(self, clause: str) -> str:
        """A clause, but one that would conclude something about the ontology says that it would."""
        head, _, body = clause.partition(" :- ")
        known = f"p_{head.removeprefix(f'{_BASE}_')}" if head.startswith(f"{_BASE}_") else head
        if known.partition("(")[0] not in self._ontology:
            return clause
        return f"{UNFIT[:-1]} :- {body[:-1]}, not {known}."

    def _is_known(self, atom: ParsedAtom) -> bool:
        """Whether an atom depends on the ontology only."""
        return _is_known(atom, self._open)

    def _fixed_places(self, rules: Sequence[_Rule]) -> dict[str, set[int]]:
        """The arguments of open predicates that the ontology fixes, wherever the predicate is concluded."""
        self._fixed = {}
        concluding = [rule for rule in rules if rule.head.predicate in self._open - _WHOLE]
        for rule in concluding:
            self._fixed[rule.head.predicate] = set(range(len(rule.head.arguments)))
        while True:
            before = {predicate: set(places) for predicate, places in self._fixed.items()}
            for rule in concluding:
                bound = self._bound(rule)
                for place, argument in enumerate(rule.head.arguments):
                    if not bound.issuperset(variables_in(argument)) or argument.startswith("("):
                        self._fixed[rule.head.predicate].discard(place)
            if self._fixed == before:
                return before

    def _places(self, atom: ParsedAtom) -> list[int]:
        """The arguments of an atom that become part of its relation's name."""
        if atom.predicate == TRIPLE:
            return [2 if atom.arguments[1] == _TYPE else 1]
        return sorted(self._fixed.get(atom.predicate, ()))

    def _naming(self, atom: ParsedAtom) -> list[str]:
        """The variables among those arguments."""
        return [name for place in self._places(atom) for name in variables_in(atom.arguments[place])]

    def _bound(self, rule: _Rule) -> set[str]:
        """The variables that have a value before any individual is looked at."""
        return {
            variable
            for premise in rule.premises
            for variable in (premise.variables if self._is_known(premise) else self._naming(premise))
        }

    def _free_properties(self, rule: _Rule) -> list[str]:
        triples = [premise for premise in rule.premises if premise.predicate == TRIPLE and not self._is_known(premise)]
        fixed = {
            variable
            for premise in rule.premises
            if premise not in triples
            for variable in (premise.variables if self._is_known(premise) else self._naming(premise))
        }
        return sorted({name for triple in triples for name in variables_in(triple.arguments[1])} - fixed)

    def _add(self, rule: _Rule, restrictions: Sequence[str] = ()) -> Iterator[str]:
        """Add the template of a rule, and give its questions."""
        known = [premise for premise in rule.premises if self._is_known(premise)]
        opened = [premise for premise in rule.premises if not self._is_known(premise)]
        concluded = [] if rule.head.predicate == INCONSISTENCY else [rule.head]
        unfit = not self._bound(rule).issuperset(name for head in concluded for name in self._naming(head))
        if unfit:
            concluded = []
        named = list(dict.fromkeys(name for a in (*opened, *rule.denials, *concluded) for name in self._naming(a)))
        case = f"{_CASE}{','.join([str(len(self._templates)), *named])})"
        early = set(named).union(*(atom.variables for atom in known))
        asked = [text for text in rule.comparisons if early.issuperset(variables_in(text))]
        used = [f"_used({self._relation(atom)})" for atom in opened if atom.predicate not in _GIVEN]
        body = [*map(str, known), *used, *asked, *restrictions]
        yield f"{case} :- {', '.join(body)}." if body else f"{case}."
        for head in concluded:
            yield f"_used({self._relation(head)}) :- {case}."

        late = set().union(*(atom.variables for atom in (*opened, *rule.denials)))
        late.update(*([] if unfit else [rule.head.variables]))
        late.update(*(variables_in(text) for text in rule.comparisons if text not in asked))
        kept = _needed(known, set(named), late)
        self._carried.update(atom.predicate for atom in kept)
        still = set().union(*(atom.variables for atom in kept)) - set(named)
        values = {name: f"{{{place}}}" for place, name in enumerate(named)}
        parts = [self._write(atom, values) for atom in rule.premises if atom in opened or atom in kept]
        parts += [
            substitute(text, values)
            for text in rule.comparisons
            if text not in asked or not still.isdisjoint(variables_in(text))
        ]
        parts += [f"not {self._write(atom, values)}" for atom in rule.denials]
        conclusion = UNFIT[:-1] if unfit else self._write(rule.head, values)
        self._templates.append(f"{conclusion} :- {', '.join(parts)}." if parts else f"{conclusion}.")

    def _relation(self, atom: ParsedAtom) -> str:
        """The relation of an atom, as a term of the questions."""
        fixed = [atom.arguments[place] for place in self._places(atom)]
        if atom.predicate == TRIPLE:
            return f"{'c' if atom.arguments[1] == _TYPE else 'p'}({fixed[0]})"
        return f"{atom.predicate}({','.join(fixed)})" if fixed else atom.predicate

    def _write(self, atom: ParsedAtom, values: dict[str, str]) -> str:
        """An atom as its relation's."""
        arguments = [substitute(argument, values) for argument in atom.arguments]
        if atom.predicate == TRIPLE:
            return as_relation(*arguments).removesuffix(".")
        places = self._places(atom)
        name = "_".join([atom.predicate, *(arguments[place] for place in places)])
        return str(ParsedAtom(name, tuple(text for place, text in enumerate(arguments) if place not in places)))


def as_relation(subject: str, predicate: str, value: str) -> str:
    """A triple as a fact of its property's or class's relation."""
    return f"c_{value}({subject})." if predicate == _TYPE else f"p_{predicate}({subject},{value})."


def _open_predicates(rules: Sequence[_Rule]) -> set[str]:
    """The predicates, besides those of triples and contradictions, that depend on individuals, at least in part."""
    opened = set(_GIVEN)
    while True:
        before = set(opened)
        for rule in rules:
            if not all(_is_known(atom, opened) for atom in rule.premises + rule.denials):
                opened.add(rule.head.predicate)
        opened -= {TRIPLE, INCONSISTENCY}
        if opened == before:
            return opened


def _is_known(atom: ParsedAtom, opened: Iterable[str]) -> bool:
    if atom.predicate not in (TRIPLE, _BASE):
        return atom.predicate not in opened
    term = atom.arguments[2 if atom.arguments[1] == _TYPE else 1]
    return not variables_in(term) and term not in _ABOUT_INDIVIDUALS


def _needed(atoms: Iterable[ParsedAtom], named: set[str], late: set[str]) -> list[ParsedAtom]:
    """The atoms that share a variable, directly or through others, with what is left of a clause."""
    groups: list[tuple[set[str], list[ParsedAtom]]] = []
    for atom in atoms:
        variables, members = set(atom.variables) - named, [atom]
        apart = []
        for group in groups:
            if group[0].isdisjoint(variables):
                apart.append(group)
            else:
                variables |= group[0]
                members += group[1]
        groups = [*apart, (variables, members)]
    return [atom for variables, members in groups if not variables.isdisjoint(late) for atom in members]


def split_arguments(text: str) -> Iterator[str]:
    """What commas part in a piece of a rule program, those within brackets aside."""
    if "(" not in text:
        yield from text.split(",")
        return
    depth = start = 0
    for match in re.finditer(r"[(),]", text):
        if match[0] == "(":
            depth += 1
        elif match[0] == ")":
            depth -= 1
        elif depth == 0:
            yield text[start : match.start()]
            start = match.end()
    yield text[start:]
