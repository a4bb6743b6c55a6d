"""The command ``kg``. Results go to standard output, progress and messages to standard error.

Each command is a module of this package, whose docstring is its help, and is imported when it runs.
"""

from __future__ import annotations

import gc

import click

from kg.cli.failures import answered
from kg.cli.groups import LazyGroup
from kg.cli.options import project_for_all_option
from kg.cli.output import prepare_output

EPILOG = """\
Exit status: 0 success, 1 the data violates the shapes or the layout, 2 wrong usage or bad input, 3 inconsistent,
4 the server cannot start, 5 another store cannot be reached or refuses, 6 the reasoner failed, 7 a limit ended it,
130 interrupted, 141 nobody reads the output, 70 a fault of kg itself.
"""

#: The commands, in the order in which ``kg --help`` lists them.
COMMANDS = (
    "init", "template", "import", "build", "validate", "reason", "query", "explain", "casus", "what-if", "claims",
    "check-claim", "serve", "mcp", "export", "publish", "format",
)  # fmt: skip


class _Commands(LazyGroup):
    """The commands of ``kg``, whose failures are answered with one message."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        """Read the options before the command, and show the help that they ask for."""
        prepare_output()
        with answered():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        with answered():
            return super().invoke(ctx)


@click.group(cls=_Commands, names=COMMANDS, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
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
    gc.enable()
