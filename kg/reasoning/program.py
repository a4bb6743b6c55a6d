"""A rule program read as data: its clauses, each with the name of its rule, and what the rules say in words.

A rule file says this in comments that begin with ``%@``, a line each:

    %@ rule cax-sco: Each {C1} is a {C2}, and {X} is a {C1}.
    %@ finding bound(S,T,E): {S} is bound by {T} during {E}
    %@ narrowing read

The first names the clauses below it, until the next rule or until a line of dashes, which opens a section, and says in
a sentence what they do, with their variables in braces. A rule may have several sentences, for clauses of different
variables, or none. Clauses of auxiliary predicates count as parts of the rule they stand under. A finding is an atom
that readers are shown besides triples and contradictions. What narrows keeps rules from being applied needlessly and is
no part of what they say; ``narrowing a: b`` is the predicate ``b`` in the clauses that conclude ``a``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from clingo.ast import AST

#: The predicate of triples, and that of contradictions, which begin with a rule's name.
TRIPLE = "t"
INCONSISTENCY = "inconsistency"

_ANNOTATION = re.compile(r"%@ (rule|finding|narrowing) (.*)")
_SECTION = re.compile(r"-{8,}")
_INCONSISTENT_RULE = re.compile(r'inconsistency\("([^"]*)"')
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


class Signature(NamedTuple):
    """A predicate that readers are shown: the names of its arguments, and what it says, these names in braces."""

    arguments: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class Program:
    """A rule program.

    Attributes:
        text: the program as clingo reads it.
        clauses: its clauses in order, those with alternatives (``a; b``) as one for each.
    """

    text: str
    clauses: tuple[Clause, ...]


def variables_in(text: str) -> tuple[str, ...]:
    """The variables in a piece of a rule program, each once, in order."""
    return tuple(dict.fromkeys(filter(None, _VARIABLE.findall(text))))


def substitute(text: str, values: dict[str, str]) -> str:
    """A piece of a rule program with variables replaced."""
    return _VARIABLE.sub(lambda match: values.get(match[1], match[0]), text)


@cache
def read_program(text: str) -> Program:
    """Read a rule program.

    Raises:
        RuntimeError: clingo cannot read it.
    """
    from clingo.ast import parse_string  # noqa: PLC0415 - slow to import, and closures do without

    reader = _ProgramReader(text)
    parse_string(text, reader.read)
    return Program(text, tuple(reader.clauses))


def read_sentences(text: str) -> Mapping[str, Sequence[str]]:
    """What each rule of a program says, by its name; rules without a sentence are not there."""
    sentences: dict[str, list[str]] = {}
    for kind, content in _annotations(text):
        subject, _, sentence = content.partition(": ")
        if kind == "rule" and sentence:
            sentences.setdefault(subject, []).append(sentence)
    return sentences


def read_findings(text: str) -> Mapping[str, Signature]:
    """The findings of a rule program, by predicate. Its comments tell them: to read these alone takes no clingo."""
    found: dict[str, Signature] = {}
    for kind, content in _annotations(text):
        if kind == "finding":
            subject, _, sentence = content.partition("): ")
            predicate, _, arguments = subject.partition("(")
            found[predicate] = Signature(tuple(arguments.split(",")), sentence)
    return found


def _annotations(text: str) -> Iterator[tuple[str, str]]:
    """The comments that say something of a rule program: of what kind they are, and what they say."""
    for match in map(_ANNOTATION.fullmatch, text.split("\n")):
        if match:
            yield match[1], match[2]


class _ProgramReader:
    """Collects clauses while clingo parses, and follows the comments that name them."""

    def __init__(self, text: str) -> None:
        self.clauses: list[Clause] = []
        self._narrowing = {content for kind, content in _annotations(text) if kind == "narrowing"}
        self._readable = {TRIPLE, INCONSISTENCY, *read_findings(text)}
        self._name: str | None = None

    def read(self, statement: AST) -> None:
        from clingo.ast import ASTType  # noqa: PLC0415 - as in `read_program`

        if statement.ast_type == ASTType.Comment:
            self._read_comment(str(statement).rstrip())
        elif statement.ast_type == ASTType.Rule:
            for rule in statement.unpool():
                self._read_rule(rule)

    def _read_comment(self, comment: str) -> None:
        annotation, text = _ANNOTATION.fullmatch(comment), comment.lstrip("%* ")
        if annotation and annotation[1] == "rule":
            self._name = annotation[2].partition(": ")[0]
        elif _SECTION.fullmatch(text):
            self._name = None

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
        found = _INCONSISTENT_RULE.match(head.text)
        name = found[1] if found else self._name or head.predicate
        readable = head.predicate in self._readable
        self.clauses.append(Clause(name, head, tuple(premises), tuple(conditions), readable))


def _is_atom(literal: AST) -> bool:
    from clingo.ast import ASTType, Sign  # noqa: PLC0415 - as in `read_program`

    if literal.ast_type != ASTType.Literal or literal.sign != Sign.NoSign:
        return False
    return bool(literal.atom.ast_type == ASTType.SymbolicAtom)
