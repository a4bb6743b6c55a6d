"""The command ``kg``. Results go to standard output, progress and messages to standard error.

Each command is a module of this package, whose docstring is its help, and is imported when it runs.
"""

from __future__ import annotations

import gc
from importlib import import_module
from pathlib import Path

import click

from kg.cli.failures import answered
from kg.cli.options import project_for_all_option
from kg.cli.output import prepare_output

EPILOG = """\
Exit status: 0 success, 1 the data violates the shapes or the layout, 2 wrong usage or bad input, 3 inconsistent,
4 the server cannot start, 5 another store cannot be reached or refuses, 6 the reasoner failed, 7 a limit ended it,
130 interrupted, 141 nobody reads the output, 70 a fault of kg itself.
"""

#: The commands, in the order in which ``kg --help`` lists them.
COMMANDS = (
    "build", "validate", "reason", "query", "explain", "casus", "what-if", "claims", "serve", "export", "publish",
    "format",
)  # fmt: skip


class _Commands(click.Group):
    """A group whose commands are imported when they are needed, and whose failures are answered with one message."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        found = import_module(f"{__name__}.{_module(cmd_name)}").command
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with the first sentences of their docstrings, which are read without an import."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(name)) for name in COMMANDS])

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


def _module(name: str) -> str:
    return name.replace("-", "_")


def _summary(name: str) -> str:
    source = Path(__file__).with_name(f"{_module(name)}.py").read_text(encoding="utf-8")
    return source.split('"""')[1].partition("\n\n")[0].replace("\n", " ").strip()


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
