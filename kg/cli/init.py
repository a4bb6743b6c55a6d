"""Make a project of your own: a folder that extends the shipped ontology, shapes, rules and concepts.

DIR must be empty or not there yet. It gets a casus.toml that says what the project is called and how it names things,
a small treaty as an example in graph/, and a question with its answer in ontology/questions/. Nothing is copied: the
project has the ontology of Casus by reference, and each new version of it with the package.

    kg init alliances --title "Alliances of my own" --base https://example.org/alliances/
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from kg.cli.output import messages
from kg.starter.create import create_project


@click.command("init", help=__doc__)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", metavar="NAME", help="How the names of its files begin.  [default: from the folder's name]")
@click.option("--title", metavar="TEXT", help="What it is called.  [default: from its name]")
@click.option("--base", metavar="IRI", help="Below which it names things.  [default: https://example.org/NAME/]")
@click.option(
    "--language", "languages", metavar="TAG", multiple=True, default=["en"], show_default=True,
    help="In which it is shown, the preferred first; can be repeated.",
)  # fmt: skip
@click.option("--example/--no-example", default=True, help="With the treaty as an example.  [default: with it]")
def command(
    folder: Path, name: str | None, title: str | None, base: str | None, languages: Sequence[str], example: bool
) -> None:
    made = create_project(folder, name=name, title=title, base=base, languages=languages, example=example)
    for path in sorted(made.root.rglob("*")):
        if path.is_file():
            click.echo(folder / path.relative_to(made.root))
    messages.print(f"Next: kg --project {folder} serve", markup=False)
