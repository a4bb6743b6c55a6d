"""`kg serve --store`: the same pages and answers, out of another store."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from graph_store_server import LittleServer, little_server
from processes import free_port
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from shipped import GRAPH, INFERRED_GRAPH, MERGED_GRAPH

from kg.build.build_parts import all_parts
from kg.build.store import Build, BuildInfo
from kg.build.writing import write_build, write_info
from kg.day import read_day
from kg.errors import StoreError
from kg.pool.limits import Limits
from kg.pool.source import Source
from kg.pool.task import QueryTask
from kg.project import open_project
from kg.remote.graph_store import GraphStore
from kg.remote.publish import publish
from kg.web.app import app_of
from kg.web.client import READABLE
from kg.web.host import HostConfig
from kg.web.site import Site

DAY = "1990-01-01"
MEMBERS = "SELECT (COUNT(*) AS ?n) { ?s casus:memberOf organization:NATO }"


@pytest.fixture(scope="module")
def server(shipped: Build) -> Iterator[LittleServer]:
    """A store that the shipped project was published to, with its merge and one day."""
    with little_server() as server:
        publish(shipped, GraphStore(server.url), days=[read_day(DAY)], merged=True)
        yield server


def host_config(build: Build, url: str) -> HostConfig:
    return HostConfig(Source(build), Limits(workers=1), (), Site(), url=url)


@pytest.fixture(scope="module")
def there(shipped: Build, server: LittleServer) -> Iterator[FlaskClient]:
    """A client of an application that answers from that store."""
    service, workforce = host_config(shipped, server.url).employ()
    with workforce:
        yield app_of(service).test_client()


@pytest.mark.parametrize(
    "path",
    [
        "/id/state/ARM",
        "/doc/id/state/ARM.html",
        "/doc/id/treaty/CST.html",
        "/doc/id/state/ARM.ttl",
        "/doc/graph/graph/states.ttl.html",
        "/graphs?graph=https://w3id.org/casus/graph/graph/states.ttl",
        "/graphs?graph=https://w3id.org/casus/graph/nothing",
        "/doc/id/nothing",
        "/dataset.ttl",
        "/ontology/",
        f"/sparql?{urlencode({'query': 'DESCRIBE <state/ARM>'})}",
        f"/sparql?{urlencode({'query': 'SELECT ?o { ?o a casus:Organization } ORDER BY ?o', 'format': 'xml'})}",
        f"/sparql?{urlencode({'query': 'SELECT DISTINCT ?g { GRAPH ?g { ?s a ?c } } ORDER BY ?g'})}",
        f"/sparql?{urlencode({'query': 'SELECT ?x'})}",
        f"/sparql?{urlencode({'query': 'ASK { SERVICE <urn:x> {} }'})}",
    ],
)
def test_pages_and_answers_are_those_of_a_store_of_its_own(world: FlaskClient, there: FlaskClient, path: str) -> None:
    here, elsewhere = (client.get(path) for client in (world, there))
    assert (elsewhere.status_code, elsewhere.mimetype) == (here.status_code, here.mimetype)
    assert elsewhere.text == here.text


def test_a_day_that_was_published_and_one_that_was_not(there: FlaskClient) -> None:
    answer = there.get("/sparql", query_string={"query": MEMBERS, "as-of": DAY, "format": "csv"})
    assert answer.text == "n\r\n16\r\n"
    assert there.get("/sparql", query_string={"query": MEMBERS, "format": "csv"}).text == "n\r\n0\r\n"
    answer = there.get("/sparql", query_string={"query": MEMBERS, "as-of": "1990-01-02"})
    assert (answer.status_code, answer.text.rpartition(": ")[2]) == (400, "kg publish --as-of 1990-01-02\n")


def test_answers_grow_old_because_nobody_tells_of_a_change(there: FlaskClient) -> None:
    answer = there.get("/sparql?query=ASK{}")
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert there.get("/sparql?query=ASK{}", headers={"If-None-Match": 'W/"", ""'}).status_code == 200
    assert (
        there.get(f"/sparql?{urlencode({'query': 'SELECT (NOW() AS ?n) {}'})}").headers["Cache-Control"] == "no-store"
    )


def test_what_a_store_says_when_it_fails_is_no_page_of_ours(server: LittleServer, there: FlaskClient) -> None:
    server.says = 500, b"<script>alert(1)</script>", {"Content-Type": "text/plain"}
    try:
        answer = there.get("/sparql?query=ASK{}", headers={"Accept": "text/html"})
    finally:
        server.says = None
    assert (answer.status_code, "<script>" in answer.text, "alert(1)" in answer.text) == (502, False, True)


@pytest.fixture
def small(tmp_path: Path) -> Build:
    """A build of two graphs."""
    quads = parse(f"<urn:a> <urn:p> <urn:b> <{GRAPH}graph/a.ttl> .", RdfFormat.N_QUADS)
    identity, inferred = open_project().identity, Triple(NamedNode("urn:b"), NamedNode("urn:p"), NamedNode("urn:c"))
    write_build(tmp_path, all_parts(identity.names, quads, [inferred]))
    write_info(tmp_path, BuildInfo(1, 1, 0, 0, {}), identity, ())
    return Build(tmp_path)


def test_it_is_ready_as_long_as_the_store_has_what_is_served(small: Build) -> None:
    with little_server() as server:
        publish(small, GraphStore(server.url), merged=True)
        with host_config(small, server.url).pool() as pool:
            assert pool.ready
            server.store.remove_graph(NamedNode(MERGED_GRAPH))
            deadline = time.monotonic() + 30
            while pool.ready:  # what is known is believed for some seconds
                assert time.monotonic() < deadline
                time.sleep(0.1)


def test_graphs_that_are_not_there_are_told_before_anything_is_served(small: Build) -> None:
    with little_server() as server:
        publish(small, GraphStore(server.url))
        server.store.remove_graph(NamedNode(INFERRED_GRAPH))
        with pytest.raises(
            StoreError, match=rf"lacks 1 of the 2 graphs .*<{INFERRED_GRAPH}>; kg publish puts them there"
        ):
            host_config(small, server.url).pool()


def test_without_the_merge_the_graphs_are_merged_for_each_query(small: Build) -> None:
    graphs = [f"{GRAPH}graph/a.ttl", INFERRED_GRAPH]
    with little_server() as server:
        for merged, asked in ((False, graphs), (True, [MERGED_GRAPH])):
            publish(small, GraphStore(server.url), merged=merged)
            with host_config(small, server.url).pool() as pool:
                assert pool.run(QueryTask("ASK { <urn:a> <urn:p>/<urn:p> <urn:c> }", READABLE)).read()
            assert server.asked[-1]["default-graph-uri"] == asked
            assert server.asked[-1]["named-graph-uri"] == graphs


def test_the_command(kg: Callable, shipped: Build, server: LittleServer, tmp_path: Path) -> None:
    """It starts, answers, takes in a change and stops; what it says when it cannot start is a line."""
    port, log = free_port(), tmp_path / "log"
    program = f"import sys; sys.path[:] = {sys.path!r}; from kg.cli import main; main()"

    def command(url: str) -> subprocess.Popen[bytes]:
        arguments = [sys.executable, "-c", program, "serve", "--store", url, "--port", str(port)]
        return subprocess.Popen(arguments, stderr=log.open("wb"))

    def wait_for(text: str) -> None:
        deadline = time.monotonic() + 120
        while text not in log.read_text():
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)

    process = command(server.url)
    try:
        wait_for("Serving at")
        url = f"http://127.0.0.1:{port}/sparql?{urlencode({'query': MEMBERS, 'as-of': DAY, 'format': 'csv'})}"
        with urllib.request.urlopen(url, timeout=20) as answer:
            assert answer.read() == b"n\r\n16\r\n"
        process.send_signal(signal.SIGHUP)
        wait_for("reloaded")
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    process = command(f"http://127.0.0.1:{free_port()}/")
    assert process.wait(120) == 5
    assert "cannot be reached: connection refused" in log.read_text().splitlines()[-1]
    assert kg("serve", "--store", "http://127.0.0.1/", "data.ttl").exit_code == 2
