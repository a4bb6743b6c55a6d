"""Groups of commands, each of which is a module of this package, whose docstring is its help."""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import click


class LazyGroup(click.Group):
    """A group whose commands are imported when they are needed."""

    def __init__(self, *arguments: Any, names: Iterable[str] = (), prefix: str = "", **options: Any) -> None:
        """The group of some commands.

        Args:
            arguments: as for `click.Group`.
            names: the commands, in the order in which they are listed.
            prefix: what stands before their names in those of their modules.
            options: as for `click.Group`.
        """
        super().__init__(*arguments, **options)
        self._names = tuple(names)
        self._prefix = prefix

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        return list(self._names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, imported now."""
        if cmd_name not in self._names:
            return None
        found = import_module(f"{__package__}.{self._module(cmd_name)}").command
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with the first sentences of their docstrings, which are read without an import."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._summary(name)) for name in self._names])

    def _module(self, name: str) -> str:
        module = (self._prefix + name).replace("-", "_")
        return f"{module}_" if keyword.iskeyword(module) else module

    def _summary(self, name: str) -> str:
        source = Path(__file__).with_name(f"{self._module(name)}.py").read_text(encoding="utf-8")
        return source.split('"""')[1].partition("\n\n")[0].replace("\n", " ").strip()
