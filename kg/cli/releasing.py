"""Commands that give the graph to others: export, publish, serve."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from kg.cli.common import (
    DAY,
    as_of_option,
    built,
    files_argument,
    messages,
    progress,
    project_option,
    proof_hinted,
)


@click.command()
@click.option(
    "-o", "--output", "folder", default="release", show_default=True, metavar="DIR", type=click.Path(path_type=Path)
)
@as_of_option
@project_option
def export(folder: Path, day: date | None, root: Path | None) -> None:
    """Write a release: the graphs in every format, tables, a graph of duties, documentation, a bundle for Protégé.

    casus-asserted, casus-inferred, casus-derived (the duties) and casus-whole are written as Turtle, TriG, N-Triples,
    N-Quads, RDF/XML and JSON-LD, TriG and N-Quads with the named graphs; tables/ as CSV with CSV on the Web metadata;
    duties-DATE.graphml holds the duties of the day on which the newest source was issued; dataset.ttl describes the
    files, SHA256SUMS has their checksums.

    With --as-of, casus-as-of-DATE holds the plain relations of that day and what follows from them, in all formats;
    they are in casus-whole and in the bundle for Protégé too, and the graph of duties is that of the day.

    The same build and the same day give the same bytes. Prints the files it has written.
    """
    from kg.export.release import export as run

    finished = built(root)
    with progress("exporting") as status, proof_hinted(root, day):
        written = run(finished, folder, day=day, on_file=lambda name: status.update(f"writing {name} …"))
    for path in written:
        click.echo(path)


@click.command()
@click.argument("url")
@click.option(
    "--sparql", "query_url", metavar="URL",
    help="Where the store answers SPARQL.  [default: where its product does, else URL]",
)  # fmt: skip
@click.option(
    "--as-of", "days", metavar="DATE", type=DAY, multiple=True,
    help="Add what holds on this day (YYYY-MM-DD), in a graph of its own. It may be given many times.",
)  # fmt: skip
@click.option("--merged", is_flag=True, help="Add the merge of all graphs, as one graph for kg serve --store to ask.")
@click.option("--prune", is_flag=True, help="Remove graphs of earlier builds, or days, that are not sent now.")
@project_option
def publish(
    url: str, query_url: str | None, days: Sequence[date], merged: bool, prune: bool, root: Path | None
) -> None:
    """Put the graphs into another store by the SPARQL 1.1 Graph Store HTTP Protocol, and count them there.

    URL is where the store answers that protocol: /sparql-graph-crud-auth of Virtuoso, /DATASET/data of Fuseki,
    /repositories/NAME/rdf-graphs/service of GraphDB, /store of Oxigraph. The project is built first if need be. Each
    of its graphs replaces the graph of that name; other graphs stay as they are. Blank nodes become IRIs.

    kg serve --store then answers from that store. With --merged it does so much faster, since most products merge many
    graphs anew for each query. A day is served if it was published with --as-of; after a change it is published again.

    CASUS_USER and CASUS_PASSWORD, or CASUS_TOKEN, say who writes. A password is sent only if that server asks for it,
    by digest if it can. A server that fails is asked again, five times at most.
    """
    from kg.remote.credentials import credentials_of
    from kg.remote.graph_store import GraphStore
    from kg.remote.publish import publish as run

    store = GraphStore(url, query_url=query_url, credentials=credentials_of())
    finished = built(root)
    with progress("publishing") as status:
        done = run(
            finished, store, days=days, merged=merged, prune=prune,
            on_graph=lambda name: status.update(f"sending {name} …"),
        )  # fmt: skip
    click.echo(f"{len(done.graphs)} graphs, {sum(done.graphs.values())} triples")
    for name, count in done.others.items():
        state = "removed" if done.removed else "not sent now; --prune removes it"
        messages.print(f"<{name}>, {count} triples: {state}", markup=False)


@click.command()
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
@project_option
def serve(
    files: Sequence[Path],
    url: str | None,
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

    With --store, queries, things, graphs and days are answered from another store: it must hold the graphs of this
    project, and is only read. Documentation, statistics and examples are still those of the project, which is built for
    them. CASUS_USER and CASUS_PASSWORD, or CASUS_TOKEN, say who asks there.

    The signal SIGHUP takes in what has changed, without a request lost. /health and /metrics are for monitoring. All
    limits are settings of the environment as well, CASUS_QUERY_SECONDS for example; SECURITY.md has the table.
    """
    from kg.pool.limits import limits_from
    from kg.project import open_project
    from kg.web.server import StoreSource
    from kg.web.server import serve as run
    from kg.web.site import Site

    limits = limits_from(**settings)
    site = Site(public_url=public_url, trust_proxy=trust_proxy)
    if files and url:
        raise click.UsageError("FILEs are served from memory: name them or --store, not both")
    if files:
        source, questions = StoreSource(folder=None, files=tuple(files)), []
    else:
        finished, project = built(root), open_project(root)
        source = StoreSource(finished.store, (), build=finished, project=project.root, url=url)
        questions = project.questions
    run(source, host, port, questions=questions, limits=limits, site=site, access_log=access_log)
