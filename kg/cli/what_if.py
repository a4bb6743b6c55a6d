"""Show which duties and conclusions would be lost and gained if some statements were not there, or others were.

Nothing is changed, but that the project is built first if need be. As Turtle, the answer is a patch. If Armenia
left the CSTO and all else on 1 January 2027:

    kg what-if --without id/state/ARM --from 2027-01-01
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from kg.cli.building import built
from kg.cli.options import DAY, project_option, renderer_option
from kg.cli.output import progress, write_out
from kg.project import open_project
from kg.whatif.render import RENDERERS


@click.command("what-if", help=__doc__)
@click.option("--remove", multiple=True, metavar="FILE", type=click.Path(path_type=Path), help="Without this file.")
@click.option("--add", multiple=True, metavar="FILE", type=click.Path(path_type=Path), help="With this file.")
@click.option("--without", metavar="IRI", help="Without this state, organization, treaty or episode.")
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
    start: date | None,
    day: date | None,
    format_name: str,
    root: Path | None,
) -> None:
    # What is no term is told before anything is built.
    thing = None if without is None else open_project(root).names.term(without)
    graph = built(root)
    with progress("reasoning"):
        difference = graph.what_if(remove=remove, add=add, without=thing, start=start, as_of=day)
    write_out(RENDERERS[format_name](difference))
