"""Serve the project over HTTP: a page for people at /, SPARQL 1.1 at /sparql.

The project is built first if need be. With FILEs, just these are served, as they are: without validation or
reasoning, and N-Quads and TriG keep their graphs.

With --store, queries, things, graphs and days are answered from another store: it must hold the graphs of this
project, and is only read. Documentation, statistics and examples are still those of the project, which is built for
them. CASUS_USER and CASUS_PASSWORD, or CASUS_TOKEN, say who asks there.

With --mcp, language models find the project's tools at /mcp, as kg mcp has them; where CASUS_MCP_TOKEN is set, they
must bring it.

The signal SIGHUP takes in what has changed, without a request lost. /health and /metrics are for monitoring. All
limits are settings of the environment as well, CASUS_QUERY_SECONDS for example; SECURITY.md has the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from kg.cli.building import built
from kg.cli.mcp import mounting
from kg.cli.options import files_argument, project_option
from kg.pool.forkserver import require_fork
from kg.pool.limits import limits_from
from kg.pool.source import Source
from kg.remote.connection import http_address
from kg.web.server import serve as run
from kg.web.site import Site


@click.command("serve", help=__doc__)
@files_argument
@click.option(
    "--store", "url", metavar="URL",
    help="Answer from another store, to which kg publish has put the graphs; URL is where it answers SPARQL 1.1.",
)  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", type=int, metavar="N", help="Processes that answer queries.  [default: 4]")
@click.option("--query-seconds", type=float, metavar="N", help="Stop a query after this time.  [default: 30]")
@click.option("--query-memory", type=int, metavar="MIB", help="Memory that a query may take.  [default: 512]")
@click.option("--result-rows", type=int, metavar="N", help="Rows that an answer may have.  [default: 1000000]")
@click.option("--access-log", is_flag=True, help="Write a line of JSON to standard error for each answer.")
@click.option("--public-url", metavar="URL", help="Where the world finds this server, if a proxy stands before it.")
@click.option("--trust-proxy", is_flag=True, help="Believe the X-Forwarded headers, which a proxy must set itself.")
@click.option("--mcp", "tools", is_flag=True, help="Serve the tools for language models at /mcp; see kg mcp.")
@project_option
def command(
    files: Sequence[Path],
    url: str | None,
    host: str,
    port: int,
    access_log: bool,
    public_url: str | None,
    trust_proxy: bool,
    tools: bool,
    root: Path | None,
    **settings: float | None,
) -> None:
    require_fork()  # so that it is told before anything is built
    limits = limits_from(**settings)
    if public_url is not None:
        http_address(public_url)
    site = Site(public_url=public_url, trust_proxy=trust_proxy)
    if files and url:
        raise click.UsageError("FILEs are served from memory: name them or --store, not both")
    if url:
        http_address(url)  # so that a bad address is told before anything is built
    if files and tools:
        raise click.UsageError("the tools of --mcp are about a project: name FILEs or --mcp, not both")
    beside = mounting(host, public_url) if tools else None
    if files:
        source, questions, project = Source(files=tuple(files)), [], None
    else:
        graph = built(root)
        source, questions, project = Source(graph.build), graph.project.questions, graph.project.root
    run(
        source, host, port, questions=questions, limits=limits, site=site, access_log=access_log, url=url,
        project=project, beside=beside,
    )  # fmt: skip
