"""Put the graphs into another store by the SPARQL 1.1 Graph Store HTTP Protocol, and count them there.

URL is where the store answers that protocol: /sparql-graph-crud-auth of Virtuoso, /DATASET/data of Fuseki,
/repositories/NAME/rdf-graphs/service of GraphDB, /store of Oxigraph. The project is built first if need be. Each
of its graphs replaces the graph of that name; other graphs stay as they are. Blank nodes become IRIs.

kg serve --store then answers from that store. With --merged it does so much faster, since most products merge many
graphs anew for each query. A day is served if it was published with --as-of; after a change it is published again.

CASUS_USER and CASUS_PASSWORD, or CASUS_TOKEN, say who writes. A password is sent only if that server asks for it,
by digest if it can. A server that fails is asked again, five times at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from kg.cli.building import built
from kg.cli.options import DAY, project_option
from kg.cli.output import messages, progress
from kg.remote.credentials import credentials_of
from kg.remote.graph_store import GraphStore


@click.command("publish", help=__doc__)
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
def command(
    url: str, query_url: str | None, days: Sequence[date], merged: bool, prune: bool, root: Path | None
) -> None:
    store = GraphStore(url, query_url=query_url, credentials=credentials_of())
    graph = built(root)
    with progress("publishing") as status:
        done = graph.publish(
            store, days=days, merged=merged, prune=prune,
            on_graph=lambda name: status.update(f"sending {name} …"),
        )  # fmt: skip
    click.echo(f"{len(done.graphs)} graphs, {sum(done.graphs.values())} triples")
    for name, count in done.others.items():
        state = "removed" if done.removed else "not sent now; --prune removes it"
        messages.print(f"<{name}>, {count} triples: {state}", markup=False)
