"""The steps and leaves that proofs are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pyoxigraph import NamedNode

from kg.reasoning.inconsistency import Statement
from kg.terms import OWL, RDF, RDFS, Namespaces, Term

_CELLS = frozenset({RDF.first, RDF.rest})


class Names(dict[Term | None, str]):
    """How people read the terms of a proof, where None is anything.

    Attributes:
        namespaces: those of the project that the proof is about.
    """

    def __init__(self, names: Iterable[tuple[Term | None, str]], namespaces: Namespaces) -> None:
        """The names of some terms, in some namespaces."""
        super().__init__(names)
        self.namespaces = namespaces


@dataclass(frozen=True)
class Citation:
    """A source that an asserted statement rests on.

    Attributes:
        iri: the source.
        name: its short name.
        citation: its bibliographic citation, empty if it has none.
    """

    iri: str
    name: str
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
        rows: the rows of tables that it was read from (casus:locator, casus:readFrom), as people read them.
    """

    conclusion: Statement
    file: str | None = None
    line: int | None = None
    sources: tuple[Citation, ...] = ()
    rows: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The file and line as people read them, with the rows that they are from; empty if not known."""
        place = f"{self.file}:{self.line}" if self.file else ""
        return f"{place}, from {'; '.join(self.rows)}" if place and self.rows else place


@dataclass(frozen=True, eq=False)
class Step:
    """The application of one rule.

    Attributes:
        conclusion: the statement or finding it proves, or None for a contradiction.
        rule: the rule's name.
        sentence: the step in words.
        premises: the proofs of what the rule needs.
        values: the terms that the sentence names, by their names in the rule program.
    """

    conclusion: Statement | Finding | None
    rule: str
    sentence: str
    premises: tuple[Step | Leaf, ...] = field(repr=False)
    values: Mapping[str, Term] = field(repr=False, default_factory=dict)


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


def cost(root: Step | Leaf) -> int:
    """What a proof costs: one for each step and for each asserted statement, counted as often as it is used."""
    costs: dict[Step | Leaf, int] = {}
    for node in walk(root):
        costs[node] = 1 + (sum(costs[premise] for premise in node.premises) if isinstance(node, Step) else 0)
    return costs[root]


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
