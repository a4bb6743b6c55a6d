"""What several commands share: options, the build and the store, progress, and where the output goes."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import click

from kg.errors import Inconsistent
from kg.messages import Messages

messages = Messages()


class _Day(click.ParamType[date]):
    """A day of the calendar, so that a bad one is told before anything is built."""

    name = "date"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from kg.day import read_day

        return read_day(value)


DAY = _Day()

as_of_option = click.option(
    "--as-of", "day", metavar="DATE", type=DAY,
    help="The graph as it stood on this day (YYYY-MM-DD): adds who then was a member or party, and owed what to whom.",
)  # fmt: skip


def _remember_project(ctx: click.Context, _: click.Parameter, value: Path | None) -> Path | None:
    """``--project`` may stand before or after the command; the nearer one counts."""
    chosen = value or ctx.obj
    ctx.obj = chosen
    return chosen


_project = partial(
    click.option,
    metavar="DIR",
    type=click.Path(path_type=Path),
    callback=_remember_project,
    help="The folder that holds ontology/, graph/ and shapes/.  [default: the shipped one]",
)
project_option = _project("--project", "root")
project_for_all_option = _project("--project", expose_value=False)
files_argument = click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
output_option = click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write here.")


def built(root: Path | None) -> Any:
    """Build with progress on standard error."""
    from kg.build.pipeline import build as run
    from kg.project import open_project

    def on_phase(phase: str, seconds: float | None) -> None:
        if seconds is None:
            status.update(f"{phase} …")
        else:
            messages.print(f"{phase:<10} {seconds:6.2f} s")

    with messages.status("looking for changes …") as status, proof_hinted(root):
        return run(open_project(root), on_phase)


def opened(root: Path | None, day: date | None) -> Any:
    """The store of the project, or its snapshot of a day."""
    from kg.build.as_of import snapshot
    from kg.build.store import open_store

    finished = built(root)
    if day is None:
        return open_store(finished.store)
    with proof_hinted(root, day):
        return open_store(snapshot(finished, day))


@contextmanager
def proof_hinted(root: Path | None, day: date | None = None) -> Iterator[None]:
    """Let the error that a project is inconsistent end with the command that shows the proof."""
    try:
        yield
    except Inconsistent as error:
        options = ["--as-of", day.isoformat()] if day is not None else []
        options += ["--project", str(root)] if root is not None else []
        command = shlex.join(["kg", "explain", "--inconsistency", *options])
        raise Inconsistent(f"{error}; for the proof: {command}") from error


def progress(what: str) -> Any:
    """Say on standard error what is going on, as long as it does."""
    return messages.status(f"{what} …")


def write_out(text: str, output: Path | None) -> None:
    """Write a result to a file, whole or not at all, or to standard output."""
    from kg.rdf.write import write_text

    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        write_text(output, text)


def console() -> Any:
    """Standard output for people. In a pipe there is no edge to fit: a row stays a line."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else 10_000)
