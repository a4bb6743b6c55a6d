"""How long each kind of page takes on a warm server, beside the table of a state's properties, all in one run."""

from __future__ import annotations

import argparse
import http.client
import statistics
import time
from collections.abc import Sequence

from kg.build.pipeline import build
from kg.project import open_project
from tests.browser.walks import WALKS
from tests.web.running import running

_BESIDE = "properties"
_BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
#: Seconds for the first answer of a page, which may take reasoning.
_TIMEOUT = 300


def main(arguments: Sequence[str]) -> None:
    """Ask for each page again and again, and print the median of its times."""
    options = _options(arguments)
    build(open_project())  # so that the server need not
    with running(project=open_project().root, kept_bytes=0) as server:  # what is kept takes no time
        for walk in WALKS:
            _times(server.port, walk.path, 0)
        times = {walk.name: _times(server.port, walk.path, options.requests) for walk in WALKS}
    beside = statistics.median(times[_BESIDE])
    print(f"| page | p50 ms | times that of {_BESIDE} |\n|---|---|---|")
    for name, seconds in times.items():
        median = statistics.median(seconds)
        print(f"| {name} | {median * 1000:,.1f} | {median / beside:.2f} |")


def _times(port: int, path: str, requests: int) -> list[float]:
    """The seconds of each request for a page but the first, which may make what is kept."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT)
    found = []
    for _ in range(requests + 1):
        begin = time.perf_counter()
        connection.request("GET", path, headers=_BROWSER)
        connection.getresponse().read()
        found.append(time.perf_counter() - begin)
    connection.close()
    return found[1:]


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks pages", description=__doc__)
    parser.add_argument("--requests", type=int, default=20, help="for each page  [default: 20]")
    return parser.parse_args(arguments)
