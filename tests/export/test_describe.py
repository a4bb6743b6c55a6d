"""The description of the data: its numbers are those that a query counts, and its files those of the release."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store, parse
from shipped import DERIVED_GRAPH, INFERRED_GRAPH, PREFIXES

from kg.build.build_parts import with_merge
from kg.errors import BadInput, UnknownFormat
from kg.export.describe import ReleasedFile, describe, distributions, newest_source, static_description
from kg.project import shipped_names
from kg.rdf.formats import format_of_file
from kg.terms import DCTERMS, RDF

DATA = "<https://w3id.org/casus/data>"
INFERRED = f"GRAPH <{INFERRED_GRAPH}>"
ASSERTED = f"""SELECT DISTINCT ?s ?p ?o {{
    GRAPH ?g {{ ?s ?p ?o }} FILTER(?g NOT IN (<{INFERRED_GRAPH}>, <{DERIVED_GRAPH}>)) }}"""
IS_INDIVIDUAL = 'FILTER(isIRI(?s) && STRSTARTS(STR(?s), "https://w3id.org/casus/id/"))'


def store_of(quads: Iterable[Quad]) -> Store:
    store = Store()
    store.bulk_extend(quads)
    return store


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    return [tuple(term.value for term in solution) for solution in store.query(query, prefixes=PREFIXES)]


@pytest.fixture(scope="module")
def store(shipped) -> Store:
    """What is described: the graph of the shipped project, without the metadata that describe it."""
    return store_of(with_merge(chain(shipped.asserted(), shipped.inferred(), shipped.derived())))


@pytest.fixture(scope="module")
def description(shipped) -> Store:
    """What `describe` says of the shipped project."""
    triples = describe(shipped.identity, shipped.asserted(), shipped.inferred(), shipped.derived())
    return store_of(Quad(*triple) for triple in triples)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("triples", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        ("entities", f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o {IS_INDIVIDUAL} }}"),
        ("distinctSubjects", "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        ("distinctObjects", "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"),
        ("classes", "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s a ?o FILTER(isIRI(?o)) }"),
        ("properties", "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }"),
    ],
)
def test_the_numbers_are_those_a_query_counts(description: Store, store: Store, name: str, count: str) -> None:
    assert rows(description, f"SELECT ?n {{ {DATA} void:{name} ?n }}") == rows(store, count)


PARTS = [
    ("https://w3id.org/casus/data/asserted", f"{{ {ASSERTED} }}"),
    (INFERRED_GRAPH, f"{INFERRED} {{ ?s ?p ?o }}"),
    (DERIVED_GRAPH, f"GRAPH <{DERIVED_GRAPH}> {{ ?s ?p ?o }}"),
]


@pytest.mark.parametrize(("part", "pattern"), PARTS)
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("triples", "COUNT(*)"),
        ("distinctSubjects", "COUNT(DISTINCT ?s)"),
        ("classes", "COUNT(DISTINCT IF(?p = rdf:type && isIRI(?o), ?o, ?unbound))"),
        ("properties", "COUNT(DISTINCT ?p)"),
    ],
)
def test_the_parts_are_counted_apart(
    description: Store, store: Store, part: str, pattern: str, name: str, count: str
) -> None:
    said = f"SELECT ?n {{ {DATA} void:subset <{part}> . <{part}> void:{name} ?n }}"
    assert rows(description, said) == rows(store, f"SELECT ({count} AS ?n) {{ {pattern} }}")


def test_each_class_is_a_partition(description: Store, store: Store) -> None:
    said = f"SELECT ?class ?n {{ {DATA} void:classPartition [ void:class ?class ; void:entities ?n ] }}"
    counted = "SELECT ?class (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class FILTER(isIRI(?class)) } GROUP BY ?class"
    assert sorted(rows(description, said)) == sorted(rows(store, counted))


def test_each_property_is_a_partition(description: Store, store: Store) -> None:
    said = f"""SELECT ?p ?n ?s ?o {{ {DATA} void:propertyPartition
        [ void:property ?p ; void:triples ?n ; void:distinctSubjects ?s ; void:distinctObjects ?o ] }}"""
    counted = """SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?ss) (COUNT(DISTINCT ?o) AS ?os)
        { ?s ?p ?o } GROUP BY ?p"""
    assert sorted(rows(description, said)) == sorted(rows(store, counted))


def test_what_a_person_must_state_is_stated(description: Store) -> None:
    for wanted in (
        "dcterms:title", "dcterms:description", "dcterms:license", "dcterms:creator", "dcterms:publisher",
        "dcterms:issued", "dcterms:modified", "dcterms:language", "dcterms:bibliographicCitation",
        "dcat:keyword", "dcat:version", "void:vocabulary", "void:exampleResource", "void:uriSpace",
    ):  # fmt: skip
        assert rows(description, f"SELECT ?value {{ {DATA} {wanted} ?value }}"), wanted


def test_the_release_describes_its_files(release: Path) -> None:
    described = store_of(parse(path=release / "dataset.ttl"))
    found = rows(
        described,
        f"""SELECT ?name ?size ?sum ?type ?license ?url {{ {DATA} dcat:distribution ?file . ?file a dcat:Distribution ;
            dcterms:title ?name ; dcat:byteSize ?size ; dcat:mediaType ?type ; dcterms:license ?license ;
            dcat:downloadURL ?url ; spdx:checksum
              [ spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue ?sum ] }}""",
    )
    # casus-protege.ttl is an ontology to open, not a form of the data.
    graphs = {path.name for path in release.glob("casus-*") if path.name != "casus-protege.ttl"}
    assert {name for name, *_ in found} == graphs
    for name, size, checksum, media_type, license_, url in found:
        content = (release / name).read_bytes()
        assert (int(size), checksum) == (len(content), hashlib.sha256(content).hexdigest())
        assert media_type.endswith(f"/media-types/{format_of_file(release / name).media_types[0]}")
        assert license_ == "https://creativecommons.org/licenses/by/4.0/"
        assert url == f"https://w3id.org/casus/data/0.1.0/{name}"


def test_a_file_that_is_no_rdf_is_no_distribution() -> None:
    with pytest.raises(UnknownFormat, match="exe"):
        distributions([], {"casus.exe": ReleasedFile(0, "")}, shipped_names())


def test_the_newest_source_is_the_last_that_was_issued(shipped, store: Store) -> None:
    found = store.query("SELECT ?day { ?s a casus:Source ; dcterms:issued ?day }", prefixes=PREFIXES)
    days = [row["day"].value for row in found]
    assert newest_source(shipped.asserted()).isoformat() == max(day for day in days if len(day) == len("2026-05-15"))


def source(name: str, issued: str) -> list[Quad]:
    node = NamedNode(f"https://w3id.org/casus/id/source/{name}")
    kind = NamedNode("https://w3id.org/casus/ontology#Source")
    return [
        Quad(node, RDF.type, kind),
        Quad(node, DCTERMS.issued, Literal(issued)),
    ]


def test_of_a_month_or_a_year_the_first_day_is_certain_to_be_covered() -> None:
    assert newest_source([*source("A", "2019"), *source("B", "2018-12-31")]).isoformat() == "2019-01-01"
    assert newest_source([*source("A", "2019-02"), *source("B", "2019-01-31")]).isoformat() == "2019-02-01"


def test_without_a_dated_source_there_is_no_newest() -> None:
    with pytest.raises(BadInput, match="no source says when it was issued"):
        newest_source(source("A", "undated"))


def test_only_what_is_said_of_the_dataset_is_repeated() -> None:
    title = DCTERMS.title
    about = Quad(NamedNode("https://w3id.org/casus/data"), title, Literal("Data"))
    other = Quad(NamedNode("https://w3id.org/casus/id/state/ARM"), title, Literal("Armenia"))
    assert static_description([about.triple, other.triple], shipped_names()) == [about.triple]
