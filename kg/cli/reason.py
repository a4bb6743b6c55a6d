"""Write the OWL 2 RL closure of the project, or of the FILEs, asserted statements included.

FILEs are RDF in any format, compressed by gzip or not, told by their suffixes, by --from, or by how they begin; - is
standard input. Parquet, to read and to write, has columns subject, predicate and object, each a term as N-Triples
writes it. Exits with 3 if the FILEs are inconsistent and says which rules found it in which statements.

Large graphs are closed by DuckDB, which reads N-Triples and Parquet by itself, writes lines in any order unless they
are to be --sorted, and goes to disk for what --limit-memory leaves no room for.

What is too large for one machine is closed by Spark (--engine spark; pip install 'casus-kg[spark]', and Java). It is
set up by PYSPARK_SUBMIT_ARGS, SPARK_CONF_DIR or spark-submit, and otherwise runs on this machine. The machines of a
cluster must all see the FILEs, and a folder that spark.checkpoint.dir names, at the same paths.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

import click

from kg.cli.options import FormatChoice, files_argument, output_option, project_option
from kg.cli.output import messages, progress, proof_hinted
from kg.cli.reasoning import growing, limit_options
from kg.errors import BadInput, Inconsistent
from kg.project import open_project
from kg.rdf.columns import is_columns
from kg.rdf.formats import GRAPH_FORMATS, GraphFormat, format_of_file, graph_format
from kg.rdf.load import load_files, load_project, to_ntriples
from kg.rdf.tags import spelled_alike, with_tags, written_tags
from kg.rdf.write import aside
from kg.reasoning.closure import close
from kg.reasoning.grounder import ReasoningLimits
from kg.reasoning.in_files import ClosedFiles, Given, closing_files
from kg.reasoning.inconsistency import require_consistency
from kg.reasoning.notices import notices

#: The format that is none of RDF's.
_PARQUET = "parquet"


@click.command("reason", help=__doc__)
@files_argument
@click.option(
    "--engine", type=click.Choice(["clingo", "duckdb", "spark", "owlrl"]),
    help="clingo runs the W3C's rules; duckdb has it do so for the ontology, closes the rest by SQL, and leaves to it "
         "what SQL cannot do; spark does the same on a cluster; owlrl is another implementation, to compare with.  "
         "[default: clingo or duckdb, by size]",
)  # fmt: skip
@click.option("--from", "source_format", type=FormatChoice(GRAPH_FORMATS), help="The format of the FILEs.")
@click.option(
    "--format", "format_name", type=FormatChoice(GRAPH_FORMATS, _PARQUET),
    help="[default: by the suffix of -o, else nt]",
)  # fmt: skip
@click.option("--sorted", "in_order", is_flag=True, help="Write N-Triples in order, which takes duckdb a while.")
@click.option("--keep-going", is_flag=True, help="Write the closure in spite of contradictions; exits with 3 then.")
@limit_options
@output_option
@project_option
def command(
    files: Sequence[Path],
    engine: str | None,
    source_format: str | None,
    format_name: str | None,
    in_order: bool,
    keep_going: bool,
    limits: ReasoningLimits,
    output: Path | None,
    root: Path | None,
) -> None:
    gc.freeze()  # what has been imported is no garbage, and looking through it takes longer than small graphs may
    if source_format and not files:
        raise BadInput("--from says of which format the FILEs are, and there are none")
    given = graph_format(source_format) if source_format else None
    in_columns = format_name == _PARQUET or (format_name is None and output is not None and is_columns(output))
    if in_columns:
        form = graph_format("nt")
    elif format_name is None:
        form = format_of_file(output) if output else graph_format("nt")
    else:
        form = graph_format(format_name)
    sources = list(files) or open_project(root).sources
    with progress("reasoning") as status, nullcontext() if given else proof_hinted(root, files=files):
        on_growth = growing(status)
        if engine == "owlrl" or form not in (graph_format("nt"), graph_format("nq")):
            if in_columns:
                raise BadInput("owlrl's closure is not written as Parquet; write N-Triples, and close them by duckdb")
            closed = _closed_triples(files, sources, given, form, engine, limits, root, on_growth)
        else:
            text = None if files else to_ntriples(load_project(open_project(root)))
            closed = closing_files(Given(sources, given, text), engine, limits, on_growth)
        with closed as closure:
            for notice in closure.notices:
                messages.print(notice, markup=False)
            try:
                require_consistency(closure.inconsistencies, sources, given)
            except Inconsistent:
                if keep_going:
                    _write(closure, output, in_columns, in_order)
                raise
            _write(closure, output, in_columns, in_order)


@contextmanager
def _closed_triples(
    files: Sequence[Path],
    sources: Sequence[Path],
    given: GraphFormat | None,
    form: GraphFormat,
    engine: str | None,
    limits: ReasoningLimits,
    root: Path | None,
    on_growth: Callable[[str], None],
) -> Iterator[ClosedFiles]:
    """The closure to be written in a format that wants all triples at hand."""
    # N-Triples do without these.
    from kg.cli.interruptible import limited  # noqa: PLC0415
    from kg.rdf.lists import write_with_lists  # noqa: PLC0415

    quads = load_files(files, form=given) if files else load_project(open_project(root))
    with limited(limits) if engine == "owlrl" else nullcontext():  # the others limit themselves
        closure = close(quads, engine, limits, on_growth)
    tags = written_tags(sources, given)
    told = *notices(to_ntriples(quads), files), *closure.notices, *spelled_alike(tags)
    triples = closure.asserted | closure.inferred
    in_lists = form == graph_format("turtle")
    write_all = with_tags(
        partial(write_with_lists, triples, form) if in_lists else partial(form.write, triples), form, tags
    )

    def write(path: Path, columns: bool, in_order: bool) -> None:
        with path.open("wb") as out:
            write_all(out)

    yield ClosedFiles(closure.inconsistencies, told, write)


def _write(closure: ClosedFiles, output: Path | None, in_columns: bool, in_order: bool) -> None:
    if output:
        with aside(output) as path:
            closure.write(path, in_columns, in_order)
        return
    # A file does without these, which take longer to import than a small graph takes to write.
    import shutil  # noqa: PLC0415
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    with TemporaryDirectory(prefix="kg-") as folder:
        path = Path(folder, "closure")
        closure.write(path, in_columns, in_order)
        with path.open("rb") as written:
            shutil.copyfileobj(written, sys.stdout.buffer)
        sys.stdout.buffer.flush()
