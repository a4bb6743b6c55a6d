"""What a client is given to answer with: the tools of Casus, or SPARQL alone, both by the SDK's own client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from anyio.from_thread import start_blocking_portal
from mcp import Client
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from kg.errors import CasusError
from kg.mcp.server import create_server
from kg.pool.task import QueryTask
from kg.web.client import READABLE
from kg.web.service import Service


class Refused(Exception):
    """A tool has answered with an error."""


class Toolbox:
    """Tools that are called by name."""

    def __init__(self, client: Client, portal: Any) -> None:
        """Call by a client, whose coroutines a portal runs."""
        self._client, self._portal = client, portal
        #: How often a tool was called.
        self.calls = 0
        #: What each tool takes, as the server says it.
        self.described = {tool.name: tool for tool in portal.call(client.list_tools).tools}

    def call(self, name: str, **arguments: Any) -> dict[str, Any]:
        """What a tool tells; raises Refused."""
        self.calls += 1

        async def ask() -> Any:
            return await self._client.call_tool(name, arguments)

        result = self._portal.call(ask)
        if result.is_error:
            raise Refused(result.content[0].text)
        assert isinstance(result.structured_content, dict)
        return result.structured_content


@contextmanager
def toolbox(server: MCPServer) -> Iterator[Toolbox]:
    """The tools of a server in this process; the workers are in others."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(Client(server)) as client:
        yield Toolbox(client, portal)


def bare_server(service: Service) -> MCPServer:
    """A server as most graphs have one: SPARQL in, results in JSON out, over the same graph and workers."""
    server = MCPServer("bare", log_level="ERROR")

    @server.tool(structured_output=True)
    def sparql(query: str) -> dict[str, Any]:
        """Run a SPARQL query; SPARQL 1.1 Query Results JSON Format."""
        try:
            found: dict[str, Any] = json.loads(service.executor.run(QueryTask(query, READABLE)).read())
        except CasusError as error:
            raise ToolError(str(error)) from error
        return found

    return server


SERVERS = {"tools": create_server, "bare SPARQL": bare_server}
