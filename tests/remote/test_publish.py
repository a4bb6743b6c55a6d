"""Publishing: what arrives in another store, who may write there, and what happens when it fails."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from graph_store_server import PASSWORD, TOKEN, USER, little_server
from products import virtuoso
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from shipped import DERIVED_GRAPH, GENERATED, GRAPH, ID, INFERRED_GRAPH, MERGED_GRAPH

from kg.build.build_parts import all_parts
from kg.build.store import Build, BuildInfo
from kg.build.writing import write_build, write_info
from kg.day import read_day
from kg.errors import BadInput, PublishError
from kg.project import open_project
from kg.remote.credentials import Credentials, credentials_of
from kg.remote.endpoint import Endpoint
from kg.remote.graph_store import GraphStore, query_url_of
from kg.remote.publish import graphs_of, parts, publish
from kg.remote.query import RemoteStore
from kg.terms import CASUS

SOME = f"""
_:c1 <urn:p> <urn:a> <{GRAPH}ontology/a.ttl> .
<urn:a> <urn:p> "é, \\"quoted\\"\\n"@en <{GRAPH}ontology/a.ttl> .
<urn:a> <urn:p> <urn:b> <{GRAPH}graph/b.ttl> .
"""
SOME_INFERRED = f"_:c1 <urn:q> <urn:a> <{INFERRED_GRAPH}> ."


def quads(text: str) -> list[Quad]:
    return list(parse(text, format=RdfFormat.N_QUADS))


@pytest.fixture
def small(tmp_path: Path) -> Build:
    """A build of two files, where something is inferred of a blank node."""
    inferred, derived = quads(SOME_INFERRED), quads("<urn:d> <urn:p> <urn:a> .")
    rest = ([quad.triple for quad in part] for part in (inferred, derived))
    write_build(tmp_path, all_parts(open_project().names, quads(SOME), *rest))
    write_info(tmp_path, BuildInfo(3, 1, 1, 0, {}), open_project().identity, ())
    return Build(tmp_path)


def client(url: str, **options: object) -> GraphStore:
    return GraphStore(url, first_wait=0.01, **options)  # type: ignore[arg-type]


WRITER = Credentials(USER, PASSWORD)


def test_every_graph_arrives_under_its_name(small: Build) -> None:
    with little_server() as server:
        done = publish(small, client(server.url))
        assert done.graphs == {
            f"{GRAPH}ontology/a.ttl": 2, f"{GRAPH}graph/b.ttl": 1, INFERRED_GRAPH: 1, DERIVED_GRAPH: 1
        }  # fmt: skip
        assert {name: server.triples(name) for name in done.graphs} == done.graphs
        assert server.store.query(f'ASK {{ GRAPH <{GRAPH}ontology/a.ttl> {{ ?s ?p "é, \\"quoted\\"\\n"@en }} }}')


def test_a_blank_node_stays_the_same_in_all_graphs(small: Build) -> None:
    """Sent graph by graph, it would be another one in each."""
    with little_server() as server:
        publish(small, client(server.url))
        joined = server.store.query("SELECT ?x { GRAPH ?a { ?x <urn:p> <urn:a> } GRAPH ?b { ?x <urn:q> <urn:a> } }")
        assert [row["x"].value for row in joined] == [f"{GENERATED}c1"]


def test_publishing_again_replaces_the_graphs(small: Build) -> None:
    with little_server() as server:
        publish(small, client(server.url))
        server.store.add(Quad(NamedNode("urn:old"), NamedNode("urn:p"), NamedNode("urn:b"), NamedNode(INFERRED_GRAPH)))
        publish(small, client(server.url))
        assert server.triples(INFERRED_GRAPH) == 1


def test_other_graphs_are_told_and_removed_only_on_request(small: Build) -> None:
    gone, foreign = NamedNode(f"{GRAPH}graph/gone.ttl"), NamedNode("urn:foreign")
    with little_server() as server:
        for graph in (gone, foreign):
            server.store.add(Quad(NamedNode("urn:a"), NamedNode("urn:p"), NamedNode("urn:b"), graph))
        told = publish(small, client(server.url))
        assert (told.others, told.removed, server.triples(gone.value)) == ({gone.value: 1}, False, 1)
        assert publish(small, client(server.url), prune=True).removed
        assert (server.triples(gone.value), server.triples(foreign.value)) == (0, 1)


def test_the_merge_has_each_triple_once_and_does_not_outlive_its_graphs(small: Build) -> None:
    with little_server() as server:
        done = publish(small, client(server.url), merged=True)
        merged = list(server.store.quads_for_pattern(None, None, None, NamedNode(MERGED_GRAPH)))
        others = (quad for quad in server.store if quad.graph_name.value != MERGED_GRAPH)
        assert {quad.triple for quad in merged} == {quad.triple for quad in others}
        assert done.graphs[MERGED_GRAPH] == len(merged) == 5
        again = publish(small, client(server.url))
        assert (server.triples(MERGED_GRAPH), again.others) == (0, {})


def test_days_are_graphs_of_their_own(little: Build) -> None:
    with little_server() as server:
        done = publish(little, client(server.url), days=[read_day("2010-01-01"), read_day("2020-01-01")])
        days = [name for name in done.graphs if name.startswith(f"{GRAPH}as-of/")]
        assert days == [f"{GRAPH}as-of/2010-01-01", f"{GRAPH}as-of/2020-01-01"]
        parties = "SELECT ?g { GRAPH ?g { <%s> <%spartyTo> <%s> } }"
        left = parties % (f"{ID}state/B", CASUS.iri, f"{ID}treaty/PACT")
        assert [row["g"].value for row in server.store.query(left)] == days[:1]


def test_a_large_graph_is_sent_in_parts() -> None:
    triples = graphs_of(quads(SOME), open_project().names)[f"{GRAPH}ontology/a.ttl"]
    sent = list(parts(triples, size=1))
    assert len(sent) == 2
    assert [quad.triple for part in sent for quad in parse(part, format=RdfFormat.TURTLE)] == triples
    assert list(parts([])) == [b""]


@pytest.mark.parametrize(
    ("demands", "who"),
    [("Basic", WRITER), ("Digest", WRITER), ("Bearer", Credentials(token=TOKEN))],
)
def test_whoever_may_write_can(small: Build, demands: str, who: Credentials) -> None:
    with little_server(demands=demands) as server:
        assert publish(small, client(server.url, credentials=who)).graphs
        refused = sum(1 for _, _, given in server.seen if not given)
        assert refused == (0 if demands == "Bearer" else 1), "it is asked once, before there is much to send"


@pytest.mark.parametrize("demands", ["Basic", "Digest", "Bearer"])
def test_whoever_may_not_is_told_what_to_set(small: Build, demands: str) -> None:
    with little_server(demands=demands) as server:
        with pytest.raises(PublishError, match=r"401.*set CASUS_USER and CASUS_PASSWORD, or CASUS_TOKEN"):
            publish(small, client(server.url))
        with pytest.raises(PublishError, match=r"401.*these credentials may not write there"):
            publish(small, client(server.url, credentials=Credentials("x", "y")))
        assert not len(server.store)


def test_a_password_is_not_sent_unasked(small: Build) -> None:
    with little_server() as server:
        publish(small, client(server.url, credentials=WRITER))
        assert {given for _, _, given in server.seen} == {""}


def test_a_failing_server_is_asked_again_after_longer_and_longer(small: Build) -> None:
    waits: list[float] = []
    with little_server(failures=[503, 0, 500]) as server:
        publish(small, client(server.url, sleep=waits.append))
    assert waits == [0.01, 0.02, 0.04]


def test_a_server_that_keeps_failing_is_given_up(small: Build) -> None:
    with little_server(failures=[502] * 9) as server:
        with pytest.raises(PublishError, match=r"POST http.*: 502 Bad Gateway: not now, 5 times"):
            publish(small, client(server.url))
        assert len(server.seen) == 5


def test_what_the_server_refuses_is_not_sent_again(small: Build) -> None:
    with little_server(failures=[415]) as server:
        with pytest.raises(PublishError, match="415 Unsupported Media Type: not now"):
            publish(small, client(server.url))
        assert len(server.seen) == 1


def test_nobody_there(small: Build) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/graphs"
        with pytest.raises(PublishError, match=r"refused, 2 times"):
            publish(small, client(url, attempts=2))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_another_address_is_not_gone_to(small: Build, status: int) -> None:
    with little_server(failures=[status]) as server:
        with pytest.raises(PublishError, match="it is at /elsewhere, which was not followed"):
            publish(small, client(server.url))
        assert len(server.seen) == 1


def test_a_store_that_lost_something_is_found_out(small: Build) -> None:
    with (
        little_server(forgets=True) as server,
        pytest.raises(PublishError, match=r"<.*derived> has 0 triples in the store, not the 1 .*3 more graphs differ"),
    ):
        publish(small, client(server.url))


def test_credentials_come_from_the_environment() -> None:
    assert credentials_of({}) is None
    assert credentials_of({"CASUS_USER": "a", "CASUS_PASSWORD": "b"}) == Credentials("a", "b")
    assert credentials_of({"CASUS_TOKEN": "c"}) == Credentials(token="c")
    assert "b" not in repr(Credentials("a", "b")).replace("Credentials", "")


@pytest.mark.parametrize(
    "environment",
    [{"CASUS_USER": "a"}, {"CASUS_PASSWORD": "b"}, {"CASUS_USER": "a", "CASUS_PASSWORD": "b", "CASUS_TOKEN": "c"}],
)
def test_half_or_double_credentials_are_refused(environment: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        credentials_of(environment)


@pytest.mark.parametrize(
    "url", ["ftp://example.org/", "example.org", "http://", "http://a:b@example.org/", "http://[", "http://x:99999999"]
)
def test_addresses_that_cannot_be_used(url: str) -> None:
    with pytest.raises(BadInput):
        GraphStore(url)


@pytest.mark.parametrize(
    ("url", "query_url"),
    [
        ("http://h:8890/sparql-graph-crud-auth", "http://h:8890/sparql"),
        ("http://h:7200/repositories/casus/rdf-graphs/service", "http://h:7200/repositories/casus"),
        ("http://h:3030/casus/data", "http://h:3030/casus/query"),
        ("http://h:7878/store", "http://h:7878/query"),
        ("http://h/graphs", "http://h/graphs"),
    ],
)
def test_where_products_answer_sparql(url: str, query_url: str) -> None:
    assert query_url_of(url) == query_url


def statements_of(build: Build) -> set[Quad]:
    return {*build.asserted(), *build.inferred(), *build.derived(), *build.metadata()}


def test_the_command(kg: Callable, shipped: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASUS_USER", USER)
    monkeypatch.setenv("CASUS_PASSWORD", PASSWORD)
    with little_server(demands="Digest") as server:
        result = kg("publish", server.url)
        assert result.exit_code == 0, result.stderr
        assert len(result.stdout.splitlines()) == 1
        numbers = [int(word) for word in result.stdout.split() if word.isdecimal()]
        assert (
            numbers[1]
            == len({*shipped.asserted(), *shipped.inferred(), *shipped.derived(), *shipped.metadata()})
            == len(server.store)
        )
        assert server.methods().count("PUT") == numbers[0]


def test_the_command_fails_in_one_line(kg: Callable, shipped: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CASUS_USER", "CASUS_PASSWORD", "CASUS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with little_server(demands="Basic") as server:
        result = kg("publish", server.url)
    assert result.exit_code == 5
    assert "401" in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr


@pytest.mark.slow
def test_a_real_virtuoso(tmp_path: Path, shipped: Build, small: Build) -> None:
    """Its own user by digest, the whole graph, no triple lost; then another build in its place."""
    (tmp_path / "virtuoso").mkdir()
    with virtuoso(tmp_path / "virtuoso") as product:
        url, dba = product.url, Credentials(product.user, product.password)
        with pytest.raises(PublishError, match="401"):
            publish(small, client(url, credentials=Credentials("dba", "wrong")))
        done = publish(shipped, client(url, credentials=dba))
        assert sum(done.graphs.values()) == len(
            {*shipped.asserted(), *shipped.inferred(), *shipped.derived(), *shipped.metadata()}
        )
        assert not done.others
        again = publish(small, client(url, credentials=dba))
        assert again.graphs[DERIVED_GRAPH] == 1
        assert set(again.others) == set(done.graphs) - set(again.graphs)
        names = sorted({*done.graphs, *(f"urn:graph:{number}" for number in range(300))})
        everywhere = RemoteStore(Endpoint(product.query_url), names, names)  # each comes back in two headers
        assert everywhere.run("ASK { ?s ?p ?o }").kind == "boolean"
        everywhere.run("ASK { ?s ?p ?o }").write("csv", io.BytesIO())
        remote = RemoteStore(Endpoint(product.query_url), again.graphs, again.graphs)
        for query, answer in (
            # its own and the other build's graphs are not asked
            ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "n\r\n5\r\n"),
            ("SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }", "n\r\n4\r\n"),
            (f"SELECT ?g FROM <{DERIVED_GRAPH}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", "g\r\n"),
            (f"ASK {{ GRAPH <{DERIVED_GRAPH}> {{ ?s ?p ?o }} }}", "true\n"),
            ("ASK { GRAPH <http://www.openlinksw.com/schemas/virtrdf#> { ?s ?p ?o } }", "false\n"),
            ("CONSTRUCT WHERE { ?s <urn:q> ?o }", "_:c1 <urn:q> <urn:a> .\n"),
        ):
            out = io.BytesIO()
            remote.run(query).write("nt" if query.startswith("CONSTRUCT") else "csv", out)
            assert out.getvalue().decode() == answer
