"""How many queries a second a server answers: Casus, and those beside it that are installed, one after the other.

All serve the same graph on loopback. wrk asks; it takes its share of the same processors. The queries are different
each time, so that no cache answers; then one is asked again and again with the validator (ETag) that came with its
answer, if one came. Ratios are of rates in the same run, Casus's to the other's. What a busy machine changes least is
the time that the server's processes spend on a request.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from tests.benchmarks.alliances import HERE, write_graph

_JSON = "application/sparql-results+json"
_READY_SECONDS = 60
_CONNECTIONS = 16
#: Names in their place, COUNT becomes a number that comes once.
POINT = "SELECT ?pCOUNT ?o WHERE {{ {thing} ?pCOUNT ?o }}"
ROWS = "SELECT ?sCOUNT ?p ?o WHERE {{ ?sCOUNT ?p ?o }} LIMIT {rows}"
_THINGS = 2000


@dataclass(frozen=True)
class Server:
    """A server and how it gets the graph.

    In the arguments, GRAPH is the file to serve, FOLDER one to keep a store in and PORT a port.

    Attributes:
        program: the name of its command.
        arguments: what it is started with.
        address: where it answers queries.
        prepare: what the command is run with before.
        upload: where it takes the graph when it runs.
    """

    program: str
    arguments: str
    address: str
    prepare: str = ""
    upload: str = ""


#: As their documentation has them: rdflib-endpoint with rdflib's own store, Oxigraph with one on disk or in memory.
SERVERS = {
    "casus": Server("kg", "serve GRAPH --port PORT", "/sparql"),
    "rdflib-endpoint": Server("rdflib-endpoint", "serve GRAPH --port PORT", "/"),
    "oxigraph": Server(
        "oxigraph",
        "serve-read-only --location FOLDER --bind 127.0.0.1:PORT",
        "/query",
        prepare="load --location FOLDER --file GRAPH",
    ),
    "oxigraph-memory": Server("oxigraph", "serve --bind 127.0.0.1:PORT", "/query", upload="/store?default"),
}


@dataclass(frozen=True)
class Rate:
    """What wrk has counted, and the processor's time that the server has taken meanwhile."""

    requests: int
    seconds: float
    refused: int
    failed: int
    busy: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def microseconds(self) -> float:
        """Of the server's processes, for each request."""
        return self.busy / max(self.requests, 1) * 1e6


def main(arguments: Sequence[str]) -> None:
    """Run the benchmark and print a table."""
    options = _options(arguments)
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed, which asks the queries: https://github.com/wg/wrk")
    servers = options.servers or [name for name, server in SERVERS.items() if _program(server) is not None]
    with TemporaryDirectory() as name:
        folder = Path(name)
        size = write_graph(folder / "graph.nt", options.size, keys=False)
        things = _things(folder / "graph.nt")
        print(f"{os.cpu_count()} processors, shared with wrk; {size:,} triples; {_CONNECTIONS} connections")
        print("| queries | server | requests/s | ratio | µs of processor per request |")
        print("|---|---|---|---|---|")
        cases = {
            "point": [POINT.format(thing=thing) for thing in things],
            f"{options.rows:,} rows": [ROWS.format(rows=options.rows)],
        }
        cases |= {f"{case}, repeated": [queries[0].replace("COUNT", "")] for case, queries in cases.items()}
        rates: dict[str, dict[str, Rate]] = {case: {} for case in cases}
        for server in servers:
            with _running(SERVERS[server], folder) as (process, port):
                for case, queries in cases.items():
                    rates[case][server] = _measure(SERVERS[server], process.pid, port, queries, folder, options.seconds)
        for case, by_server in rates.items():
            reference = by_server.get("casus")
            for server, rate in by_server.items():
                ratio = f"{reference.per_second / rate.per_second:.2f}" if reference and rate.requests else "-"
                doubt = f" ({rate.refused} refused, {rate.failed} failed)" if rate.refused or rate.failed else ""
                busy = f"{rate.microseconds:.0f}" if rate.busy else "-"
                print(f"| {case} | {server} | {rate.per_second:.0f}{doubt} | {ratio} | {busy} |")


def _measure(server: Server, pid: int, port: int, queries: list[str], folder: Path, seconds: float) -> Rate:
    """Have wrk ask the queries in turn for some seconds, after the first has been looked at."""
    targets = [f"{server.address}?query={quote(query, safe='')}" for query in queries]
    tag = _look(port, targets[0])
    # COUNT stands in queries that are different each time; who asks the same again says what it has.
    headers = ["-H", f"If-None-Match: {tag}"] if tag and "COUNT" not in queries[0] else []
    (folder / "targets").write_text("\n".join(targets), encoding="utf-8")
    command = ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{seconds:.0f}s", "--timeout", "60s"]
    command += ["-H", f"Accept: {_JSON}", *headers]
    command += ["-s", str(HERE / "serving.lua"), f"http://127.0.0.1:{port}", "--", str(folder / "targets")]
    before = _busy(pid)
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    busy = _busy(pid) - before
    line = next(line for line in said.splitlines() if line.startswith("measured "))
    requests, microseconds, refused, failed = map(int, line.split()[1:])
    return Rate(requests, microseconds / 1e6, refused, failed, busy)


def _look(port: int, target: str) -> str | None:
    """The validator that comes with an answer, which must have rows."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{target}", headers={"Accept": _JSON})
    with urllib.request.urlopen(request, timeout=60) as response:
        assert json.load(response)["results"]["bindings"], f"{target} finds nothing"
        tag: str | None = response.headers["ETag"]
        return tag


def _things(graph: Path) -> list[str]:
    """Some of the things that the graph has data about, from all over the file."""
    with graph.open(encoding="utf-8") as lines:
        subjects = (line.partition(" ")[0] for line in lines)
        things = list(dict.fromkeys(subject for subject in subjects if "/benchmark/" in subject))
    return things[:: max(len(things) // _THINGS, 1)]


@contextmanager
def _running(server: Server, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server that answers; it is stopped at the end."""
    program, port = _program(server), _free_port()
    assert program is not None
    store = folder / f"{server.program}.store"
    places = {"GRAPH": str(folder / "graph.nt"), "FOLDER": str(store), "PORT": str(port)}

    def command(arguments: str) -> list[str]:
        for name, value in places.items():
            arguments = arguments.replace(name, value)
        return [program, *arguments.split()]

    if server.prepare:
        subprocess.run(command(server.prepare), check=True, capture_output=True)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command(server.arguments), stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + _READY_SECONDS
        while not _answers(port, server.address):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{server.program} does not start: {(folder / 'log').read_text(errors='replace')[-500:]}")
            time.sleep(0.1)
        if server.upload:
            _upload(f"http://127.0.0.1:{port}{server.upload}", folder / "graph.nt")
        yield process, port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _program(server: Server) -> str | None:
    """The command of a server that is installed, in this environment if it is there."""
    return shutil.which(server.program, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int, address: str) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}{address}?query=ASK%7B%7D", timeout=5).close()
    except OSError:
        return False
    return True


def _upload(url: str, graph: Path) -> None:
    headers = {"Content-Type": "application/n-triples"}
    urllib.request.urlopen(urllib.request.Request(url, graph.read_bytes(), headers), timeout=60).close()


def _busy(pid: int) -> float:
    """Seconds of the processor that a process and those it has started have taken; none where the system won't say."""
    try:
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        children = " ".join(task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/children")).split()
    except OSError:
        return 0.0
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK") + sum(_busy(int(child)) for child in children)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks serving", description=__doc__)
    parser.add_argument("--size", type=int, default=50_000, help="triples of data  [default: 50000]")
    parser.add_argument("--rows", type=int, default=1000, help="of the longer answer  [default: 1000]")
    parser.add_argument("--servers", type=_servers, help=f"of {', '.join(SERVERS)}  [default: those installed]")
    parser.add_argument("--seconds", type=float, default=10, help="for each of the four cases  [default: 10]")
    return parser.parse_args(arguments)


def _servers(text: str) -> list[str]:
    names = text.split(",")
    unknown = [name for name in names if name not in SERVERS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no server is called {', '.join(unknown)}")
    return names
