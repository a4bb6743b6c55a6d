"""Queries and their answers: datasets, formats, what people read, what they are told about their mistakes."""

from __future__ import annotations

import csv
import io
import json
import xml.dom.minidom

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from kg.errors import BadInput, QueryError, UnknownFormat
from kg.sparql.answer import readable
from kg.sparql.query import run

STATES = "https://w3id.org/casus/graph/graph/states.ttl"
INFERRED = "https://w3id.org/casus/graph/inferred"
DATA = f"""
PREFIX casus: <https://w3id.org/casus/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
BASE <https://w3id.org/casus/id/>
GRAPH <{STATES}> {{
  <state/ARM> a casus:State ; rdfs:label "Armenia"@en, "Армения"@ru .
  <state/BLR> a casus:State ; rdfs:label "Belarus"@en .
}}
GRAPH <{INFERRED}> {{
  <state/ARM> a casus:Actor .
  <state/BLR> a casus:State .
}}
"""


@pytest.fixture(scope="module")
def small() -> Store:
    """Two states; that Belarus is one is said in both graphs."""
    store = Store()
    store.load(DATA, format=RdfFormat.TRIG)
    return store


def rows(store: Store, query: str, **dataset: list[str]) -> list[list[str]]:
    return [[readable(term) for term in row] for row in run(store, query, **dataset).rows]


def test_prefixes_and_the_base_need_no_declaration(small: Store) -> None:
    query = "SELECT ?name { <state/ARM> a casus:State ; rdfs:label ?name } ORDER BY ?name"
    assert rows(small, query) == [["Armenia"], ["Армения"]]
    assert run(small, "ASK { state:ARM a casus:State }").boolean is True


def test_the_default_graph_is_the_union_of_all_graphs(small: Store) -> None:
    assert rows(small, "SELECT ?class { state:ARM a ?class } ORDER BY ?class") == [["casus:Actor"], ["casus:State"]]
    graphs = "SELECT ?graph { GRAPH ?graph { state:ARM a ?class } } ORDER BY ?graph"
    assert rows(small, graphs) == [[f"<{STATES}>"], [f"<{INFERRED}>"]]


def test_a_store_that_keeps_the_merge_counts_each_triple_once(small: Store) -> None:
    counting = "SELECT (COUNT(*) AS ?n) { state:BLR a casus:State }"
    merged = Store()
    merged.extend(small)
    merged.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in small)
    assert rows(merged, counting) == [["1"]]
    assert rows(merged, "SELECT ?graph { GRAPH ?graph { state:ARM a casus:State } }") == [[f"<{STATES}>"]]


def test_a_query_may_choose_among_the_graphs(small: Store) -> None:
    everything = "SELECT ?class {} {{ state:ARM a ?class }}"
    assert rows(small, everything.format(f"FROM <{INFERRED}>")) == [["casus:Actor"]]
    assert rows(small, everything.format(f"FROM NAMED <{INFERRED}>")) == []
    assert rows(small, f"SELECT ?class FROM NAMED <{STATES}> {{ GRAPH ?g {{ state:ARM a ?class }} }}") == [
        ["casus:State"]
    ]


def test_the_protocols_dataset_goes_before_the_querys(small: Store) -> None:
    query = f"SELECT ?class FROM <{STATES}> {{ state:ARM a ?class }}"
    assert rows(small, query, default_graphs=[INFERRED]) == [["casus:Actor"]]
    assert rows(small, query, named_graphs=[INFERRED]) == []
    named = "SELECT ?class { GRAPH ?g { state:ARM a ?class } }"
    assert rows(small, named, default_graphs=[STATES]) == []
    assert rows(small, named, default_graphs=[STATES], named_graphs=[INFERRED]) == [["casus:Actor"]]


@pytest.mark.parametrize(
    ("query", "dataset"),
    [
        ("SELECT * FROM <graph/absent> { ?s ?p ?o }", {}),
        ("PREFIX g: <https://w3id.org/casus/id/graph/> SELECT * FROM NAMED g:absent { ?s ?p ?o }", {}),
        ("ASK { ?s ?p ?o }", {"default_graphs": ["https://w3id.org/casus/id/graph/absent"]}),
        ("ASK { ?s ?p ?o }", {"named_graphs": ["https://w3id.org/casus/id/graph/absent"]}),
    ],
)
def test_an_absent_graph_is_empty(small: Store, query: str, dataset: dict[str, list[str]]) -> None:
    answer = run(small, query, **dataset)
    assert answer.absent_graphs == ("https://w3id.org/casus/id/graph/absent",)
    assert not answer


def test_a_graph_that_is_no_iri_is_refused(small: Store) -> None:
    with pytest.raises(QueryError, match="must be an absolute IRI, and 'states' is none"):
        run(small, "ASK {}", default_graphs=["states"])


def test_rows_in_every_format(small: Store) -> None:
    query = "SELECT ?state ?name { ?state rdfs:label ?name FILTER (lang(?name) = 'en') } ORDER BY ?state"
    as_csv = run(small, query).serialize("csv").decode()
    base = "https://w3id.org/casus/id/state/"
    assert list(csv.reader(io.StringIO(as_csv))) == [
        ["state", "name"],
        [f"{base}ARM", "Armenia"],
        [f"{base}BLR", "Belarus"],
    ]
    assert run(small, query).serialize("tsv").decode().splitlines()[1] == f'<{base}ARM>\t"Armenia"@en'
    bindings = json.loads(run(small, query).serialize("json"))["results"]["bindings"]
    assert bindings[0]["name"] == {"type": "literal", "value": "Armenia", "xml:lang": "en"}
    document = xml.dom.minidom.parseString(run(small, query).serialize("xml"))
    assert [node.firstChild.data for node in document.getElementsByTagName("literal")] == ["Armenia", "Belarus"]


def test_an_answer_tells_its_kind_and_columns(small: Store) -> None:
    select = run(small, "SELECT ?b ?a {}")
    assert (select.kind, select.variables, select.boolean) == ("bindings", ("b", "a"), None)
    ask = run(small, "ASK { ?s casus:absent ?o }")
    assert (ask.kind, ask.variables, ask.boolean, list(ask.rows)) == ("boolean", (), False, [])
    describe = run(small, "DESCRIBE state:BLR")
    assert (describe.kind, describe.variables) == ("graph", ("subject", "predicate", "object"))
    assert ["state:BLR", "rdfs:label", "Belarus"] in [[readable(term) for term in row] for row in describe.rows]


@pytest.mark.parametrize(
    ("format_name", "expected"),
    [
        ("csv", b"true\n"),
        ("tsv", b"true\n"),
        ("json", b'{"head":{},"boolean":true}'),
        ("xml", b"<boolean>true</boolean>"),
    ],
)
def test_true_in_every_format(small: Store, format_name: str, expected: bytes) -> None:
    assert expected in run(small, "ASK {}").serialize(format_name)


@pytest.mark.parametrize("format_name", ["turtle", "nt", "nq", "trig", "rdfxml", "jsonld"])
def test_a_graph_in_every_format(small: Store, format_name: str) -> None:
    query = "CONSTRUCT { ?s rdfs:label ?name } WHERE { ?s rdfs:label ?name }"
    answer = run(small, query)
    rdf_format = next(form.rdf for form in answer.formats if form.name == format_name)
    again = parse(answer.serialize(format_name), format=rdf_format)
    assert {str(quad.triple) for quad in again} == {str(Triple(*row)) for row in run(small, query).rows}


def test_turtle_declares_the_prefixes_it_uses(small: Store) -> None:
    turtle = run(small, "CONSTRUCT { ?s a casus:State ; casus:of <treaty/CST/article/4> } WHERE { ?s a casus:Actor }")
    assert turtle.serialize("turtle").decode() == (
        "@prefix casus: <https://w3id.org/casus/ontology#> .\n"
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        "@prefix state: <https://w3id.org/casus/id/state/> .\n"
        "state:ARM a casus:State ;\n"
        "\tcasus:of <https://w3id.org/casus/id/treaty/CST/article/4> .\n"
    )


def test_rdf_xml_says_so_where_it_cannot_name_a_property(small: Store) -> None:
    with pytest.raises(BadInput, match=r"RDF/XML cannot write the property <http://example\.org/1>"):
        run(small, "CONSTRUCT { <a> <http://example.org/1> 1 } WHERE {}").serialize("rdfxml")


@pytest.mark.parametrize(
    ("query", "format_name", "cause"),
    [
        ("ASK {}", "turtle", "this query answers with true or false, which cannot be written as turtle"),
        (
            "SELECT * {}",
            "nt",
            "this query answers with rows, which cannot be written as nt; choose from json, xml, csv, tsv",
        ),
        (
            "DESCRIBE state:ARM",
            "csv",
            "this query answers with a graph, which cannot be written as csv; choose from turtle,",
        ),
    ],
)
def test_a_format_of_the_other_kind_is_refused(small: Store, query: str, format_name: str, cause: str) -> None:
    with pytest.raises(QueryError, match=f"^{cause}"):
        run(small, query).serialize(format_name)


def test_an_unknown_format_is_refused(small: Store) -> None:
    with pytest.raises(UnknownFormat, match=r"^there is no format 'pdf'; choose from json, xml, csv, tsv$"):
        run(small, "ASK {}").serialize("pdf")


DATE_TIME = NamedNode("http://www.w3.org/2001/XMLSchema#dateTime")
ARMENIA = NamedNode("https://w3id.org/casus/id/state/ARM")


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (None, ""),
        (ARMENIA, "state:ARM"),
        (NamedNode("https://w3id.org/casus/id/episode/UZB-CSTO-1"), "<episode/UZB-CSTO-1>"),
        (NamedNode("http://example.org/"), "<http://example.org/>"),
        (Literal("Армения", language="ru"), "Армения"),
        (Literal(5), "5"),
        (Literal("1998-01-01T00:00:00Z", datatype=DATE_TIME), "1998-01-01"),
        (Literal("1998-01-01T00:00:00+00:00", datatype=DATE_TIME), "1998-01-01"),
        (Literal("1998-01-01T12:00:00Z", datatype=DATE_TIME), "1998-01-01T12:00:00Z"),
        (Literal("1998-01-01T00:00:00Z"), "1998-01-01T00:00:00Z"),
        (BlankNode("b0"), "_:b0"),
        (Triple(ARMENIA, DATE_TIME, Literal(1)), "<< state:ARM xsd:dateTime 1 >>"),
    ],
)
def test_terms_as_people_read_them(term: NamedNode | None, text: str) -> None:
    assert readable(term) == text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "the query is empty"),
        ("# nothing\n", "the query is empty"),
        ("SELEC ?x {}", "line 1, column 1: unexpected 'SELEC'"),
        ("SELECT ?x, ?y\nWHERE { ?x a ?y }", "line 1, column 10: unexpected ','"),
        ("SELECT ?x\nWHERE ?x a casus:State }", "line 2, column 7: unexpected '?x'"),
        ("SELECT * {\n  ?s nope:p ?o\n}", "line 2, column 6: the prefix 'nope:' is not declared"),
        ("SELECT * { ?s ?p ?o FILTER ?o = 1 }", "line 1, column 28: unexpected '?o'"),
        ("SELECT * { ?s ?p ?o }}", "line 1, column 22: unexpected '}': before it"),
        ("SELECT * { ?s ?p }", "line 1, column 18: unexpected '}': before it, a pattern is incomplete"),
        ("SELECT * { FILTER(NOSUCH(1)) }", "line 1, column 19: unexpected 'NOSUCH'"),
        ("SELECT * { ?s ?p <http://[> }", "line 1, column 18: this is not an IRI"),
        ("SELECT * { ?s ?p 'x }", "line 1, column 18: this string has no end"),
        ("SELECT * { ?s ?p ?o ", "line 1, column 10: this '{' is not closed"),
        ("DESCRIBE", "the query ends before its '{'"),
        ("SELECT ?s { ?s ?p ?o } GROUP", "the query ends too early"),
        ("SELECT ?x { ?s ?p ?o } GROUP BY ?s", "not allowed in SPARQL: the SELECT contains a variable that is unbound"),
        ("SELECT * {} LIMIT -1", "line 1, column 19: unexpected '-'"),
        ("SELECT (<nosuch>(1) AS ?x) {}", "the query cannot be evaluated: The custom function "),
        ("CONSTRUCT { " + "?s ?p ?o . " * 2000 + "?s ?p } WHERE {}", "not SPARQL 1.1, at or before line 1, column 220"),
        ("ASK { SERVICE <http://example.org/> {} }", "line 1, column 7: SERVICE is refused"),
        ("DELETE WHERE { ?s ?p ?o }", "line 1, column 1: DELETE is SPARQL Update"),
    ],
)
def test_a_mistake_is_answered_with_one_line_that_says_where(small: Store, query: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        list(run(small, query).rows)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.http_status == 400
