"""A little store that speaks the Graph Store HTTP Protocol and SPARQL's over real HTTP, with a real store behind it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

from pyoxigraph import NamedNode, QueryResultsFormat, QueryTriples, RdfFormat, Store

GRAPHS = ("default", "named")
USER, PASSWORD, TOKEN = "reader", "geheim", "t0ken"


@dataclass
class LittleServer:
    """What the server serves, what it demands, and what it saw.

    Attributes:
        store: what was put there.
        demands: the kind of credentials it wants: Basic, Digest, Bearer or none.
        failures: what it does with the next requests instead of answering: a status, or 0 to hang up.
        forgets: whether it drops what it is sent and says it was stored.
        says: what it answers to queries instead of the truth: a status, a body and headers.
        hangs_up: whether it ends the connection after an answer.
        waits: what it waits for before it answers a query of a client, if it is to wait.
        seen: method, graph and credentials of each request, in their order.
        asked: the parameters of each query, in their order.
        connections: how many have been made.
    """

    store: Store = field(default_factory=Store)
    demands: str = ""
    failures: list[int] = field(default_factory=list)
    forgets: bool = False
    says: tuple[int, bytes, dict[str, str]] | None = None
    hangs_up: bool = False
    waits: Event | None = None
    seen: list[tuple[str, str, str]] = field(default_factory=list)
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    connections: int = 0
    url: str = ""

    def triples(self, graph: str) -> int:
        return sum(1 for _ in self.store.quads_for_pattern(None, None, None, NamedNode(graph)))

    def methods(self) -> list[str]:
        return [method for method, _, _ in self.seen]


@contextmanager
def little_server(**settings: object) -> Iterator[LittleServer]:
    state = LittleServer(**settings)  # type: ignore[arg-type]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            state.connections += 1
            super().setup()

        def do_GET(self) -> None:
            self.serve()

        def do_PUT(self) -> None:
            self.serve()

        def do_POST(self) -> None:
            self.serve()

        def do_DELETE(self) -> None:
            self.serve()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = parse_qs(urlsplit(self.path).query)
            if self.headers.get_content_type() == "application/x-www-form-urlencoded":
                asked |= parse_qs(body.decode())
            graph = asked.get("graph", [""])[0]
            state.seen.append((self.command, graph, self.headers.get("Authorization", "")))
            if state.failures:
                status = state.failures.pop(0)
                if status == 0:
                    self.close_connection = True
                    return
                return self.answer(status, b"not now", {"Location": "/elsewhere"} if status < 400 else {})
            if not self.may():
                return self.answer(401, b"who are you?", {"WWW-Authenticate": challenge(state.demands)})
            if "query" in asked:
                return self.query(asked)
            if self.command in ("PUT", "DELETE"):
                state.store.remove_graph(NamedNode(graph))
            if body and not state.forgets:
                state.store.load(body, RdfFormat.TURTLE, to_graph=NamedNode(graph))
            return self.answer(204, b"")

        def query(self, asked: dict[str, list[str]]) -> None:
            state.asked.append(asked)
            if state.waits is not None:
                state.waits.wait(60)
            if state.says is not None:
                return self.answer(*state.says)
            default, named = ([NamedNode(name) for name in asked.get(f"{kind}-graph-uri", [])] for kind in GRAPHS)
            dataset = {"default_graph": default, "named_graphs": named} if default or named else {}
            try:
                found = state.store.query(asked["query"][0], **dataset)  # type: ignore[arg-type]
            except (SyntaxError, RuntimeError, ValueError) as error:
                return self.answer(400, str(error).encode(), {"Content-Type": "text/plain"})
            if isinstance(found, QueryTriples):
                return self.answer(
                    200, found.serialize(format=RdfFormat.N_TRIPLES) or b"", {"Content-Type": "application/n-triples"}
                )
            written = found.serialize(format=QueryResultsFormat.JSON) or b""
            return self.answer(200, written, {"Content-Type": "application/sparql-results+json"})

        def may(self) -> bool:
            given = self.headers.get("Authorization", "")
            if state.demands == "Basic":
                return given == "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            if state.demands == "Bearer":
                return given == f"Bearer {TOKEN}"
            if state.demands == "Digest":
                return is_right_digest(given, self.command, self.path)
            return True

        def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            if "Content-Length" not in (headers or {}):
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection |= state.hangs_up

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/graphs"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def challenge(kind: str) -> str:
    more = ', nonce="n1", qop="auth", algorithm="MD5"' if kind == "Digest" else ""
    return f'{kind} realm="store"{more}'


def is_right_digest(given: str, method: str, path: str) -> bool:
    """RFC 7616, section 3.4, with qop=auth and MD5."""
    said = dict(re.findall(r'(\w+)="?([^",]+)"?', given.removeprefix("Digest ")))
    if not given.startswith("Digest ") or said.get("uri") != path:
        return False
    who, what = digest(f"{USER}:store:{PASSWORD}"), digest(f"{method}:{path}")
    return said["response"] == digest(f"{who}:n1:{said['nc']}:{said['cnonce']}:auth:{what}")


def digest(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
