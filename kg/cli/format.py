"""Rewrite Turtle files in the house's layout: the project's, or the FILEs.

Subjects are put in natural order; the comment block at the top of a file is kept, comments below it are not. The
prefixes and the base that a file declares are kept, used or not; of several bases, the last.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from kg.cli.options import files_argument, project_option
from kg.cli.output import messages
from kg.project import open_project
from kg.rdf.tags import spelled_alike, written_tags
from kg.rdf.turtle import comments_below, format_file
from kg.rdf.write import write_text


@click.command("format", help=__doc__)
@files_argument
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a file is not in the house's layout.")
@project_option
def command(files: Sequence[Path], check: bool, root: Path | None) -> None:
    project = open_project(root)
    # Those of a project that it extends are not its own to write.
    files = files or [path for path in project.sources + project.shapes if path.is_relative_to(project.root)]
    changed = 0
    for path in files:
        present, wanted = format_file(path, project.names)
        if present != wanted:
            changed += 1
            click.echo(path)
            lost = comments_below(present)
            if lost:
                messages.print(f"{path}: comments below the first statement are not kept: {lost}", markup=False)
            for notice in spelled_alike(written_tags([path])):
                messages.print(f"{path}: {notice}", markup=False)
            if not check:
                write_text(path, wanted)
    sys.exit(1 if check and changed else 0)
