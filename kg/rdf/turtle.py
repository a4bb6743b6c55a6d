"""The house's one Turtle layout: stable, so that a change of one fact is a change of one line.

Subjects come in natural order (article 2 before article 10), types and labels first within a subject, and the file's
leading comment block is kept. What is written is read again before anybody gets it, and refused if it does not say the
same.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import rdflib
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse, serialize
from rdflib.exceptions import ParserError
from rdflib.term import URIRef

from kg.errors import BadInput
from kg.project import shipped_names
from kg.rdf.content import read_whole_text
from kg.rdf.formats import format_of_file, graph_format
from kg.rdf.load import load_file
from kg.rdf.ordered_turtle import NOWHERE, OrderedTurtle, are_told_apart
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
        BadInput: the file is not Turtle, is compressed, or cannot be written so that it says the same.
    """
    if format_of_file(path) != graph_format("turtle"):
        raise BadInput("not Turtle, which is what kg format writes", file=path)
    load_file(path)  # which says in which line something is wrong
    content = read_whole_text(path)
    reader = parse(content, format=RdfFormat.TURTLE, base_iri=NOWHERE)
    quads = list(reader)
    # The file's own names go before the house's.
    own = reader.prefixes
    names = names or shipped_names()
    house = {prefix: name for prefix, name in names.prefixes.items() if prefix not in own and name not in own.values()}
    languages = {tag.lower(): tag for tag in reversed(_LANGUAGE.findall(content))}
    here = any(NOWHERE in text for text in (*map(str, quads), *own.values()))
    base = None if reader.base_iri == NOWHERE else reader.base_iri
    head = _Head({**house, **own}, NOWHERE if here else base or names.id, own, base is not None, languages)
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
        if not are_told_apart(graph):
            # Canonical labels follow from the graph, and so give an order.
            graph = rdflib_graph(_canonical(quads), keep_labels=True)
        writer = OrderedTurtle(graph, head.prefixes, head.languages, head.declared)
        writer.serialize(written, base=base if used or base == NOWHERE else None)
    except RecursionError as error:
        raise BadInput("blank nodes are nested too deeply to be written in one another") from error
    text = written.getvalue().decode().strip() + "\n"
    if base == NOWHERE:
        text = text.removeprefix(f"@base <{base}> .\n")
    if _canonical(parse(text, format=RdfFormat.TURTLE, base_iri=base)) != _canonical(quads):
        raise BadInput("this cannot be written in the house's layout without a change of what it says")
    return text


def _canonical(quads: Iterable[Quad]) -> Dataset:
    dataset = Dataset(Quad(*quad.triple) for quad in quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset
