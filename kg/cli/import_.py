"""Bring data in from other forms: each becomes Turtle in a project that extends the shipped one."""

from __future__ import annotations

import click

from kg.cli.groups import LazyGroup

#: What can be imported, each by a module ``import_NAME``.
IMPORTERS: tuple[str, ...] = ("atop", "sheets")


@click.group("import", cls=LazyGroup, names=IMPORTERS, prefix="import_", help=__doc__)
def command() -> None:
    pass
