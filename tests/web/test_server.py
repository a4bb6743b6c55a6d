"""A real server process: what it serves, when it says so, how it stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from processes import free_port
from pyoxigraph import NamedNode, Quad

from kg.build.build_parts import all_parts
from kg.build.store import BuildInfo, open_store
from kg.build.writing import write_build, write_info, write_shapes
from kg.pool.source import Source
from kg.project import open_project

#: What `kg serve` does, without the rest of the command line.
PROGRAM = """
import sys
from pathlib import Path
from kg.errors import CasusError
from kg.build.store import Build
from kg.pool.source import Source
from kg.web.server import serve
if __name__ == "__main__":
    folder, port, *files = sys.argv[1:]
    source = Source(Build(Path(folder)) if folder else None, tuple(map(Path, files)))
    try:
        serve(source, "127.0.0.1", int(port))
    except CasusError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
"""


def fetch(port: int, query: str, accept: str = "text/csv") -> str:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/sparql?{urlencode({'query': query})}", headers={"Accept": accept}
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return str(response.read().decode())


Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a server; it is stopped when the test ends."""
    program = tmp_path / "serve.py"
    program.write_text(PROGRAM, encoding="utf-8")
    started: list[subprocess.Popen[str]] = []

    def run(port: int, *files: Path, folder: Path | str = "") -> subprocess.Popen[str]:
        command = [sys.executable, str(program), str(folder), str(port), *map(str, files)]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait(10)
        assert process.stderr is not None
        process.stderr.close()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    return process.stderr.readline().strip()


@pytest.fixture
def trig(tmp_path: Path) -> Path:
    file = tmp_path / "data.trig"
    file.write_text(
        "PREFIX ex: <http://example.org/> ex:s ex:p 1 . GRAPH ex:g { ex:s ex:p 1, 2 } GRAPH ex:h { ex:s ex:p 2 }",
        encoding="utf-8",
    )
    return file


def test_files_are_served_with_their_graphs(start: Start, trig: Path) -> None:
    port = free_port()
    server = start(port, trig)
    assert first_line(server) == f"Serving at http://127.0.0.1:{port}/"
    assert fetch(port, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g") == (
        "g,n\r\nhttp://example.org/g,2\r\nhttp://example.org/h,1\r\n"
    )
    # The default graph is the merge of all: what two graphs say counts once.
    assert fetch(port, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == "n\r\n2\r\n"
    assert "Files: data.trig" in fetch(port, "ASK {}", "text/html")


def test_a_built_store_is_served_read_only(start: Start, tmp_path: Path) -> None:
    name, who = NamedNode("http://example.org/s"), open_project().identity
    write_build(tmp_path, all_parts(who.names, [Quad(name, name, name, name)]))
    write_shapes(tmp_path, [])
    write_info(tmp_path, BuildInfo(1, 0, 0, 0, {}), who, [])
    port = free_port()
    server = start(port, folder=tmp_path)
    assert first_line(server) == f"Serving at http://127.0.0.1:{port}/"
    assert fetch(port, "ASK { ?s ?p ?o }") == "true\n"
    assert len(open_store(tmp_path / "store")) == 2  # in its graph and in the merge


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_told(start: Start, trig: Path, number: signal.Signals) -> None:
    port = free_port()
    server = start(port, trig)
    first_line(server)
    server.send_signal(number)
    assert server.wait(10) == 0
    assert server.stderr is not None
    assert server.stderr.read() == ""
    with pytest.raises(urllib.error.URLError):
        fetch(port, "ASK {}")


def test_a_taken_port_is_one_line(start: Start, trig: Path) -> None:
    port = free_port()
    first_line(start(port, trig))
    second = start(port, trig)
    assert second.wait(10) == 4
    assert first_line(second) == f"ServeError: cannot listen on 127.0.0.1:{port}: address already in use"


def test_what_cannot_be_loaded_is_one_line(start: Start, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text("<a> <b>\n<c> <d", encoding="utf-8")
    server = start(free_port(), broken)
    assert server.wait(10) == 2
    assert server.stderr is not None
    (line,) = server.stderr.read().splitlines()
    assert line.startswith(f"ParseError: {broken}:2: not Turtle: ")


def test_a_folder_without_a_store_is_one_line(start: Start, tmp_path: Path) -> None:
    server = start(free_port(), folder=tmp_path / "absent")
    assert server.wait(10) == 2
    assert server.stderr is not None
    assert f"MissingFile: {tmp_path / 'absent' / 'store'}: no store can be opened here: " in server.stderr.read()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the worker process in /proc")
def test_a_worker_that_is_killed_is_replaced(start: Start, trig: Path) -> None:
    port = free_port()
    server = start(port, trig)
    first_line(server)
    for child in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split():
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(int(child), signal.SIGKILL)
    deadline = time.monotonic() + 10
    while True:
        try:
            assert fetch(port, "ASK {}") == "true\n"
            break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_the_most_that_a_query_may_be_does_not_end_the_server(start: Start, trig: Path) -> None:
    port = free_port()
    server = start(port, trig)
    first_line(server)
    nested = "ASK { " + "{" * 63 + "}" * 63 + " }"
    long = "ASK { FILTER(" + "1 + " * 390 + "1 > 0) }"
    assert (fetch(port, nested), fetch(port, long)) == ("true\n", "true\n")
    for refused in (nested.replace("{ {", "{ {{{"), "ASK { " + "{" * 3000, "ASK { SERVICE <x> {} }"):
        with pytest.raises(urllib.error.HTTPError, match="400"):
            fetch(port, refused)
    assert server.poll() is None


def test_a_source_opens_by_itself(trig: Path) -> None:
    store = Source(files=(trig,)).open()
    assert sorted(graph.value for graph in store.named_graphs()) == ["http://example.org/g", "http://example.org/h"]
