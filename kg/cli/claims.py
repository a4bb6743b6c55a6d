"""Show what sources claim, section by section, and how each claim stands against the evidence."""

from __future__ import annotations

from pathlib import Path

import click

from kg.claims import claims_to_json, print_claims
from kg.cli.building import built
from kg.cli.options import project_option
from kg.cli.output import console


@click.command("claims", help=__doc__)
@click.option("--status", metavar="STATUS", help="Only claims of this status, for example disputed.")
@click.option("--section", metavar="NUMBER", type=int, help="Only the claims of this section.")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text", show_default=True)
@project_option
def command(status: str | None, section: int | None, format_name: str, root: Path | None) -> None:
    sections = built(root).claims(status=status, section=section)
    if format_name == "json":
        click.echo(claims_to_json(sections), nl=False)
    else:
        print_claims(sections, console())
