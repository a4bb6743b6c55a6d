"""The house's one Turtle layout: stable, so that a change of one fact is a change of one line.

Subjects come in natural order (article 2 before article 10), types and labels first within a subject, and the file's
leading comment block is kept. rdflib writes; this module only decides the order.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import rdflib
from pyoxigraph import Quad, RdfFormat, serialize
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS
from rdflib.plugins.serializers.turtle import TurtleSerializer
from rdflib.term import BNode, Node, URIRef

from kg.rdf.load import load_file
from kg.terms import ID, PREFIXES

_LEADING_COMMENTS = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*")


class _OrderedTurtle(TurtleSerializer):
    """rdflib's Turtle in natural order, with the identifiers relative to their base."""

    predicateOrder = [  # noqa: N815 - rdflib's name
        RDF.type,
        RDFS.label,
        SKOS.prefLabel,
        SKOS.altLabel,
        DCTERMS.identifier,
        SKOS.definition,
    ]

    def orderSubjects(self) -> list[Node]:  # noqa: N802 - rdflib's name
        """Ontology headers first, then what has a name, then blank nodes, whose place follows from what they say.

        Blank nodes that are written inside the one statement that mentions them come last, when that is done.
        """
        headers = set(self.store.subjects(RDF.type, OWL.Ontology))
        inside = {node for node in self._subjects if isinstance(node, BNode) and self._references[node] == 1}
        return sorted(self._subjects, key=lambda node: (node in inside, node not in headers, self._sort_key(node)))

    def sortProperties(self, properties: dict[URIRef, list[Node]]) -> list[URIRef]:  # noqa: N802 - rdflib's name
        """rdflib's order of properties, with the values of each in natural order."""
        order = super().sortProperties(properties)
        for values in properties.values():
            values.sort(key=self._sort_key)
        return order

    def relativize(self, uri: str) -> str:
        """Identifiers relative to the base; rdflib's own rule stops at the first slash."""
        return URIRef(uri.removeprefix(self.base)) if self.base and uri.startswith(self.base) else uri

    def label(self, node: Node, position: int) -> str:
        """A relative IRI is written as such: it must not be taken for a prefixed name."""
        relative = self.relativize(node) if isinstance(node, URIRef) else node
        return super().label(node, position) if relative == node else f"<{relative}>"

    def get_pname(self, uri: Node, gen_prefix: bool = True) -> str | None:
        """No prefix is declared for what is written relative to the base."""
        if isinstance(uri, URIRef) and self.relativize(uri) != uri:
            return None
        return super().get_pname(uri, gen_prefix)

    def _sort_key(self, node: Node) -> tuple[bool, list[tuple[bool, int, str]]]:
        """Natural order, in which 2 precedes 10. A blank node is ordered by its content: its label means nothing."""
        text = self._content(node) if isinstance(node, BNode) else node.n3()
        parts = [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in re.split(r"(\d+)", text)]
        return isinstance(node, BNode), parts

    def _content(self, node: BNode, above: frozenset[BNode] = frozenset()) -> str:
        if node in above:
            return "a cycle"
        return " ".join(
            sorted(
                f"{predicate} {self._content(value, above | {node}) if isinstance(value, BNode) else value.n3()}"
                for predicate, value in self.store.predicate_objects(node)
            )
        )


@contextmanager
def literals_as_written() -> Iterator[None]:
    """Have rdflib keep literals as their authors wrote them, 01 as 01, for a while.

    Of one that is not of its datatype it logs a traceback; saying so is for the shapes.
    """
    logger = logging.getLogger("rdflib.term")
    normalizes, level = rdflib.NORMALIZE_LITERALS, logger.level
    rdflib.NORMALIZE_LITERALS = False
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = normalizes
        logger.setLevel(level)


@literals_as_written()
def to_rdflib(quads: Iterable[Quad]) -> rdflib.Graph:
    """The triples of some quads as an rdflib graph with the project's prefixes, for libraries that want one."""
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        if not namespace.startswith(ID):
            graph.bind(prefix, namespace)
    graph.parse(serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES), format="nt")
    return graph


def format_turtle(quads: Iterable[Quad], comments: str = "") -> str:
    """Quads as Turtle in the house's layout, below a block of comment lines."""
    graph = to_rdflib(quads)
    named = (term for triple in graph for term in triple if isinstance(term, URIRef))
    base = ID if any(iri.startswith(ID) for iri in named) else None
    text = io.BytesIO()
    _OrderedTurtle(graph).serialize(text, base=base)
    return comments + text.getvalue().decode().strip() + "\n"


def format_file(path: Path) -> tuple[str, str]:
    """A Turtle file as it is and as it should be.

    Raises:
        MissingFile, UnknownFormat, ParseError: as `kg.rdf.load.load_file`.
    """
    quads = load_file(path)
    present = path.read_text(encoding="utf-8")
    comments = _LEADING_COMMENTS.match(present)
    head = comments.group().strip() if comments else ""
    return present, format_turtle(quads, head + "\n\n" if head else "")
