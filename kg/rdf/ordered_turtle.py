"""rdflib's Turtle writer with an order of its own, and with each term as its author wrote it.

rdflib walks through the graph; this decides the order and writes the terms
(https://www.w3.org/TR/turtle/#sec-grammar): lexical forms, prefixes, languages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from urllib.parse import urldefrag

import rdflib
from rdflib.namespace import OWL, RDF, XSD
from rdflib.plugins.serializers.turtle import VERB, TurtleSerializer
from rdflib.term import BNode, Literal, Node, URIRef

from kg.rdf.layout import LEADING, is_bare, is_local, natural, quoted

#: Relative IRIs of a file are relative to it wherever it lies, so they are read and written relative to this.
NOWHERE = "http://nowhere.invalid/"


class OrderedTurtle(TurtleSerializer):
    """rdflib's Turtle in natural order, with the identifiers relative to their base and each term as it was written."""

    predicateOrder = [URIRef(predicate.value) for predicate in LEADING]  # noqa: N815 - rdflib's name

    def __init__(
        self,
        graph: rdflib.Graph,
        prefixes: Mapping[str, str],
        languages: Mapping[str, str],
        declared: Mapping[str, str],
    ) -> None:
        """Write a graph.

        Args:
            graph: the graph.
            prefixes: those that may be used.
            languages: how language tags are spelled that are known in lower case.
            declared: those prefixes that are declared even if nothing uses them.
        """
        super().__init__(graph)
        self._declared = declared
        self._prefixes = sorted(prefixes.items(), key=lambda item: -len(item[1]))
        self._languages = languages
        self._labels: dict[BNode, str] = {}

    def startDocument(self) -> None:  # noqa: N802 - rdflib's name
        """The base and the prefixes, which are relative to the file where its IRIs are."""
        for prefix, name in self._declared.items():
            self.namespaces[prefix] = self.relativize(name) if self.base == NOWHERE else name
        super().startDocument()

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
        """Identifiers relative to the base, where that leads back; rdflib's own rule stops at the first slash."""
        base = urldefrag(self.base or "")[0]
        if not base or not uri.startswith(base):
            return uri
        relative = uri.removeprefix(base)
        first, *others = re.split("[?#]", relative)[0].split("/")
        leads_back = ":" not in first and (first or not others) and not {".", ".."} & {first, *others}
        return URIRef(relative) if leads_back and (base.endswith("/") or not first) else uri

    def label(self, node: Node, position: int) -> str:
        """A term in Turtle."""
        if isinstance(node, Literal):
            return self._literal(node)
        if isinstance(node, BNode):
            return self._labels.setdefault(node, f"_:b{len(self._labels)}")
        if position == VERB and node == RDF.type:
            return "a"
        if position != VERB and node == RDF.nil:
            return "()"
        return self.get_pname(node) or f"<{self.relativize(node)}>"

    def get_pname(self, uri: Node, gen_prefix: bool = True) -> str | None:
        """The prefixed name of an IRI, if it has one. No prefix is made up; what is relative has those of the file."""
        if not isinstance(uri, URIRef):
            return None
        usable = self._prefixes if self.relativize(uri) == uri else self._declared.items()
        for prefix, namespace in usable:
            if uri.startswith(namespace) and is_local(uri[len(namespace) :]):
                self.namespaces[prefix] = namespace
                return f"{prefix}:{uri[len(namespace) :]}"
        return None

    def isValidList(self, l_: Node) -> bool:  # noqa: N802 - rdflib's name
        """Whether a node begins a list that Turtle has brackets for: its nodes say and are nothing else."""
        seen: set[Node] = set()
        node: Node | None = l_
        while node != RDF.nil:
            said = Counter(self.store.predicates(node))
            if not isinstance(node, BNode) or node in seen or said != {RDF.first: 1, RDF.rest: 1}:
                return False
            if self._references[node] != 1:
                return False
            seen.add(node)
            node = self.store.value(node, RDF.rest)
        return bool(seen)

    def _literal(self, node: Literal) -> str:
        if is_bare(node, str(node.datatype)):
            return str(node)
        text = quoted(node)
        if node.language:
            return f"{text}@{self._languages.get(node.language.lower(), node.language)}"
        return text if node.datatype in (None, XSD.string) else f"{text}^^{self.label(node.datatype, 0)}"

    def _sort_key(self, node: Node) -> tuple[bool, list[tuple[bool, int, str]], str]:
        """Natural order, in which 2 precedes 10. Blank nodes are ordered by their content, then by canonical label."""
        text = _content(self.store, node) if isinstance(node, BNode) else _in_full(node)
        return isinstance(node, BNode), natural(text), node


def _content(graph: rdflib.Graph, node: BNode, above: frozenset[BNode] = frozenset()) -> str:
    """What is said of a blank node, to order by."""
    if node in above:
        return "a cycle"
    return " ".join(
        sorted(
            f"{predicate} {_content(graph, value, above | {node}) if isinstance(value, BNode) else _in_full(value)}"
            for predicate, value in graph.predicate_objects(node)
        )
    )


def are_told_apart(graph: rdflib.Graph) -> bool:
    """Whether what is said of each blank node differs from what is said of the others."""
    nodes = {term for triple in graph for term in triple if isinstance(term, BNode)}
    return len({_content(graph, node) for node in nodes}) == len(nodes)


def _in_full(node: Node) -> str:
    """A term as N-Triples has it, to order by."""
    if not isinstance(node, Literal):
        return f"<{node}>"
    text = quoted(node)
    if node.language:
        return f"{text}@{node.language}"
    return f"{text}^^<{node.datatype}>" if node.datatype else text
