"""The ontology's versions: each former one stays as it was published, and its terms are still known."""

from __future__ import annotations

import hashlib
import tomllib

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS
from shipped import ONTOLOGY

from kg.project import open_project

PROJECT = open_project()
CURRENT = "0.2.0"
#: A checksum is added here with its version, and never changed.
PUBLISHED = {"0.1.0": "7456ab56573dff54f54a2f11bbb8fc3e24959671aab3f9a82e042d2a871bed95"}
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


def text_of(version: str) -> str:
    (path,) = (path for path in PROJECT.versions if path.stem == version)
    return path.read_text(encoding="utf-8")


def terms(graph: Graph) -> set[tuple[URIRef, URIRef]]:
    """The terms of the ontology's own namespace, each with its kind."""
    found = ((node, kind) for kind in KINDS for node in graph.subjects(RDF.type, kind))
    return {(node, kind) for node, kind in found if isinstance(node, URIRef) and node.startswith(ONTOLOGY)}


@pytest.fixture(scope="module")
def current() -> Graph:
    graph = Graph()
    for path in PROJECT.ontology:
        graph.parse(path)
    return graph


def test_former_versions_never_change() -> None:
    digests = {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in PROJECT.versions}
    assert digests == PUBLISHED


def test_a_wheel_holds_them() -> None:
    said = tomllib.loads((PROJECT.root / "pyproject.toml").read_text(encoding="utf-8"))
    put = said["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert put["versions"] == put["ontology"].replace("ontology", "versions")


@pytest.mark.parametrize("version", PUBLISHED)
def test_a_former_version_is_whole(version: str) -> None:
    graph = Graph().parse(data=text_of(version), format="turtle")
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [URIRef(ONTOLOGY)]
    assert graph.value(URIRef(ONTOLOGY), OWL.versionIRI) == URIRef(f"{ONTOLOGY}/{version}")
    assert len(terms(graph)) > 300
    assert not list(graph.objects(None, OWL.imports)), "nothing needs to be loaded besides it"


def test_the_root_names_its_version_and_the_one_before(current: Graph) -> None:
    root = URIRef(ONTOLOGY)
    assert current.value(root, OWL.versionIRI) == URIRef(f"{ONTOLOGY}/{CURRENT}")
    assert current.value(root, OWL.priorVersion) == URIRef(f"{ONTOLOGY}/{max(PUBLISHED)}")


def test_the_terms_of_a_former_version_are_known_or_deprecated(current: Graph) -> None:
    """By the policy, a term that gives way stays for a version and names its successor."""
    former = terms(Graph().parse(data=text_of(max(PUBLISHED)), format="turtle"))
    assert former <= terms(current)
    deprecated = set(current.subjects(OWL.deprecated, None))
    assert deprecated
    present = {term for term, _ in terms(current)} - deprecated
    for term in deprecated:
        assert set(current.objects(term, DCTERMS.isReplacedBy)) & present, f"{term} names no successor"
        assert not set(current.subjects(RDFS.domain, term)) | set(current.subjects(RDFS.range, term))
