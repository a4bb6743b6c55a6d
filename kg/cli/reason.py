"""Write the OWL 2 RL closure of the project, or of the FILEs, asserted statements included.

FILEs are RDF in any format, compressed by gzip or not, told by their suffixes, by --from, or by how they begin; - is
standard input. Exits with 3 if they are inconsistent and says which rules found it in which statements.
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

from kg.cli.interruptible import limited
from kg.cli.options import FormatChoice, files_argument, output_option, project_option
from kg.cli.output import messages, progress, proof_hinted
from kg.cli.reasoning import growing, limit_options
from kg.errors import BadInput, Inconsistent
from kg.project import open_project
from kg.rdf.formats import GRAPH_FORMATS, format_of_file, graph_format
from kg.rdf.lists import write_with_lists
from kg.rdf.load import load_files, load_ntriples, load_project, to_ntriples
from kg.rdf.tags import spelled_alike, with_tags, written_tags
from kg.rdf.write import write_aside
from kg.reasoning.closure import close, close_ntriples
from kg.reasoning.grounder import ReasoningLimits
from kg.reasoning.inconsistency import require_consistency
from kg.reasoning.notices import notices


@click.command("reason", help=__doc__)
@files_argument
@click.option(
    "--engine", type=click.Choice(["clingo", "owlrl"]), default="clingo", show_default=True,
    help="clingo runs the W3C's rules; owlrl is another implementation, to compare with.",
)  # fmt: skip
@click.option("--from", "source_format", type=FormatChoice(GRAPH_FORMATS), help="The format of the FILEs.")
@click.option(
    "--format", "format_name", type=FormatChoice(GRAPH_FORMATS), help="[default: by the suffix of -o, else nt]"
)
@click.option("--keep-going", is_flag=True, help="Write the closure in spite of contradictions; exits with 3 then.")
@limit_options
@output_option
@project_option
def command(
    files: Sequence[Path],
    engine: str,
    source_format: str | None,
    format_name: str | None,
    keep_going: bool,
    limits: ReasoningLimits,
    output: Path | None,
    root: Path | None,
) -> None:
    gc.freeze()  # what has been imported is no garbage, and looking through it takes longer than small graphs may
    if format_name is None:
        form = format_of_file(output) if output else graph_format("nt")
    else:
        form = graph_format(format_name)
    if source_format and not files:
        raise BadInput("--from says of which format the FILEs are, and there are none")
    given = graph_format(source_format) if source_format else None
    sources = list(files) or open_project(root).sources
    write: Callable[[IO[bytes]], object]
    with progress("reasoning") as status, nullcontext() if given else proof_hinted(root, files=files):
        on_growth = growing(status)
        if engine == "clingo" and form == graph_format("nt"):
            text = load_ntriples(files, given) if files else to_ntriples(load_project(open_project(root)))
            told = notices(text, files)
            whole = close_ntriples(text, limits, on_growth)
            found, merged, write = whole.inconsistencies, whole.notices, whole.write
        else:
            quads = load_files(files, form=given) if files else load_project(open_project(root))
            told = notices(to_ntriples(quads), files)
            with nullcontext() if engine == "clingo" else limited(limits):  # clingo runs apart
                closure = close(quads, engine, limits, on_growth)
            found, merged = closure.inconsistencies, closure.notices
            triples = closure.asserted | closure.inferred
            in_lists = form == graph_format("turtle")
            write = partial(write_with_lists, triples, form) if in_lists else partial(form.write, triples)
        tags = written_tags(sources, given)
        write = with_tags(write, form, tags)
        for notice in [*told, *merged, *spelled_alike(tags)]:
            messages.print(notice, markup=False)
        try:
            require_consistency(found, sources, given)
        except Inconsistent:
            if keep_going:
                _write(write, output)
            raise
    _write(write, output)


def _write(write: Callable[[IO[bytes]], object], output: Path | None) -> None:
    if output:
        write_aside(output, write)
    else:
        write(sys.stdout.buffer)
        sys.stdout.buffer.flush()
