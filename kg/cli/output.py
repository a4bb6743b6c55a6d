"""Where the output of commands goes: results to standard output or a file, the rest to standard error."""

from __future__ import annotations

import errno
import io
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.errors import Inconsistent
from kg.messages import Messages, Status
from kg.rdf.write import write_text

if TYPE_CHECKING:
    from rich.console import Console

messages = Messages()


def prepare_output() -> None:
    """Write UTF-8 to files and pipes, whatever the environment says, and what a terminal can show to terminals.

    A stream that was closed before the command began leads nowhere.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - it stays open
    if isinstance(sys.stdout, io.TextIOWrapper):
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="replace")
        else:
            sys.stdout.reconfigure(encoding="utf-8")


def progress(what: str) -> AbstractContextManager[Status]:
    """Say on standard error what is going on, as long as it does."""
    return messages.status(f"{what} …")


def write_out(text: str, output: Path | None = None) -> None:
    """Write a result to a file, whole or not at all, or to standard output."""
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        write_text(output, text)


def console() -> Console:
    """Standard output for people. In a pipe there is no edge to fit: a row stays a line."""
    from rich.console import Console  # noqa: PLC0415 - it takes longer to import than many commands run

    class Output(Console):
        def on_broken_pipe(self) -> None:
            """Let the command end as it does otherwise when nobody reads; rich would end it with 1."""
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    return Output(highlight=False, width=None if sys.stdout.isatty() else 10_000)


@contextmanager
def proof_hinted(root: Path | None, day: date | None = None, files: Sequence[Path] = ()) -> Iterator[None]:
    """Let the error that a project, or that files, are inconsistent end with the command that shows the proof."""
    try:
        yield
    except Inconsistent as error:
        options = ["--as-of", day.isoformat()] if day is not None else []
        options += [*map(str, files)] if files else ["--project", str(root)] if root is not None else []
        command = shlex.join(["kg", "explain", "--inconsistency", *options])
        raise Inconsistent(f"{error}; for the proof: {command}") from error
