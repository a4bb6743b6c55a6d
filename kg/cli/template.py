"""Write the empty sheets for treaties, parties and clauses, which `kg import sheets` brings in.

They are CSV files in a folder, or an .xlsx where the name ends so. The table `about` says what each column holds. With
--example there is a treaty in them.
"""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import project_option


@click.command("template", help=__doc__)
@click.option(
    "-o", "--output", "place", default="sheets", show_default=True, metavar="DIR|FILE.xlsx",
    type=click.Path(path_type=Path),
)  # fmt: skip
@click.option("--example", is_flag=True, help="With a treaty as an example.")
@project_option
def command(place: Path, example: bool, root: Path | None) -> None:
    from kg.importers.sheets.template_sheets import write_template  # noqa: PLC0415 - `kg --help` does without
    from kg.importers.sheets.vocabulary import read_vocabularies  # noqa: PLC0415
    from kg.project import open_project  # noqa: PLC0415
    from kg.rdf.load import load_files  # noqa: PLC0415

    statements = (quad.triple for quad in load_files(open_project(root).sources))
    for path in write_template(place, read_vocabularies(statements), example=example):
        click.echo(path)
