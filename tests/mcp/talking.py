"""The SDK's own client, called from code that is not asynchronous, and servers for it to talk to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from anyio.from_thread import start_blocking_portal
from mcp import Client
from mcp.client.stdio import StdioServerParameters

PROGRAM = f"import sys; sys.path[:] = {sys.path!r}; from kg.cli import main; main()"


class Conversation:
    """A client that is connected."""

    def __init__(self, client: Client, portal: Any) -> None:
        """Talk by a client, whose coroutines a portal runs."""
        self._client, self._portal = client, portal

    def ask(self, method: str, *arguments: Any, **options: Any) -> Any:
        """What a method of the client gives."""

        async def call() -> Any:
            return await getattr(self._client, method)(*arguments, **options)

        return self._portal.call(call)

    def told(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """What a tool tells, as typed output; an error of the tool fails the test."""
        result = self.ask("call_tool", tool, arguments)
        assert not result.is_error, result.content[0].text
        assert result.structured_content is not None
        return result.structured_content

    def refused(self, tool: str, **arguments: Any) -> str:
        """The error of a tool."""
        result = self.ask("call_tool", tool, arguments)
        assert result.is_error, result.structured_content
        return result.content[0].text


@contextmanager
def conversation(server: Any, **options: Any) -> Iterator[Conversation]:
    """A conversation with a server: its address, the parameters of its process, or itself."""
    client = Client(server, **options)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(client):
        yield Conversation(client, portal)


def over_stdio(*arguments: str, **settings: str) -> StdioServerParameters:
    """The command ``kg mcp``, to be started by the client."""
    environment = {**os.environ, **settings}
    return StdioServerParameters(command=sys.executable, args=["-c", PROGRAM, "mcp", *arguments], env=environment)


class Listening(NamedTuple):
    """A server that listens, and the file of what it says."""

    process: subprocess.Popen[bytes]
    log: Path


@contextmanager
def listening(*arguments: str, settings: Mapping[str, str] | None = None) -> Iterator[Listening]:
    """A server that listens, as a command; it is stopped at the end."""
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as err:
            command = [sys.executable, "-c", PROGRAM, *arguments]
            process = subprocess.Popen(command, stderr=err, env=os.environ | dict(settings or {}))
        try:
            deadline = time.monotonic() + 120
            while b"Serving at" not in log.read_bytes():
                assert process.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.02)
            yield Listening(process, log)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
