"""The statements of a build as text, and what differs between two builds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from kg.terms import Namespaces

#: How the datatype of a literal begins, and a literal that is an object.
_TYPED, _LITERAL = b'"^^<', b' "'


@dataclass(frozen=True)
class BuildPart:
    """Statements as text, a line each.

    Attributes:
        triples: as one graph, as N-Triples.
        graphs: in their graphs, as N-Quads; or the name of the graph that has them all.
    """

    triples: bytes
    graphs: bytes | str

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> BuildPart:
        """Statements that are in graphs."""
        quads = list(quads)
        return cls(_ntriples(quad.triple for quad in quads), serialize(quads, format=RdfFormat.N_QUADS) or b"")

    @classmethod
    def within(cls, graph: str, triples: Iterable[Triple]) -> BuildPart:
        """Statements that are all in one graph."""
        return cls(_ntriples(triples), graph)

    @classmethod
    def read(cls, quads: bytes, graph: str) -> BuildPart:
        """Statements as N-Quads that are all in one graph."""
        return cls(quads.replace(f" <{graph}> .\n".encode(), b" .\n"), quads)

    @cached_property
    def quads(self) -> bytes:
        """The statements in their graphs, as N-Quads."""
        if isinstance(self.graphs, bytes):
            return self.graphs
        # No literal has an end of line in it: https://www.w3.org/TR/n-triples/#grammar-production-STRING_LITERAL_QUOTE
        return self.triples.replace(b" .\n", f" <{self.graphs}> .\n".encode())

    def __len__(self) -> int:
        """The number of statements."""
        return self.triples.count(b"\n")


def all_parts(
    names: Namespaces,
    asserted: Iterable[Quad] | BuildPart,
    inferred: Iterable[Triple] = (),
    derived: Iterable[Triple] | BuildPart = (),
    metadata: Iterable[Triple] = (),
) -> dict[str, BuildPart]:
    """The parts of a build, by their names.

    Args:
        names: the namespaces of its project.
        asserted: what is stated.
        inferred: what follows by OWL 2 RL.
        derived: the duties over time, and what else follows from them.
        metadata: what describes the store.
    """
    return {
        "asserted": asserted if isinstance(asserted, BuildPart) else BuildPart.of(asserted),
        "inferred": BuildPart.within(names.inferred, sorted(inferred, key=str)),
        "derived": derived if isinstance(derived, BuildPart) else BuildPart.within(names.derived, derived),
        "metadata": BuildPart.within(names.metadata, metadata),
    }


@dataclass
class Changes:
    """What makes the statements of one build those of another, as lines of N-Quads.

    Attributes:
        gone: the statements to take out.
        new: those to put in.
        kept: those to put in again, because a store may have taken them for one with a statement that is taken out: to
            it, 01 is 1.
    """

    gone: list[bytes] = field(default_factory=list)
    new: list[bytes] = field(default_factory=list)
    kept: list[bytes] = field(default_factory=list)

    def add(self, before: bytes, after: bytes) -> None:
        """Add what differs between a part of the one and the same part of the other.

        Args:
            before: the one as N-Quads.
            after: the other.
        """
        if before == after:
            return
        lines = after.split(b"\n")[:-1]
        was, now = _apart(before.split(b"\n")[:-1], lines)
        gone, new = was - now, now - was
        values = {_about(line) for line in gone if _TYPED in line}
        self.gone.extend(gone)
        self.new.extend(new)
        if values:
            self.kept.extend(line for line in lines if _TYPED in line and _about(line) in values and line not in new)


def _apart(before: list[bytes], after: list[bytes]) -> tuple[set[bytes], set[bytes]]:
    """The lines that remain of two texts without what both begin and end with: to hash all takes longer."""
    begin = _alike(before, after)
    before, after = before[begin:], after[begin:]
    end = _alike(reversed(before), reversed(after))
    return set(before[: len(before) - end]), set(after[: len(after) - end])


def _alike(one: Iterable[bytes], other: Iterable[bytes]) -> int:
    """With how many lines both begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def in_graph(name: str, triples: Iterable[Triple]) -> Iterator[Quad]:
    """Triples as the statements of a named graph."""
    graph = NamedNode(name)
    return (Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples)


def with_merge(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Each statement in its own graph and in the default graph, which thereby is the merge of all.

    pyoxigraph can query the union of all graphs instead, but then counts a triple twice that lies in two of them.
    """
    for quad in quads:
        yield quad
        yield Quad(quad.subject, quad.predicate, quad.object)


def _ntriples(triples: Iterable[Triple]) -> bytes:
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def _about(line: bytes) -> bytes:
    """The subject and the property of a line with a literal."""
    return line[: line.index(_LITERAL)]
