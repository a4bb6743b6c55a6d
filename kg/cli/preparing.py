"""Commands that make something of the files: format, validate, reason, build."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import IO

import click

from kg.cli.common import (
    built,
    files_argument,
    output_option,
    progress,
    project_option,
    proof_hinted,
    write_out,
)


@click.command()
@project_option
def build(root: Path | None) -> None:
    """Load, validate, reason and store the project.

    What has been built is kept in the cache folder ($CASUS_CACHE, else ~/.cache/casus) and found again by a hash of
    all that it was built from, so a second call on unchanged files does nothing.
    """
    folder = built(root).folder
    click.echo(folder)


@click.command()
@files_argument
@click.option(
    "--shapes", multiple=True, metavar="FILE", type=click.Path(path_type=Path),
    help="SHACL to validate with; may be repeated.  [default: the project's shapes]",
)  # fmt: skip
@click.option(
    "--format", "format_name", type=click.Choice(["text", "turtle", "json"]), default="text", show_default=True
)
@output_option
@project_option
def validate(
    files: Sequence[Path], shapes: Sequence[Path], format_name: str, output: Path | None, root: Path | None
) -> None:
    """Validate data with SHACL: the project's data, or the FILEs.

    With the project's shapes, FILEs are taken together with the project, as if they were about to be added to it. With
    --shapes they stand alone.

    Exits with 0 if the data conforms and with 1 if it does not. Warnings are reported and do not count.
    """
    from kg.project import open_project
    from kg.rdf.load import load_files
    from kg.validation.validate import RENDERERS
    from kg.validation.validate import validate as run

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


@click.command()
@files_argument
@click.option("--engine", type=click.Choice(["clingo", "owlrl"]), default="clingo", show_default=True)
@click.option(
    "--format", "format_name", type=click.Choice(["nt", "turtle"]), help="[default: by the suffix of -o, else nt]"
)
@output_option
@project_option
def reason(files: Sequence[Path], engine: str, format_name: str | None, output: Path | None, root: Path | None) -> None:
    """Write the OWL 2 RL closure of the project, or of the FILEs, asserted statements included.

    FILEs are Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD, told by their suffix. Exits with 3 if they are
    inconsistent and says which rule found it in which statements.
    """
    import gc
    from functools import partial

    from kg.project import open_project
    from kg.rdf.formats import format_of_file, graph_format
    from kg.rdf.load import load_files, load_ntriples, load_project, to_ntriples
    from kg.rdf.write import write_aside
    from kg.reasoning.closure import close, close_ntriples
    from kg.reasoning.consistency import require_consistency
    from kg.reasoning.ntriples import write_lines

    gc.freeze()  # what has been imported is no garbage, and looking through it takes longer than small graphs may
    if format_name is None:
        form = format_of_file(output) if output else graph_format("nt")
    else:
        form = graph_format(format_name)
    sources = list(files) or open_project(root).sources
    write: Callable[[IO[bytes]], None]
    with progress("reasoning"), nullcontext() if files else proof_hinted(root):
        if engine == "clingo" and form.name == "nt":
            text = load_ntriples(files) if files else to_ntriples(load_project(open_project(root)))
            whole = close_ntriples(text)
            clashes, write = whole.clashes, partial(write_lines, whole.lines)
        else:
            closure = close(load_files(files) if files else load_project(open_project(root)), engine=engine)
            clashes, write = closure.clashes, partial(form.write, closure.asserted | closure.inferred)
        require_consistency(clashes, sources)
    if output:
        write_aside(output, write)
    else:
        write(sys.stdout.buffer)


@click.command("format")
@files_argument
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a file is not in the house's layout.")
@project_option
def format_command(files: Sequence[Path], check: bool, root: Path | None) -> None:
    """Rewrite Turtle files in the house's layout: the project's, or the FILEs.

    Subjects are put in natural order; the comment block at the top of a file is kept, comments below it are not.
    """
    from kg.project import open_project
    from kg.rdf.turtle import format_file
    from kg.rdf.write import write_text

    if not files:
        project = open_project(root)
        files = project.sources + project.shapes
    changed = 0
    for path in files:
        present, wanted = format_file(path)
        if present != wanted:
            changed += 1
            click.echo(path)
            if not check:
                write_text(path, wanted)
    sys.exit(1 if check and changed else 0)
