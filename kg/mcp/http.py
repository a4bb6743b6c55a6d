"""The tools over streamable HTTP: who may ask, and the application that answers.

A request is a POST and its answer one document of JSON: nothing is kept between requests, and nothing is sent unasked.
https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kg.mcp.server import create_server
from kg.pool.limits import Limits
from kg.web.service import Service

#: Where the tools are.
PATH = "/mcp"
#: The names by which a machine calls itself: a page of another site that comes by one of its own is refused.
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Mounting:
    """How the tools are mounted in a server; another process may do it.

    Attributes:
        hosts: the names by which clients may call the server besides those of this machine, or its public address.
        token: what clients must bring, if anything.
    """

    hosts: tuple[str, ...] = ()
    token: str | None = field(default=None, repr=False)

    def __call__(self, service: Service, limits: Limits) -> HttpEndpoint:
        """The tools of a service, with its limits."""
        names = [host for said in self.hosts for host in _names(said)]
        security = TransportSecuritySettings(
            allowed_hosts=[form for host in (*_LOOPBACK, *names) for form in (host, f"{host}:*")],
            allowed_origins=[
                form
                for host in (*_LOOPBACK, *names)
                for scheme in ("http", "https")
                for form in (f"{scheme}://{host}", f"{scheme}://{host}:*")
            ],
        )
        prefixes = {"", *(urlsplit(said).path.rstrip("/") for said in self.hosts if "://" in said)}
        paths = frozenset(prefix + PATH for prefix in prefixes)
        return HttpEndpoint(create_server(service), paths, security, limits, self.token)


class HttpEndpoint:
    """Answers requests of the protocol, in ASGI."""

    def __init__(
        self,
        server: MCPServer,
        paths: frozenset[str],
        security: TransportSecuritySettings,
        limits: Limits,
        token: str | None,
    ) -> None:
        """Answer for a server.

        Args:
            server: the server.
            paths: where it is found.
            security: the hosts and origins that requests may name.
            limits: how long a request may be.
            token: what clients must bring, if anything.
        """
        # The SDK makes what manages requests together with an application, whose place this one takes.
        server.streamable_http_app(
            json_response=True,
            stateless_http=True,
            max_request_body_size=limits.body_bytes,
            transport_security=security,
        )
        self._manager = server.session_manager
        self.paths = paths
        self._token = token
        self._life: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._begun, self._over = asyncio.Event(), asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope)
        if request.method != "POST":
            refusal = "send requests by POST, as streamable HTTP has them"
            await PlainTextResponse(f"{refusal}\n", 405, {"Allow": "POST"})(scope, receive, send)
        elif not self._is_known(request.headers.get("authorization", "")):
            refusal = "this server wants its token: Authorization: Bearer …"
            await PlainTextResponse(f"{refusal}\n", 401, {"WWW-Authenticate": "Bearer"})(scope, receive, send)
        else:
            await self._begin()
            await self._manager.handle_request(scope, receive, send)

    def close(self) -> None:
        """End it, from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._over.set)

    def _is_known(self, authorization: str) -> bool:
        if self._token is None:
            return True
        scheme, _, brought = authorization.partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(
            # What is in a header is bytes, which Starlette reads as Latin-1.
            brought.strip().encode("latin-1"),
            self._token.encode(),
        )

    async def _begin(self) -> None:
        """Begin to live with the first request: a server that hosts it may know nothing of its life."""
        if self._life is None:
            self._loop = asyncio.get_running_loop()
            self._life = asyncio.create_task(self._live())
        await self._begun.wait()

    async def _live(self) -> None:
        async with self._manager.run():
            self._begun.set()
            await self._over.wait()


def run_http(endpoint: HttpEndpoint, address: str, port: int, on_ready: Callable[[], None]) -> None:
    """Serve the tools alone, until SIGINT or SIGTERM.

    Args:
        endpoint: what answers.
        address: the number of the address to listen on.
        port: the port to listen on.
        on_ready: called as soon as the server accepts connections.
    """
    app = Starlette(routes=[Route(PATH, endpoint=endpoint)])
    config = uvicorn.Config(app, host=address, port=port, log_level="warning", access_log=False, lifespan="off")
    server = uvicorn.Server(config)

    async def serve() -> None:
        serving = asyncio.create_task(server.serve())
        while not (server.started or serving.done()):
            await asyncio.sleep(0.01)
        if server.started:
            on_ready()
        await serving

    asyncio.run(serve())


def _names(said: str) -> list[str]:
    """The names of a host as requests have them: of an address with a scheme, its host and port."""
    if "://" in said:
        return [urlsplit(said).netloc]
    return [f"[{said}]" if ":" in said else said]
