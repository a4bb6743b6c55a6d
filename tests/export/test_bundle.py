"""The bundle for Protégé: opens offline as one project, stays in its profiles, and says what a reader wants to see."""

from __future__ import annotations

import re
from pathlib import Path

import owlapi
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad
from rdflib.namespace import OWL, RDF, RDFS
from shipped import BASE, GRAPH, ID, ONTOLOGY

from kg.build.as_of import day_graph
from kg.build.store import Build
from kg.day import read_day
from kg.export.protege import CATALOG, merge_for_protege, protege_bundle, useful_inferences
from kg.project import open_project, shipped_names
from kg.rdf.load import load_file
from kg.terms import CASUS

ENTRANCES = ("protege/casus-individuals.ttl", "protege/casus-inferences.ttl", "casus-protege.ttl")

#: The OWL API of HermiT.jar takes the datatypes of annotations for data ranges, which OWL 2 RL restricts. Annotations
#: carry no meaning in OWL 2 (Structural Specification, section 10): that sources were issued on an xsd:date, a datatype
#: which no axiom mentions, takes nothing out of the profile. OWL API 4.5.29 has no such complaint.
ANNOTATED_DATE = re.compile(r"Use of data range not in profile: xsd:(date|gYear|gYearMonth)\s+\[AnnotationAssertion\(")

INDIVIDUALS, INFERENCES = (BASE + name for name in ("individuals", "inferences"))


@pytest.fixture(scope="module")
def inferences(release: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(release / "protege" / "casus-inferences.ttl")


@pytest.fixture(scope="module")
def owl_api() -> owlapi.OwlApi:
    try:
        return owlapi.start()
    except owlapi.NoJavaError as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("name", ENTRANCES)
def test_it_opens_offline_in_its_profiles_and_is_consistent(owl_api: owlapi.OwlApi, release: Path, name: str) -> None:
    ontology = owl_api.load(release / name, release / "protege" / CATALOG)
    assert ontology.violations("DL") == []
    assert [found for found in ontology.violations("RL") if not ANNOTATED_DATE.match(found)] == []
    assert ontology.consistent()
    assert ontology.unsatisfiable() == set()


@pytest.mark.slow
def test_the_individuals_alone_entail_the_inferences(
    owl_api: owlapi.OwlApi, release: Path, inferences: rdflib.Graph
) -> None:
    """HermiT, which knows nothing of the rules, agrees with them on every 50th statement about individuals."""
    ontology = owl_api.load(release / "protege" / "casus-individuals.ttl", release / "protege" / CATALOG)
    statements = sorted(triple for triple in inferences if str(triple[0]).startswith(ID))
    objects = [triple for triple in statements if isinstance(triple[2], rdflib.URIRef)]
    for subject, predicate, value in objects[::50]:
        assert ontology.entails(str(subject), str(predicate), str(value)), (subject, predicate, value)


@pytest.mark.slow
def test_the_relations_of_a_day_open_on_top_of_all_else(owl_api: owlapi.OwlApi, shipped: Build, tmp_path: Path) -> None:
    on_day = day_graph(shipped, read_day("2010-01-01"))
    who = shipped.identity, shipped.ontology_graphs
    for name, text in protege_bundle(*who, shipped.asserted(), shipped.inferred(), on_day).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    ontology = owl_api.load(tmp_path / "casus-as-of-2010-01-01.ttl", tmp_path / CATALOG)
    assert ontology.violations("DL") == []
    assert ontology.consistent()


def test_the_catalog_finds_every_import_in_the_folder(release: Path) -> None:
    folder = release / "protege"
    catalog = owlapi.read_catalog(folder / CATALOG)
    assert set(catalog.values()) == set(folder.glob("*.ttl"))
    for iri, path in catalog.items():
        graph = rdflib.Graph().parse(path)
        assert (rdflib.URIRef(iri), RDF.type, OWL.Ontology) in graph
        assert {str(name) for name in graph.objects(None, OWL.imports)} <= set(catalog)


def test_the_inferences_import_the_individuals_and_these_the_whole_ontology(release: Path) -> None:
    catalog = owlapi.read_catalog(release / "protege" / CATALOG)
    reached, pending = set[str](), [INFERENCES]
    while pending:
        iri = pending.pop()
        reached.add(iri)
        imported = rdflib.Graph().parse(catalog[iri]).objects(rdflib.URIRef(iri), OWL.imports)
        pending += [str(name) for name in imported if str(name) not in reached]
    assert {INDIVIDUALS, ONTOLOGY, f"{ONTOLOGY}/alignments"} <= reached == set(catalog)


def test_the_three_parts_say_what_the_project_says_once(release: Path, shipped, inferences: rdflib.Graph) -> None:
    ontology = f"{GRAPH}ontology/"
    stated = {quad.triple for quad in shipped.asserted() if not quad.graph_name.value.startswith(ontology)}
    individuals = load_file(release / "protege" / "casus-individuals.ttl")
    header = {quad.triple for quad in individuals if quad.subject == NamedNode(INDIVIDUALS)}
    assert {quad.triple for quad in individuals} - header == stated
    assert not stated & {quad.triple for quad in load_file(release / "protege" / "casus-inferences.ttl")}
    assert len(inferences) > 1000


def test_every_individual_shows_an_english_label(release: Path) -> None:
    graph = rdflib.Graph().parse(release / "protege" / "casus-individuals.ttl")
    nodes = {node for node in graph.all_nodes() if isinstance(node, rdflib.URIRef)}
    for individual in (node for node in nodes if node.startswith(ID)):
        assert any(label.language == "en" for label in graph.objects(individual, RDFS.label)), individual


def test_a_member_is_inferred_and_an_observer_is_not(inferences: rdflib.Graph) -> None:
    uzbekistan, alliance = rdflib.URIRef(f"{ID}state/UZB"), rdflib.URIRef(f"{ID}organization/CSTO")
    ever_member, serbia = rdflib.URIRef(f"{CASUS.iri}everMemberOf"), rdflib.URIRef(f"{ID}state/SRB")
    assert (uzbekistan, ever_member, alliance) in inferences
    assert (alliance, RDF.type, rdflib.URIRef(f"{CASUS.iri}Alliance")) in inferences
    assert not list(inferences.objects(serbia, ever_member))


def test_what_holds_of_everything_is_left_out() -> None:
    def iri(name: str) -> NamedNode:
        return NamedNode(CASUS.iri + name if name[0].isupper() or name == "knows" else ID + name)

    a, label = NamedNode(str(RDF.type)), NamedNode(str(RDFS.label))
    below, thing, equal = (
        NamedNode(str(RDFS.subClassOf)),
        NamedNode(str(OWL.Thing)),
        NamedNode(str(OWL.equivalentClass)),
    )
    owl_class, owl_property = NamedNode(str(OWL.Class)), NamedNode(str(OWL.ObjectProperty))
    stated = [Quad(iri("Person"), a, owl_class), Quad(iri("Agent"), a, owl_class), Quad(iri("knows"), a, owl_property)]
    useful = [
        Quad(iri("ann"), a, iri("Agent")),
        Quad(iri("ann"), iri("knows"), iri("bob")),
        Quad(iri("ann"), label, Literal("Ann")),
        Quad(iri("Person"), below, iri("Agent")),
    ]
    useless = [
        Quad(iri("ann"), a, thing),
        Quad(iri("Person"), below, iri("Person")),
        Quad(iri("Person"), below, thing),
        Quad(iri("Person"), equal, iri("Person")),
        Quad(iri("Person"), a, owl_class),
    ]
    assert useful_inferences([quad.triple for quad in stated], useful + useless, shipped_names()) == useful


def test_the_order_of_the_statements_changes_nothing(shipped) -> None:
    files = {f"{GRAPH}{name}.ttl" for name in ("graph/states", "ontology/actors", "ontology/casus")}
    asserted = [quad for quad in shipped.asserted() if quad.graph_name.value in files]
    inferred = list(shipped.inferred())[:5000]
    who = shipped.identity, shipped.ontology_graphs
    assert protege_bundle(*who, asserted, inferred) == protege_bundle(*who, asserted[::-1], inferred[::-1])


def test_a_file_without_a_header_goes_with_the_individuals(write) -> None:
    path = write("toys.ttl", "casus:Toy a owl:Class ; rdfs:label 'toy'@en .")
    graph = NamedNode("https://w3id.org/casus/graph/ontology/toys.ttl")
    asserted = [Quad(q.subject, q.predicate, q.object, graph) for q in load_file(path)]
    files = protege_bundle(open_project().identity, {graph.value}, asserted, [])
    assert set(files) == {CATALOG, "casus-individuals.ttl", "casus-inferences.ttl"}
    assert "casus:Toy a owl:Class" in files["casus-individuals.ttl"]


def test_the_merged_file_has_one_header(shipped) -> None:
    merged = merge_for_protege(shipped.asserted(), shipped.identity.names)
    headers = [triple for triple in merged if triple.object == NamedNode(str(OWL.Ontology))]
    assert [header.subject for header in headers] == [NamedNode(ONTOLOGY)]
