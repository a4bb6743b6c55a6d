"""Validate data with SHACL: the project's data, or the FILEs.

With the project's shapes, FILEs are taken together with the project, as if they were about to be added to it. With
--shapes they stand alone.

Without --shapes, what the data contradicts itself in is reported too, so that all can be mended at once.

Exits with 0 if the data conforms and with 1 if it does not. Warnings are reported and do not count. Exits with 3 if it
conforms, but contradicts itself.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from kg.cli.building import warn_of_unread
from kg.cli.options import files_argument, output_option, project_option, renderer_option
from kg.cli.output import progress, write_out
from kg.graph import Graph
from kg.project import open_project
from kg.validation.report import RENDERERS


@click.command("validate", help=__doc__)
@files_argument
@click.option(
    "--shapes", multiple=True, metavar="FILE", type=click.Path(path_type=Path),
    help="SHACL to validate with; may be repeated.  [default: the project's shapes]",
)  # fmt: skip
@renderer_option(RENDERERS)
@output_option
@project_option
def command(
    files: Sequence[Path], shapes: Sequence[Path], format_name: str, output: Path | None, root: Path | None
) -> None:
    graph = Graph(open_project(root))
    if not (files and shapes):
        warn_of_unread(graph.project)
    with progress("validating"):
        report = graph.validate(files, shapes=shapes)
    write_out(RENDERERS[format_name](report), output)
    sys.exit(1 if not report.conforms else 3 if report.contradictions else 0)
