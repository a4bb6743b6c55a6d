"""A client of another store's query service: the SPARQL 1.1 Protocol over one connection that is used again.

https://www.w3.org/TR/sparql11-protocol/, section 2.1.2: a query goes by POST as a form, since the graphs that it is
about (section 2.1.4) are too many for an address. The client talks to the address it is given, without a proxy, and to
no other: redirections are refused. What the store says when it fails reaches others as one short line, if at all.
"""

from __future__ import annotations

import http.client
import io
from collections.abc import Iterable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results

from kg.errors import Busy, CasusError, QueryError, QueryTimeout, StoreError
from kg.remote.credentials import ADVICE, Authorization, Credentials, http_address

if TYPE_CHECKING:
    from typing_extensions import Buffer

#: The media types in which answers are read, the one that is asked for first.
BINDINGS = ("application/sparql-results+json", "application/json")
TRIPLES = ("application/n-triples", "text/plain")

_FORM = "application/x-www-form-urlencoded"
_READ = 256 * 1024
_LINE = 200

# Virtuoso repeats each graph that it is asked about in a header of its answer, and the library takes no more than 100.
http.client._MAXHEADERS = 10_000  # type: ignore[attr-defined]


class Endpoint:
    """Where another store answers queries. It is for one thread, and asks one thing after the other."""

    def __init__(self, url: str, credentials: Credentials | None = None, *, timeout: float = 60) -> None:
        """Prepare to ask; nothing is sent yet.

        Args:
            url: where the store answers the SPARQL 1.1 Protocol.
            credentials: who asks.
            timeout: seconds without a byte after which the store is taken to be gone.

        Raises:
            StoreError: the address is not one of HTTP, or holds a password.
        """
        self._url = http_address(url)
        parts = urlsplit(url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(str(parts.hostname), parts.port, timeout=timeout)
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._authorization = Authorization(credentials)
        self._response: HTTPResponse | None = None

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
        body = urlencode(parameters).encode()
        response = self._send(body, media_types[0])
        if response.status == 401 and self._authorization.answer(response.headers.get_all("WWW-Authenticate", [])):
            response = self._send(body, media_types[0])
        # Virtuoso's "anytime" answers end where its patience did; older versions say so in this header only.
        if response.status != 200 or "X-SQL-State" in response.headers:
            raise _refusal(response)
        given = response.headers.get_content_type()
        if given not in media_types:
            raise StoreError(f"the store behind this server answers in {_printable(given)}, not in {media_types[0]}")
        return io.BufferedReader(_Body(response), _READ)

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
        self._connection.close()
        self._response = None

    def _send(self, body: bytes, accept: str) -> HTTPResponse:
        """Send a request, once more if the store has closed a connection that nobody used for a while."""
        self._read_to_end()
        is_fresh = self._connection.sock is None
        try:
            self._response = self._send_once(body, accept)
        except (OSError, HTTPException) as error:
            self.close()
            if is_fresh or isinstance(error, TimeoutError):
                raise _unreachable(error) from error
            return self._send(body, accept)
        return self._response

    def _send_once(self, body: bytes, accept: str) -> HTTPResponse:
        headers = {"Accept": accept, "Content-Type": _FORM, "User-Agent": "casus-kg"}
        authorization = self._authorization.header("POST", self._url)
        if authorization is not None:
            headers["Authorization"] = authorization
        self._connection.request("POST", self._target, body, headers)
        return self._connection.getresponse()

    def _read_to_end(self) -> None:
        """Make the connection ready for the next request: a little that is left is read, for much it is not worth."""
        if self._response is not None and not self._response.isclosed():
            with suppress(OSError, HTTPException):
                self._response.read(_READ)
            if not self._response.isclosed():
                self.close()


class _Body(io.RawIOBase):
    """The body of an answer, which must not end before its time."""

    def __init__(self, response: HTTPResponse) -> None:
        super().__init__()
        self._response = response

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Read into a buffer; raises StoreError if the store breaks off."""
        try:
            count = self._response.readinto(buffer)
        except (OSError, HTTPException) as error:
            raise _unreachable(error) from error
        if not count and self._response.length:
            raise StoreError("the store behind this server has broken off in the middle of an answer")
        return count


def _refusal(response: HTTPResponse) -> CasusError:
    """What an answer without an answer says to whoever has asked."""
    status = response.status
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
        error = QueryError(f"{store} does not take the query{_first_line(response)}")
    else:
        error = StoreError(f"{store} has failed ({status}){_first_line(response)}")
    return error


def _first_line(response: HTTPResponse) -> str:
    """What the store says, in short, unless it is a page."""
    if response.headers.get_content_type() != "text/plain":
        return ""
    try:
        lines = response.read(10 * _LINE).decode("utf-8", "replace").split("\n")
    except (OSError, HTTPException):
        return ""
    line = _printable(lines[0])
    return f": {line}" if line else ""


def _printable(text: str) -> str:
    return "".join(character for character in text[:_LINE] if character.isprintable()).strip()


def _unreachable(error: Exception) -> StoreError:
    cause = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return StoreError(f"the store behind this server cannot be reached: {_printable(str(cause)).lower()}")
