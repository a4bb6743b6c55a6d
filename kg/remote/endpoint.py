"""A client of another store's query service: the SPARQL 1.1 Protocol over one connection that is used again.

https://www.w3.org/TR/sparql11-protocol/, section 2.1.2: a query goes by POST as a form, since the graphs that it is
about (section 2.1.4) are too many for an address. The client talks to the address it is given, without a proxy, and to
no other: redirections are refused. What the store says when it fails reaches others as one short line, if at all.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from urllib.parse import urlencode

import httpx
from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results

from kg.errors import Busy, CasusError, QueryError, QueryTimeout, StoreError
from kg.remote.connection import cause_of, connect, first_line, http_address, media_type, printable
from kg.remote.credentials import ADVICE, Credentials
from kg.sparql.chunks import Chunks

#: The media types in which answers are read, the one that is asked for first.
BINDINGS = ("application/sparql-results+json", "application/json")
TRIPLES = ("application/n-triples", "text/plain")

_FORM = "application/x-www-form-urlencoded"
_READ = 256 * 1024


class Endpoint:
    """Where another store answers queries. It is for one thread, and asks one thing after the other."""

    def __init__(self, url: str, credentials: Credentials | None = None, *, timeout: float = 60) -> None:
        """Prepare to ask; nothing is sent yet.

        Args:
            url: where the store answers the SPARQL 1.1 Protocol.
            credentials: who asks.
            timeout: seconds without a byte after which the store is taken to be gone.

        Raises:
            BadInput: the address is not one of HTTP, or holds a password.
        """
        self._url = http_address(url)
        self._client = connect(credentials, timeout=timeout, through_proxy=False)
        self._response: httpx.Response | None = None
        self._pieces: Iterator[bytes] = iter(())

    def query(
        self, text: str, default_graphs: Iterable[str], named_graphs: Iterable[str], media_types: tuple[str, ...]
    ) -> io.BufferedReader:
        """The answer to a query, to be read before the next is asked.

        Args:
            text: SPARQL 1.1 Query.
            default_graphs: the graphs that are merged as the default graph.
            named_graphs: the graphs that GRAPH can name. Without any of both, the store or the query decides.
            media_types: those that the answer may have; the first is asked for.

        Raises:
            StoreError: the store cannot be reached, wants other credentials, has failed or answers something else.
            QueryError: it does not take the query.
            QueryTimeout: it has given the query up, or answers in part only.
            Busy: it answers too many others.
        """
        parameters = [("query", text)]
        parameters += [("default-graph-uri", graph) for graph in default_graphs]
        parameters += [("named-graph-uri", graph) for graph in named_graphs]
        response = self._send(urlencode(parameters).encode(), media_types[0])
        # Virtuoso's "anytime" answers end where its patience did; older versions say so in this header only.
        if response.status_code != 200 or "X-SQL-State" in response.headers:
            raise _refusal(response, self._pieces)
        given = media_type(response)
        if given not in media_types:
            raise StoreError(f"the store behind this server answers in {printable(given)}, not in {media_types[0]}")
        return io.BufferedReader(Chunks(self._pieces), _READ)

    def holding(self, graphs: Iterable[str]) -> set[str]:
        """Those of some graphs that the store has; raises as `query`."""
        values = " ".join(str(NamedNode(graph)) for graph in graphs)
        # So written it takes milliseconds on every product; joined, Virtuoso reads all that is in the graphs.
        text = f"SELECT ?g WHERE {{ VALUES ?g {{ {values} }} FILTER EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} }} }}"
        try:
            answer = parse_query_results(self.query(text, (), (), BINDINGS), QueryResultsFormat.JSON)
            assert isinstance(answer, QuerySolutions)
            return {row["g"].value for row in answer}
        except (SyntaxError, AssertionError, KeyError) as error:
            raise StoreError("the store behind this server does not answer SPARQL in JSON") from error

    def close(self) -> None:
        """End the connection; the next query begins another."""
        self._client.close()

    def _send(self, body: bytes, accept: str) -> httpx.Response:
        """Send a request, once more if the store has closed a connection that nobody used for a while."""
        self._end_last()
        request = self._client.build_request(
            "POST", self._url, content=body, headers={"Accept": accept, "Content-Type": _FORM}
        )
        try:
            try:
                self._response = self._client.send(request, stream=True)
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                self._response = self._client.send(request, stream=True)
        except httpx.HTTPError as error:
            raise _unreachable(error) from error
        self._pieces = _pieces(self._response)
        return self._response

    def _end_last(self) -> None:
        """Be done with the last answer. Its connection serves again if nothing of it was left."""
        if self._response is not None:
            with suppress(StoreError):
                next(self._pieces, None)
            self._response.close()
            self._response = None


def _pieces(response: httpx.Response) -> Iterator[bytes]:
    """The body of an answer, which must not end before its time; raises StoreError if the store breaks off."""
    try:
        yield from response.iter_bytes()
    except httpx.RemoteProtocolError as error:
        raise StoreError("the store behind this server has broken off in the middle of an answer") from error
    except httpx.HTTPError as error:
        raise _unreachable(error) from error


def _refusal(response: httpx.Response, pieces: Iterator[bytes]) -> CasusError:
    """What an answer without an answer says to whoever has asked."""
    status = response.status_code
    store = "the store behind this server"
    if status in (200, 206):
        error: CasusError = QueryTimeout(f"{store} gave up before it had the whole answer; ask for less")
    elif status in (408, 504):
        error = QueryTimeout(f"{store} took too long; ask for less")
    elif status in (429, 503):
        error = Busy(f"{store} is busy; try again in a few seconds")
    elif status in (401, 403):
        error = StoreError(f"{store} does not let it ask ({status}); its keeper may {ADVICE}")
    elif 300 <= status < 400:
        error = StoreError(f"{store} has moved ({status}), and is not followed")
    elif status == 400:
        error = QueryError(f"{store} does not take the query{_told(response, pieces)}")
    else:
        error = StoreError(f"{store} has failed ({status}){_told(response, pieces)}")
    return error


def _told(response: httpx.Response, pieces: Iterator[bytes]) -> str:
    """What the store says, in short, unless it is a page."""
    line = ""
    if media_type(response) == "text/plain":
        with suppress(StoreError):
            line = first_line(pieces)
    return f": {line}" if line else ""


def _unreachable(error: Exception) -> StoreError:
    return StoreError(f"the store behind this server cannot be reached: {cause_of(error).lower()}")
