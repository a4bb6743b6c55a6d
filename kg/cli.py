"""The commands. Results go to standard output, progress and messages to standard error.

Each command imports what it needs when it runs, so that ``kg --help`` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from kg.errors import BadInput, CasusError, MissingFile

messages = Console(stderr=True, highlight=False, soft_wrap=True)

EPILOG = """\
Exit status: 0 success, 1 the data violates the shapes, 2 wrong usage or bad input, 3 inconsistent,
4 the server cannot start.
"""


class _Commands(click.Group):
    """A group that answers every foreseeable error with one message and its exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CasusError as error:
            messages.print(f"kg: {error}", style="red", markup=False)
            ctx.exit(error.exit_code)


as_of_option = click.option(
    "--as-of", "day", metavar="DATE",
    help="The graph as it stood on this day (YYYY-MM-DD): adds who then was a member or party, and owed what to whom.",
)  # fmt: skip


def _remember_project(ctx: click.Context, _: click.Parameter, value: Path | None) -> Path | None:
    """``--project`` may stand before or after the command; the nearer one counts."""
    chosen = value or ctx.obj
    ctx.obj = chosen
    return chosen


project_option = click.option(
    "--project",
    "root",
    metavar="DIR",
    type=click.Path(path_type=Path),
    callback=_remember_project,
    help="The folder that holds ontology/, graph/ and shapes/.  [default: the shipped one]",
)
files_argument = click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
output_option = click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write here.")


@click.group(cls=_Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--project", metavar="DIR", type=click.Path(path_type=Path), callback=_remember_project, expose_value=False,
    help="The folder that holds ontology/, graph/ and shapes/.  [default: the shipped one]",
)  # fmt: skip
@click.version_option(package_name="casus-kg", prog_name="kg")
def main() -> None:
    """Casus: who owed what to whom, under which article, and by what source.

    A knowledge graph of alliances: Turtle files are loaded, validated, reasoned over and stored, then queried with
    SPARQL. Start with `kg serve`, or with

        kg query --as-of 1990-01-01 'SELECT ?state { ?state casus:memberOf organization:NATO }'
    """


@main.command()
@project_option
def build(root: Path | None) -> None:
    """Load, validate, reason and store the project.

    What has been built is kept in the cache folder ($CASUS_CACHE, else ~/.cache/casus) and found again by a hash of
    all that it was built from, so a second call on unchanged files does nothing.
    """
    folder = _build(root).folder
    click.echo(folder)


@main.command()
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
    from kg.load import load_files
    from kg.project import open_project
    from kg.validate import RENDERERS
    from kg.validate import validate as run

    if files and shapes:
        context, shape_files = [], list(shapes)
    else:
        # What the files speak of, states and sources for example, is in the project.
        project = open_project(root)
        given = {path.resolve() for path in files}
        context = [path for path in project.sources if path not in given]
        shape_files = list(shapes) or project.shapes
    data_files = [*files, *context]
    with _progress("validating"):
        report = run(load_files(data_files), load_files(shape_files), files=data_files, shape_files=shape_files)
    _write(RENDERERS[format_name](report), output)
    sys.exit(0 if report.conforms else 1)


@main.command()
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
    from functools import partial

    from kg.consistency import require_consistency
    from kg.formats import format_of_file, graph_format
    from kg.load import load_files, load_project
    from kg.project import open_project
    from kg.reason import close
    from kg.write import write_aside, write_triples

    if format_name is None:
        form = format_of_file(output) if output else graph_format("nt")
    else:
        form = graph_format(format_name)
    sources = list(files) or open_project(root).sources
    with _progress("reasoning"):
        closure = close(load_files(files) if files else load_project(open_project(root)), engine=engine)
        require_consistency(closure.clashes, sources)
    write = partial(write_triples, closure.asserted | closure.inferred, form)
    if output:
        write_aside(output, write)
    else:
        write(sys.stdout.buffer)


@main.command()
@click.argument("query_text", metavar="TEXT|FILE.rq|-")
@click.option(
    "--format", "format_name", type=click.Choice(["table", "json", "csv", "tsv", "xml", "turtle"]),
    help="[default: table; turtle for CONSTRUCT and DESCRIBE]",
)  # fmt: skip
@as_of_option
@project_option
def query(query_text: str, format_name: str | None, day: str | None, root: Path | None) -> None:
    """Answer a SPARQL 1.1 query, given as text, as a file or on standard input.

    The project is built first if need be. The prefixes casus:, state:, organization:, treaty:, event:, source:, org:,
    skos:, prov:, dcterms: and the usual ones need no declaration, and <state/ARM> is read relative to
    https://w3id.org/casus/id/. The default graph is the merge of all graphs: asserted, inferred and derived.

    With --as-of, plain relations hold that held on the day: casus:memberOf, casus:partyTo, casus:owesDefenseTo,
    casus:alliedWith and so on, and casus:possiblyOwesDefenseTo and the like where sources leave it open.
    """
    from kg.query import run

    text = _read_query(query_text)
    answer = run(_store(root, day), text)
    if format_name is None:
        format_name = "turtle" if answer.kind == "graph" else "table"
    if format_name == "table":
        _print_table(answer)
    else:
        answer.write(format_name, sys.stdout.buffer)


@main.command()
@click.option("--status", metavar="STATUS", help="Only claims of this status, for example disputed.")
@click.option("--section", metavar="NUMBER", type=int, help="Only the claims of this section, from 0 to 16.")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text", show_default=True)
@project_option
def claims(status: str | None, section: int | None, format_name: str, root: Path | None) -> None:
    """Show what the source article says, sentence by sentence, and how each statement stands against the evidence."""
    from kg.claims import claims_by_section, claims_to_json, print_claims

    sections = claims_by_section(_store(root, None), status=status, section=section)
    if format_name == "json":
        click.echo(claims_to_json(sections), nl=False)
    else:
        print_claims(sections, _console())


@main.command()
@files_argument
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@project_option
def serve(files: Sequence[Path], host: str, port: int, root: Path | None) -> None:
    """Serve the project over HTTP: a page for people at /, SPARQL 1.1 at /sparql.

    The project is built first if need be. With FILEs, just these are served, as they are: without validation or
    reasoning, and N-Quads and TriG keep their graphs.
    """
    from kg.project import open_project
    from kg.web.server import StoreSource
    from kg.web.server import serve as run

    if files:
        run(StoreSource(folder=None, files=tuple(files)), host, port)
    else:
        run(StoreSource(folder=_build(root).store, files=()), host, port, questions=open_project(root).questions)


@main.command()
@click.option(
    "-o", "--output", "folder", default="release", show_default=True, metavar="DIR", type=click.Path(path_type=Path)
)
@project_option
def export(folder: Path, root: Path | None) -> None:
    """Write the asserted and the closed graph as Turtle and N-Triples, and one merged file for Protégé.

    The same build gives the same bytes. Prints the files it has written.
    """
    from kg.export import export as run

    finished = _build(root)
    with _progress("exporting"):
        written = run(finished, folder)
    for path in written:
        click.echo(path)


@main.command("format")
@files_argument
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a file is not in the house's layout.")
@project_option
def format_command(files: Sequence[Path], check: bool, root: Path | None) -> None:
    """Rewrite Turtle files in the house's layout: the project's, or the FILEs.

    Subjects are put in natural order; the comment block at the top of a file is kept, comments below it are not.
    """
    from kg.project import open_project
    from kg.turtle import format_file
    from kg.write import write_text

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


def _build(root: Path | None) -> Any:
    """Build with progress on standard error."""
    from kg.build import build as run
    from kg.project import open_project

    def on_phase(phase: str, seconds: float | None) -> None:
        if seconds is None:
            status.update(f"{phase} …")
        else:
            messages.print(f"{phase:<10} {seconds:6.2f} s")

    with messages.status("looking for changes …") as status:
        return run(open_project(root), on_phase)


def _store(root: Path | None, day: str | None) -> Any:
    """The store of the project, or its snapshot of a day."""
    from kg.calendar import parse_day
    from kg.snapshot import snapshot
    from kg.store import open_store

    if day is not None:
        parse_day(day)  # so that a bad date is told before anything is built
    finished = _build(root)
    return open_store(finished.store if day is None else snapshot(finished, day))


def _progress(what: str) -> Any:
    return messages.status(f"{what} …")


def _read_query(text: str) -> str:
    path = Path(text)
    try:
        if text == "-":
            return sys.stdin.read()
        if path.suffix == ".rq" and "\n" not in text and "{" not in text:
            return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("not UTF-8", file=text) from error
    except OSError as error:
        raise MissingFile((error.strerror or "cannot be read").lower(), file=path) from error
    return text


def _write(text: str, output: Path | None) -> None:
    from kg.write import write_text

    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        write_text(output, text)


def _console() -> Console:
    """Standard output for people. In a pipe there is no edge to fit: a row stays a line."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 10_000)


def _print_table(answer: Any) -> None:
    """An answer as people read it: short names, plain dates, a count at the end."""
    from rich.table import Table
    from rich.text import Text

    from kg.query import readable

    console = _console()
    if answer.kind == "boolean":
        console.print("true" if answer.boolean else "false")
        return
    table = Table(*answer.variables)
    count = 0
    for row in answer.rows:
        table.add_row(*(Text(readable(term)) for term in row))
        count += 1
    console.print(table)
    messages.print(f"{count} {'row' if count == 1 else 'rows'}")
