"""Write the OWL 2 RL closure of the project, or of the FILEs, asserted statements included.

FILEs are Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD, told by their suffix. Exits with 3 if they are
inconsistent and says which rule found it in which statements.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import IO

import click

from kg.cli.options import FormatChoice, files_argument, output_option, project_option
from kg.cli.output import progress, proof_hinted
from kg.project import open_project
from kg.rdf.formats import GRAPH_FORMATS, format_of_file, graph_format
from kg.rdf.load import load_files, load_ntriples, load_project, to_ntriples
from kg.rdf.write import write_aside
from kg.reasoning.closure import close, close_ntriples
from kg.reasoning.inconsistency import require_consistency


@click.command("reason", help=__doc__)
@files_argument
@click.option("--engine", type=click.Choice(["clingo", "owlrl"]), default="clingo", show_default=True)
@click.option(
    "--format", "format_name", type=FormatChoice(GRAPH_FORMATS), help="[default: by the suffix of -o, else nt]"
)
@output_option
@project_option
def command(
    files: Sequence[Path], engine: str, format_name: str | None, output: Path | None, root: Path | None
) -> None:
    gc.freeze()  # what has been imported is no garbage, and looking through it takes longer than small graphs may
    if format_name is None:
        form = format_of_file(output) if output else graph_format("nt")
    else:
        form = graph_format(format_name)
    sources = list(files) or open_project(root).sources
    write: Callable[[IO[bytes]], None]
    with progress("reasoning"), nullcontext() if files else proof_hinted(root):
        if engine == "clingo" and form == graph_format("nt"):
            text = load_ntriples(files) if files else to_ntriples(load_project(open_project(root)))
            whole = close_ntriples(text)
            found, write = whole.inconsistencies, whole.write
        else:
            closure = close(load_files(files) if files else load_project(open_project(root)), engine=engine)
            found, write = closure.inconsistencies, partial(form.write, closure.asserted | closure.inferred)
        require_consistency(found, sources)
    if output:
        write_aside(output, write)
    else:
        write(sys.stdout.buffer)
