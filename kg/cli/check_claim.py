"""Check statements against the graph and say of each whether it holds, does not hold, is disputed or not known.

A statement is a sentence, or a subject, a property, an object and perhaps a date, divided by |. Things and properties
are named by short names, codes or labels in any language:

    kg check-claim "Russia owes defense to Armenia on 2022-09-13"

    kg check-claim "Uzbekistan | member of | CSTO | 2015"

A FILE is a table in CSV with the columns subject, predicate and object, and perhaps id and date (or time), as the
statements of an article are listed. No language model is asked: a sentence whose words are not known is not known, and
what is not on record does not hold only if something else is, or the list that it would be in is complete.
"""

from __future__ import annotations

from pathlib import Path

import click

from kg.checking.render import RENDERERS
from kg.cli.building import built
from kg.cli.options import project_option, renderer_option
from kg.cli.output import progress, write_out


@click.command("check-claim", help=__doc__)
@click.argument("claim", metavar="TEXT|FILE")
@click.option(
    "--proof/--no-proof", "proofs", default=None, help="With the proof of each.  [default: of one, and not of a FILE's]"
)
@renderer_option(RENDERERS)
@project_option
def command(claim: str, proofs: bool | None, format_name: str, root: Path | None) -> None:
    graph, is_table = built(root), Path(claim).is_file()
    with progress("reasoning"):
        found = graph.check_table(claim) if is_table else [graph.check(claim)]
        answer = RENDERERS[format_name](found, proofs=not is_table if proofs is None else proofs)
    write_out(answer)
