"""The W3C's SHACL tests, run where their folder is given: 98 of SHACL Core and 22 of SHACL-SPARQL.

pytest tests/validation/test_w3c_shacl.py --w3c-shacl FOLDER

The folder holds the tests' manifest.ttl, as data-shapes-test-suite/tests of github.com/w3c/data-shapes does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from pyoxigraph import Quad, RdfFormat, parse
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.extras.shacl import parse_shacl_path
from rdflib.namespace import SH
from rdflib.term import Node

from kg.errors import BadInput
from kg.rdf.load import load_file
from kg.rdf.turtle import rdflib_graph
from kg.validation.validate import RENDERERS, validate

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")

#: Tests that cannot pass, by their names, with the reason.
FAILING = {
    "core/path/path-strange-002": "a path that is both a sequence and inverse is refused: SHACL's shapes for shapes do",
    "sparql/pre-binding/shapesGraph-001": "pySHACL does not bind $shapesGraph, which SHACL leaves optional",
}

#: What makes two results the same.
SAID = {
    SH.focusNode, SH.resultPath, SH.resultSeverity, SH.sourceConstraintComponent, SH.sourceShape, SH.value,
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """Data and shapes, and the report that is expected, or None where the shapes cannot be used."""

    name: str
    data: list[Quad]
    shapes: list[Quad]
    report: Graph | None

    def __str__(self) -> str:
        return self.name


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each of the suite's, or one that is skipped and says why."""
    if "case" in metafunc.fixturenames:
        folder: Path | None = metafunc.config.getoption("--w3c-shacl")
        if folder is None:
            skip = pytest.mark.skip(reason="the W3C's SHACL tests are not here: --w3c-shacl FOLDER names them")
            metafunc.parametrize("case", [pytest.param(None, marks=skip)], ids=["suite"])
        else:
            metafunc.parametrize("case", list(read_cases(folder.resolve() / "manifest.ttl", folder.resolve())), ids=str)


@pytest.mark.w3c("SHACL")
def test_case(case: Case, request: pytest.FixtureRequest) -> None:
    if case.name in FAILING:
        request.applymarker(pytest.mark.xfail(reason=FAILING[case.name], strict=True))
    if case.report is None:
        with pytest.raises(BadInput):
            validate(case.data, case.shapes)
        return
    report = validate(case.data, case.shapes)
    written = rdflib_graph(parse(RENDERERS["turtle"](report), RdfFormat.TURTLE))
    also = {name for name in (SH.sourceConstraint, SH.resultMessage) if (None, name, None) in case.report}
    assert isomorphic(said(written, SAID | also), said(case.report, SAID | also)), report.results


def read_cases(manifest: Path, root: Path) -> Iterator[Case]:
    """The tests of a manifest and of those that it includes."""
    quads = load_file(manifest)
    graph = rdflib_graph(quads)
    for included in sorted(graph.objects(None, MF.include)):
        yield from read_cases(file_of(included), root)
    for entries in graph.objects(None, MF.entries):
        for test in Collection(graph, entries):
            action, result = graph.value(test, MF.action), graph.value(test, MF.result)
            data, shapes = (file_of(graph.value(action, name)) for name in (SHT.dataGraph, SHT.shapesGraph))
            yield Case(
                str(file_of(test).relative_to(root)),
                quads if data == manifest else load_file(data),
                quads if shapes == manifest else load_file(shapes),
                None if result == SHT.Failure else part(graph, result),
            )


def file_of(iri: Node | None) -> Path:
    return Path(unquote(urlsplit(str(iri)).path))


def part(graph: Graph, node: Node) -> Graph:
    """What a graph says of a node, and of the blank nodes in that."""
    found = Graph()
    nodes = [node]
    for each in nodes:
        for triple in graph.triples((each, None, None)):
            if triple not in found:
                found.add(triple)
                if isinstance(triple[2], BNode):
                    nodes.append(triple[2])
    return found


def said(report: Graph, properties: set[URIRef]) -> Graph:
    """A report as far as it is compared: whether the data conforms, and of each result these properties.

    A path is compared by what it says, any other blank node by its place alone.
    """
    kept = Graph()
    node = report.value(None, RDF.type, SH.ValidationReport)
    kept.add((node, SH.conforms, Literal(report.value(node, SH.conforms).toPython())))
    for result in report.objects(node, SH.result):
        kept.add((node, SH.result, result))
        for name in properties:
            for value in report.objects(result, name):
                path = name == SH.resultPath and isinstance(value, BNode)
                kept.add((result, name, Literal(parse_shacl_path(report, value).n3()) if path else value))
    return kept
