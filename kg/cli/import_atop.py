"""Make a project of your own copy of ATOP, the Alliance Treaty Obligations and Provisions data.

FOLDER has ATOP's tables of members and of alliances as they are distributed, in version 3 to 5, as CSV or Stata files;
they are found by their columns. The project extends the shipped one: alliances that Casus has keep what it says, with
what ATOP says otherwise as claims beside it; all others are ATOP's. Each statement can be led back to row and column,
and import.csv in the project says what became of each row. What is still in effect when ATOP ends is certain to that
day, and no duty of today.

    kg import atop FOLDER --ddyr atop5_1ddyr.csv -o world && kg --project world serve

Of a few alliances, what a member owes varies by the other member, and only the directed dyad-years (--ddyr) tell toward
whom. Without them the duties of these alliances are possible and not certain.
"""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.output import messages
from kg.importers.atop.folder import AtopImport, import_atop


@click.command("atop", help=__doc__)
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option(
    "--ddyr", "dyad_years", metavar="FILE", type=click.Path(path_type=Path), help="ATOP's directed dyad-years."
)
@click.option(
    "-o", "--output", "out", metavar="PROJECT", type=click.Path(path_type=Path), default=Path("atop"),
    show_default=True, help="The project's folder, which is empty or not there yet.",
)  # fmt: skip
@click.option("--alone", is_flag=True, help="ATOP's alliances only, all of them, without the treaties of Casus.")
@click.option("--title", metavar="TEXT", help="What the project is called.  [default: Alliances of ATOP VERSION]")
@click.option("--base", metavar="IRI", help="Below which it names things.  [default: https://example.org/NAME/]")
def command(folder: Path, dyad_years: Path | None, out: Path, alone: bool, title: str | None, base: str | None) -> None:
    with messages.status("reading …") as status:
        imported = import_atop(
            folder, out, dyad_years=dyad_years, alone=alone, title=title, base=base,
            on_progress=lambda text: status.update(f"{text} …"),
        )  # fmt: skip
    for line in _told(imported, out):
        click.echo(line)
    messages.print(f"Next: kg --project {out} serve", markup=False)


def _told(imported: AtopImport, out: Path) -> list[str]:
    """What was imported, in a few lines."""
    covered = f"ATOP {imported.version}, to {imported.coverage}: {imported.alliances:,} alliances"
    lines = [covered]
    for (file, outcome), count in sorted(
        imported.account.counts().items(), key=lambda item: (item[0][0], str(item[0]))
    ):
        lines.append(f"  {file}: {count:,} rows {outcome.value}")
    if imported.claims or imported.known:
        lines.append(f"  {_counted(len(imported.claims), 'difference')} from treaties of Casus became claims")
    if imported.possible_only:
        number = _counted(len(imported.possible_only), "alliance")
        lines.append(f"  of {number} nothing is certain: toward whom pledges hold, only --ddyr may tell")
    left_out = [entry for entry in imported.account.entries if entry.outcome.value == "left out"]
    lines += [f"  {entry.file}, row {entry.row}: left out: {entry.note}" for entry in left_out[:10]]
    lines.append(f"  what became of each row: {out / 'import.csv'}")
    return lines


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
