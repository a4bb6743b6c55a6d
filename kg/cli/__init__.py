"""The command ``kg``. Results go to standard output, progress and messages to standard error."""

from __future__ import annotations

import gc
from typing import Any

import click

from kg.cli.asking import claims, explain, query, what_if
from kg.cli.common import messages, project_for_all_option
from kg.cli.preparing import build, format_command, reason, validate
from kg.cli.releasing import export, publish, serve
from kg.errors import CasusError

EPILOG = """\
Exit status: 0 success, 1 the data violates the shapes, 2 wrong usage or bad input, 3 inconsistent,
4 the server cannot start, 5 another store cannot be reached or refuses.
"""


class _Commands(click.Group):
    """A group that answers every foreseeable error with one message and its exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CasusError as error:
            messages.print(f"kg: {error}", style="red", markup=False)
            ctx.exit(error.exit_code)


@click.group(cls=_Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@project_for_all_option
@click.version_option(package_name="casus-kg", prog_name="kg")
def main() -> None:
    """Casus: who owed what to whom, under which article, and by what source.

    A knowledge graph of alliances: Turtle files are loaded, validated, reasoned over and stored, then queried with
    SPARQL. Start with `kg serve`, or with

        kg query --as-of 1990-01-01 'SELECT ?state { ?state casus:memberOf organization:NATO }'
    """
    # Commands make objects by the hundred thousand that stay, and Python would look for garbage among them every 700.
    gc.set_threshold(50_000)


for command in (build, validate, reason, query, explain, what_if, claims, serve, export, publish, format_command):
    main.add_command(command)
