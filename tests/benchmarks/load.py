"""Ordinary requests at full speed with some hostile ones among them: none of the ordinary may fail, nothing may grow.

The shipped project is served on loopback by `kg serve`, with its default limits. Processes of clients ask without a
pause: points, rows, pages, linked data; one request in a hundred tries to do harm. The memory is what the server's
processes hold together, what several share counted once.
"""

from __future__ import annotations

import argparse
import http.client
import random
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlencode

from kg.build.pipeline import build
from kg.project import open_project
from tests.web.attacks import COSTLY, NESTED, PATTERNS, SERVICES, read_slowly, send_much, send_slowly
from tests.web.running import Server, children, running

_MIB = 2**20
_TIMEOUT = 60
#: Seconds of ordinary requests before anything is measured, for what is made when it is first needed.
_WARM_UP = 5
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
_STATES = (
    "ARM",
    "AZE",
    "BEL",
    "BLR",
    "CAN",
    "DEU",
    "FRA",
    "GEO",
    "KAZ",
    "KGZ",
    "RUS",
    "TJK",
    "TUR",
    "UKR",
    "USA",
    "UZB",
)
#: Clients of one process that send or read slowly at the same time; the oldest gives way.
_LINGERING = 20

#: Does harm to the server at a port, and tells how that ended. What is left open goes into the list.
Hostile = Callable[[int, random.Random, list[socket.socket]], str]
Request = tuple[str, str, bytes | None, dict[str, str]]


@dataclass
class Tally:
    """What one process of clients has seen: seconds of ordinary requests, what failed, and how hostile ones ended."""

    seconds: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    hostile: Counter[tuple[str, str]] = field(default_factory=Counter)


def main(arguments: Sequence[str]) -> None:
    """Run the load and print what came of it."""
    options = _options(arguments)
    build(open_project())  # so that the server need not
    context = get_context("spawn")
    with running(project=open_project().root) as server, context.Pool(options.clients) as pool:
        workers = _metric(server, "casus_workers_started_total")
        pool.starmap(_ask_on, [(server.port, _WARM_UP, 0, seed) for seed in range(options.clients)])
        print("memory at the start:", _memory(server), flush=True)
        begin = time.monotonic()
        settings = [(server.port, options.seconds, options.hostile, seed) for seed in range(options.clients)]
        tallies = pool.starmap_async(_ask_on, settings)
        while (left := begin + options.seconds - time.monotonic()) > 0:
            time.sleep(min(10, left))
            print(f"after {time.monotonic() - begin:.0f} s:", _memory(server), flush=True)
        found = tallies.get(options.seconds + 2 * _TIMEOUT)
        _wait_until_idle(server)
        print("memory at the end:", _memory(server), flush=True)
        _report(found, options.seconds)
        print(f"workers started in place of others: {_metric(server, 'casus_workers_started_total') - workers:.0f}")
        said = [line for line in server.log.read_text().splitlines() if not line.startswith("{")]
        print("the server said:", *said[-40:], sep="\n  ")


def _ask_on(port: int, seconds: float, hostile: float, seed: int) -> Tally:
    """Be a client for so many seconds."""
    pick, tally, lingering = random.Random(seed), Tally(), list[socket.socket]()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if pick.random() < hostile:
            connection.close()  # the server would, if it were silent for long (RFC 9112, section 9.5)
            name = pick.choice(list(_HOSTILE))
            tally.hostile[name, _HOSTILE[name](port, pick, lingering)] += 1
            continue
        begin = time.perf_counter()
        request = _ordinary(pick)
        outcome = _send(connection, request)
        tally.seconds.append(time.perf_counter() - begin)
        if outcome not in ("200", "303"):
            tally.failures[f"{request[0]} {request[1][:60]}: {outcome}"] += 1
            connection.close()
    for one in lingering:
        one.close()
    return tally


def _ordinary(pick: random.Random) -> Request:
    state, kind = pick.choice(_STATES), pick.randrange(10)
    if kind < 4:
        query = f"SELECT ?p ?o {{ state:{state} ?p ?o }} # {pick.random()}"
        return "GET", "/sparql?" + urlencode({"query": query}), None, {"Accept": "application/sparql-results+json"}
    if kind < 5:
        query = f"SELECT ?s ?p ?o {{ ?s ?p ?o }} OFFSET {pick.randrange(20_000)} LIMIT 1000"
        return "POST", "/sparql", urlencode({"query": query}).encode(), _FORM | {"Accept": "text/csv"}
    if kind < 6:
        query = f"SELECT ?m (COUNT(*) AS ?n) {{ ?m casus:member state:{state} }} GROUP BY ?m"
        return "POST", "/sparql", urlencode({"query": query}).encode(), _FORM | _BROWSER
    if kind < 8:
        day = f"{pick.randrange(1950, 2027)}-06-01"
        pages = [
            "/",
            "/examples",
            "/dataset",
            f"/doc/id/state/{state}.html",
            f"/doc/id/state/{state}.html?view=properties",
            "/doc/id/organization/CSTO.html",
            f"/owed?to={state}&on={day}",
            f"/owed?by={state}&type=defense&on={day}",
            "/claims?status=disputed",
            "/compare",
            f"/search?q={state}",
            "/query",
            "/tables",
        ]
        return "GET", pick.choice(pages), None, _BROWSER
    return (
        "GET",
        pick.choice([f"/id/state/{state}", f"/doc/id/state/{state}.ttl", f"/doc/id/state/{state}.jsonld"]),
        None,
        {},
    )


def _send(connection: http.client.HTTPConnection, request: Request) -> str:
    """The status of an answer that has come whole, or what went wrong."""
    try:
        connection.request(*request)
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return type(error).__name__
    return str(response.status)


def _query(queries: Callable[[random.Random], str]) -> Hostile:
    def ask(port: int, pick: random.Random, _: list[socket.socket]) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT)
        outcome = _send(connection, ("POST", "/sparql", urlencode({"query": queries(pick)}).encode(), _FORM))
        connection.close()
        return outcome

    return ask


def _send_much(port: int, pick: random.Random, _: list[socket.socket]) -> str:
    try:
        return str(send_much(port, 20, chunked=pick.random() < 0.5))
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__


def _linger(begin: Callable[[int, random.Random], socket.socket]) -> Hostile:
    """Begin a request and leave it; many do so at the same time."""

    def leave(port: int, pick: random.Random, lingering: list[socket.socket]) -> str:
        lingering.append(begin(port, pick))
        if len(lingering) > _LINGERING:
            lingering.pop(0).close()
        return "left open"

    return leave


_HOSTILE: dict[str, Hostile] = {
    "costly query": _query(lambda pick: pick.choice(list(COSTLY.values()))),
    "nested query": _query(lambda pick: pick.choice(list(NESTED.values()))),
    "regular expression": _query(lambda pick: f"SELECT (REGEX('{'a' * 40}!', '{pick.choice(PATTERNS)}') AS ?r) {{}}"),
    "call elsewhere": _query(lambda pick: pick.choice(SERVICES).replace("URL", "http://127.0.0.1:9/")),
    "large body": _send_much,
    "slow sender": _linger(lambda port, pick: send_slowly(port, headers=pick.random() < 0.5)),
    "slow reader": _linger(lambda port, _: read_slowly(port, "SELECT * { ?s ?p ?o }")),
}


def _report(tallies: Sequence[Tally], seconds: float) -> None:
    times = sorted(time for tally in tallies for time in tally.seconds)
    failures = sum((tally.failures for tally in tallies), Counter[str]())
    hostile = sum((tally.hostile for tally in tallies), Counter[tuple[str, str]]())
    print(f"ordinary requests: {len(times):,}, {len(times) / seconds:,.0f} a second; failed: {failures.total()}")
    for failure, count in failures.most_common(10):
        print(f"  {count} x {failure}")
    places = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p99.9": 0.999}
    print("ms:", ", ".join(f"{name} {times[int(len(times) * place)] * 1000:,.1f}" for name, place in places.items()))
    print(f"hostile requests: {hostile.total()}")
    for name in _HOSTILE:
        ends = ", ".join(f"{outcome} x {count}" for (kind, outcome), count in sorted(hostile.items()) if kind == name)
        print(f"  {name}: {ends}")


def _memory(server: Server) -> str:
    """What the server's processes hold: the one that listens, those that host the application, those that query."""
    listens = server.process.pid
    hosts = children(listens)
    queries = [pid for pid in server.descendants() if pid not in (listens, *hosts)]
    held = [sum(map(_proportional, pids)) / _MIB for pids in ([listens], hosts, queries)]
    parts = ", ".join(
        f"{name} {part:,.0f}" for name, part in zip(("server", "application", "queries"), held, strict=True)
    )
    return f"{sum(held):,.0f} MiB ({parts}; {len(queries)} processes for queries)"


def _proportional(pid: int) -> int:
    """The bytes that a process holds, in proportion where it shares them (proc_pid_smaps(5), Pss)."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _metric(server: Server, name: str) -> float:
    return next(float(value) for found, value in _metrics(server) if found == name)


def _metrics(server: Server) -> Iterator[tuple[str, str]]:
    for line in server.send("/metrics").text.splitlines():
        name, _, value = line.rpartition(" ")
        yield name, value


def _wait_until_idle(server: Server) -> None:
    deadline = time.monotonic() + _TIMEOUT
    while _metric(server, 'casus_queries{state="running"}') and time.monotonic() < deadline:
        time.sleep(0.5)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="[default: 60]")
    parser.add_argument("--clients", type=int, default=8, help="processes that ask  [default: 8]")
    parser.add_argument("--hostile", type=float, default=0.01, help="share of hostile requests  [default: 0.01]")
    return parser.parse_args(arguments)
