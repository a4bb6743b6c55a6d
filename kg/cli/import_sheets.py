"""Bring treaties, parties, clauses and events from spreadsheets into a project of your own.

FILE is an .xlsx or a folder of CSV files, as `kg template` writes them. They become Turtle in graph/sheets/NAME/ of
the project, which is made if there is none; what sheets of the same name brought in before is replaced. Every error is
told with its sheet, row and column, all at once, and then nothing is written: exit status 1.

Each thing that is made says from which row it is (casus:locator), and so does kg explain.

A --mapping says in TOML what your sheets, columns and values are called here; "" stands for what is only carried along:

    [sheets]
    memberships = "parties"
    [columns.memberships]
    target = "treaty"
    remark = ""
    [values.memberships.role]
    "full member" = "party"
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.output import messages, progress
from kg.importers.sheets.problem import PROBLEM_FORMATS, SheetErrors


@click.command("sheets", help=__doc__.replace("\n    ", "\n\b\n    ", 1))
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.option("-o", "--output", "folder", metavar="DIR", type=click.Path(path_type=Path), help="The project.")
@click.option(
    "--mapping", "mapping_file", metavar="TOML", type=click.Path(path_type=Path), help="What you call things."
)
@click.option("--check", is_flag=True, help="Write nothing; only tell what is wrong.")
@click.option("--anyway", is_flag=True, help="Bring in what the shapes object to, with a warning for each objection.")
@click.option(
    "--format", "format_name", type=click.Choice(list(PROBLEM_FORMATS)), default="text", show_default=True,
    help="How problems are told, on standard output.",
)  # fmt: skip
def command(
    source: Path, folder: Path | None, mapping_file: Path | None, check: bool, anyway: bool, format_name: str
) -> None:
    from kg.importers.sheets.bring_in import import_sheets  # noqa: PLC0415 - slow to import
    from kg.importers.sheets.sheet_mapping import read_mapping  # noqa: PLC0415

    mapping = read_mapping(mapping_file) if mapping_file is not None else None
    place = folder or click.get_current_context().obj or Path(f"{source.resolve().stem}-project")
    render = PROBLEM_FORMATS[format_name]
    try:
        with progress("bringing in"):
            done = import_sheets(source, place, mapping=mapping, write=not check, anyway=anyway)
    except SheetErrors as errors:
        click.echo(render(errors.problems), nl=False)
        messages.print(f"{len(errors.problems)} errors; nothing was written", markup=False)
        sys.exit(SheetErrors.exit_code)
    if done.warnings or format_name != "text":
        click.echo(render(done.warnings), nl=False)
    counted = ", ".join(f"{sheet} {count}" for sheet, count in done.rows.items())
    messages.print(f"rows brought in: {counted or 'none'}", markup=False)
    if done.carried:
        counted = ", ".join(f"{sheet} {count}" for sheet, count in done.carried.items())
        messages.print(f"rows only carried along: {counted}", markup=False)
    if not check:
        messages.print(f"Next: kg --project {place} serve", markup=False)
