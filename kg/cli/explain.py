"""Show why a statement holds: its cheapest proof, down to files, lines and sources.

Terms are prefixed names (state:ARM), paths (id/state/ARM), full IRIs, literals as in Turtle, or `a`. A statement
that is asserted is said to be; for one that does not hold, what is missing nearest to it is shown. With --as-of,
the relations of that day can be explained:

    kg explain state:RUS casus:owesDefenseTo state:KAZ --as-of 2020-01-01

FILEs before the statement are explained instead of the project:

    kg explain data.ttl ontology.ttl state:ARM a casus:State

With --inconsistency and no statement, each contradiction of the project or the FILEs is proved in the same way, and
its proof ends in the lines of which one must be changed; with --as-of, also those among the relations of that day.
Exits with 3 if there are any.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

import kg
from kg.cli.interruptible import limited
from kg.cli.options import as_of_option, project_option, renderer_option
from kg.cli.output import progress, write_out
from kg.cli.reasoning import limit_options
from kg.collector import uncollected
from kg.errors import Inconsistent
from kg.graph import Graph
from kg.project import open_project
from kg.proofs.proof import Contradictions, Explanation
from kg.proofs.render import RENDERERS
from kg.reasoning.grounder import ReasoningLimits


@click.command("explain", help=__doc__)
@click.argument("arguments", nargs=-1, metavar="[FILE]... [SUBJECT PREDICATE OBJECT]")
@click.option(
    "--inconsistency", is_flag=True, help="Show how the project, or the FILEs, contradict themselves, if they do."
)
@renderer_option(RENDERERS)
@as_of_option
@limit_options
@project_option
def command(
    arguments: Sequence[str],
    inconsistency: bool,
    format_name: str,
    day: date | None,
    limits: ReasoningLimits,
    root: Path | None,
) -> None:
    if not inconsistency and len(arguments) < 3:
        raise click.UsageError("give a statement, SUBJECT PREDICATE OBJECT, or --inconsistency")
    files, asked = (arguments, ()) if inconsistency else (arguments[:-3], arguments[-3:])
    project = None if files else Graph(open_project(root), limits=limits)

    def explain() -> Explanation:
        if project is None:
            explainer = kg.explain if asked else kg.contradictions
            return explainer(files, *asked, as_of=day, limits=limits)
        return project.explain(*asked, as_of=day) if asked else project.contradictions(as_of=day)

    with progress("reasoning"), limited(limits), uncollected():
        explanation = explain()
    write_out(RENDERERS[format_name](explanation))
    if isinstance(explanation, Contradictions) and explanation.roots:
        sys.exit(Inconsistent.exit_code)
