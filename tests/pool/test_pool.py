"""The pool: answers, what is too much, workers that end, days, and the end of it all."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from asking import ENDLESS, JSON

from kg.build.store import Build
from kg.day import read_day
from kg.errors import (
    BadInput,
    Busy,
    CasusError,
    MissingFile,
    ParseError,
    QueryError,
    QueryFailed,
    QueryTimeout,
    QueryTooLarge,
)
from kg.pool.limits import MIB, Limits
from kg.pool.pool import Pool
from kg.pool.source import Source
from kg.pool.task import QueryTask, Reply

LIMITS = Limits(
    query_seconds=1.5, long_after=0.3, long_queries=1, workers=2, query_memory=150, result_rows=5000, queue_seconds=0.2
)


@pytest.fixture(scope="module")
def pool(numbers: Source) -> Iterator[Pool]:
    with Pool(numbers, LIMITS) as pool:
        yield pool


def ask(pool: Pool, text: str, **settings: object) -> Reply:
    return pool.run(QueryTask(text, JSON, **settings))  # type: ignore[arg-type]


def bindings(reply: Reply) -> list[dict[str, dict[str, str]]]:
    return json.loads(reply.read())["results"]["bindings"]  # type: ignore[no-any-return]


def test_each_kind_of_query_is_answered_in_its_format(pool: Pool) -> None:
    rows = ask(pool, "SELECT ?o { <http://e/t> ?p ?o }")
    assert (rows.kind, rows.format_name) == ("bindings", "json")
    assert bindings(rows) == [{"o": {"type": "literal", "value": "other"}}]
    assert json.loads(ask(pool, "ASK {}").read())["boolean"] is True
    graph = ask(pool, "CONSTRUCT { ?s ?p ?o } { GRAPH ?g { ?s ?p ?o } }")
    assert (graph.kind, graph.read()) == ("graph", b'<http://e/t> <http://e/p> "other" .\n')


def test_a_kind_without_a_format_has_no_rows(pool: Pool) -> None:
    reply = pool.run(QueryTask("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", {"graph": "turtle"}))
    assert (reply.kind, reply.format_name, reply.read()) == ("bindings", None, b"")


def test_the_dataset_can_be_chosen(pool: Pool) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert bindings(ask(pool, count))[0]["n"]["value"] == "1001"
    assert bindings(ask(pool, count, default_graphs=("http://e/g",)))[0]["n"]["value"] == "1"


def test_a_page_gets_no_more_rows_than_it_shows(pool: Pool) -> None:
    assert len(bindings(ask(pool, "SELECT * { ?a ?b ?c . ?d ?e ?f }", rows=7))) == 7
    assert ask(pool, "CONSTRUCT WHERE { ?s ?p ?o }", rows=7).read().count(b"\n") == 7


def test_a_long_answer_is_read_from_a_file_that_is_given_back(numbers: Source) -> None:
    query = f"SELECT (CONCAT(STR(?o), '{'x' * 3000}') AS ?v) {{ ?s ?p ?o }}"
    with Pool(numbers, Limits(workers=1, downloads=1)) as pool:
        first = ask(pool, query)
        assert first.size > 3_000_000
        with pytest.raises(Busy, match="reading large answers"):
            ask(pool, query)
        assert len(first.read()) == first.size
        ask(pool, query).close()
        assert len(bindings(ask(pool, query))) == 1001


@pytest.mark.parametrize(
    ("query", "kind", "words"),
    [
        ("ASK {", QueryError, "not closed"),
        ("ASK { SERVICE <http://e/> {} }", QueryError, "SERVICE is refused"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", QueryTooLarge, "more than 5,000 rows"),
        (
            "CONSTRUCT { ?a ?b ?v } { ?a ?b ?c . ?d ?e ?f BIND (CONCAT(?c, '-', ?f) AS ?v) }",
            QueryTooLarge,
            "5,000 triples",
        ),
        (ENDLESS, QueryTimeout, "took too long and was stopped; 1.5 s are allowed"),
    ],
)
def test_what_must_not_be_is_told_and_the_next_query_is_answered(
    pool: Pool, query: str, kind: type[CasusError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        ask(pool, query)
    assert ask(pool, "ASK {}").read()


def test_what_takes_too_much_memory_is_told_and_the_next_query_is_answered(numbers: Source) -> None:
    """On a busy machine it may take a while to fill it."""
    with Pool(numbers, Limits(query_seconds=60, long_queries=1, workers=1, query_memory=100)) as pool:
        with pytest.raises(QueryTooLarge, match="more memory than the 100 MiB"):
            ask(pool, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c")
        assert ask(pool, "ASK {}").read()


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rows_are_counted_in_every_format(pool: Pool, form: str) -> None:
    query = "SELECT ?c { ?a ?b ?c . ?d ?e ?f } LIMIT "
    allowed = pool.run(QueryTask(query + "5000", {"bindings": form}))
    assert allowed.read()
    with pytest.raises(QueryTooLarge, match="more than 5,000 rows"):
        pool.run(QueryTask(query + "5001", {"bindings": form}))


LONG = f"SELECT (CONCAT(STR(?c), '{'x' * 1000}') AS ?v) {{ ?a ?b ?c . ?d ?e ?f }}"


def test_a_very_long_answer_is_read_while_it_is_made(numbers: Source) -> None:
    with Pool(numbers, Limits(workers=1, stream_after=2 * MIB, result_rows=50_000)) as pool:
        reply = ask(pool, LONG)
        assert reply.size is None
        assert next(reply.chunks).startswith(b'{"head"')
        # There are a million rows.
        with pytest.raises(QueryTooLarge, match="more than 50,000 rows"):
            reply.read()
        assert len(bindings(ask(pool, LONG + " LIMIT 10000"))) == 10_000


def test_what_nobody_reads_is_no_longer_computed(numbers: Source) -> None:
    with Pool(numbers, Limits(workers=1, stream_after=2 * MIB)) as pool:
        ask(pool, LONG).close()
        assert ask(pool, "ASK {}").read()
        assert pool.numbers()["Abandoned_total"] == 1


def test_an_answer_that_is_being_read_outlives_its_pool(numbers: Source) -> None:
    with Pool(numbers, Limits(workers=1, stream_after=MIB)) as pool:
        reply = ask(pool, LONG + " LIMIT 10000")
        pool.close(grace=30)
    assert len(bindings(reply)) == 10_000


def test_a_setting_lowers_how_complex_a_query_may_be(numbers: Source) -> None:
    with Pool(numbers, Limits(workers=1, query_depth=2, query_characters=30)) as pool:
        assert ask(pool, "ASK { {} }").read()
        with pytest.raises(QueryError, match=r"column 9: .* more than 2 brackets inside each other"):
            ask(pool, "ASK { { {} } }")
        with pytest.raises(QueryError, match="has 37 characters; 30 are allowed"):
            ask(pool, "ASK {} #" + "x" * 29)


def in_background(act: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """Run something in a thread; its result or its error is put into the list."""
    outcome: list[object] = []

    def run() -> None:
        try:
            outcome.append(act())
        except CasusError as error:
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, outcome


def test_who_asks_too_much_at_once_waits_in_vain(numbers: Source) -> None:
    with Pool(numbers, Limits(workers=1, queue=1, queue_seconds=0.2, query_seconds=2, long_after=2)) as pool:
        thread, outcome = in_background(lambda: ask(pool, ENDLESS))
        while pool.numbers()["running"] == 0:
            time.sleep(0.01)
        waiting, waited = in_background(lambda: ask(pool, "ASK {}"))
        while pool.numbers()["waiting"] == 0:
            time.sleep(0.001)
        with pytest.raises(Busy, match="waiting already"):
            ask(pool, "ASK {}")
        waiting.join()
        thread.join()
        assert isinstance(waited[0], Busy) and waited[0].retry_after
        assert isinstance(outcome[0], QueryTimeout)
        assert ask(pool, "ASK {}").read()


def test_long_queries_make_room(numbers: Source) -> None:
    with Pool(numbers, replace(LIMITS, query_seconds=60, queue_seconds=60)) as pool:
        running = [in_background(lambda: ask(pool, ENDLESS)) for _ in range(2)]
        wait_until(lambda: pool.numbers()["running"] == 2)
        assert ask(pool, "ASK {}").read()
        wait_until(lambda: pool.numbers()["running"] == 1)
        assert sorted(thread.is_alive() for thread, _ in running) == [False, True], "one goes on, as a long one"
    for thread, _ in running:
        thread.join()
    assert {type(outcome[0]) for _, outcome in running} == {Busy, QueryFailed}


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.005)


def state(pid: int) -> list[str]:
    """What proc_pid_stat(5) says from the state on; a process that has gone is like one that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return ["Z", *["0"] * 20]


def busiest(pids: list[int]) -> int:
    """The first process that has used the processor for a tenth of a second."""
    wait_until(lambda: any(int(state(pid)[11]) >= 10 for pid in pids))
    return max(pids, key=lambda pid: int(state(pid)[11]))


def kill(pids: Iterable[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda pid=pid: state(pid)[0] == "Z")


def workers_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds processes in /proc")
def test_a_worker_that_is_killed_takes_only_its_query_along(numbers: Source) -> None:
    before = workers_of(os.getpid())
    with Pool(numbers, Limits(workers=2, query_seconds=60, long_after=60)) as pool:
        (server,) = set(workers_of(os.getpid())) - set(before)
        thread, outcome = in_background(lambda: ask(pool, ENDLESS))
        kill([busiest(workers_of(server))])
        assert ask(pool, "ASK {}").read()
        thread.join()
        assert isinstance(outcome[0], QueryFailed)
        # So does one that waits for queries: nobody notices.
        kill(workers_of(server))
        for _ in range(4):
            assert ask(pool, "ASK {}").read()
        # And the process that forks them comes again.
        kill([*workers_of(server), server])
        assert ask(pool, "ASK {}").read()
        assert pool.ready


def test_a_worker_that_has_grown_makes_room_for_a_small_one(numbers: Source) -> None:
    doubled = "".join(f"BIND (CONCAT(?v{n}, ?v{n}) AS ?v{n + 1}) " for n in range(23))
    with Pool(numbers, Limits(workers=1)) as pool:
        for _ in range(3):
            assert ask(pool, "ASK {}").read()
        assert pool.numbers()["started_total"] == 1
        large = ask(pool, f"SELECT (STRLEN(?v23) AS ?n) {{ BIND ('0123456789' AS ?v0) {doubled} }}")
        assert bindings(large)[0]["n"]["value"] == str(10 * 2**23)
        for _ in range(3):
            assert ask(pool, "ASK {}").read()
        assert pool.numbers()["started_total"] == 2


def test_a_build_is_queried_as_of_a_day(little: Build) -> None:
    with Pool(Source(little), Limits(workers=1, open_days=1)) as pool:
        question = "ASK { state:B casus:partyTo treaty:PACT }"

        def held(day: str | None) -> bool:
            return bool(json.loads(ask(pool, question, day=day and read_day(day)).read())["boolean"])

        assert [held("2010-01-01"), held("2015-01-01"), held("2010-01-01"), held(None)] == [True, False, True, False]


def test_a_store_too_large_to_share_is_read_from_disk(shipped: Build) -> None:
    with Pool(Source(shipped), Limits(workers=1, shared_quads=10)) as pool:
        assert json.loads(ask(pool, "ASK { state:ARM a casus:State }").read())["boolean"] is True


def test_files_have_no_days(pool: Pool) -> None:
    with pytest.raises(BadInput, match="no days here"):
        ask(pool, "ASK {}", day=read_day("2010-01-01"))


def test_what_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text("<a> <b", encoding="utf-8")
    with pytest.raises(ParseError, match=r"broken\.ttl"):
        Pool(Source(files=(broken,)))
    with pytest.raises(MissingFile, match="no store"):
        Pool(Source(Build(tmp_path / "absent")))


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds processes in /proc")
def test_nobody_stays_behind(numbers: Source) -> None:
    before = set(workers_of(os.getpid()))
    pool = Pool(numbers, Limits(workers=2))
    (server,) = set(workers_of(os.getpid())) - before
    pids = workers_of(server)
    assert len(pids) == 2
    pool.close()
    assert not pool.ready
    with pytest.raises(Busy):
        ask(pool, "ASK {}")
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
