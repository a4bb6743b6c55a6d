"""Queries that an event loop waits for: answered as others are, and in a thread only where one must wait."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from asking import ENDLESS, JSON

from kg.build.store import Build
from kg.day import read_day
from kg.errors import Busy, CasusError, QueryError, QueryFailed, QueryTimeout, QueryTooLarge
from kg.pool.limits import Limits
from kg.pool.pool import Pool
from kg.pool.source import Source
from kg.pool.task import QueryTask, Reply

T = TypeVar("T")
SHORT = "SELECT ?o { <http://e/t> ?p ?o }"


@pytest.fixture(scope="module")
def pool(numbers: Source) -> Iterator[Pool]:
    with Pool(numbers, Limits(workers=2, query_seconds=1.5, long_after=0.3, result_rows=5000)) as pool:
        yield pool


async def soon(pool: Pool, text: str) -> Reply | Callable[[], Reply]:
    return await pool.run_soon(QueryTask(text, JSON))


async def ask(pool: Pool, text: str) -> Reply:
    """The answer, after waiting in a thread if that must be."""
    reply = await soon(pool, text)
    return reply if isinstance(reply, Reply) else await asyncio.to_thread(reply)


def in_loop(act: Callable[[], Awaitable[T]]) -> T:
    """What comes of something that is done in an event loop, within a minute."""

    async def limited() -> T:
        return await asyncio.wait_for(act(), 60)

    return asyncio.run(limited())


async def until(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0.005)


@pytest.mark.parametrize(
    "query", [SHORT, "ASK {}", "CONSTRUCT WHERE { ?s ?p ?o }", "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 2000"]
)
def test_an_answer_that_is_soon_there_needs_no_thread(pool: Pool, query: str) -> None:
    reply = in_loop(lambda: soon(pool, query))
    assert isinstance(reply, Reply)
    other = pool.run(QueryTask(query, JSON))
    assert (reply.kind, reply.format_name, reply.size) == (other.kind, other.format_name, other.size)
    assert reply.read() == other.read()


@pytest.mark.parametrize(
    ("query", "kind", "words"),
    [
        ("ASK {", QueryError, "not closed"),
        ("ASK { SERVICE <http://e/> {} }", QueryError, "SERVICE is refused"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", QueryTooLarge, "more than 5,000 rows"),
        (ENDLESS, QueryTimeout, "took too long and was stopped; 1.5 s are allowed"),
    ],
)
def test_what_goes_wrong_is_told_and_counted_once(pool: Pool, query: str, kind: type[CasusError], words: str) -> None:
    name = f"{kind.__name__}_total"
    before = pool.numbers().get(name, 0)
    with pytest.raises(kind, match=words):
        in_loop(lambda: ask(pool, query))
    assert pool.numbers()[name] == before + 1
    assert json.loads(in_loop(lambda: ask(pool, "ASK {}")).read())["boolean"] is True


def test_an_answer_that_is_not_kept_in_memory_is_left_to_a_thread(numbers: Source) -> None:
    query = f"SELECT (CONCAT(STR(?o), '{'x' * 3000}') AS ?v) {{ ?s ?p ?o }}"
    with Pool(numbers, Limits(workers=1)) as pool:
        reply = in_loop(lambda: soon(pool, query))
        assert not isinstance(reply, Reply)
        assert len(reply().read()) > 3_000_000


def test_an_answer_for_which_there_is_no_room_ends_with_its_worker(numbers: Source) -> None:
    doubled = "".join(f"BIND (CONCAT(?v{n}, ?v{n}) AS ?v{n + 1}) " for n in range(18))
    query = f"SELECT ?v18 {{ BIND ('0123456789' AS ?v0) {doubled} }}"
    with Pool(numbers, Limits(workers=1, downloads=1)) as pool:
        held = in_loop(lambda: ask(pool, query))
        with pytest.raises(Busy, match="reading large answers"):
            in_loop(lambda: ask(pool, query))
        assert pool.numbers()["Busy_total"] == 1
        assert len(held.read()) > 2_000_000
        assert len(in_loop(lambda: ask(pool, query)).read()) > 2_000_000
        assert {name: pool.numbers()[name] for name in ("idle", "running")} == {"idle": 1, "running": 0}


def test_a_query_of_many_characters_is_sent_by_a_thread(pool: Pool) -> None:
    reply = in_loop(lambda: soon(pool, "ASK {} #" + "x" * 20_000))
    assert not isinstance(reply, Reply)
    assert json.loads(reply().read())["boolean"] is True


def test_days_are_found_by_a_thread(little: Build) -> None:
    with Pool(Source(little), Limits(workers=1)) as pool:
        task = QueryTask("ASK { state:B casus:partyTo treaty:PACT }", JSON, day=read_day("2010-01-01"))
        reply = in_loop(lambda: pool.run_soon(task))
        assert not isinstance(reply, Reply)
        assert json.loads(reply().read())["boolean"] is True


def test_long_queries_make_room(numbers: Source) -> None:
    limits = Limits(workers=1, long_after=0.2, long_queries=1, query_seconds=60, queue_seconds=60)
    with Pool(numbers, limits) as pool:

        async def act() -> tuple[Reply, list[BaseException | Reply]]:
            endless = [asyncio.create_task(ask(pool, ENDLESS)) for _ in range(2)]
            await until(lambda: pool.numbers()["long"])
            short = await ask(pool, SHORT)
            await asyncio.wait(endless, return_when=asyncio.FIRST_COMPLETED)
            pool.close()
            return short, await asyncio.gather(*endless, return_exceptions=True)

        short, endless = in_loop(act)
        assert b"other" in short.read()
        assert {type(outcome) for outcome in endless} == {Busy, QueryFailed}


def test_who_asks_too_much_at_once_waits_in_vain(numbers: Source) -> None:
    with Pool(numbers, Limits(workers=1, queue=1, queue_seconds=0.2, query_seconds=2, long_after=2)) as pool:

        async def act() -> list[BaseException | Reply]:
            endless = asyncio.create_task(ask(pool, ENDLESS))
            await until(lambda: pool.numbers()["running"])
            waiting = asyncio.create_task(ask(pool, SHORT))
            await until(lambda: pool.numbers()["waiting"])
            with pytest.raises(Busy, match="waiting already"):
                await ask(pool, SHORT)
            return await asyncio.gather(endless, waiting, return_exceptions=True)

        endless, waiting = in_loop(act)
        assert isinstance(endless, QueryTimeout)
        assert isinstance(waiting, Busy)
        assert "all processes" in str(waiting)
        assert pool.numbers()["Busy_total"] == 2
        assert in_loop(lambda: ask(pool, SHORT)).read()


def test_threads_and_loops_wait_in_one_queue(numbers: Source) -> None:
    """More ask at once, in both ways, than there are workers; all are answered and every worker comes back."""
    with Pool(numbers, Limits(workers=2, queue=100, queue_seconds=60)) as pool:
        answers: list[bytes] = []

        def run() -> None:
            for _ in range(50):
                answers.append(pool.run(QueryTask(SHORT, JSON)).read())

        async def act() -> list[Reply]:
            return await asyncio.gather(*(ask(pool, SHORT) for _ in range(80)))

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(3):
            answers += [reply.read() for reply in in_loop(act)]
        for thread in threads:
            thread.join()
        assert len(answers) == 4 * 50 + 3 * 80
        assert len(set(answers)) == 1
        assert {name: pool.numbers()[name] for name in ("idle", "running", "waiting")} == {
            "idle": 2,
            "running": 0,
            "waiting": 0,
        }
        assert pool.numbers()["started_total"] == 2


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds processes in /proc")
def test_a_worker_that_is_killed_takes_only_its_query_along(numbers: Source) -> None:
    def workers_of(pid: int) -> set[int]:
        return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}

    before = workers_of(os.getpid())
    with Pool(numbers, Limits(workers=1, query_seconds=60, long_after=60)) as pool:
        (server,) = workers_of(os.getpid()) - before

        async def act() -> tuple[bytes, bytes]:
            endless = asyncio.create_task(ask(pool, ENDLESS))
            await until(lambda: pool.numbers()["running"])
            (worker,) = workers_of(server)
            os.kill(worker, signal.SIGKILL)
            with pytest.raises(QueryFailed, match="SIGKILL"):
                await endless
            first = (await ask(pool, SHORT)).read()
            # One that ends while it waits is noticed by nobody.
            (worker,) = workers_of(server)
            os.kill(worker, signal.SIGKILL)
            time.sleep(0.2)
            replaced = await soon(pool, SHORT)
            assert not isinstance(replaced, Reply), "to start another takes a while, and is for a thread"
            return first, (await asyncio.to_thread(replaced)).read()

        assert all(b"other" in answer for answer in in_loop(act))


def test_who_is_cancelled_gives_his_worker_or_his_place_back(numbers: Source) -> None:
    with Pool(numbers, Limits(workers=1, query_seconds=1, long_after=1, queue_seconds=60)) as pool:

        async def act() -> bytes:
            endless = asyncio.create_task(ask(pool, ENDLESS))
            await until(lambda: pool.numbers()["running"])
            waiting = asyncio.create_task(ask(pool, SHORT))
            await until(lambda: pool.numbers()["waiting"])
            waiting.cancel()
            await until(lambda: not pool.numbers()["waiting"])
            endless.cancel()
            await asyncio.wait([endless, waiting])
            assert endless.cancelled()
            assert waiting.cancelled()
            # The query goes to its end, which is its deadline.
            return (await ask(pool, SHORT)).read()

        assert b"other" in in_loop(act)
        assert pool.numbers()["idle"] == 1


def test_a_worker_that_comes_when_nobody_wants_it_any_more_is_put_back(numbers: Source) -> None:
    with Pool(numbers, Limits(workers=1, queue_seconds=60)) as pool:

        async def act() -> None:
            first = asyncio.create_task(soon(pool, SHORT))
            second = asyncio.create_task(soon(pool, SHORT))
            first.add_done_callback(lambda _: second.cancel())  # at the moment at which it has got the worker
            await asyncio.wait([first, second])

        for _ in range(20):
            in_loop(act)
        assert pool.run(QueryTask(SHORT, JSON)).read()
        assert pool.numbers()["running"] == 0


def test_at_the_end_those_who_wait_are_sent_away(numbers: Source) -> None:
    with Pool(numbers, Limits(workers=1, query_seconds=60, long_after=60, queue_seconds=60)) as pool:

        async def act() -> list[BaseException | Reply]:
            endless = asyncio.create_task(ask(pool, ENDLESS))
            await until(lambda: pool.numbers()["running"])
            waiting = asyncio.create_task(ask(pool, SHORT))
            await until(lambda: pool.numbers()["waiting"])
            await asyncio.to_thread(pool.close)
            with pytest.raises(Busy):
                await ask(pool, SHORT)
            return await asyncio.gather(waiting, endless, return_exceptions=True)

        waiting, endless = in_loop(act)
        assert isinstance(waiting, Busy)
        assert isinstance(endless, QueryFailed)
