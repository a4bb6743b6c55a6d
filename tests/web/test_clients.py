"""The clients that people of this field have, against a running server: what they send by themselves is understood.

SPARQLWrapper and rdflib are Python. Comunica and Jena's rsparql are tried where they are installed in the folder that
--clients names, as .ci/run does it from what tests/web/clients says.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from running import Server, running
from shipped import ID
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper import RDF as ANY_RDF
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from kg.terms import CASUS

DATA = """
PREFIX casus: <https://w3id.org/casus/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
BASE <https://w3id.org/casus/id/>
<state/ARM> a casus:State ; rdfs:label "Armenia"@en , "Армения"@ru .
<state/KAZ> a casus:State ; rdfs:label "Kazakhstan"@en , "Казахстан"@ru .
GRAPH <urn:graph> { <treaty/CST> a casus:Treaty ; casus:party <state/ARM> , <state/KAZ> . }
"""
STATE, ARMENIA = URIRef(CASUS.State.value), URIRef(f"{ID}state/ARM")
SELECT = f"SELECT ?state {{ ?state a <{STATE}> }} ORDER BY ?state"
STATES = [f"{ID}state/ARM", f"{ID}state/KAZ"]
CONSTRUCT = f"CONSTRUCT WHERE {{ ?state a <{STATE}> }}"
DESCRIBE = f"DESCRIBE <{ARMENIA}>"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    file = tmp_path_factory.mktemp("clients") / "data.trig"
    file.write_text(DATA, encoding="utf-8")
    with running(file) as server:
        yield server


@pytest.fixture(scope="module")
def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}/sparql"


def wrapper(url: str, query: str, form: str | None = None) -> SPARQLWrapper:
    client = SPARQLWrapper(url)
    client.setQuery(query)
    if form is not None:
        client.setReturnFormat(form)
    return client


@pytest.mark.parametrize("form", [None, RDFXML, XML, ANY_RDF, JSONLD, N3, TURTLE])
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE], ids=["construct", "describe"])
def test_sparqlwrapper_gets_graphs_in_each_form(url: str, query: str, form: str | None) -> None:
    found = wrapper(url, query, form).query().convert()
    if isinstance(found, bytes):  # which it leaves to be parsed
        found = Graph().parse(data=found.decode(), format="turtle")
    assert (ARMENIA, RDF.type, STATE) in found


@pytest.mark.parametrize("form", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_gets_rows_in_each_form(url: str, form: str) -> None:
    found = wrapper(url, SELECT, form).query().convert()
    if form == JSON:
        assert [row["state"]["value"] for row in found["results"]["bindings"]] == STATES
    else:
        text = found.toxml() if form == XML else found.decode()
        assert all(state in text for state in STATES)


@pytest.mark.parametrize("form", [JSON, XML])
def test_sparqlwrapper_gets_true_or_false(url: str, form: str) -> None:
    found = wrapper(url, f"ASK {{ <{ARMENIA}> a <{STATE}> }}", form).query().convert()
    assert (found["boolean"] is True) if form == JSON else ("<boolean>true</boolean>" in found.toxml())


@pytest.mark.parametrize(("method", "way"), [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)])
def test_sparqlwrapper_asks_in_each_way(url: str, method: str, way: str) -> None:
    client = wrapper(url, "SELECT ?x { GRAPH ?g { ?x a ?c } }", JSON)
    client.setMethod(method)
    client.setRequestMethod(way)
    client.addParameter("named-graph-uri", "urn:graph")
    assert [row["x"]["value"] for row in client.queryAndConvert()["results"]["bindings"]] == [f"{ID}treaty/CST"]
    client.addDefaultGraph("urn:other")  # one that is not there is empty
    assert len(client.queryAndConvert()["results"]["bindings"]) == 1


def test_sparqlwrapper_hears_what_is_wrong(url: str) -> None:
    with pytest.raises(QueryBadFormed, match="line 1, column 18: unexpected '}'"):
        wrapper(url, "SELECT * { ?s ?p }", JSON).query()


@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_reads_the_endpoint_as_a_graph(url: str, form: str, method: str) -> None:
    graph = Graph(SPARQLStore(url, method=method, returnFormat=form))
    assert [str(row.state) for row in graph.query(SELECT)] == STATES
    if form in ("csv", "tsv"):
        return  # it asks by ASK whether a triple is there, and reads no answer to that in these
    assert (ARMENIA, RDF.type, STATE) in graph
    assert set(graph.subjects(RDF.type, STATE)) == set(map(URIRef, STATES))
    assert Literal("Армения", lang="ru") in set(graph.objects(ARMENIA, RDFS.label))


def test_rdflib_reads_graphs_of_the_endpoint(url: str) -> None:
    graph = Graph(SPARQLStore(url))
    assert (ARMENIA, RDF.type, STATE) in graph.query(CONSTRUCT).graph
    assert graph.query(f"ASK {{ <{ARMENIA}> a <{STATE}> }}").askAnswer


def test_rdflib_follows_an_iri_to_its_document(server: Server) -> None:
    graph = Graph().parse(f"http://127.0.0.1:{server.port}/id/state/ARM")
    assert (ARMENIA, RDF.type, STATE) in graph


@pytest.fixture(scope="module")
def clients(pytestconfig: pytest.Config) -> Path:
    folder: Path | None = pytestconfig.getoption("--clients")
    if folder is None:
        pytest.skip("clients in other languages are not here: --clients FOLDER names where they are")
    return folder.resolve()


@pytest.fixture(scope="module")
def comunica(clients: Path) -> Callable[..., list[Any]]:
    """Ask with Comunica."""
    node, modules = shutil.which("node"), clients / "node_modules"
    if node is None or not (modules / "@comunica" / "query-sparql").is_dir():
        pytest.skip(f"Comunica is not in {clients}, or there is no node")
    script = Path(__file__).parent / "clients" / "ask.js"

    def ask(query: str, *sources: dict[str, str]) -> list[Any]:
        done = subprocess.run(
            [node, str(script), query, *map(json.dumps, sources)],
            env=os.environ | {"NODE_PATH": str(modules)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return ask


def test_comunica_asks_the_endpoint(comunica: Callable[..., list[Any]], url: str) -> None:
    endpoint = {"type": "sparql", "value": url}
    assert [row["state"] for row in comunica(SELECT, endpoint)] == STATES
    assert comunica(f"ASK {{ <{ARMENIA}> a <{STATE}> }}", endpoint) == [True]
    assert {row["subject"] for row in comunica(CONSTRUCT, endpoint)} == set(STATES)


def test_comunica_finds_out_what_a_source_is_and_joins_it_with_another(
    comunica: Callable[..., list[Any]], server: Server, url: str
) -> None:
    document = {"value": f"http://127.0.0.1:{server.port}/doc/id/state/ARM"}
    query = f"SELECT DISTINCT ?party {{ ?treaty <{CASUS.party.value}> ?party . ?party a <{STATE}> }}"
    assert {row["party"] for row in comunica(query, {"value": url})} == set(STATES)
    assert {row["o"] for row in comunica(f"SELECT ?o {{ <{ARMENIA}> a ?o }}", document)} == {str(STATE)}
    assert {row["party"] for row in comunica(query, document, {"type": "sparql", "value": url})} == set(STATES)


@pytest.fixture(scope="module")
def rsparql(clients: Path, url: str) -> Callable[..., str]:
    """Ask with Jena's rsparql."""
    java, jars = shutil.which("java"), clients / "jena"
    if java is None or not list(jars.glob("jena-cmds-*.jar")):
        pytest.skip(f"Jena is not in {jars}, or there is no Java")

    def ask(query: str, form: str) -> str:
        command = [java, "-cp", f"{jars}/*", "arq.rsparql", "--service", url, "--results", form, query]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return ask


@pytest.mark.parametrize("form", ["CSV", "TSV", "JSON", "XML", "text"])
def test_rsparql_gets_rows(rsparql: Callable[..., str], form: str) -> None:
    text = rsparql(SELECT, form)
    assert all(state in text for state in STATES)


def test_rsparql_gets_graphs_and_true_or_false(rsparql: Callable[..., str]) -> None:
    assert (ARMENIA, RDF.type, STATE) in Graph().parse(data=rsparql(CONSTRUCT, "TTL"), format="turtle")
    assert (ARMENIA, RDF.type, STATE) in Graph().parse(data=rsparql(DESCRIBE, "NT"), format="nt")
    assert "true" in rsparql(f"ASK {{ <{ARMENIA}> a <{STATE}> }}", "JSON")
