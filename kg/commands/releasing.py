"""Commands that give the graph to others: export, publish, serve."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from kg.commands.common import (
    built,
    files_argument,
    messages,
    progress,
    project_option,
)


@click.command()
@click.option(
    "-o", "--output", "folder", default="release", show_default=True, metavar="DIR", type=click.Path(path_type=Path)
)
@click.option(
    "--as-of", "day", metavar="DATE",
    help="The day of the graph of duties (YYYY-MM-DD).  [default: the day the newest source was issued]",
)  # fmt: skip
@project_option
def export(folder: Path, day: str | None, root: Path | None) -> None:
    """Write a release: the graphs in every format, tables, a graph of duties, documentation, a bundle for Protégé.

    casus-asserted, casus-inferred, casus-derived (the duties) and casus-whole are written as Turtle, TriG, N-Triples,
    N-Quads, RDF/XML and JSON-LD, TriG and N-Quads with the named graphs; tables/ as CSV with CSV on the Web metadata;
    duties-DATE.graphml holds the duties of a day; dataset.ttl describes the files, SHA256SUMS has their checksums.

    The same build gives the same bytes. Prints the files it has written.
    """
    from kg.duties.calendar import parse_day
    from kg.release.export import export as run

    if day is not None:
        parse_day(day)  # so that a bad date is told before anything is built
    finished = built(root)
    with progress("exporting") as status:
        written = run(finished, folder, day=day, on_file=lambda name: status.update(f"writing {name} …"))
    for path in written:
        click.echo(path)


@click.command()
@click.argument("url")
@click.option(
    "--sparql", "query_url", metavar="URL",
    help="Where the store answers SPARQL.  [default: where its product does, else URL]",
)  # fmt: skip
@click.option("--prune", is_flag=True, help="Remove graphs of earlier builds that this one does not have.")
@project_option
def publish(url: str, query_url: str | None, prune: bool, root: Path | None) -> None:
    """Put the graphs into another store by the SPARQL 1.1 Graph Store HTTP Protocol, and count them there.

    URL is where the store answers that protocol: /sparql-graph-crud-auth of Virtuoso, /DATASET/data of Fuseki,
    /repositories/NAME/rdf-graphs/service of GraphDB, /store of Oxigraph. The project is built first if need be. Each
    of its graphs replaces the graph of that name; other graphs stay as they are. Blank nodes become IRIs.

    CASUS_USER and CASUS_PASSWORD, or CASUS_TOKEN, say who writes. A password is sent only if that server asks for it,
    by digest if it can. A server that fails is asked again, five times at most.
    """
    from kg.release.graph_store import GraphStore, credentials_of
    from kg.release.publish import publish as run

    store = GraphStore(url, query_url=query_url, credentials=credentials_of())
    finished = built(root)
    with progress("publishing") as status:
        done = run(finished, store, prune=prune, on_graph=lambda name: status.update(f"sending {name} …"))
    click.echo(f"{len(done.graphs)} graphs, {sum(done.graphs.values())} triples")
    for name, count in done.others.items():
        state = "removed" if done.removed else "not of this build; --prune removes it"
        messages.print(f"<{name}>, {count} triples: {state}", markup=False)


@click.command()
@files_argument
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", type=int, metavar="N", help="Processes that answer queries.  [default: 4]")
@click.option("--query-seconds", type=float, metavar="N", help="Stop a query after this time.  [default: 30]")
@click.option("--query-memory", type=int, metavar="MIB", help="Memory that a query may take.  [default: 512]")
@click.option("--result-rows", type=int, metavar="N", help="Rows that an answer may have.  [default: 1000000]")
@click.option("--access-log", is_flag=True, help="Write a line of JSON to standard error for each answer.")
@click.option("--public-url", metavar="URL", help="Where the world finds this server, if a proxy stands before it.")
@click.option("--trust-proxy", is_flag=True, help="Believe the X-Forwarded headers, which a proxy must set itself.")
@project_option
def serve(
    files: Sequence[Path],
    host: str,
    port: int,
    access_log: bool,
    public_url: str | None,
    trust_proxy: bool,
    root: Path | None,
    **settings: float | None,
) -> None:
    """Serve the project over HTTP: a page for people at /, SPARQL 1.1 at /sparql.

    The project is built first if need be. With FILEs, just these are served, as they are: without validation or
    reasoning, and N-Quads and TriG keep their graphs.

    The signal SIGHUP takes in what has changed, without a request lost. /health and /metrics are for monitoring. All
    limits are settings of the environment as well, CASUS_QUERY_SECONDS for example; SECURITY.md has the table.
    """
    from kg.project import open_project
    from kg.querying.limits import limits_from
    from kg.web.server import StoreSource
    from kg.web.server import serve as run
    from kg.web.site import Site

    limits = limits_from(**settings)
    site = Site(public_url=public_url, trust_proxy=trust_proxy)
    if files:
        source, questions = StoreSource(folder=None, files=tuple(files)), []
    else:
        finished, project = built(root), open_project(root)
        source = StoreSource(finished.store, (), build=finished, project=project.root)
        questions = project.questions
    run(source, host, port, questions=questions, limits=limits, site=site, access_log=access_log)
