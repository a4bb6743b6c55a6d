"""The statements of a build as text, and what differs between two builds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from kg.terms import Namespaces

#: How the datatype of a literal begins, and a literal that is an object.
_TYPED, _LITERAL = b'"^^<', b' "'
#: Bytes of which two texts are compared at once: to look at each line takes a hundred times as long.
_PIECE = 1 << 16


@dataclass(frozen=True)
class BuildPart:
    """Statements as text, a line each.

    Attributes:
        quads: in their graphs, as N-Quads.
        as_one: as one graph, as N-Triples; or the name of the graph that has them all.
    """

    quads: bytes
    as_one: bytes | str

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> BuildPart:
        """Statements that are in graphs."""
        quads = list(quads)
        triples = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES)
        return cls(serialize(quads, format=RdfFormat.N_QUADS) or b"", triples or b"")

    @classmethod
    def within(cls, graph: str, triples: Iterable[Triple]) -> BuildPart:
        """Statements that are all in one graph."""
        text = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
        # No literal has an end of line in it: https://www.w3.org/TR/n-triples/#grammar-production-STRING_LITERAL_QUOTE
        return cls(text.replace(b" .\n", f" <{graph}> .\n".encode()), graph)

    @cached_property
    def triples(self) -> bytes:
        """The statements as one graph, as N-Triples."""
        if isinstance(self.as_one, bytes):
            return self.as_one
        return self.quads.replace(f" <{self.as_one}> .\n".encode(), b" .\n")

    def __len__(self) -> int:
        """The number of statements."""
        return self.quads.count(b"\n")


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


class Changes(NamedTuple):
    """What makes the statements of one build those of another, as lines of N-Quads.

    Attributes:
        gone: the statements to take out.
        new: those to put in.
        kept: those to put in again, because a store may have taken them for one with a statement that is taken out: to
            it, 01 is 1.
    """

    gone: Sequence[bytes]
    new: Sequence[bytes]
    kept: Sequence[bytes]

    @classmethod
    def between(cls, before: bytes, after: bytes) -> Changes:
        """What differs between a part of the one and the same part of the other, as N-Quads."""
        begin, end = _alike(before, after)
        was, now = (set(text[begin : len(text) - end].split(b"\n")) for text in (before, after))
        gone, new = was - now, now - was
        values = {_about(line) for line in gone if _TYPED in line}
        typed = _typed(after) if values else ()
        return cls([*gone], [*new], [line for line in typed if _about(line) in values and line not in new])

    @classmethod
    def of(cls, parts: Iterable[Changes]) -> Changes:
        """What differs in any part."""
        return cls(*(list(chain.from_iterable(lines)) for lines in zip(*parts, strict=True)))


def _alike(one: bytes, other: bytes) -> tuple[int, int]:
    """How many bytes two texts begin and end alike with, in whole lines, or a few fewer."""
    most = min(len(one), len(other))
    pieces = range(0, most, _PIECE)
    begin = next((n for n in pieces if one[n : n + _PIECE] != other[n : n + _PIECE]), most)
    begin = one.rfind(b"\n", 0, begin) + 1
    pieces = range(0, most - begin, _PIECE)
    end = next((n for n in pieces if _piece_before(one, n) != _piece_before(other, n)), most - begin)
    return begin, end and len(one) - one.index(b"\n", len(one) - end) - 1


def _typed(text: bytes) -> Iterator[bytes]:
    """The lines with a literal of a datatype, without a look at all others."""
    at = text.find(_TYPED)
    while at >= 0:
        end = text.index(b"\n", at)
        yield text[text.rfind(b"\n", 0, at) + 1 : end]
        at = text.find(_TYPED, end)


def _piece_before(text: bytes, end: int) -> bytes:
    return text[max(len(text) - end - _PIECE, 0) : len(text) - end]


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


def _about(line: bytes) -> bytes:
    """The subject and the property of a line with a literal."""
    return line[: line.index(_LITERAL)]
