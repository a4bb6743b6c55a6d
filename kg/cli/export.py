"""Write a release: the graphs in every format, tables, a graph of duties, documentation, a bundle for Protégé.

casus-asserted, casus-inferred, casus-derived (the duties) and casus-whole are written as Turtle, TriG, N-Triples,
N-Quads, RDF/XML and JSON-LD, TriG and N-Quads with the named graphs; tables/ as CSV with CSV on the Web metadata, a
codebook, and what reads them in R and Python;
duties-DATE.graphml holds the duties of the day on which the newest source was issued; dataset.ttl describes the
files, SHA256SUMS has their checksums.

With --as-of, casus-as-of-DATE holds the plain relations of that day and what follows from them, in all formats;
they are in casus-whole and in the bundle for Protégé too, and the graph of duties is that of the day.

With --only tables, the tables alone are written. --format csv,parquet,dta chooses CSV, Parquet and Stata's format.
With --only sheets, only the sheets are written again that kg import sheets has brought in, with the same cells: a
folder of CSV files for each, or one .xlsx if DIR ends so.

The same build and the same day give the same bytes. Prints the files it has written.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kg.build.pipeline import load_asserted
from kg.cli.building import built
from kg.cli.options import as_of_option, project_option
from kg.cli.output import messages, progress, proof_hinted
from kg.export.table_files import table_format
from kg.project import open_project


@click.command("export", help=__doc__)
@click.option(
    "-o", "--output", "folder", default="release", show_default=True, metavar="DIR", type=click.Path(path_type=Path)
)
@click.option("--only", type=click.Choice(["sheets", "tables"]), help="Write nothing else.")
@click.option(
    "--format",
    "formats",
    default="csv",
    show_default=True,
    metavar="FORMAT[,FORMAT]...",
    help="The formats of the tables: csv, parquet, dta (Stata's).",
)
@as_of_option
@project_option
def command(folder: Path, only: str | None, formats: str, day: date | None, root: Path | None) -> None:
    if only == "sheets":
        _sheets(folder, root)
        return
    if only and day is not None:
        raise click.UsageError("the tables are of all days; leave --as-of out, or write the whole release")
    chosen = [table_format(name.strip()).name for name in formats.split(",")]  # what is wrong is told before a build
    graph = built(root)
    with progress("exporting") as status, proof_hinted(root, day):
        written = graph.export(
            folder,
            as_of=day,
            only=only,
            table_formats=chosen,
            on_file=lambda name: status.update(f"writing {name} …"),
        )
    for path in written:
        click.echo(path)


def _sheets(place: Path, root: Path | None) -> None:
    from kg.importers.sheets.seal import changed_workbooks  # noqa: PLC0415 - a release does without
    from kg.importers.sheets.take_out import export_sheets  # noqa: PLC0415

    project = open_project(root)
    for name in changed_workbooks(project):
        told = f"graph/sheets/{name}/ was changed since {name} was brought in"
        messages.print(f"{told}; the sheets have the cells that they had then", markup=False)
    for path in export_sheets((quad.triple for quad in load_asserted(project)), project.names, place):
        click.echo(path)
