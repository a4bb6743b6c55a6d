"""Servers of a graph that benchmarks ask: how each is started, and until when it runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.processes import ended, free_port

_READY_SECONDS = 120
_STOP_SECONDS = 10
_FUSEKI = "org.apache.jena.fuseki.main.cmds.FusekiMainCmd --localhost --port PORT --file GRAPH /ds"


@dataclass(frozen=True)
class Server:
    """A server and how it gets the graph.

    In the arguments, GRAPH is the file to serve, FOLDER one to keep a store in and PORT a port.

    Attributes:
        program: the name of its command, or the path.
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

    @property
    def path(self) -> str | None:
        """Its command if it is installed, in this environment if it is there."""
        return shutil.which(self.program, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


def casus(program: str) -> Server:
    """Casus, by its command, which may be that of another checkout."""
    return Server(program, "serve GRAPH --port PORT", "/sparql")


def fuseki(folder: Path) -> Server:
    """Fuseki, by the folder of its jars, with the graph in memory."""
    return Server("java", f"-cp {folder}/* {_FUSEKI}", "/ds/query")


#: As their documentation has them: rdflib-endpoint with rdflib's own store, Oxigraph with one on disk or in memory.
SERVERS = {
    "casus": casus("kg"),
    "rdflib-endpoint": Server("rdflib-endpoint", "serve GRAPH --port PORT", "/"),
    "oxigraph": Server(
        "oxigraph",
        "serve-read-only --location FOLDER --bind 127.0.0.1:PORT",
        "/query",
        prepare="load --location FOLDER --file GRAPH",
    ),
    "oxigraph-memory": Server("oxigraph", "serve --bind 127.0.0.1:PORT", "/query", upload="/store?default"),
}


@contextmanager
def running(name: str, server: Server, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server that answers; it is stopped at the end."""
    program, port = server.path, free_port()
    if program is None:
        sys.exit(f"{name} is not installed: there is no command {server.program}")
    log, environment = folder / f"{name}.log", os.environ.copy()
    places = {"GRAPH": str(folder / "graph.nt"), "FOLDER": str(folder / f"{name}.store"), "PORT": str(port)}

    def command(arguments: str) -> list[str]:
        for place, value in places.items():
            arguments = arguments.replace(place, value)
        return [program, *arguments.split()]

    if program != SERVERS["casus"].path:
        environment.pop("PYTHONPATH", None)  # another checkout of Casus has modules of the same names
    if server.prepare:
        subprocess.run(command(server.prepare), check=True, capture_output=True)
    with log.open("wb") as out:
        process = subprocess.Popen(command(server.arguments), stdout=out, stderr=out, env=environment)
    with ended(process, _STOP_SECONDS):
        deadline = time.monotonic() + _READY_SECONDS
        while not _answers(port, server.address):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{name} does not start: {log.read_text(errors='replace')[-500:]}")
            time.sleep(0.1)
        if server.upload:
            _upload(f"http://127.0.0.1:{port}{server.upload}", folder / "graph.nt")
        yield process, port


def _answers(port: int, address: str) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}{address}?query=ASK%7B%7D", timeout=5).close()
    except OSError:
        return False
    return True


def _upload(url: str, graph: Path) -> None:
    headers = {"Content-Type": "application/n-triples"}
    urllib.request.urlopen(urllib.request.Request(url, graph.read_bytes(), headers), timeout=60).close()
