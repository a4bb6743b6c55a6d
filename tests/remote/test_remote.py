"""Queries on a store elsewhere: what is sent to it, what comes back, and what happens when it fails."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from graph_store_server import PASSWORD, TOKEN, USER, LittleServer, little_server
from pyoxigraph import RdfFormat
from shipped import GRAPH

from kg.errors import BadInput, Busy, QueryError, QueryTimeout, QueryTooLarge, StoreError
from kg.pool.limits import Limits
from kg.pool.pool import Pool
from kg.pool.source import Remote, Source
from kg.pool.task import QueryTask
from kg.project import open_project
from kg.remote.credentials import Credentials
from kg.remote.endpoint import Endpoint
from kg.remote.query import RemoteStore, prologue

STATES, TREATIES, DAY = f"{GRAPH}graph/states.ttl", f"{GRAPH}graph/treaties.ttl", f"{GRAPH}as-of/1999-01-01"
DATA = f"""
PREFIX casus: <https://w3id.org/casus/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
BASE <https://w3id.org/casus/id/>
GRAPH <{STATES}> {{ <state/ARM> a casus:State ; rdfs:label "Armenia"@en . }}
GRAPH <{TREATIES}> {{ <treaty/CST> a casus:Treaty . <state/ARM> a casus:State }}
GRAPH <{DAY}> {{ <state/ARM> casus:memberOf <organization/CSTO> }}
GRAPH <urn:other> {{ <urn:secret> a casus:State }}
<urn:default> a casus:State .
"""
FORMATS = {"bindings": "csv", "boolean": "csv", "graph": "nt"}
JSON = {"Content-Type": "application/sparql-results+json"}
TEXT = {"Content-Type": "text/plain"}


@pytest.fixture
def server() -> Iterator[LittleServer]:
    with little_server() as server:
        server.store.load(DATA, RdfFormat.TRIG)
        yield server


def remote(server: LittleServer, who: Credentials | None = None) -> RemoteStore:
    return RemoteStore(Endpoint(server.url, who, timeout=20), [STATES, TREATIES], [STATES, TREATIES])


def ask(store: RemoteStore, text: str, format_name: str = "csv", **options: object) -> str:
    out = io.BytesIO()
    store.run(text, **options).write(format_name, out)  # type: ignore[arg-type]
    return out.getvalue().decode()


def test_prefixes_and_the_base_need_no_declaration(server: LittleServer) -> None:
    assert ask(remote(server), "SELECT ?l { <state/ARM> rdfs:label ?l }") == "l\r\nArmenia\r\n"


def test_only_what_a_query_uses_and_does_not_declare_is_put_before_it() -> None:
    declared = "PREFIX rdfs: <urn:mine> SELECT ?x { ?x a casus:State ; rdfs:label 'xsd:date' }"
    before = prologue(declared, open_project().names)
    assert before == "BASE <https://w3id.org/casus/id/> PREFIX casus: <https://w3id.org/casus/ontology#> "


def test_the_default_graph_is_the_merge_of_the_projects_graphs_and_nothing_else(server: LittleServer) -> None:
    store = remote(server)
    # Some products repeat a triple that lies in two graphs; the graph of the merge has it once.
    assert ask(store, "SELECT DISTINCT ?s { ?s a casus:State }") == "s\r\nhttps://w3id.org/casus/id/state/ARM\r\n"
    assert ask(store, "SELECT DISTINCT ?g { GRAPH ?g {} } ORDER BY ?g") == f"g\r\n{STATES}\r\n{TREATIES}\r\n"
    assert ask(store, f"SELECT ?s FROM <{TREATIES}> {{ ?s a casus:Treaty }}").count("\n") == 2
    assert ask(store, f"SELECT ?g FROM NAMED <{STATES}> {{ GRAPH ?g {{ ?s a ?c }} }}").count("\n") == 2
    assert ask(store, "ASK { ?s a casus:State }", default_graphs=[TREATIES]) == "true\n"
    assert ask(store, "ASK { GRAPH ?g { ?s a casus:State } }", default_graphs=[TREATIES]) == "false\n"


def test_a_graph_of_others_is_not_even_named_there(server: LittleServer) -> None:
    """Products differ in what GRAPH finds outside of the dataset."""
    store = remote(server)
    assert ask(store, "ASK { GRAPH <urn:other> { ?s ?p ?o } }") == "false\n"
    assert ask(store, f"PREFIX u: <urn:> ASK {{ GRAPH u:other {{ ?s ?p ?o }} GRAPH <{STATES}> {{}} }}") == "false\n"
    assert not any("<urn:other>" in query["query"][0] or "u:other" in query["query"][0] for query in server.asked)
    for query, dataset in (
        ("ASK FROM <urn:other> { ?s ?p ?o }", {}),
        ("ASK FROM NAMED <urn:other> { GRAPH ?g { ?s ?p ?o } }", {}),
        ("ASK { ?s ?p ?o }", {"default_graphs": ["urn:other"]}),
        ("ASK { GRAPH ?g { ?s ?p ?o } }", {"named_graphs": ["urn:other"]}),
    ):
        assert store.run(query, **dataset).absent_graphs == ("urn:other",)
        assert ask(store, query, **dataset) == "false\n"
    assert not any("urn:other" in str(query) for query in server.asked)


def test_a_day_adds_its_graph_and_only_then(server: LittleServer) -> None:
    store, query = remote(server), "ASK { <state/ARM> casus:memberOf ?o }"
    assert ask(store, query) == "false\n"
    assert ask(store, query, day_graph=DAY) == "true\n"
    assert ask(store, f"ASK {{ GRAPH <{DAY}> {{ ?s ?p ?o }} }}", day_graph=DAY) == "true\n"
    assert ask(store, query) == "false\n"
    with pytest.raises(BadInput, match=r"no graph as of 2001-01-01.*kg publish --as-of 2001-01-01"):
        store.run(query, day_graph=f"{GRAPH}as-of/2001-01-01")


@pytest.mark.parametrize(
    ("query", "format_name", "answer"),
    [
        ("SELECT ?c { <treaty/CST> a ?c }", "tsv", "?c\n<https://w3id.org/casus/ontology#Treaty>\n"),
        ("SELECT ?c { <treaty/CST> a ?c }", "xml", "<uri>https://w3id.org/casus/ontology#Treaty</uri>"),
        ("ASK {}", "json", '{"head":{},"boolean":true}'),
        ("CONSTRUCT WHERE { <treaty/CST> a ?c }", "turtle", "\ntreaty:CST a casus:Treaty .\n"),
        ("CONSTRUCT WHERE { <treaty/CST> a ?c }", "jsonld", '"@id": "treaty/CST"'),
    ],
)
def test_every_format_is_written_here(server: LittleServer, query: str, format_name: str, answer: str) -> None:
    assert answer in ask(remote(server), query, format_name)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1/> {} }",
        "INSERT DATA { <a> <b> <c> }",
        'DEFINE get:soft "replace" SELECT * { ?s ?p ?o }',
        'SELECT (<bif:http_get>("http://127.0.0.1/") AS ?x) {}',
        'SELECT (<\\u0062if:http_get>("http://127.0.0.1/") AS ?x) {}',
        'PREFIX b: <bif:> SELECT ?x { FILTER(false && b:http_get("http://127.0.0.1/")) }',
        'BASE <SQL:> SELECT ?x { ?x <sql:login> "dba" }',
        "ASK { FILTER <java:java.lang.System>() }",
        "ASK { FILTER (true || <http://example.org/function>(1)) }",
        "SELECT * { ?s ?p",
    ],
)
def test_what_is_refused_or_more_than_sparql_is_not_sent(server: LittleServer, query: str) -> None:
    with pytest.raises(QueryError):
        ask(remote(server), query)
    assert not server.asked


def test_casts_and_lists_are_sent(server: LittleServer) -> None:
    store = remote(server)
    assert ask(store, 'SELECT (xsd:integer("7") AS ?n) { FILTER NOT EXISTS { ?c owl:unionOf (1 2) } }') == "n\r\n7\r\n"
    assert ask(store, 'SELECT (<http://www.w3.org/2001/XMLSchema#integer>("7") AS ?n) {}') == "n\r\n7\r\n"


def test_the_row_of_virtuoso_is_an_answer_to_ask(server: LittleServer) -> None:
    row = b'{"r": {"type": "typed-literal", "value": "1", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}}'
    for rows, answer in ((row, "true\n"), (b"", "false\n")):
        server.says = 200, b'{"head": {"vars": ["r"]}, "results": {"bindings": [%s]}}' % rows, JSON
        assert ask(remote(server), "ASK {}") == answer


@pytest.mark.parametrize(
    ("says", "error", "message"),
    [
        ((200, b"<html>welcome", {"Content-Type": "text/html"}), StoreError, "answers in text/html, not in"),
        ((200, b'{"head": {}}', JSON), StoreError, "does not answer as SPARQL 1.1 has it"),
        ((200, b'{"head":{},"boolean":true}', JSON), StoreError, "true or false where rows are asked for"),
        ((200, b'{"head":{"vars":[]},"res', JSON | {"Content-Length": "900"}), StoreError, "broken off|as SPARQL 1.1"),
        ((206, b"", JSON), QueryTimeout, "gave up before it had the whole answer"),
        ((200, b"", JSON | {"X-SQL-State": "S1TAT"}), QueryTimeout, "gave up before it had the whole answer"),
        ((301, b"", {"Location": "http://127.0.0.1:1/"}), StoreError, r"has moved \(301\), and is not followed"),
        ((400, b"no\x1b[31m GROUP BY\nat line 1", TEXT), QueryError, r"does not take the query: no\[31m GROUP BY$"),
        ((400, b"<html>" + b"x" * 9999, {"Content-Type": "text/html"}), QueryError, "does not take the query$"),
        ((403, b"", TEXT), StoreError, r"does not let it ask \(403\).*CASUS_USER"),
        ((500, b"x" * 9999, TEXT), StoreError, r"has failed \(500\): x{200}$"),
        ((503, b"", TEXT), Busy, "busy; try again"),
        ((504, b"", TEXT), QueryTimeout, "took too long"),
    ],
)
def test_what_is_no_answer_is_told_in_a_line(
    server: LittleServer, says: tuple[int, bytes, dict[str, str]], error: type[Exception], message: str
) -> None:
    store = remote(server)
    server.says = says
    if "Content-Length" in says[2]:
        server.hangs_up = True
    with pytest.raises(error, match=message):
        ask(store, "SELECT * {}")
    server.says, server.hangs_up = None, False
    assert ask(store, "ASK {}") == "true\n", "the next query is answered"


def test_an_answer_may_have_hundreds_of_headers(server: LittleServer) -> None:
    headers = {f"X-SPARQL-default-graph-{number}": f"urn:graph:{number}" for number in range(600)}
    server.says = 200, b'{"head":{},"boolean":true}', JSON | headers
    assert ask(remote(server), "ASK {}") == "true\n"


def test_triples_that_break_off_are_no_answer(server: LittleServer) -> None:
    server.says = 200, b"<urn:a> <urn:b> <urn:c> .\n", {"Content-Type": "application/n-triples", "Content-Length": "99"}
    server.hangs_up = True
    with pytest.raises(StoreError, match="broken off in the middle"):
        ask(remote(server), "CONSTRUCT WHERE { ?s ?p ?o }", "nt")


def test_a_connection_is_used_again_and_made_anew_when_it_was_closed(server: LittleServer) -> None:
    store = remote(server)
    for _ in range(3):
        ask(store, "ASK {}")
        ask(store, "CONSTRUCT WHERE { ?s ?p ?o }", "nt")
    assert server.connections == 1
    server.failures = [0]
    assert ask(store, "ASK {}") == "true\n"
    assert server.connections == 2


def test_nobody_there(server: LittleServer) -> None:
    server.failures = [0, 0]
    with pytest.raises(StoreError, match="the store behind this server cannot be reached: ") as caught:
        ask(remote(server), "ASK {}")
    assert "127.0.0.1" not in str(caught.value), "where it is, is nobody's business"


@pytest.mark.parametrize(
    ("demands", "who"),
    [
        ("Basic", Credentials(USER, PASSWORD)),
        ("Digest", Credentials(USER, PASSWORD)),
        ("Bearer", Credentials(token=TOKEN)),
    ],
)
def test_whoever_may_ask_can(server: LittleServer, demands: str, who: Credentials) -> None:
    server.demands = demands
    store = remote(server, who)
    assert [ask(store, "ASK {}") for _ in range(2)] == ["true\n"] * 2
    assert sum(1 for _, _, given in server.seen if not given) == (demands != "Bearer")
    with pytest.raises(StoreError, match="does not let it ask"):
        ask(remote(server), "ASK {}")


@pytest.fixture
def pool(server: LittleServer) -> Iterator[Pool]:
    source = Source(remote=Remote(server.url, (STATES, TREATIES), (STATES, TREATIES)))
    limits = Limits(
        workers=1, query_seconds=2, queue=0, queue_seconds=0, long_queries=0, result_rows=2, result_bytes=400
    )
    with Pool(source, limits) as pool:
        yield pool


def test_workers_ask_with_the_same_limits(server: LittleServer, pool: Pool) -> None:
    def run(text: str, **options: object) -> str:
        return pool.run(QueryTask(text, FORMATS, **options)).read().decode()  # type: ignore[arg-type]

    assert run("SELECT ?o { <state/ARM> casus:memberOf ?o }", day=date(1999, 1, 1)).endswith("organization/CSTO\r\n")
    with pytest.raises(QueryTooLarge, match="more than 2 rows"):
        run("SELECT ?x { VALUES ?x { 1 2 3 } }")
    with pytest.raises(QueryTooLarge, match="more than 400 bytes"):
        run(f"SELECT ('{'x' * 500}' AS ?x) {{}}")
    with pytest.raises(QueryError, match="ends before"):
        run("SELECT ?x WHERE")
    with pytest.raises(StoreError, match="has failed"):
        server.says = 500, b"", {}
        run("ASK {}")


def test_a_store_that_takes_long_holds_nobody_up(server: LittleServer, pool: Pool) -> None:
    server.waits = threading.Event()
    task = QueryTask("ASK {}", FORMATS)
    with ThreadPoolExecutor(2) as threads:
        outcomes = [threads.submit(pool.run, task).exception() for _ in range(2)]
    assert all(isinstance(outcome, QueryTimeout | Busy) for outcome in outcomes)
    server.waits.set()
    assert pool.run(task).read() == b"true\n"
