"""Serve the project to language models, by the Model Context Protocol: tools that find, ask and prove.

Without options it speaks on standard input and output, as desktop clients start it. With --http PORT it listens at
http://127.0.0.1:PORT/mcp, and takes only requests that come from this machine's own pages or from no page; where
CASUS_MCP_TOKEN is set, only those that bring it (Authorization: Bearer TOKEN). kg serve --mcp has it beside the pages.

It only reads, with the workers and the limits of kg serve; the environment sets them, CASUS_QUERY_SECONDS for example.
The project is built first if need be: run kg build once where a client does not wait long. It needs
pip install 'casus-kg[mcp]'.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.building import built
from kg.cli.options import project_option
from kg.errors import MissingLibrary
from kg.messages import say
from kg.pool.forkserver import require_fork
from kg.pool.limits import limits_from
from kg.pool.source import Source
from kg.remote.connection import http_address
from kg.web.host import HostConfig
from kg.web.server import free_address
from kg.web.site import Site

if TYPE_CHECKING:
    from kg.mcp.http import Mounting


@click.command("mcp", help=__doc__)
@click.option("--http", "port", type=click.IntRange(1, 65535), metavar="PORT", help="Listen on this port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on, with --http.")
@click.option("--public-url", metavar="URL", help="Where clients find it, with --http, if by another name than that.")
@project_option
def command(port: int | None, host: str, public_url: str | None, root: Path | None) -> None:
    require_fork()
    if public_url is not None:
        http_address(public_url)
    mount = mounting(host, public_url)
    from kg.mcp.http import run_http  # noqa: PLC0415 - it needs the library
    from kg.mcp.server import create_server  # noqa: PLC0415 - likewise

    address = None if port is None else free_address(host, port)
    limits, shown = limits_from(), f"[{host}]" if ":" in host else host
    graph = built(root)
    config = HostConfig(Source(graph.build), limits, tuple(graph.project.questions), Site())
    service, workforce = config.employ()
    with workforce:
        if address is None or port is None:
            create_server(service).run("stdio")
        else:
            run_http(mount(service, limits), address, port, lambda: say(f"Serving at http://{shown}:{port}/mcp"))


def mounting(host: str, public_url: str | None) -> Mounting:
    """What mounts the tools in a server, with the token of the environment.

    Args:
        host: the address that the server listens on.
        public_url: where the world finds the server, if it is found elsewhere.

    Raises:
        MissingLibrary: the protocol's library is not installed.
    """
    try:
        from kg.mcp.http import Mounting  # noqa: PLC0415
    except ImportError as error:
        raise MissingLibrary("mcp is not installed; pip install 'casus-kg[mcp]' brings it") from error
    return Mounting((host, *([] if public_url is None else [public_url])), os.environ.get("CASUS_MCP_TOKEN") or None)
