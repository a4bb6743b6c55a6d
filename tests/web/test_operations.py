"""For whoever runs the server: health, metrics, the log, reloading, stopping."""

from __future__ import annotations

import hashlib
import json
import re
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import Server, resident, running

VALUE = "SELECT ?o { <http://example.org/s> <http://example.org/p> ?o }"


def write(file: Path, value: str) -> Path:
    file.write_text(f'<http://example.org/s> <http://example.org/p> "{value}" .\n', encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(write(tmp_path_factory.mktemp("data") / "data.nt", "1"), workers=2) as server:
        yield server


def test_health_says_ready_to_whoever_asks_again(server: Server) -> None:
    for _ in range(2):
        answer = server.send("/health")
        assert (answer.status, answer.text, answer.headers["cache-control"]) == (200, "ready\n", "no-store")


def test_metrics_count_answers_and_queries(server: Server) -> None:
    def values() -> dict[str, float]:
        answer = server.send("/metrics")
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
        assert all(re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"]+"\})? [0-9.]+', line) for line in lines)
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    server.ask("ASK {}")
    before = values()
    server.ask("ASK {}")
    server.ask("ASK {")
    after = values()

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
    entries = [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]
    asked, lost = entries[-2:]
    assert asked["query"] == hashlib.sha256(query.encode()).hexdigest()[:16]
    assert (asked["method"], asked["path"], asked["status"], asked["client"]) == ("POST", "/sparql", 200, "127.0.0.1")
    assert asked["ms"] > 0
    assert (lost["path"], lost["status"]) == ("/no\nsuch\npage", 404)
    assert "nobody-else" not in server.log.read_text()


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
        time.sleep(0.1)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) == 0
        thread.join()
        assert answers == [200]
    deadline = time.monotonic() + 5
    while any(resident(pid) for pid in processes):
        assert time.monotonic() < deadline
        time.sleep(0.02)
