"""Why a statement holds, as data: a proof, or the place where it is asserted, or what is missing nearest to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pyoxigraph import NamedNode

from kg.reasoning.inconsistency import Statement
from kg.reasoning.symbols import Term
from kg.terms import OWL, RDF, RDFS

_CELLS = frozenset({RDF.first, RDF.rest})


@dataclass(frozen=True)
class Source:
    """A source that an asserted statement rests on.

    Attributes:
        iri: the source.
        citation: its bibliographic citation, empty if it has none.
    """

    iri: str
    citation: str = ""


@dataclass(frozen=True)
class Finding:
    """Something that rules conclude on the way and that is no triple, such as from when to when a duty lasts.

    Attributes:
        name: what kind of finding it is: the predicate of the rule program.
        values: the terms it is about, and the bounds of its period as days, by their names in the rule program.
        text: the finding in words.
    """

    name: str
    values: Mapping[str, Term | int | str] = field(repr=False, hash=False)
    text: str


@dataclass(frozen=True)
class Leaf:
    """An asserted statement: where a proof ends.

    Attributes:
        conclusion: the statement.
        file: the file that asserts it, relative to the project's folder if it is in a project, or None if not known.
        line: the line on which the statement ends.
        sources: what its subject cites (dcterms:source).
    """

    conclusion: Statement
    file: str | None = None
    line: int | None = None
    sources: tuple[Source, ...] = ()

    @property
    def place(self) -> str:
        """The file and line as people read them, empty if not known."""
        return f"{self.file}:{self.line}" if self.file else ""


@dataclass(frozen=True, eq=False)
class Step:
    """The application of one rule.

    Attributes:
        conclusion: the statement or finding it proves, or None for a contradiction.
        rule: the rule's name.
        sentence: the step in words.
        premises: the proofs of what the rule needs.
    """

    conclusion: Statement | Finding | None
    rule: str
    sentence: str
    premises: tuple[Step | Leaf, ...] = field(repr=False)


class Pattern(NamedTuple):
    """A statement in which None stands for anything."""

    subject: Term | None
    predicate: Term | None
    object: Term | None


@dataclass(frozen=True)
class Attempt:
    """A rule that would conclude a statement if something else held.

    Attributes:
        rule: the rule's name.
        present: the premises that hold.
        missing: the premises that do not.
        alike: how many other ways there are that differ only in the individuals they name.
    """

    rule: str
    present: tuple[Pattern, ...]
    missing: tuple[Pattern, ...]
    alike: int = 0


@dataclass(frozen=True, kw_only=True)
class _Readable:
    """What is told with the names by which people read its terms."""

    names: Mapping[Term | None, str] = field(repr=False)

    def show(self, conclusion: Iterable[Term | None] | Finding | None) -> str:
        """A statement or finding as people read it; None is a contradiction."""
        if conclusion is None:
            return "contradiction"
        return conclusion.text if isinstance(conclusion, Finding) else " ".join(self.names[term] for term in conclusion)


@dataclass(frozen=True)
class Proof(_Readable):
    """A proof that a statement follows.

    Attributes:
        root: the last step; its conclusion is what is proved.
    """

    root: Step

    def nodes(self) -> Iterator[Step | Leaf]:
        """The steps and leaves, each once, premises before what follows from them."""
        return walk(self.root)

    @property
    def leaves(self) -> list[Leaf]:
        """The asserted statements it rests on."""
        return [node for node in self.nodes() if isinstance(node, Leaf)]


@dataclass(frozen=True)
class Contradictions(_Readable):
    """The proofs that a graph contradicts itself, none if it does not.

    Attributes:
        roots: the last step of each, which has no conclusion; first the contradictions that are found most directly.
    """

    roots: tuple[Step, ...]

    def nodes(self) -> Iterator[Step | Leaf]:
        """The steps and leaves of all, each once, premises before what follows from them."""
        return walk(*self.roots)


@dataclass(frozen=True)
class AlreadyAsserted(_Readable):
    """A statement that a file asserts, so that nothing needs to be proved.

    Attributes:
        leaf: the statement with its file, line and sources.
    """

    leaf: Leaf


@dataclass(frozen=True)
class NotEntailed(_Readable):
    """A statement that does not follow.

    Attributes:
        statement: the statement.
        unknown: those of its terms that no statement of the graph mentions.
        attempts: the rules that come nearest to concluding it, nearest first.
        other_days: if it was asked about on one day, findings that tell of others.
    """

    statement: Statement
    unknown: tuple[Term, ...]
    attempts: tuple[Attempt, ...]
    other_days: tuple[Finding, ...] = ()


#: What a question about a statement is answered with, and the one whether there are contradictions.
Explanation = Proof | AlreadyAsserted | NotEntailed | Contradictions


def to_mend(root: Step) -> list[Leaf]:
    """The asserted statements of which one must be wrong if a contradiction follows from them, likeliest first.

    What the data says is a likelier error than what the ontology says.
    """
    leaves = [node for node in walk(root) if isinstance(node, Leaf) and not is_cell(node)]
    return sorted(leaves, key=lambda leaf: _is_schema(leaf.conclusion))


def is_cell(node: Step | Leaf) -> bool:
    """Whether a node only says how a list is linked; the axiom that has the list is shown with its members."""
    return isinstance(node.conclusion, Statement) and node.conclusion.predicate in _CELLS


def _is_schema(statement: Statement) -> bool:
    predicate, value = statement.predicate, statement.object
    if predicate == RDF.type:
        return isinstance(value, NamedNode) and value.value.startswith((OWL.iri, RDFS.iri))
    return isinstance(predicate, NamedNode) and predicate.value.startswith((OWL.iri, RDFS.iri))


def walk(*roots: Step | Leaf) -> Iterator[Step | Leaf]:
    """The nodes of proofs, each once, premises before what follows from them."""
    seen: set[Step | Leaf] = set()
    stack: list[tuple[Step | Leaf, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, finished = stack.pop()
        if finished:
            yield node
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            if isinstance(node, Step):
                stack += [(premise, False) for premise in reversed(node.premises)]


def with_leaves(roots: Iterable[Step], reasons: Mapping[Statement, Step | Leaf]) -> list[Step]:
    """Proofs in which leaves are replaced by the reasons for what they state, where these are given."""
    made: dict[Step | Leaf, Step | Leaf] = {}

    def remade(root: Step) -> Step:
        for node in walk(root):
            if isinstance(node, Leaf):
                made[node] = reasons.get(node.conclusion, node)
            elif node not in made:
                made[node] = replace(node, premises=tuple(made[premise] for premise in node.premises))
        result = made[root]
        assert isinstance(result, Step)
        return result

    return [remade(root) for root in roots]
