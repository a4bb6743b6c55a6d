"""Reads the W3C's SPARQL 1.1 tests from their manifests (https://github.com/w3c/rdf-tests, folder sparql/sparql11)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import rdflib
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)
from rdflib import RDF, BNode, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg.reasoning.datatypes import IllTyped, value_of
from kg.terms import XSD

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
RDFS_LABEL = URIRef("http://www.w3.org/2000/01/rdf-schema#label")

FORMATS = {".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES, ".rdf": RdfFormat.RDF_XML,
           ".trig": RdfFormat.TRIG, ".nq": RdfFormat.N_QUADS}  # fmt: skip
RESULTS = {".srx": QueryResultsFormat.XML, ".srj": QueryResultsFormat.JSON, ".tsv": QueryResultsFormat.TSV}

#: What two answers have in common if they are the same but for the names of their blank nodes.
Content = tuple[str, ...]


@dataclass(frozen=True)
class Evaluation:
    """A query, the data it is asked of and the file of its expected result."""

    name: str
    query: Path
    data: list[Path]
    graphs: list[Path]
    result: Path


@dataclass(frozen=True)
class SyntaxTest:
    """A query or an update, and whether it is well-formed."""

    name: str
    file: Path
    is_update: bool
    is_good: bool


@dataclass(frozen=True)
class Exchange:
    """A request of a protocol test and what is expected of its response."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: set[str]
    boolean: bool | None
    format: str | None
    answer: bytes | None


@dataclass(frozen=True)
class ProtocolTest:
    """A protocol test: its exchanges in order, over graphs by their names."""

    name: str
    exchanges: list[Exchange]
    graphs: dict[str, Path] = field(default_factory=dict)


def evaluations(folder: Path, parts: tuple[str, ...]) -> Iterator[Evaluation]:
    """The query evaluation tests of some parts of the suite."""
    for part in parts:
        manifest = read(folder / part / "manifest.ttl")
        for test in entries(manifest):
            types = {str(kind).rpartition("#")[2] for kind in manifest.objects(test, RDF.type)}
            if types & {"QueryEvaluationTest", "CSVResultFormatTest"}:
                action = manifest.value(test, MF.action)
                assert action is not None
                yield Evaluation(
                    f"{part}/{test.rpartition('#')[2]}",
                    path(manifest.value(action, QT.query)),
                    [path(node) for node in manifest.objects(action, QT.data)],
                    [path(node) for node in manifest.objects(action, QT.graphData)],
                    path(manifest.value(test, MF.result)),
                )


def syntax_tests(folder: Path, part: str) -> Iterator[SyntaxTest]:
    """The syntax tests of a part of the suite."""
    manifest = read(folder / part / "manifest.ttl")
    for test in entries(manifest):
        kinds = {str(kind).rpartition("#")[2] for kind in manifest.objects(test, RDF.type)}
        for kind in (kind for kind in kinds if kind.endswith("SyntaxTest")):
            name = f"{part}/{test.rpartition('#')[2]}"
            yield SyntaxTest(name, path(manifest.value(test, MF.action)), "Update" in kind, kind.startswith("Positive"))


def protocol_tests(manifest_file: Path) -> Iterator[ProtocolTest]:
    """The tests of a manifest that are made of HTTP requests."""
    manifest = read(manifest_file)
    for test in entries(manifest):
        requests = manifest.value(manifest.value(test, MF.action), HT.requests)
        assert requests is not None
        graphs = {
            str(manifest.value(node, RDFS_LABEL)): path(manifest.value(node, UT.graph))
            for node in manifest.objects(test, UT.graphData)
        }
        exchanges = [_exchange(manifest, node) for node in Collection(manifest, requests)]
        yield ProtocolTest(test.rpartition("#")[2], exchanges, graphs)


def read(file: Path) -> Graph:
    return Graph().parse(file, format="turtle", publicID=file.resolve().as_uri())


def entries(manifest: Graph) -> list[URIRef]:
    head = next(manifest.objects(None, MF.entries))
    return [node for node in Collection(manifest, head) if isinstance(node, URIRef)]


def path(node: Node | None) -> Path:
    assert isinstance(node, URIRef), node
    return Path(unquote(urlsplit(node).path))


def expected(test: Evaluation) -> Content | bool:
    """The expected result, to be compared with that of `actual`."""
    if test.result.suffix in RESULTS:
        return solutions(test.result.read_bytes(), RESULTS[test.result.suffix])
    if test.result.suffix == ".csv":
        return rows_of_csv(test.result.read_text(encoding="utf-8"))
    if str(RS).encode() not in test.result.read_bytes():
        return triples(test.result.read_bytes(), FORMATS[test.result.suffix], test.result)
    graph = Graph().parse(test.result, format="turtle" if test.result.suffix == ".ttl" else "xml")
    result_set = graph.value(predicate=RDF.type, object=RS.ResultSet)
    assert result_set is not None
    boolean = graph.value(result_set, RS.boolean)
    if isinstance(boolean, rdflib.Literal):
        return bool(boolean.toPython())
    return _result_set(graph, result_set)


def solutions(body: bytes, form: QueryResultsFormat) -> Content | bool:
    results = parse_query_results(io.BytesIO(body), form)
    if isinstance(results, QueryBoolean):
        return bool(results)
    assert isinstance(results, QuerySolutions)
    names = sorted(variable.value for variable in results.variables)
    quads = []
    for number, row in enumerate(results):
        subject = BlankNode(f"row{number}")
        for name in names:
            if row[name] is not None:
                quads.append(Quad(subject, NamedNode(f"variable:{name}"), plain(row[name])))
    return _rows(quads, names)


def triples(body: bytes, form: RdfFormat, file: Path | None = None) -> Content:
    base = file.resolve().as_uri() if file is not None else None
    parsed = parse(body, form, base_iri=base)
    dataset = Dataset(Quad(quad.subject, quad.predicate, plain(quad.object)) for quad in parsed)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return tuple(sorted(str(quad.triple) for quad in dataset))


def rows_of_csv(text: str) -> Content:
    """Rows without the order of their columns, which SELECT * leaves open."""
    rows = csv.DictReader(io.StringIO(re.sub(r"_:\w+", "_:", text)))
    return tuple(sorted(str(sorted(row.items())) for row in rows))


def plain(term: Any) -> Any:
    """A literal in one of the forms of its value: the store keeps values, not how they were written."""
    if isinstance(term, Triple):
        return Triple(term.subject, term.predicate, plain(term.object))
    if not isinstance(term, Literal):
        return term
    try:
        value = value_of(term)
    except IllTyped:
        return term
    if value is None or term.language is not None or term.datatype.value == XSD.string.value:
        return term
    return Literal(str(value.content), datatype=term.datatype)


def _rows(quads: list[Quad], names: list[str]) -> Content:
    """Rows without order: each as its values, with blank nodes under canonical names."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    rows: dict[str, list[str]] = {}
    for quad in dataset:
        rows.setdefault(str(quad.subject), []).append(f"{quad.predicate} {quad.object}")
    return (" ".join(names), *sorted(" ".join(sorted(row)) for row in rows.values()))


def _result_set(graph: Graph, result_set: Node) -> Content:
    names = sorted(str(name) for name in graph.objects(result_set, RS.resultVariable))
    quads = []
    for number, solution in enumerate(graph.objects(result_set, RS.solution)):
        for binding in graph.objects(solution, RS.binding):
            name, value = graph.value(binding, RS.variable), graph.value(binding, RS.value)
            assert value is not None
            statement = f"_:row{number} <variable:{name}> {value.n3()} ."
            for quad in parse(statement, RdfFormat.N_TRIPLES):
                quads.append(Quad(quad.subject, quad.predicate, plain(quad.object)))
    return _rows(quads, names)


def _exchange(manifest: Graph, node: Node) -> Exchange:
    response, body = manifest.value(node, HT.resp), manifest.value(node, HT.body)
    boolean = manifest.value(response, MF.expectedBoolean)
    form, answer = manifest.value(response, MF.expectedFormat), manifest.value(response, HT.body)
    return Exchange(
        str(manifest.value(node, HT.methodName)),
        str(manifest.value(node, HT.absolutePath)),
        _headers(manifest, node),
        None if body is None else _content(manifest, body),
        {str(status).rpartition("#")[2] for status in manifest.objects(response, MF.expectedStatus)},
        bool(boolean.toPython()) if isinstance(boolean, rdflib.Literal) else None,
        str(form) if form is not None else None,
        None if answer is None else _content(manifest, answer),
    )


def _headers(manifest: Graph, node: Node) -> dict[str, str]:
    head = manifest.value(node, HT.headers)
    items = Collection(manifest, head) if isinstance(head, BNode) else []
    return {str(manifest.value(item, HT.fieldName)): str(manifest.value(item, HT.fieldValue)) for item in items}


def _content(manifest: Graph, body: Node) -> bytes:
    encoding = str(manifest.value(body, CNT.characterEncoding))
    return str(manifest.value(body, CNT.chars)).encode(encoding)
