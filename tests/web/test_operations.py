"""For whoever runs the server: health, metrics, the log, reloading, stopping."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from running import Server, children, resident, running
from worlds import PACT, party, write_project

VALUE = "SELECT ?o { <http://example.org/s> <http://example.org/p> ?o }"


def write(file: Path, value: str) -> Path:
    file.write_text(f'<http://example.org/s> <http://example.org/p> "{value}" .\n', encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    file = write(tmp_path_factory.mktemp("data") / "data.nt", "1")
    with running(file, workers=2, body_bytes=1000, body_seconds=0.5) as server:
        yield server


def metrics(server: Server) -> dict[str, float]:
    answer = server.send("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"]+"\})? [0-9.]+(e\+09)?', line) for line in lines)
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def entries(server: Server) -> list[dict[str, object]]:
    """The lines of the access log."""
    return [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]


def test_health_says_ready_to_whoever_asks_again(server: Server) -> None:
    for _ in range(2):
        answer = server.send("/health")
        assert (answer.status, answer.text, answer.headers["cache-control"]) == (200, "ready\n", "no-store")


def test_metrics_count_answers_and_queries(server: Server) -> None:
    server.ask("ASK {}")
    before = metrics(server)
    server.ask("ASK {}")
    server.ask("ASK {")
    after = metrics(server)

    def more(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert more('casus_queries_total{outcome="answered"}') == 1
    assert more('casus_queries_total{outcome="QueryError"}') == 1
    assert more('casus_http_responses_total{status="400"}') == 1
    assert more("casus_http_seconds_count") == 3
    assert after['casus_queries{state="idle"}'] == 2


def test_the_log_has_a_line_of_json_for_each_answer_and_no_query(server: Server) -> None:
    query = "ASK { <http://example.org/nobody-else-asks-this> ?p ?o }"
    server.ask(query)
    server.send("/no%0Asuch%0Apage")
    asked, lost = entries(server)[-2:]
    assert asked["query"] == hashlib.sha256(query.encode()).hexdigest()[:16]
    assert (asked["method"], asked["path"], asked["status"], asked["client"]) == ("POST", "/sparql", 200, "127.0.0.1")
    assert asked["ms"] > 0
    assert (lost["path"], lost["status"]) == ("/no\nsuch\npage", 404)
    assert "nobody-else" not in server.log.read_text()


def test_the_log_keeps_its_lines_apart(server: Server) -> None:
    before = len(entries(server))
    threads = [threading.Thread(target=lambda: [server.send("/health") for _ in range(100)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(entries(server)) == before + 800


def test_what_is_refused_unread_is_counted_and_logged_too(server: Server) -> None:
    before = metrics(server)
    long = server.send("/sparql", body=b"query=" + b"x" * 2000)
    assert (long.status, long.text.count("\n"), long.headers["connection"]) == (413, 1, "close")
    assert long.headers["access-control-allow-origin"] == "*"
    with server.connect() as client:
        client.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nquery=")
        assert client.recv(100).startswith(b"HTTP/1.1 408 ")
    after = metrics(server)
    for status in (408, 413):
        name = f'casus_http_responses_total{{status="{status}"}}'
        assert after[name] == before.get(name, 0) + 1
    assert [(entry["path"], entry["status"]) for entry in entries(server)[-3:-1]] == [
        ("/sparql", 413),
        ("/sparql", 408),
    ]


def test_a_reload_loses_no_request(tmp_path: Path) -> None:
    file = write(tmp_path / "data.nt", "old")
    with running(file, workers=2) as server:
        answers: list[tuple[int, str]] = []
        done = threading.Event()

        def hammer() -> None:
            while not done.is_set():
                answer = server.ask(VALUE)
                answers.append((answer.status, answer.text))

        threads = [threading.Thread(target=hammer) for _ in range(3)]
        for thread in threads:
            thread.start()
        write(file, "new")
        server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 20
        while (200, "o\r\nnew\r\n") not in answers[-3:]:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        done.set()
        for thread in threads:
            thread.join()
        assert set(answers) == {(200, "o\r\nold\r\n"), (200, "o\r\nnew\r\n")}
        # What cannot be loaded changes nothing.
        file.write_text("<broken", encoding="utf-8")
        server.process.send_signal(signal.SIGHUP)
        while "not reloaded: " not in server.log.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert server.ask(VALUE).text == "o\r\nnew\r\n"


def wait_for(server: Server, words: str, times: int = 1) -> None:
    """Wait until the server has said something so many times."""
    deadline = time.monotonic() + 60
    while server.log.read_text().count(words) < times:
        assert time.monotonic() < deadline, server.log.read_text()
        time.sleep(0.05)


def test_a_project_that_has_changed_is_built_and_served_without_a_request_lost(tmp_path: Path) -> None:
    query = "SELECT ?state { ?episode casus:party ?state } ORDER BY ?state"
    old, new = "state\r\nOLD\r\n", "state\r\nNEW\r\nOLD\r\n"
    project = write_project(tmp_path, PACT, party("OLD"))
    with running(project=project, workers=2) as server:
        answers: list[tuple[int, str]] = []
        done = threading.Event()

        def hammer() -> None:
            while not done.is_set():
                answer = server.ask(query)
                answers.append((answer.status, answer.text.replace("https://w3id.org/casus/id/state/", "")))

        threads = [threading.Thread(target=hammer) for _ in range(2)]
        for thread in threads:
            thread.start()
        write_project(tmp_path, PACT, party("OLD"), party("NEW"))
        server.process.send_signal(signal.SIGHUP)
        wait_for(server, "\nreloaded\n")
        assert server.ask(query).text.endswith("NEW\r\nhttps://w3id.org/casus/id/state/OLD\r\n")
        # The days are those of the new build, too.
        day = {"as-of": "2000-01-01"}
        assert server.ask("ASK { state:NEW casus:partyTo ?treaty }", **day).text == "true\n"
        # A project that cannot be built changes nothing, and does not keep a mended one from being served.
        write_project(tmp_path, PACT, "<broken")
        server.process.send_signal(signal.SIGHUP)
        wait_for(server, "\nnot reloaded: ")
        assert server.send("/health").text == "ready\n"
        write_project(tmp_path, PACT, party("OLD"), party("NEW"))
        server.process.send_signal(signal.SIGHUP)
        wait_for(server, "\nreloaded\n", 2)
        done.set()
        for thread in threads:
            thread.join()
        assert {*answers} == {(200, old), (200, new)}
        assert answers[-1] == (200, new)


def test_new_days_can_be_asked_for_one_by_one_and_all_at_once(tmp_path: Path) -> None:
    project = write_project(tmp_path, PACT, party("A", "1991-01-01"), party("B", "1995-01-01"))
    query = "ASK { state:A casus:partyTo ?treaty . state:B casus:partyTo ?treaty }"
    with running(project=project, workers=2, queue_seconds=60) as server:

        def both(day: str) -> tuple[int, str]:
            answer = server.ask(query, timeout=60, **{"as-of": day})
            return answer.status, answer.text

        for year in (1990, 1992, 1996):
            assert both(f"{year}-06-01") == (200, str(year > 1995).lower() + "\n")
        days = [f"{year}-06-0{day}" for year in (1994, 1997) for day in (1, 1, 2, 3)]
        with ThreadPoolExecutor(len(days)) as threads:
            found = dict(zip(days, threads.map(both, days), strict=True))
        assert found == {day: (200, str(day > "1995").lower() + "\n") for day in days}
        # Only so many may wait for new days. The others are told to come back, so that there is room for who asks else.
        days = [f"{year}-06-01" for year in range(1900, 1930)]
        with ThreadPoolExecutor(len(days)) as threads:
            begun = [threads.submit(both, day) for day in days]
            assert {server.ask("ASK {}").status for _ in range(10)} == {200}
            assert {one.result()[0] for one in begun} == {200, 503}
        assert server.ask(query).text == "false\n"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="finds processes in /proc")
def test_a_server_that_is_killed_leaves_nobody_behind(tmp_path: Path) -> None:
    with running(write(tmp_path / "data.nt", "1"), workers=2) as server:
        processes = server.descendants()
        server.process.kill()
        deadline = time.monotonic() + 20
        while any(resident(pid) for pid in processes[1:]):
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="finds processes in /proc")
def test_a_worker_that_is_killed_takes_only_its_query_along(tmp_path: Path) -> None:
    lines = [f'<http://example.org/s> <http://example.org/p> "{number}" .' for number in range(700)]
    file = tmp_path / "data.nt"
    file.write_text("\n".join(lines), encoding="utf-8")
    endless = "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (STR(?c) = CONCAT(STR(?f), STR(?i), 'no')) }"
    with running(file, workers=2, long_after=20) as server, ThreadPoolExecutor(4) as threads:
        lost = threads.submit(server.ask, endless)
        while not metrics(server)['casus_queries{state="running"}']:
            time.sleep(0.01)
        others = [threads.submit(server.ask, "ASK {}") for _ in range(20)]
        os.kill(busiest(server), signal.SIGKILL)
        assert lost.result().status == 500
        assert (
            lost.result().text
            == "the process that was answering the query has ended (SIGKILL); others are not affected\n"
        )
        others += [threads.submit(server.ask, "ASK {}") for _ in range(20)]
        assert {other.result().status for other in others} == {200}
        assert metrics(server)['casus_queries{state="idle"}'] == 2


def busiest(server: Server) -> int:
    """The process among those that answer queries that has used the processor for a while."""
    (host,) = [pid for pid in children(server.process.pid) if children(pid)]
    (forkserver,) = children(host)
    while True:
        used = {
            pid: Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11] for pid in children(forkserver)
        }
        busy = [pid for pid, ticks in used.items() if int(ticks) >= 30]
        if busy:
            return busy[0]
        time.sleep(0.01)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="finds processes in /proc")
def test_it_answers_what_it_has_begun_before_it_stops_and_leaves_nobody_behind(tmp_path: Path) -> None:
    lines = [f'<http://example.org/s> <http://example.org/p> "{number}" .' for number in range(700)]
    file = tmp_path / "data.nt"
    file.write_text("\n".join(lines), encoding="utf-8")
    with running(file, workers=2) as server:
        processes = server.descendants()
        assert len(processes) >= 5
        answers: list[int] = []
        query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER (STR(?c) < CONCAT(STR(?f), STR(?c))) }"
        thread = threading.Thread(target=lambda: answers.append(server.ask(query).status))
        thread.start()
        while thread.is_alive() and not metrics(server)['casus_queries{state="running"}']:
            time.sleep(0.01)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(30) == 0
        thread.join()
        assert answers == [200]
    deadline = time.monotonic() + 30
    while any(resident(pid) for pid in processes):
        assert time.monotonic() < deadline
        time.sleep(0.02)
