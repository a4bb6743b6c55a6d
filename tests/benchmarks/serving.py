"""How many queries a second a server answers: Casus, and those beside it that are installed, in turn.

All run at the same time on loopback with the same statements, those of the shipped project with what follows from them,
and wrk asks one after the other, round by round, so that all have the same good and bad moments of a machine. It takes
its share of the same processors. Three things are asked: a point that nobody has asked about before, so that nothing
kept answers; a hundred points again and again; and a thousand rows, different each time. A ratio is of the rates of the
same run, Casus's to the other's; p50 and p99 are those of the round in the middle. What a busy machine changes least is
the time that the server's processes spend on a request.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from pyoxigraph import DefaultGraph, RdfFormat

from kg.build.pipeline import build
from kg.build.store import open_store
from kg.project import open_project
from tests.benchmarks.alliances import HERE, write_graph
from tests.benchmarks.options import named
from tests.benchmarks.servers import SERVERS, casus, fuseki, running

_JSON = "application/sparql-results+json"
_CONNECTIONS = 16
#: Names in their place, COUNT becomes a number that comes once.
POINT = "SELECT ?pCOUNT ?o WHERE {{ {thing} ?pCOUNT ?o }}"
ROWS = "SELECT ?sCOUNT ?p ?o WHERE {{ ?sCOUNT ?p ?o }} LIMIT {rows}"
_THINGS = 2000
_REPEATED = 100


@dataclass(frozen=True)
class Rate:
    """What wrk has counted, the seconds that answers took, and those of the processor that the server took."""

    requests: int
    seconds: float
    refused: int
    failed: int
    median: float
    slowest: float
    busy: float


@dataclass(frozen=True)
class Rounds:
    """What several rounds have counted."""

    rates: Sequence[Rate]

    @property
    def per_second(self) -> float:
        return sum(rate.requests for rate in self.rates) / sum(rate.seconds for rate in self.rates)

    @property
    def microseconds(self) -> float:
        """Of the server's processes, for each request."""
        return sum(rate.busy for rate in self.rates) / max(sum(rate.requests for rate in self.rates), 1) * 1e6

    @property
    def milliseconds(self) -> tuple[float, float]:
        """What half of the answers and all but one in a hundred took at most, in the round in the middle."""
        median = statistics.median(rate.median for rate in self.rates)
        return median * 1e3, statistics.median(rate.slowest for rate in self.rates) * 1e3

    @property
    def doubt(self) -> str:
        refused, failed = (sum(counts) for counts in zip(*((r.refused, r.failed) for r in self.rates), strict=True))
        return f" ({refused} refused, {failed} failed)" if refused or failed else ""


def main(arguments: Sequence[str]) -> None:
    """Run the benchmark and print a table."""
    options = _options(arguments)
    known = SERVERS | {name: casus(program) for name, program in options.kg}
    if options.fuseki is not None:
        known["fuseki"] = fuseki(options.fuseki)
    if unknown := [name for name in options.servers or () if name not in known]:
        sys.exit(f"no server is called {', '.join(unknown)}")
    servers = {name: server for name, server in known.items() if name in (options.servers or known)}
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed, which asks the queries: https://github.com/wg/wrk")
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        size = _write_graph(folder / "graph.nt", options.size)
        cases = _cases(folder / "graph.nt", options.rows)
        print(f"{os.cpu_count()} processors, shared with wrk; {size:,} triples; {_CONNECTIONS} connections", flush=True)
        ports = {
            name: stack.enter_context(running(name, server, folder))
            for name, server in servers.items()
            if options.servers or server.path is not None
        }
        rates: dict[tuple[str, str], list[Rate]] = {(case, server): [] for case in cases for server in ports}
        for number in range(options.rounds + 1):
            for (case, server), found in rates.items():
                process, port = ports[server]
                asked = _Asked(cases[case], port, servers[server].address, number)
                found.append(_measure(asked, process.pid, folder, options.seconds))
        # The first round warms up what is compiled or made when it is first needed.
        _report({key: Rounds(found[1:]) for key, found in rates.items()})


def _report(found: Mapping[tuple[str, str], Rounds]) -> None:
    print("| queries | server | requests/s | ratio | µs of processor per request | p50 ms | p99 ms |")
    print("|---|---|---|---|---|---|---|")
    for (case, server), rounds in found.items():
        reference = found.get((case, "casus"))
        ratio = f"{reference.per_second / rounds.per_second:.2f}" if reference and rounds.per_second else "-"
        busy = f"{rounds.microseconds:,.0f}" if rounds.microseconds else "-"
        median, slowest = rounds.milliseconds
        rate = f"{rounds.per_second:,.0f}{rounds.doubt}"
        print(f"| {case} | {server} | {rate} | {ratio} | {busy} | {median:.1f} | {slowest:.1f} |")


def _write_graph(file: Path, size: int | None) -> int:
    """Write what is served, and tell how many statements it has: the shipped project's, or so many that are made up."""
    if size is not None:
        return write_graph(file, size, keys=False)
    open_store(build(open_project()).store).dump(file, RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    with file.open("rb") as lines:
        return sum(1 for _ in lines)


def _cases(graph: Path, rows: int) -> dict[str, list[str]]:
    """Queries by what is told of them."""
    things = _things(graph)
    again = [POINT.replace("COUNT", "").format(thing=thing) for thing in things[:_REPEATED]]
    return {
        "point, never asked before": [POINT.format(thing=thing) for thing in things],
        "point, asked again": again,
        f"{rows:,} rows": [ROWS.format(rows=rows)],
    }


@dataclass(frozen=True)
class _Asked:
    """Queries for a server, and in which round."""

    queries: Sequence[str]
    port: int
    address: str
    round: int

    @property
    def targets(self) -> list[str]:
        return [f"{self.address}?query={quote(query, safe='')}" for query in self.queries]


def _measure(asked: _Asked, pid: int, folder: Path, seconds: float) -> Rate:
    """Have wrk ask the queries in turn for some seconds, after the first has been looked at."""
    targets = asked.targets
    _look(asked.port, targets[0])
    (folder / "targets").write_text("\n".join(targets), encoding="utf-8")
    command = ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{seconds:.0f}s", "--timeout", "60s", "-H", f"Accept: {_JSON}"]
    command += ["-s", str(HERE / "serving.lua"), f"http://127.0.0.1:{asked.port}", "--", str(folder / "targets")]
    before = _busy(pid)
    said = subprocess.run([*command, f"{asked.round}_"], capture_output=True, text=True, check=True).stdout
    busy = _busy(pid) - before
    line = next(line for line in said.splitlines() if line.startswith("measured "))
    requests, took, refused, failed, median, slowest = map(int, line.split()[1:])
    return Rate(requests, took / 1e6, refused, failed, median / 1e6, slowest / 1e6, busy)


def _look(port: int, target: str) -> None:
    """An answer must have rows."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{target}", headers={"Accept": _JSON})
    with urllib.request.urlopen(request, timeout=60) as response:
        assert json.load(response)["results"]["bindings"], f"{target} finds nothing"


def _things(graph: Path) -> list[str]:
    """Some of the things that the graph has data about, from all over the file."""
    with graph.open(encoding="utf-8") as lines:
        subjects = (line.partition(" ")[0] for line in lines)
        things = list(dict.fromkeys(subject for subject in subjects if subject.startswith("<")))
    return things[:: max(len(things) // _THINGS, 1)]


def _busy(pid: int) -> float:
    """Seconds of the processor that a process and those it has started have taken; none where the system won't say."""
    try:
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]  # with those that have ended
        children = " ".join(task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/children")).split()
    except OSError:
        return 0.0
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK") + sum(_busy(int(child)) for child in children)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks serving", description=__doc__)
    add = parser.add_argument
    add("--size", type=int, metavar="TRIPLES", help="serve so many that are made up, not the shipped project's")
    add("--rows", type=int, default=1000, help="of the longer answer  [default: 1000]")
    add("--servers", type=_names, help=f"of {', '.join(SERVERS)} and those named below  [default: those installed]")
    add("--kg", type=named, action="append", default=[], metavar="NAME=COMMAND", help="another checkout's kg, as well")
    add("--fuseki", type=Path, metavar="FOLDER", help="with the jars of Jena's Fuseki (jena-fuseki-main), as well")
    add("--rounds", type=int, default=3, help="[default: 3]")
    add("--seconds", type=float, default=5, help="for each case, server and round  [default: 5]")
    return parser.parse_args(arguments)


def _names(text: str) -> list[str]:
    return text.split(",")
