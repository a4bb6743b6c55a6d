"""A rule program read as data: its clauses, each with the name of the rule it belongs to.

A rule file says its rules' names in comments. A comment that is a single word, ``% cls-svf1``, names the clauses below
it until the next such comment or until a line of dashes, which opens a section. Where no name is in force, the first
sentence of the comment above a clause is its name. Clauses of auxiliary predicates count as parts of the rule they
stand under.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from clingo.ast import AST, ASTType, Sign, parse_string

#: The predicate of triples, that of the triples of one day, and that of contradictions, which begin with a rule's name.
TRIPLE = "t"
DATED_TRIPLE = "holds"
CLASH = "clash"

_NAME = re.compile(r"[A-Za-z][\w-]*")
_SECTION = re.compile(r"-{8,}")
_CLASH_RULE = re.compile(r'clash\("([^"]*)"')
# A variable, or a quoted string, which is read over.
_VARIABLE = re.compile(r'"(?:\\.|[^"\\])*"|(?<!\w)(_*[A-Z]\w*)')


@dataclass(frozen=True)
class Atom:
    """An atom of a clause, as text."""

    text: str

    @property
    def predicate(self) -> str:
        """The predicate's name."""
        return self.text.partition("(")[0]

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The variables, each once, in order."""
        return variables_in(self.text)


@dataclass(frozen=True)
class Clause:
    """One clause ``head :- premises, conditions``.

    Attributes:
        rule: the name of the rule it belongs to.
        head: what it concludes.
        premises: the atoms that must hold.
        conditions: all else in its body: comparisons, negations, aggregates, and what only narrows the search.
        readable: whether what it concludes is shown to readers, and not dissolved into its premises.
    """

    rule: str
    head: Atom
    premises: tuple[Atom, ...]
    conditions: tuple[str, ...]
    readable: bool

    @property
    def body(self) -> tuple[str, ...]:
        """The body's parts, as text."""
        return (*(premise.text for premise in self.premises), *self.conditions)

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The variables that its premises and its head bind."""
        return tuple(dict.fromkeys(name for atom in (*self.premises, self.head) for name in atom.variables))


def variables_in(text: str) -> tuple[str, ...]:
    """The variables in a piece of a rule program, each once, in order."""
    return tuple(dict.fromkeys(filter(None, _VARIABLE.findall(text))))


def substitute(text: str, values: dict[str, str]) -> str:
    """A piece of a rule program with variables replaced."""
    return _VARIABLE.sub(lambda match: values.get(match[1], match[0]), text)


def read_clauses(program: str, narrowing: Iterable[str] = (), findings: Iterable[str] = ()) -> list[Clause]:
    """The clauses of a rule program, those with alternatives (``a; b``) as one for each.

    Args:
        program: the text of the program.
        narrowing: predicates that keep rules from being applied needlessly and are no part of what they say; ``a: b``
            is the predicate ``b`` in the clauses that conclude ``a``.
        findings: predicates that readers are shown besides triples and contradictions.
    """
    reader = _Reader(frozenset(narrowing), frozenset((TRIPLE, DATED_TRIPLE, CLASH, *findings)))
    parse_string(program, reader.read)
    return reader.clauses


class _Reader:
    """Collects clauses while clingo parses, and follows the comments that name them."""

    def __init__(self, narrowing: frozenset[str], readable: frozenset[str]) -> None:
        self.clauses: list[Clause] = []
        self._narrowing = narrowing
        self._readable = readable
        self._name: str | None = None
        self._comment: list[str] = []
        self._after_comment = True

    def read(self, statement: AST) -> None:
        if statement.ast_type == ASTType.Comment:
            self._read_comment(str(statement).lstrip("%* ").rstrip())
        elif statement.ast_type == ASTType.Rule:
            self._after_comment = True
            for rule in statement.unpool():
                self._read_rule(rule)

    def _read_comment(self, text: str) -> None:
        if self._after_comment:
            self._comment = []
            self._after_comment = False
        if _SECTION.fullmatch(text):
            self._name = None
            self._comment = []
        elif _NAME.fullmatch(text):
            self._name = text
        else:
            self._comment.append(text)

    def _read_rule(self, rule: AST) -> None:
        if not _is_atom(rule.head):
            return
        head = Atom(str(rule.head))
        premises, conditions = [], []
        for literal in rule.body:
            atom = Atom(str(literal))
            narrows = self._narrowing & {atom.predicate, f"{head.predicate}: {atom.predicate}"}
            if _is_atom(literal) and not narrows:
                premises.append(atom)
            else:
                conditions.append(atom.text)
        clash = _CLASH_RULE.match(head.text)
        name = clash[1] if clash else self._name or " ".join(self._comment).partition(". ")[0].removesuffix(".")
        readable = head.predicate in self._readable
        self.clauses.append(Clause(name or head.predicate, head, tuple(premises), tuple(conditions), readable))


def _is_atom(literal: AST) -> bool:
    if literal.ast_type != ASTType.Literal or literal.sign != Sign.NoSign:
        return False
    return bool(literal.atom.ast_type == ASTType.SymbolicAtom)
