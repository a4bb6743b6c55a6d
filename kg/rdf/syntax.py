"""How RDF graphs are written down: each serialisation with its reader and its writer.

What is written is sorted and declares what it uses, so that the same statements give the same bytes each time.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePath
from typing import IO, Any, TypeAlias, TypeVar, cast

from pyoxigraph import BlankNode, Quad, RdfFormat, Triple, parse, serialize

from kg.project import shipped_names
from kg.rdf.jsonld import Context, context_of, write_jsonld
from kg.rdf.nesting import check_brackets, check_json
from kg.terms import Namespaces

#: What a format for graphs writes. Quads keep their graphs where the format has graphs.
Statements: TypeAlias = Iterable[Triple] | Iterable[Quad]
Ordered: TypeAlias = Sequence[Triple] | Sequence[Quad]
_TripleOrQuad = TypeVar("_TripleOrQuad", Triple, Quad)
_UNNAMED: frozenset[type] = frozenset({BlankNode, Triple})


class Arranged:
    """Statements in sorted order, which several formats write."""

    def __init__(self, statements: Statements) -> None:
        self._statements = cast("Ordered", list(statements))

    @classmethod
    def of(cls, statements: Statements | Arranged) -> Arranged:
        """Statements, arranged if they are not."""
        return statements if isinstance(statements, Arranged) else cls(statements)

    @cached_property
    def statements(self) -> Ordered:
        """The statements, quads in their graphs."""
        return cast("Ordered", sorted(set(self._statements), key=_order))

    @cached_property
    def triples(self) -> Sequence[Triple]:
        """The statements as one graph."""
        return sorted({_triple(statement) for statement in self._statements}, key=_order)


@dataclass(frozen=True)
class Format:
    """What every format has.

    Attributes:
        name: what it is called here.
        title: what people call it.
        suffixes: the suffixes of its files; the first is the one written.
        media_types: its media types; the first is the one written.
        synonyms: what else the field's tools call it, in lower case.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    media_types: tuple[str, ...]
    synonyms: tuple[str, ...]

    def goes_by(self, name: str) -> bool:
        """Whether this is the format of a name, a media type or a suffix, whose full stop may be left out."""
        wanted = name.strip().lower()
        return wanted in (self.name, *self.synonyms, *self.media_types) or f".{wanted.lstrip('.')}" in self.suffixes


@dataclass(frozen=True)
class GraphFormat(Format):
    """A serialisation of RDF graphs."""

    rdf: RdfFormat

    def read(self, content: IO[bytes] | bytes, base: str) -> Iterator[Quad]:
        """The statements of a file, with its own labels of blank nodes.

        Args:
            content: the file.
            base: what its relative IRIs are relative to.

        Raises:
            SyntaxError: it is not in this format.
        """
        return parse(content, self.rdf, base_iri=base)

    def check(self, content: bytes, path: PurePath) -> None:
        """Look for what may not even be parsed.

        Raises:
            ParseError: with file and line.
        """
        check_brackets(content, path)

    def write(self, statements: Statements | Arranged, out: IO[bytes], names: Namespaces | None = None) -> None:
        """Write statements in sorted order: in their graphs where the format has graphs, else as one graph.

        Args:
            statements: what to write.
            out: where to.
            names: what has the prefixes; by default those of the shipped project.

        Raises:
            BadInput: the format cannot hold them.
        """
        arranged = Arranged.of(statements)
        ordered = arranged.statements if self.rdf.supports_datasets else arranged.triples
        self._write(ordered, out, (names or shipped_names()).prefixes)

    def sharing(self, statements: Statements, names: Namespaces) -> GraphFormat:
        """The format for several files that are parts of these statements and are to agree in what they declare."""
        return self

    def _write(self, ordered: Ordered, out: IO[bytes], prefixes: Mapping[str, str]) -> None:
        serialize(ordered, out, self.rdf)


class Prefixed(GraphFormat):
    """A format that declares prefixes, each on a line of its own at the top."""

    def _write(self, ordered: Ordered, out: IO[bytes], prefixes: Mapping[str, str]) -> None:
        used, written = prefixes_used(prefixes, ordered), io.BytesIO()
        serialize(ordered, written, self.rdf, prefixes=used)
        # pyoxigraph declares prefixes in another order each time.
        lines = written.getvalue().splitlines(keepends=True)
        out.writelines(sorted(lines[: len(used)]) + lines[len(used) :])


@dataclass(frozen=True)
class JsonLd(GraphFormat):
    """JSON-LD, written as one graph, which is what its readers expect of a file, with a context inline."""

    context: Context | None = None

    def check(self, content: bytes, path: PurePath) -> None:
        """Refuse nesting; raises as in `GraphFormat`."""
        check_json(content, path)

    def write(self, statements: Statements | Arranged, out: IO[bytes], names: Namespaces | None = None) -> None:
        """Write statements as one graph in sorted order; arguments and errors as in `GraphFormat`."""
        triples = Arranged.of(statements).triples
        write_jsonld(triples, self.context or context_of(triples, names or shipped_names()), out)

    def sharing(self, statements: Statements, names: Namespaces) -> GraphFormat:
        """The format with the context that suits all of the statements."""
        return replace(self, context=context_of(statements, names))


def may_be_unnamed(statement: Triple | Quad) -> bool:
    """Whether a statement has a blank node, or a triple, which may have one, among its terms."""
    return not _UNNAMED.isdisjoint(map(type, statement))


def relabelled(statements: Iterable[_TripleOrQuad], beginning: str) -> Iterator[_TripleOrQuad]:
    """Statements whose blank nodes are called by a beginning and their number, in the order in which they come."""
    labels: dict[BlankNode, BlankNode] = {}

    def named(term: Any) -> Any:
        if type(term) is BlankNode:
            return labels.setdefault(term, BlankNode(f"{beginning}{len(labels)}"))
        return Triple(*map(named, term)) if type(term) is Triple else term

    for statement in statements:
        if may_be_unnamed(statement):
            yield type(statement)(*map(named, statement))
        else:
            yield statement


def prefixes_used(prefixes: Mapping[str, str], statements: Ordered) -> dict[str, str]:
    """Those prefixes that some statements use.

    A prefix is left out where a path follows it: its slashes would be escaped, which not every parser reads.
    """
    text = "\n".join(map(str, statements))
    return {
        prefix: name
        for prefix, name in prefixes.items()
        if f"<{name}" in text and not re.search(f"<{re.escape(name)}[^>]*/", text)
    }


def _triple(statement: Triple | Quad) -> Triple:
    return statement.triple if isinstance(statement, Quad) else statement


def _order(statement: Triple | Quad) -> tuple[str, str, str, str]:
    graph = str(statement.graph_name) if isinstance(statement, Quad) else ""
    return graph, str(statement.subject), str(statement.predicate), str(statement.object)
