"""Show who owes what to whom if one state attacks or threatens another, and on what it turns.

What is owed is certain, possible or none by the weakest of the conditions of each clause; open ones are shown as the
questions that a person has to decide. Nothing of the case is stored:

    kg casus --attack RUS EST --on 2026-06-01

Places are named in words or as areas; by default it is the victim's main territory. Unrest within a state names it
twice:

    kg casus --attack KGZ KGZ --kind internal --on 2010-06-11 --requested
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kg.cases.case import CaseKind
from kg.cases.render import RENDERERS
from kg.cli.building import built
from kg.cli.options import DAY, project_option, renderer_option
from kg.cli.output import progress, write_out
from kg.collector import uncollected


@click.command("casus", help=__doc__)
@click.option(
    "--attack", "sides", nargs=2, required=True, metavar="STATE STATE", help="The attacker, and the state it attacks."
)
@click.option("--on", "day", required=True, metavar="DATE", type=DAY, help="The day (YYYY-MM-DD).")
@click.option("--in", "place", metavar="PLACE", help="Where: a place in words, or an area.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in CaseKind]),
    default=CaseKind.ARMED_ATTACK.value,
    show_default=True,
    help="What happens.",
)
@click.option(
    "--requested/--not-requested", default=None, help="Whether the victim asks for help.  [default: it is not known]"
)
@renderer_option(RENDERERS)
@project_option
def command(
    sides: tuple[str, str],
    day: date,
    place: str | None,
    kind: str,
    requested: bool | None,
    format_name: str,
    root: Path | None,
) -> None:
    graph = built(root)
    attacker, victim = sides
    with progress("reasoning"), uncollected():
        answer = graph.case(attacker, victim, on=day, place=place, kind=kind, requested=requested)
        text = RENDERERS[format_name](answer)
    write_out(text)
