"""What query editors ask an endpoint about itself: they find it in the store, without naming a graph."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from kg.build.metadata import class_partitions, metadata
from kg.build.questions import Question
from kg.build.store import Build, open_store
from kg.project import open_project
from kg.sparql.answer import readable
from kg.sparql.query import run
from kg.terms import DCTERMS, Namespaces

NAMES = Namespaces("https://example.org/", {"ex": "https://example.org/id/"})
DATA = """
PREFIX ex: <https://example.org/id/>
ex:a a ex:State ; ex:ally ex:b, ex:c ; ex:name "A", "B"@en .
ex:b a ex:State ; ex:name "b" .
ex:c a ex:Club, ex:State .
ex:ally a <http://www.w3.org/2002/07/owl#ObjectProperty> ; ex:name "ally" .
_:nobody ex:ally ex:a .
"""
#: As the editors ask, shortened.
PREFIXES = "SELECT DISTINCT ?prefix ?namespace { [] sh:namespace ?namespace ; sh:prefix ?prefix } ORDER BY ?prefix"
EXAMPLES = """SELECT DISTINCT ?sq ?comment ?query {
  ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|sh:describe ?query } ORDER BY ?sq"""
SCHEMA = """PREFIX ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?class ?property ?target ?datatype {
  ?partition void:class ?class ; void:propertyPartition ?within . ?within void:property ?property .
  OPTIONAL { { ?within void:classPartition [ void:class ?target ] }
    UNION { ?within ext:datatypePartition [ ext:datatype ?datatype ] } }
} ORDER BY ?class ?property ?target ?datatype"""
COUNTS = """SELECT ?class ?things ?property ?times {
  ?partition void:class ?class ; void:entities ?things .
  OPTIONAL { ?partition void:propertyPartition [ void:property ?property ; void:triples ?times ] }
} ORDER BY ?class ?property"""


@pytest.fixture(scope="module")
def small() -> Store:
    questions = [
        Question("who", "Who?", "SELECT * { ?s a <State> }"),
        Question("what", "What?", "DESCRIBE ?s { ?s ?p ?o }"),
    ]
    statements = [quad.triple for quad in parse(DATA.encode(), RdfFormat.TURTLE)]
    store = Store()
    store.extend(Quad(*triple) for triple in metadata(NAMES, questions, class_partitions(NAMES, statements * 2)))
    return store


def rows(store: Store, query: str) -> list[list[str]]:
    shown = [[readable(term) for term in row] for row in run(store, query)]
    return [[text.strip("<>").removeprefix("https://example.org/") for text in row] for row in shown]


def test_prefixes_are_declared(small: Store) -> None:
    assert rows(small, PREFIXES) == [["ex", "id/"]]


def test_examples_can_be_run_elsewhere(small: Store) -> None:
    query = "BASE <https://example.org/id/>\nSELECT * { ?s a <State> }"
    assert rows(small, EXAMPLES) == [["examples#who", "Who?", query]]


def test_an_example_says_which_terms_of_the_ontology_it_traces() -> None:
    names = Namespaces(
        "https://example.org/", {"ex": "https://example.org/ontology#", "other": "https://example.org/id/"}
    )
    question = Question(
        "who", "Who?", "# not ex:said\nSELECT * { ?s a ex:State ; ex:ally ?o , other:thing . ?o a ex:State }"
    )
    traced = [triple.object for triple in metadata(names, [question], []) if triple.predicate == DCTERMS.references]
    assert traced == [NamedNode("https://example.org/ontology#State"), NamedNode("https://example.org/ontology#ally")]


def test_each_class_has_its_properties_and_what_they_lead_to(small: Store) -> None:
    assert rows(small, SCHEMA) == [
        ["id/State", "id/ally", "id/Club", ""],
        ["id/State", "id/ally", "id/State", ""],
        ["id/State", "id/name", "", "rdf:langString"],
        ["id/State", "id/name", "", "xsd:string"],
    ]


def test_statements_are_counted_once(small: Store) -> None:
    assert rows(small, COUNTS) == [
        ["id/Club", "1", "", ""],
        ["id/State", "3", "id/ally", "2"],
        ["id/State", "3", "id/name", "3"],
    ]


def test_the_shipped_build_answers_the_editors_from_its_default_graph_and_from_its_own(shipped: Build) -> None:
    store, project = open_store(shipped.store), open_project()
    assert dict(rows(store, PREFIXES)) == dict(project.names.prefixes)
    assert len(rows(store, EXAMPLES)) == len(project.questions)
    schema = rows(store, SCHEMA)
    assert ["casus:State", "dcterms:source", "casus:Source", ""] in schema
    assert ["casus:State", "dcterms:identifier", "", "xsd:string"] in schema
    name = project.names.metadata
    assert run(store, f"ASK {{ GRAPH <{name}> {{ ?s sh:declare ?d . ?p void:class ?c . ?q a sh:SPARQLExecutable }} }}")
