"""Long answers over HTTP: when they begin, how they end, and what it costs if somebody reads them slowly."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from running import Server, resident, running

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads memory from /proc")

MIB = 1024 * 1024
ROW = "x" * 1000
#: A million rows of a kilobyte.
LONG = f"SELECT (CONCAT(STR(?c), '{ROW}') AS ?v) {{ ?a ?b ?c . ?d ?e ?f }}"
#: A thousand rows of ten kilobytes, then a search that takes hours.
ENDLESS = f"""SELECT (CONCAT(STR(?c), '{ROW * 10}') AS ?v) {{
  {{ ?a ?b ?c }} UNION {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER (STR(?c) = CONCAT(STR(?i), STR(?l), 'no')) }}
}}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of 1,000 triples that sends what is longer than 2 MiB while it is made."""
    file = tmp_path_factory.mktemp("data") / "data.nt"
    file.write_text("\n".join(f'<http://e/s> <http://e/p> "{number}" .' for number in range(1000)), encoding="utf-8")
    settings = {"query_seconds": 5, "long_after": 1, "workers": 2, "stream_after": 2 * MIB}
    with running(file, result_rows=60_000, **settings) as server:
        yield server


def get(server: Server, query: str, accept: str = "text/csv", coding: str = "identity") -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", f"/sparql?query={quote(query)}", headers={"Accept": accept, "Accept-Encoding": coding})
    return connection.getresponse()


def test_a_long_answer_arrives_whole(server: Server) -> None:
    response = get(server, LONG + " LIMIT 50000")
    assert response.status == 200
    assert response.read().count(ROW.encode()) == 50_000


@pytest.mark.parametrize("accept", ["text/csv", "application/sparql-results+json", "application/sparql-results+xml"])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_one_that_is_cut_off_at_the_limit_of_rows_looks_like_it(server: Server, accept: str, coding: str) -> None:
    response = get(server, LONG, accept, coding)
    assert response.status == 200
    with pytest.raises(http.client.IncompleteRead):
        response.read()


def timeouts(server: Server) -> int:
    """How many queries the server has ended at their deadline. On a busy machine, that of a test before may be one."""
    found = re.search(r'casus_queries_total\{outcome="QueryTimeout"\} (\d+)', server.send("/metrics").text)
    return int(found[1]) if found else 0


def test_it_begins_before_the_last_row_is_known_and_is_cut_off_at_the_deadline(server: Server) -> None:
    before = timeouts(server)
    response = get(server, ENDLESS)
    assert (response.status, response.read(3)) == (200, b"v\r\n")
    assert 'casus_queries{state="running"} 1' in server.send("/metrics").text
    with pytest.raises(http.client.IncompleteRead):
        response.read()
    deadline = time.monotonic() + 60  # a client sees the cut a moment before it is counted
    while timeouts(server) == before:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert timeouts(server) == before + 1


def test_what_goes_wrong_before_that_is_told(server: Server) -> None:
    response = get(server, "SELECT (1 AS ?n) { ?a ?b ?c . ?d ?e ?f }")
    assert (response.status, response.read()) == (400, b"the answer has more than 60,000 rows\n")


def test_who_could_not_tell_a_cut_gets_an_answer_when_it_is_whole(server: Server) -> None:
    def by_http_1_0(query: str) -> bytes:
        with server.connect() as client:
            client.sendall(f"GET /sparql?query={quote(query)} HTTP/1.0\r\nAccept: text/csv\r\n\r\n".encode())
            return b"".join(iter(lambda: client.recv(MIB), b""))

    assert by_http_1_0(f"{LONG} LIMIT 50000").count(ROW.encode()) == 50_000
    refused = by_http_1_0(LONG)
    assert refused.startswith(b"HTTP/1.0 400 ") and refused.endswith(b"the answer has more than 60,000 rows\n")


def test_who_reads_slowly_holds_no_worker_and_little_memory(server: Server) -> None:
    before = max(resident(pid) for pid in server.descendants())
    slow = [get(server, f"{LONG} LIMIT 5000{number}") for number in range(6)]
    assert all(response.read(1) == b"v" for response in slow)
    deadline = time.monotonic() + 60
    while 'casus_queries{state="running"} 0' not in server.send("/metrics").text:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    # They wait for 300 MB.
    assert max(resident(pid) for pid in server.descendants()) < before + 60 * MIB
    assert slow[0].read().count(ROW.encode()) == 50_000
    for response in slow:
        response.close()
