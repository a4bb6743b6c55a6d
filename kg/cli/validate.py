"""Validate data with SHACL: the project's data, or the FILEs.

With the project's shapes, FILEs are taken together with the project, as if they were about to be added to it. With
--shapes they stand alone.

Exits with 0 if the data conforms and with 1 if it does not. Warnings are reported and do not count.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from kg.cli.options import files_argument, output_option, project_option, renderer_option
from kg.cli.output import progress, write_out
from kg.project import open_project
from kg.rdf.load import load_files
from kg.validation.validate import RENDERERS
from kg.validation.validate import validate as run


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
    if files and shapes:
        context, shape_files = [], list(shapes)
    else:
        # What the files speak of, states and sources for example, is in the project.
        project = open_project(root)
        given = {path.resolve() for path in files}
        context = [path for path in project.sources if path not in given]
        shape_files = list(shapes) or project.shapes
    data_files = [*files, *context]
    with progress("validating"):
        report = run(load_files(data_files), load_files(shape_files), files=data_files, shape_files=shape_files)
    write_out(RENDERERS[format_name](report), output)
    sys.exit(0 if report.conforms else 1)
