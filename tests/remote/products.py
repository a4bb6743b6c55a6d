"""Other makers' stores on loopback, each empty and of its own, for the tests that publish to them and ask them.

A program that is not installed leaves its tests out, with the reason.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from processes import ended, free_port

_READY_SECONDS = 90
_STOP_SECONDS = 30
_FUSEKI = "org.apache.jena.fuseki.main.cmds.FusekiMainCmd"
_VIRTUOSO_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 4
ServerRoot = .
"""


@dataclass(frozen=True)
class Product:
    """A store that runs.

    Attributes:
        url: where it answers the Graph Store Protocol.
        query_url: where it answers SPARQL.
        user, password: who may write there; both empty where anybody may.
    """

    url: str
    query_url: str
    user: str = ""
    password: str = ""


@contextmanager
def fuseki(folder: Path, clients: Path | None) -> Iterator[Product]:
    """Jena's Fuseki with a TDB2 store on disk, of the jars in the folder ``jena`` of the clients."""
    java, jars = shutil.which("java"), None if clients is None else clients.resolve() / "jena"
    if java is None or jars is None or not list(jars.glob("jena-fuseki-main-*.jar")):
        pytest.skip("Fuseki is not installed: --clients FOLDER names where Jena's jars are, and it needs Java")
    port = free_port()
    (folder / "store").mkdir()
    arguments = ["--localhost", "--port", str(port), "--tdb2", "--loc", "store", "--update", "/ds"]
    with _running([java, "-Xmx1g", "-cp", f"{jars}/*", _FUSEKI, *arguments], folder, port):
        yield Product(f"http://127.0.0.1:{port}/ds/data", f"http://127.0.0.1:{port}/ds/query")


@contextmanager
def oxigraph(folder: Path) -> Iterator[Product]:
    """Oxigraph's own server with a store on disk."""
    program, port = _installed("oxigraph", "pip install oxigraph"), free_port()
    with _running([program, "serve", "--location", "store", "--bind", f"127.0.0.1:{port}"], folder, port):
        yield Product(f"http://127.0.0.1:{port}/store", f"http://127.0.0.1:{port}/query")


@contextmanager
def virtuoso(folder: Path) -> Iterator[Product]:
    """Virtuoso as Debian has it, with a new database, whose user is dba with the password dba."""
    program = _installed("virtuoso-t", "apt-get install virtuoso-opensource")
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_VIRTUOSO_INI.format(sql=sql, http=http), encoding="utf-8")
    with _running([program, "+foreground", "+configfile", "virtuoso.ini"], folder, http):
        url = f"http://127.0.0.1:{http}/sparql"
        yield Product(f"{url}-graph-crud-auth", url, "dba", "dba")


def _installed(program: str, how: str) -> str:
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"there is no command {program}: {how}")
    return path


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    """A server that takes requests; it is stopped at the end."""
    log = folder / "out.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.STDOUT)
    with ended(process, _STOP_SECONDS):
        deadline = time.monotonic() + _READY_SECONDS
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"{Path(command[0]).name} does not start: {log.read_text(errors='replace')[-1000:]}")
            time.sleep(0.1)
        yield


def _answers(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/", timeout=5, trust_env=False)
    except httpx.HTTPError:
        return False
    return True
