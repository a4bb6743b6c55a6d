"""Show which duties and conclusions would be lost and gained if some statements were not there, or others were.

Nothing is changed, but that the project is built first if need be. As Turtle, the answer is a patch. If Türkiye
left NATO, and the treaty that it is founded on, on 1 January 2027, and if it left all else as well:

    kg what-if --without id/state/TUR --in id/organization/NATO --from 2027-01-01

    kg what-if --without id/state/TUR --from 2027-01-01
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from kg.cli.building import built
from kg.cli.options import DAY, project_option, renderer_option
from kg.cli.output import progress, write_out
from kg.collector import uncollected
from kg.project import open_project
from kg.whatif.render import RENDERERS


@click.command("what-if", help=__doc__)
@click.option("--remove", multiple=True, metavar="FILE", type=click.Path(path_type=Path), help="Without this file.")
@click.option("--add", multiple=True, metavar="FILE", type=click.Path(path_type=Path), help="With this file.")
@click.option("--without", metavar="IRI", help="Without this state, organization, treaty or episode.")
@click.option(
    "--in", "within", metavar="IRI", help="Only within this organization or treaty, and what it is founded on."
)
@click.option(
    "--from", "start", metavar="DATE", type=DAY, help="It is gone from this day on. Without a day, it never was."
)
@click.option(
    "--as-of", "day", metavar="DATE", type=DAY, help="The day to compare.  [default: that of --from, else all days]"
)
@renderer_option(RENDERERS)
@project_option
def command(
    remove: Sequence[Path],
    add: Sequence[Path],
    without: str | None,
    within: str | None,
    start: date | None,
    day: date | None,
    format_name: str,
    root: Path | None,
) -> None:
    # What is no term is told before anything is built.
    names = open_project(root).names
    thing, body = (None if iri is None else names.term(iri) for iri in (without, within))
    graph = built(root)
    with progress("reasoning"), uncollected():
        difference = graph.what_if(remove=remove, add=add, without=thing, within=body, start=start, as_of=day)
    write_out(RENDERERS[format_name](difference))
