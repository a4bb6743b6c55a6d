"""Options that several commands have, and values that are checked before a command runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from kg.rdf.formats import Format


#: What options are added to.
Function = TypeVar("Function", bound=Callable[..., object])


class _Day(click.ParamType[date]):
    """A day of the calendar, so that a bad one is told before anything is built."""

    name = "date"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from kg.day import read_day  # noqa: PLC0415 - `kg --help` does without

        return read_day(value)


class FormatChoice(click.Choice[str]):
    """The name of a format of some tables, or of what else there is to choose; synonyms are understood."""

    def __init__(self, forms: Iterable[Format], *others: str) -> None:
        """Choose from these."""
        self._forms = tuple(forms)
        super().__init__(list(dict.fromkeys([*others, *(form.name for form in self._forms)])))

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The value, if a format goes by it."""
        known = any(form.goes_by(value) for form in self._forms)
        return value if known else super().convert(value, param, ctx)


DAY = _Day()

as_of_option = click.option(
    "--as-of", "day", metavar="DATE", type=DAY,
    help="The graph as it stood on this day (YYYY-MM-DD): adds who then was a member or party, and owed what to whom.",
)  # fmt: skip


def renderer_option(renderers: Iterable[str]) -> Callable[[Function], Function]:
    """The option that chooses from the names of a table of renderers; text is the default."""
    return click.option(
        "--format", "format_name", type=click.Choice(list(renderers)), default="text", show_default=True
    )


def _remember_project(ctx: click.Context, _: click.Parameter, value: Path | None) -> Path | None:
    """``--project`` may stand before or after the command; the nearer one counts, or else the project one stands in."""
    chosen = value or ctx.obj or _project_here()
    ctx.obj = chosen
    return chosen


def _project_here() -> Path | None:
    """The folder one stands in, if it is a project with a file of its own, and not the shipped one."""
    here = Path()
    if not (here / "casus.toml").is_file():
        return None
    from kg.project import is_shipped  # noqa: PLC0415 - `kg --help` does without

    return None if is_shipped(here) else here


_project = partial(
    click.option,
    metavar="DIR",
    type=click.Path(path_type=Path),
    callback=_remember_project,
    help="The folder that holds ontology/, graph/ and shapes/.  [default: the one you are in, if it has a casus.toml, "
    "else the shipped one]",
)
project_option = _project("--project", "root")
project_for_all_option = _project("--project", expose_value=False)
files_argument = click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
output_option = click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write here.")
