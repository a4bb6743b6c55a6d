"""What strangers send to take the server down, to read what they should not or to make it call out.

Each attack gets a clear answer in bounded time, memory stays bounded, and the next ordinary query is served at once.
"""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from pathlib import Path

import pytest
from running import Server, running

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads memory and processes from /proc")

MIB = 1024 * 1024
#: Times are checked with room for a busy machine.
PROMPT = 2
SECONDS = 2
MEMORY = 200
SCRIPT = "<script>alert(1)</script>"
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
ORDINARY = "SELECT ?o { <http://example.org/s1> <http://example.org/p> ?o }"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of 3,000 triples with tight limits."""
    file = tmp_path_factory.mktemp("data") / "data.nt"
    triples = [f'<http://example.org/s{n}> <http://example.org/p> "{n}" .' for n in range(1500)]
    triples += [
        f"<http://example.org/s{n}> <http://example.org/q> <http://example.org/s{n + 1}> ." for n in range(1500)
    ]
    triples.append(f'<http://example.org/x> <http://example.org/label> "{SCRIPT}" .')
    file.write_text("\n".join(triples) + "\n", encoding="utf-8")
    settings = {"query_seconds": SECONDS, "query_memory": MEMORY, "long_after": 0.5, "workers": 2, "long_queries": 1}
    with running(file, result_rows=10_000, result_bytes=5 * MIB, body_seconds=2, **settings) as server:
        yield server


@pytest.fixture
def listener() -> Iterator[list[object]]:
    """Someone on loopback who would like to be called: the port, and then whoever has called."""
    called: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as ear:
        called.append(ear.getsockname()[1])

        def listen() -> None:
            while True:
                try:
                    connection, address = ear.accept()
                except OSError:
                    return
                called.append(address)
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield called


@pytest.fixture(autouse=True)
def unharmed(server: Server) -> Iterator[None]:
    """After each attack an ordinary query is served promptly, and memory is what it was."""
    before = server.memory()
    yield
    answer = server.ask(ORDINARY)
    assert (answer.status, answer.text) == (200, "o\r\n1\r\n")
    assert answer.seconds < PROMPT
    assert server.send("/health").status == 200
    assert "Traceback" not in server.log.read_text()
    # A killed worker shares its successor's memory only once that has been forked.
    assert server.memory() < before + (MEMORY + 100) * MIB


def doubling(times: int) -> str:
    binds = "".join(f"BIND (CONCAT(?v{n}, ?v{n}) AS ?v{n + 1}) " for n in range(times))
    return f"SELECT * {{ BIND ('0123456789' AS ?v0) {binds} }}"


COSTLY = {
    "cross product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "cross product, in order": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a",
    "cross product, distinct": "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "cross product as a graph": "CONSTRUCT { ?a ?e ?i } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "doubling": doubling(40),
    "long concatenation": "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?s) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "path over everything": "SELECT (COUNT(*) AS ?n) { ?a (!<http://example.org/x>)* ?b . ?c (<x>|!<y>)* ?d }",
    "comparison of all": "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (STR(?c) = CONCAT(STR(?f), STR(?i), 'no')) }",
    "too many rows": "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "too many triples": "CONSTRUCT { ?a ?e ?f } { ?a ?b ?c . ?d ?e ?f } LIMIT 20000",
    "too many bytes": "SELECT (REPEATED AS ?s) { ?a ?b ?c }".replace("REPEATED", f"CONCAT(STR(?a), '{'x' * 5000}')"),
}


@pytest.mark.parametrize("name", COSTLY)
def test_what_costs_too_much_is_stopped(server: Server, name: str) -> None:
    answer = server.ask(COSTLY[name])
    assert answer.status in (400, 503, 504)
    assert answer.text.count("\n") == 1
    assert any(word in answer.text for word in ("memory", "too long", "more than", "too many long queries"))
    assert answer.seconds < SECONDS + 5


NESTED = {
    "braces": "ASK " + "{" * 3000 + "}" * 3000,
    "unclosed braces": "ASK " + "{" * 50_000,
    "lists": "ASK { ?s ?p " + "(" * 409 + ")" * 409 + " }",
    "blank nodes": "ASK { ?s ?p " + "[<p>" * 2000 + "]" * 2000 + " }",
    "paths": "ASK { ?s " + "(" * 3000 + "<p>" + ")" * 3000 + " ?o }",
    "expressions": "ASK { FILTER (" + "(" * 3000 + "1" + ")" * 3000 + ") }",
    "negations": "ASK { FILTER (" + "!(" * 40 + "1" + ")" * 40 + ") }",
    "calls": "ASK { FILTER (" + "REGEX(" * 30 + "'a', 'b'" + ")" * 30 + ") }",
    "unions": "ASK { {} " + "UNION {} " * 10_000 + "}",
    "subqueries": "SELECT * { " * 500 + "}" * 500,
    "quoted triples": "ASK { " + "<< " * 500 + "?s ?p ?o" + " >>" * 500 + " ?p ?o }",
    "optionals": "ASK { " + "OPTIONAL { " * 500 + "}" * 500 + " }",
    "operators": "ASK { FILTER (" + "1 + " * 20_000 + "1 > 0) }",
    "length": "ASK {} #" + "x" * 200_000,
}


@pytest.mark.parametrize("name", NESTED)
def test_what_would_break_the_parser_is_refused(server: Server, name: str) -> None:
    answer = server.ask(NESTED[name])
    assert answer.status == 400
    assert answer.text.count("\n") == 1
    assert answer.seconds < PROMPT


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*)*=.*", "((a{1,100}){1,100}){1,100}", "(a?){30}a{30}"])
def test_a_regular_expression_does_not_blow_up(server: Server, pattern: str) -> None:
    answer = server.ask(f"SELECT (REGEX('{'a' * 40}!', '{pattern}') AS ?r) {{}}")
    assert answer.status == 200
    assert answer.seconds < PROMPT


SERVICES = [
    "ASK { SERVICE <URL> { ?s ?p ?o } }",
    "ASK { service <URL> { ?s ?p ?o } }",
    "ASK { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "ASK{SERVICE<URL>{?s ?p ?o}}",
    "ASK { SERVICE#<x>\n<URL>#{\n{ ?s ?p ?o } }",
    "ASK { # }\n SERVICE <URL> {} }",
    "ASK { SER\\u0056ICE <URL> {} }",
    "ASK { FILTER (1=1SERVICE<URL>{}) }",
    "ASK { ?s ?p 1SERVICE<URL>{} }",
    "ASK { ?s ?p trueSERVICE<URL>{} }",
    "PREFIX x: <URL> ASK { SERVICE x: {} }",
    "ASK { VALUES ?u { <URL> } SERVICE ?u {} }",
    "ASK { BIND (IRI('URL') AS ?u) SERVICE ?u {} }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE <URL> {} } } } }",
    "ASK { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "ASK { FILTER (?a<1) SERVICE <URL> { } #> \n }",
    "SELECT * FROM <URL> { ?s ?p ?o }",
    "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
    "PREFIX x: <URL> SELECT * FROM x: { ?s ?p ?o }",
    "LOAD <URL>",
    "LOAD SILENT <URL> INTO GRAPH <http://example.org/g>",
    "INSERT DATA { <a> <b> <c> }",
]


@pytest.mark.parametrize("query", SERVICES)
def test_nothing_makes_the_server_call_out(server: Server, listener: list[object], query: str) -> None:
    answer = server.ask(query.replace("URL", f"http://127.0.0.1:{listener[0]}/x"))
    assert answer.status == 400
    assert len(listener) == 1, "somebody has called"


def test_no_parameter_makes_the_server_call_out(server: Server, listener: list[object]) -> None:
    url = f"http://127.0.0.1:{listener[0]}/x"
    for name in ("default-graph-uri", "named-graph-uri"):
        assert server.ask("ASK {}", **{name: url}).status == 400
    assert server.send("/sparql", body=f"update=LOAD+%3C{url}%3E".encode()).status in (400, 405)
    assert len(listener) == 1, "somebody has called"


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_100_mb_is_refused(server: Server, chunked: bool) -> None:
    begin = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    piece = b"x" * MIB
    headers = {"Content-Type": "application/sparql-query"}
    headers |= {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(100 * MIB)}
    # The server may close the connection before it has read all that it will not use.
    with suppress(OSError):
        connection.request("POST", "/sparql", (piece for _ in range(100)), headers, encode_chunked=chunked)
    assert connection.getresponse().status == 413
    assert time.monotonic() - begin < SECONDS + 5
    connection.close()


def test_who_sends_slowly_keeps_nobody_waiting(server: Server) -> None:
    clients = [server.connect() for _ in range(120)]
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n"
    for number, client in enumerate(clients):
        client.sendall(head + (b"\r\nASK" if number % 2 else b""))
    assert server.ask(ORDINARY).seconds < PROMPT
    assert b" 408 " in clients[1].recv(100)
    for client in clients:
        client.close()


def test_who_reads_slowly_keeps_nobody_waiting(server: Server) -> None:
    query = f"SELECT (CONCAT(STR(?a), '{'x' * 1500}') AS ?s) {{ ?a ?b ?c }}".replace(" ", "%20").replace("?", "%3F")
    clients = [server.connect() for _ in range(30)]
    for client in clients:
        client.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode())
    assert clients[0].recv(12) == b"HTTP/1.1 200"
    assert server.ask(ORDINARY).seconds < PROMPT
    assert server.send("/metrics").status == 200
    for client in clients:
        client.close()


def test_many_long_queries_leave_room_for_short_ones(server: Server) -> None:
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(server.ask(COSTLY["comparison of all"]))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for _ in range(10):
        assert server.ask(ORDINARY).status == 200
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} <= {503, 504}
    refused = [answer for answer in answers if answer.status == 503]
    assert refused
    assert all("retry-after" in answer.headers for answer in refused)


def test_an_entity_bomb_is_not_opened(server: Server, tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">\n' for n in range(1, 12))
    bomb = f'<!DOCTYPE r [\n<!ENTITY a0 "boom">\n{entities}]>\n<r>&a11;</r>'
    headers = {"Content-Type": "application/rdf+xml"}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("POST", "/sparql", bomb.encode(), headers)
    assert connection.getresponse().status == 415
    connection.close()
    file = tmp_path / "bomb.rdf"
    file.write_text(bomb, encoding="utf-8")
    with pytest.raises(AssertionError, match=r"ParseError: .*bomb\.rdf:3: refused"), running(file):
        pass


def test_script_stays_text(server: Server) -> None:
    hostile = [
        "SELECT ?l { <http://example.org/x> <http://example.org/label> ?l }",
        f"SELECT ('{SCRIPT}' AS ?scriptªalertº) {{}}",
        "SELECT ?x { BIND (IRI('javascript:alert(1)') AS ?x) }",
        f"ASK {{}} # {SCRIPT}",
        f"ASK {{ {SCRIPT} }}",
        f"ASK {{ ?x <http://example.org/{SCRIPT}> ?y }}",
    ]
    for query in hostile:
        answer = server.ask(query, accept=BROWSER)
        assert answer.headers["content-type"].startswith("text/html")
        assert SCRIPT not in answer.text
        assert 'href="javascript:' not in answer.text
        assert query in unescape(answer.text)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    path = server.send("/" + SCRIPT.replace("/", "%2F").replace("<", "%3C"), accept=BROWSER)
    assert SCRIPT not in path.text
