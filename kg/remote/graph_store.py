"""A client of other people's stores: the SPARQL 1.1 Graph Store HTTP Protocol to write, SPARQL 1.1 to count.

The protocol is https://www.w3.org/TR/sparql11-http-rdf-update/; graphs are named indirectly, by ``?graph=`` (section
4.2). It talks to the addresses it is given and to no other: redirections are refused. Proxies and certificates are
those of the environment, as for all of Python's own clients.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import quote, urlencode

import httpx

from kg.errors import PublishError
from kg.remote.connection import address_with, cause_of, connect, first_line, http_address
from kg.remote.credentials import ADVICE, Credentials

#: Where products answer SPARQL, by where they answer the Graph Store Protocol; others do both in one place.
_QUERY_PATHS = {
    "/sparql-graph-crud-auth": "/sparql",  # Virtuoso
    "/sparql-graph-crud": "/sparql",
    "/rdf-graphs/service": "",  # GraphDB, RDF4J
    "/sparql/gsp": "/sparql",  # Neptune
    "/data": "/query",  # Fuseki
    "/store": "/query",  # Oxigraph
}
_LONGEST_WAIT = 60.0
# N-Triples is a subset of Turtle, which every such server has to read.
_TURTLE = "text/turtle; charset=utf-8"


def query_url_of(url: str) -> str:
    """Where the store at a Graph Store Protocol address answers SPARQL, as its product has it."""
    plain = url.rstrip("/")
    for end, instead in _QUERY_PATHS.items():
        if plain.endswith(end):
            return plain.removesuffix(end) + instead
    return url


class GraphStore:
    """A store to write named graphs to."""

    def __init__(
        self,
        url: str,
        *,
        query_url: str | None = None,
        credentials: Credentials | None = None,
        attempts: int = 5,
        first_wait: float = 1.0,
        timeout: float = 300.0,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Prepare to talk to a store; nothing is sent yet.

        Args:
            url: where it answers the Graph Store Protocol.
            query_url: where it answers SPARQL; without it, where its product does so.
            credentials: who writes.
            attempts: how often a request is sent if the server fails or cannot be reached.
            first_wait: seconds to the second attempt; each later wait is twice as long.
            timeout: seconds without an answer after which an attempt has failed.
            sleep: what waits.

        Raises:
            BadInput: an address is not one of HTTP, or holds a password.
        """
        self._url = http_address(url)
        self._query_url = http_address(query_url or query_url_of(url))
        self._anonymous = credentials is None
        self._client = connect(credentials, timeout=timeout, through_proxy=True)
        self._attempts, self._first_wait, self._sleep = attempts, first_wait, sleep

    def log_in(self, graph: str) -> None:
        """Let the server ask for credentials while there is little to send: merge nothing into a graph.

        A server that refuses a large request at once closes the connection while it is still being sent, and its
        answer is lost.

        Raises:
            PublishError: the server cannot be reached or refuses the credentials.
        """
        self.add(graph, b"# nothing\n")

    def put(self, graph: str, turtle: bytes) -> None:
        """Replace a named graph, or make it; the bytes are Turtle. Raises `PublishError`."""
        self._send("PUT", self._graph_url(graph), turtle)

    def add(self, graph: str, turtle: bytes) -> None:
        """Merge triples into a named graph; the bytes are Turtle. Raises `PublishError`."""
        self._send("POST", self._graph_url(graph), turtle)

    def delete(self, graph: str) -> None:
        """Remove a named graph. Raises `PublishError`."""
        self._send("DELETE", self._graph_url(graph))

    def counts(self, below: str) -> dict[str, int]:
        """How many triples each named graph has whose name begins so.

        Raises:
            PublishError: the server does not answer SPARQL.
        """
        # Which graphs are meant is told apart here: products ask a filter of the name of a graph for each of its
        # triples, and one with an index of how many a graph has no longer uses it.
        query = "SELECT ?graph (COUNT(*) AS ?triples) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"
        url = address_with(self._query_url, urlencode({"query": query}))
        answer = self._send("GET", url, accept="application/sparql-results+json")
        try:
            rows = answer.json()["results"]["bindings"]
            counts = {row["graph"]["value"]: int(row["triples"]["value"]) for row in rows if "graph" in row}
        except (ValueError, KeyError, TypeError) as error:
            hint = "name the address that does by --sparql"
            raise PublishError(f"{self._query_url} does not answer SPARQL in JSON; {hint}") from error
        return {name: count for name, count in counts.items() if name.startswith(below)}

    def _graph_url(self, graph: str) -> str:
        return address_with(self._url, f"graph={quote(graph, safe='')}")

    def _send(self, method: str, url: str, body: bytes | None = None, accept: str = "*/*") -> httpx.Response:
        """Send a request, again if the server fails; sending one twice does not do more than sending it once."""
        what = f"{method} {url.partition('?')[0]}"
        headers = {"Accept": accept} if body is None else {"Accept": accept, "Content-Type": _TURTLE}
        for attempt in range(self._attempts):
            try:
                response = self._client.request(method, url, content=body, headers=headers)
            except httpx.HTTPError as error:
                cause, wait = cause_of(error), 0.0
            else:
                if response.is_success:
                    return response
                cause, wait = _refusal(response), _retry_after(response)
                if response.status_code < 500 and response.status_code != 429:
                    raise PublishError(f"{what}: {cause}{self._advice(response)}")
            if attempt + 1 < self._attempts:
                self._sleep(max(wait, min(self._first_wait * 2**attempt, _LONGEST_WAIT)))
        raise PublishError(f"{what}: {cause}, {self._attempts} times")

    def _advice(self, response: httpx.Response) -> str:
        if response.status_code in (401, 403) and self._anonymous:
            return f"; {ADVICE}"
        if response.status_code in (401, 403):
            return "; these credentials may not write there"
        if response.is_redirect:
            return f"; it is at {response.headers['Location']}, which was not followed"
        return ""


def _refusal(response: httpx.Response) -> str:
    """What the server says, in short, unless it is a page."""
    line = first_line(response.iter_bytes())
    said = f": {line}" if line and not line.startswith("<") else ""
    return f"{response.status_code} {response.reason_phrase}{said}"


def _retry_after(response: httpx.Response) -> float:
    value = response.headers.get("Retry-After", "")
    return min(float(value), _LONGEST_WAIT) if value.isdecimal() else 0.0
