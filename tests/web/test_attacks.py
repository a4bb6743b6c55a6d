"""What strangers send to take the server down, to read what they should not or to make it call out.

Each attack gets a clear answer, memory stays bounded, and the next ordinary query is served: before the clients of
these tests lose patience, which is after 20 seconds.
"""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest
from attacks import COSTLY, NESTED, PATTERNS, SERVICES, read_slowly, send_much, send_slowly
from running import Server, running

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads memory and processes from /proc")

MIB = 1024 * 1024
SECONDS = 2
MEMORY = 200
FORM = "application/x-www-form-urlencoded"
SCRIPT = "<script>alert(1)</script>"
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
ORDINARY = "SELECT ?o { <http://example.org/s1> <http://example.org/p> ?o }"
#: Its answer is longer than what the system takes in for a client that does not read.
LARGE = f"SELECT (CONCAT(STR(?a), '{'x' * 1500}') AS ?s) {{ ?a ?b ?c }}"


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


@pytest.fixture(autouse=True)
def unharmed(server: Server) -> Iterator[None]:
    """After each attack an ordinary query is served, and memory is what it was."""
    before = server.memory()
    yield
    answer = server.ask(ORDINARY)
    assert (answer.status, answer.text) == (200, "o\r\n1\r\n")
    assert server.send("/health").status == 200
    assert "Traceback" not in server.log.read_text()
    # A killed worker shares its successor's memory only once that has been forked.
    assert server.memory() < before + (MEMORY + 100) * MIB


@pytest.mark.parametrize("name", COSTLY)
def test_what_costs_too_much_is_stopped(server: Server, name: str) -> None:
    answer = server.ask(COSTLY[name])
    assert answer.status in (400, 503, 504)
    assert answer.text.count("\n") == 1
    assert any(word in answer.text for word in ("memory", "too long", "more than", "too many long queries"))


@pytest.mark.parametrize("name", NESTED)
def test_what_would_break_the_parser_is_refused(server: Server, name: str) -> None:
    answer = server.ask(NESTED[name])
    assert answer.status == 400
    assert answer.text.count("\n") == 1


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_regular_expression_does_not_blow_up(server: Server, pattern: str) -> None:
    answer = server.ask(f"SELECT (REGEX('{'a' * 40}!', '{pattern}') AS ?r) {{}}")
    assert answer.status == 200


@pytest.mark.parametrize("query", SERVICES)
def test_nothing_makes_the_server_call_out(server: Server, listener: list[object], query: str) -> None:
    answer = server.ask(query.replace("URL", f"http://127.0.0.1:{listener[0]}/x"))
    # A graph that is not there is empty.
    assert answer.status == (200 if "FROM" in query else 400)
    assert len(listener) == 1, "somebody has called"


def test_no_parameter_makes_the_server_call_out(server: Server, listener: list[object]) -> None:
    url = f"http://127.0.0.1:{listener[0]}/x"
    for name in ("default-graph-uri", "named-graph-uri"):
        assert server.ask("ASK {}", **{name: url}).status == 200
    assert server.send("/sparql", body=f"update=LOAD+%3C{url}%3E".encode()).status in (400, 405)
    assert len(listener) == 1, "somebody has called"


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_100_mb_is_refused(server: Server, chunked: bool) -> None:
    assert send_much(server.port, 100, chunked=chunked) == 413


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", [2 * MIB, 30 * MIB])
def test_who_sends_all_before_reading_learns_that_it_is_too_much(server: Server, size: int, chunked: bool) -> None:
    body = b"query=" + b"x" * size
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    client.request("POST", "/sparql", iter([body]) if chunked else body, {"Content-Type": FORM})
    answer = client.getresponse()
    assert (answer.status, answer.read().count(b"\n")) == (413, 1)
    client.close()


LISTS = {
    "Accept": "*/*;q=0.1," + ",".join(f"a{number}/b;q=0.{number % 9 + 1}" for number in range(12_000)),
    "Accept-Encoding": ",".join(f"x{number};q=0.5" for number in range(15_000)),
    "Accept-Language": ",".join(f"x-{number};q=0.5" for number in range(15_000)),
    "If-None-Match": "W/" * 150_000,
    "Cookie": "a=b;" * 70_000,
    "X-Forwarded-For": "1.2.3.4," * 30_000,
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/health", "/no/such/page"])
def test_long_headers_are_refused_and_long_lists_cost_little(server: Server, name: str, path: str) -> None:
    for value, status in ((LISTS[name], 431), (LISTS[name][:12_000], {"/no/such/page": 404}.get(path, 200))):
        client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        client.request("GET", path, headers={name: value})
        answer = client.getresponse()
        assert (answer.status, answer.read().count(b"\n") <= 1) == (status, True), answer.msg
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        client.close()


def test_many_headers_are_refused_too(server: Server) -> None:
    with server.connect() as client:
        client.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\n" + b"A: 1234567890\r\n" * 5000 + b"\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 431 ")


def test_who_sends_slowly_keeps_nobody_waiting(server: Server) -> None:
    clients = [send_slowly(server.port, headers=number % 2 == 1) for number in range(120)]
    assert server.ask(ORDINARY).status == 200
    assert b" 408 " in clients[1].recv(100)
    for client in clients:
        client.close()


def test_who_reads_slowly_keeps_nobody_waiting(server: Server) -> None:
    clients = [read_slowly(server.port, LARGE) for _ in range(30)]
    assert clients[0].recv(12) == b"HTTP/1.1 200"
    assert server.ask(ORDINARY).status == 200
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
    with pytest.raises(AssertionError, match=r"kg: .*bomb\.rdf:3: refused"), running(file):
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


#: One of each kind; who sends or reads slowly goes on while the next is served.
ATTACKS: dict[str, Callable[[Server], object]] = {
    **{name: lambda server, name=name: server.ask(COSTLY[name]) for name in ("cross product", "doubling")},
    **{name: lambda server, name=name: server.ask(NESTED[name]) for name in NESTED},
    "regular expression": lambda server: server.ask(f"SELECT (REGEX('{'a' * 40}!', '(a+)+$') AS ?r) {{}}"),
    "service": lambda server: server.ask("ASK { SERVICE <http://127.0.0.1:9/> {} }"),
    "script": lambda server: server.ask(f"ASK {{}} # {SCRIPT}", accept=BROWSER),
    "large body": lambda server: send_much(server.port, 100, chunked=False),
    "slow senders": lambda server: [send_slowly(server.port, headers=True) for _ in range(50)],
    "slow readers": lambda server: leave_unread(server, 10),
}


def leave_unread(server: Server, number: int) -> list[socket.socket]:
    """Clients who have got the first bytes of long answers, and read no more."""
    clients = [read_slowly(server.port, LARGE) for _ in range(number)]
    for client in clients:
        assert client.recv(12) == b"HTTP/1.1 200"
    return clients


@pytest.mark.parametrize("name", ATTACKS)
def test_ordinary_queries_are_served_while_an_attack_goes_on(server: Server, name: str) -> None:
    attack = ATTACKS[name](server)
    assert {server.ask(ORDINARY).status for _ in range(3)} == {200}
    del attack
