"""The house's one Turtle layout: stable, so that a change of one fact is a change of one line.

Subjects come in natural order (article 2 before article 10), types and labels first within a subject, and the file's
leading comment block is kept. rdflib walks through the graph; this module decides the order, and writes the terms as
their authors did (https://www.w3.org/TR/turtle/#sec-grammar): lexical forms, prefixes, languages. What is written is
read again before anybody gets it, and refused if it does not say the same.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urldefrag

import rdflib
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse, serialize
from rdflib.exceptions import ParserError
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS, XSD
from rdflib.plugins.serializers.turtle import VERB, TurtleSerializer
from rdflib.term import BNode, Literal, Node, URIRef

from kg.errors import BadInput
from kg.project import shipped_names
from kg.rdf.formats import format_of_file, graph_format
from kg.rdf.load import load_file
from kg.terms import Namespaces

_LEADING_COMMENTS = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*")
_LANGUAGE = re.compile(r"[\"']@([a-zA-Z]+(?:-[a-zA-Z0-9]+)*)")
#: Strings, IRIs and escapes, in which a hash begins no comment; and what a comment holds.
_NO_COMMENT = re.compile(
    r"""
    "{3}(?:[^"\\]|\\.|"{1,2}(?!"))*"{3} | '{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3}
    | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | <[^<>\s]*> | \\\# | (?<=\#)[^\n]*
    """,
    re.DOTALL | re.VERBOSE,
)
#: PN_LOCAL without the escapes: what may follow a prefix as it is.
_LETTER = (
    "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_LOCAL = re.compile(rf"(?:[{_LETTER}0-9][{_LETTER}0-9\-\u00b7]*(?:\.+[{_LETTER}0-9\-\u00b7]+)*)?")
#: The literals that Turtle writes without quotes, by their datatypes.
_BARE = {
    XSD.boolean: re.compile("true|false"),
    XSD.integer: re.compile("[+-]?[0-9]+"),
    XSD.decimal: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD.double: re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)[eE][+-]?[0-9]+"),
}
#: Relative IRIs of a file are relative to it wherever it lies, so they are read and written relative to this.
_NOWHERE = "http://nowhere.invalid/"


class _OrderedTurtle(TurtleSerializer):
    """rdflib's Turtle in natural order, with the identifiers relative to their base and each term as it was written."""

    predicateOrder = [  # noqa: N815 - rdflib's name
        RDF.type,
        RDFS.label,
        SKOS.prefLabel,
        SKOS.altLabel,
        DCTERMS.identifier,
        SKOS.definition,
    ]

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
            self.namespaces[prefix] = self.relativize(name) if self.base == _NOWHERE else name
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
            if uri.startswith(namespace) and _LOCAL.fullmatch(uri[len(namespace) :]):
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
        bare = _BARE.get(node.datatype)
        if bare is not None and bare.fullmatch(node):
            return str(node)
        text = _quoted(node)
        if node.language:
            return f"{text}@{self._languages.get(node.language.lower(), node.language)}"
        return text if node.datatype in (None, XSD.string) else f"{text}^^{self.label(node.datatype, 0)}"

    def _sort_key(self, node: Node) -> tuple[bool, list[tuple[bool, int, str]], str]:
        """Natural order, in which 2 precedes 10. Blank nodes are ordered by their content, then by canonical label."""
        text = _content(self.store, node) if isinstance(node, BNode) else _in_full(node)
        parts = [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in re.split(r"(\d+)", text)]
        return isinstance(node, BNode), parts, node


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


def _told_apart(graph: rdflib.Graph) -> bool:
    """Whether what is said of each blank node differs from what is said of the others."""
    nodes = {term for triple in graph for term in triple if isinstance(term, BNode)}
    return len({_content(graph, node) for node in nodes}) == len(nodes)


def _quoted(text: str) -> str:
    text = text.replace("\\", "\\\\").replace("\r", "\\r")
    if "\n" not in text:
        return '"' + text.replace('"', '\\"') + '"'
    # Three quotes together would end it, and one at its end be the first of three.
    text = re.sub(r'"{3,}|"+\Z', lambda quotes: quotes[0].replace('"', '\\"'), text)
    return f'"""{text}"""'


def _in_full(node: Node) -> str:
    """A term as N-Triples has it, to order by."""
    if not isinstance(node, Literal):
        return f"<{node}>"
    text = _quoted(node)
    if node.language:
        return f"{text}@{node.language}"
    return f"{text}^^<{node.datatype}>" if node.datatype else text


@contextmanager
def literals_as_written() -> Iterator[None]:
    """Have rdflib keep literals as their authors wrote them, 01 as 01, for a while.

    Of one that is not of its datatype it logs a traceback or warns; saying so is for the shapes.
    """
    logger = logging.getLogger("rdflib.term")
    normalizes, level = rdflib.NORMALIZE_LITERALS, logger.level
    rdflib.NORMALIZE_LITERALS = False
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="rdflib")
            yield
    finally:
        rdflib.NORMALIZE_LITERALS = normalizes
        logger.setLevel(level)


@literals_as_written()
def rdflib_graph(quads: Iterable[Quad], names: Namespaces | None = None, *, keep_labels: bool = False) -> rdflib.Graph:
    """The triples of some quads as an rdflib graph with a project's prefixes, for libraries that want one.

    Blank nodes get labels that no other graph has, since pySHACL remembers what it has written of one by its label; or
    they keep theirs.

    Raises:
        BadInput: rdflib has no such terms.
    """
    graph = rdflib.Graph(bind_namespaces="none")
    names = names or shipped_names()
    for prefix, namespace in names.prefixes.items():
        if not namespace.startswith(names.id):
            graph.bind(prefix, namespace)
    triples = [quad.triple for quad in quads]
    nodes = {term.value for triple in triples for term in triple if isinstance(term, BlankNode)} if keep_labels else ()
    labels = {node: node for node in nodes}
    try:
        graph.parse(serialize(triples, format=RdfFormat.N_TRIPLES), format="nt", bnode_context=labels)
    except ParserError as error:
        raise BadInput(
            "triples as terms, and texts with a direction, are RDF 1.2, which rdflib does not read"
        ) from error
    return graph


def format_turtle(quads: Iterable[Quad], names: Namespaces | None = None) -> str:
    """Quads as Turtle in the house's layout, in the names of a project, by default the shipped one.

    Raises:
        BadInput: they cannot be written so.
    """
    names = names or shipped_names()
    return _format(list(quads), _Head(names.prefixes, names.id))


def format_file(path: Path, names: Namespaces | None = None) -> tuple[str, str]:
    """A Turtle file as it is and as it should be, in its own names and those of a project, by default the shipped one.

    The prefixes and the base that it declares stay, used or not.

    Raises:
        MissingFile, UnknownFormat, ParseError: as `kg.rdf.load.load_file`.
        BadInput: the file is not Turtle, or cannot be written so that it says the same.
    """
    if format_of_file(path) != graph_format("turtle"):
        raise BadInput("not Turtle, which is what kg format writes", file=path)
    load_file(path)  # which says in which line something is wrong
    content = path.read_bytes().decode("utf-8-sig")
    reader = parse(content, format=RdfFormat.TURTLE, base_iri=_NOWHERE)
    quads = list(reader)
    # The file's own names go before the house's.
    own = reader.prefixes
    names = names or shipped_names()
    house = {prefix: name for prefix, name in names.prefixes.items() if prefix not in own and name not in own.values()}
    languages = {tag.lower(): tag for tag in reversed(_LANGUAGE.findall(content))}
    here = any(_NOWHERE in text for text in (*map(str, quads), *own.values()))
    base = None if reader.base_iri == _NOWHERE else reader.base_iri
    head = _Head({**house, **own}, _NOWHERE if here else base or names.id, own, base is not None, languages)
    comments = _LEADING_COMMENTS.match(content)
    above = comments.group().strip() if comments else ""
    try:
        text = (above + "\n\n" if above else "") + _format(quads, head)
    except BadInput as error:
        raise BadInput(error.message, file=path) from error
    return content, text


def comments_below(text: str) -> int:
    """How many comments a Turtle file has below the block at its top; formatting does not keep them."""
    head = _LEADING_COMMENTS.match(text)
    return _NO_COMMENT.sub("", text[head.end() if head else 0 :]).count("#")


class _Head(NamedTuple):
    """What stands above the statements of a file, and how their terms are written by it.

    Attributes:
        prefixes: those that may be used.
        base: what IRIs are relative to.
        declared: the prefixes that are declared even if nothing uses them.
        keeps_base: whether the base is declared even so.
        languages: how language tags are spelled that are known in lower case.
    """

    prefixes: Mapping[str, str]
    base: str
    declared: Mapping[str, str] = MappingProxyType({})
    keeps_base: bool = False
    languages: Mapping[str, str] = MappingProxyType({})


def _format(quads: list[Quad], head: _Head) -> str:
    graph, base = rdflib_graph(quads), head.base
    used = head.keeps_base or any(
        isinstance(term, URIRef) and term.startswith(base) for triple in graph for term in triple
    )
    written = io.BytesIO()
    try:
        if not _told_apart(graph):
            # Canonical labels follow from the graph, and so give an order.
            graph = rdflib_graph(_canonical(quads), keep_labels=True)
        writer = _OrderedTurtle(graph, head.prefixes, head.languages, head.declared)
        writer.serialize(written, base=base if used or base == _NOWHERE else None)
    except RecursionError as error:
        raise BadInput("blank nodes are nested too deeply to be written in one another") from error
    text = written.getvalue().decode().strip() + "\n"
    if base == _NOWHERE:
        text = text.removeprefix(f"@base <{base}> .\n")
    if _canonical(parse(text, format=RdfFormat.TURTLE, base_iri=base)) != _canonical(quads):
        raise BadInput("this cannot be written in the house's layout without a change of what it says")
    return text


def _canonical(quads: Iterable[Quad]) -> Dataset:
    dataset = Dataset(Quad(*quad.triple) for quad in quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset
