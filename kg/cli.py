"""The commands. Results go to standard output, progress and messages to standard error.

Each command imports what it needs when it runs, so that ``kg --help`` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

import click

from kg.errors import BadInput, CasusError, MissingFile
from kg.messages import Messages

messages = Messages()

EPILOG = """\
Exit status: 0 success, 1 the data violates the shapes, 2 wrong usage or bad input, 3 inconsistent,
4 the server cannot start, 5 another store cannot be published to.
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
    from kg.load import load_files, load_ntriples, load_project, to_ntriples
    from kg.ntriples import write_lines
    from kg.project import open_project
    from kg.reason import close, close_ntriples
    from kg.write import write_aside, write_triples

    if format_name is None:
        form = format_of_file(output) if output else graph_format("nt")
    else:
        form = graph_format(format_name)
    sources = list(files) or open_project(root).sources
    write: Callable[[IO[bytes]], None]
    with _progress("reasoning"):
        if engine == "clingo" and form.name == "nt":
            text = load_ntriples(files) if files else to_ntriples(load_project(open_project(root)))
            whole = close_ntriples(text)
            clashes, write = whole.clashes, partial(write_lines, whole.lines)
        else:
            closure = close(load_files(files) if files else load_project(open_project(root)), engine=engine)
            clashes, write = closure.clashes, partial(write_triples, closure.asserted | closure.inferred, form)
        require_consistency(clashes, sources)
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
@click.argument("subject")
@click.argument("predicate")
@click.argument("object_", metavar="OBJECT")
@click.option(
    "--format", "format_name", type=click.Choice(["text", "json", "turtle", "dot"]), default="text", show_default=True
)
@as_of_option
@project_option
def explain(subject: str, predicate: str, object_: str, format_name: str, day: str | None, root: Path | None) -> None:
    """Show why a statement holds: its cheapest proof, down to files, lines and sources.

    Terms are prefixed names (state:ARM), paths (id/state/ARM), full IRIs, literals as in Turtle, or `a`. A statement
    that is asserted is said to be; for one that does not hold, what is missing nearest to it is shown. With --as-of,
    the relations of that day can be explained:

        kg explain state:RUS casus:owesDefenseTo state:KAZ --as-of 2020-01-01
    """
    from kg.explain_time import TimeExplainer
    from kg.load import load_project
    from kg.notation import parse_statement
    from kg.project import open_project
    from kg.render_proof import RENDERERS

    statement = parse_statement(subject, predicate, object_)
    project = open_project(root)
    with _progress("reasoning"):
        explanation = TimeExplainer(load_project(project), day, project=project).explain(statement)
    _write(RENDERERS[format_name](explanation), None)


@main.command("what-if")
@click.option("--remove", multiple=True, metavar="FILE", type=click.Path(path_type=Path), help="Without this file.")
@click.option("--add", multiple=True, metavar="FILE", type=click.Path(path_type=Path), help="With this file.")
@click.option("--without", metavar="IRI", help="Without this state, organization, treaty or episode.")
@click.option("--from", "start", metavar="DATE", help="It is gone from this day on. Without a day, it never was.")
@click.option("--as-of", "day", metavar="DATE", help="The day to compare.  [default: that of --from, else all days]")
@click.option(
    "--format", "format_name", type=click.Choice(["text", "json", "turtle"]), default="text", show_default=True
)
@project_option
def what_if(
    remove: Sequence[Path],
    add: Sequence[Path],
    without: str | None,
    start: str | None,
    day: str | None,
    format_name: str,
    root: Path | None,
) -> None:
    """Show which duties and conclusions would be lost and gained if some statements were not there, or others were.

    Nothing is changed. As Turtle, the answer is a patch. If Armenia left the CSTO and all else on 1 January 2027:

        kg what-if --without id/state/ARM --from 2027-01-01
    """
    from kg.load import load_project
    from kg.notation import parse_term
    from kg.project import open_project
    from kg.render_difference import RENDERERS
    from kg.whatif import what_if as run

    thing = parse_term(without) if without is not None else None
    project = open_project(root)
    with _progress("reasoning"):
        quads = load_project(project)
        difference = run(quads, remove=remove, add=add, without=thing, start=start, as_of=day, project=project)
    _write(RENDERERS[format_name](difference), None)


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
@click.option("--workers", type=int, metavar="N", help="Processes that answer queries.  [default: 4]")
@click.option("--query-seconds", type=float, metavar="N", help="Stop a query after this time.  [default: 30]")
@click.option("--query-memory", type=int, metavar="MIB", help="Memory that a query may take.  [default: 512]")
@click.option("--result-rows", type=int, metavar="N", help="Rows that an answer may have.  [default: 1000000]")
@click.option("--access-log", is_flag=True, help="Write a line of JSON to standard error for each answer.")
@click.option("--public-url", metavar="URL", help="Where the world finds this server, if a proxy stands before it.")
@click.option("--trust-proxy", is_flag=True, help="Believe the X-Forwarded headers, which a proxy must set itself.")
@project_option
def serve(
    files: Sequence[Path],
    host: str,
    port: int,
    access_log: bool,
    public_url: str | None,
    trust_proxy: bool,
    root: Path | None,
    **settings: float | None,
) -> None:
    """Serve the project over HTTP: a page for people at /, SPARQL 1.1 at /sparql.

    The project is built first if need be. With FILEs, just these are served, as they are: without validation or
    reasoning, and N-Quads and TriG keep their graphs.

    The signal SIGHUP takes in what has changed, without a request lost. /health and /metrics are for monitoring. All
    limits are settings of the environment as well, CASUS_QUERY_SECONDS for example; SECURITY.md has the table.
    """
    from kg.limits import limits_from
    from kg.project import open_project
    from kg.web.server import StoreSource
    from kg.web.server import serve as run
    from kg.web.site import Site

    limits = limits_from(**settings)
    site = Site(public_url=public_url, trust_proxy=trust_proxy)
    if files:
        source, questions = StoreSource(folder=None, files=tuple(files)), []
    else:
        finished, project = _build(root), open_project(root)
        source = StoreSource(finished.store, (), build=finished, project=project.root)
        questions = project.questions
    run(source, host, port, questions=questions, limits=limits, site=site, access_log=access_log)


@main.command()
@click.option(
    "-o", "--output", "folder", default="release", show_default=True, metavar="DIR", type=click.Path(path_type=Path)
)
@click.option(
    "--as-of", "day", metavar="DATE",
    help="The day of the graph of duties (YYYY-MM-DD).  [default: the day the newest source was issued]",
)  # fmt: skip
@project_option
def export(folder: Path, day: str | None, root: Path | None) -> None:
    """Write a release: the graphs in every format, tables, a graph of duties, documentation, a bundle for Protégé.

    casus-asserted, casus-inferred, casus-derived (the duties) and casus-whole are written as Turtle, TriG, N-Triples,
    N-Quads, RDF/XML and JSON-LD, TriG and N-Quads with the named graphs; tables/ as CSV with CSV on the Web metadata;
    duties-DATE.graphml holds the duties of a day; dataset.ttl describes the files, SHA256SUMS has their checksums.

    The same build gives the same bytes. Prints the files it has written.
    """
    from kg.calendar import parse_day
    from kg.export import export as run

    if day is not None:
        parse_day(day)  # so that a bad date is told before anything is built
    finished = _build(root)
    with _progress("exporting") as status:
        written = run(finished, folder, day=day, on_file=lambda name: status.update(f"writing {name} …"))
    for path in written:
        click.echo(path)


@main.command()
@click.argument("url")
@click.option(
    "--sparql", "query_url", metavar="URL",
    help="Where the store answers SPARQL.  [default: where its product does, else URL]",
)  # fmt: skip
@click.option("--prune", is_flag=True, help="Remove graphs of earlier builds that this one does not have.")
@project_option
def publish(url: str, query_url: str | None, prune: bool, root: Path | None) -> None:
    """Put the graphs into another store by the SPARQL 1.1 Graph Store HTTP Protocol, and count them there.

    URL is where the store answers that protocol: /sparql-graph-crud-auth of Virtuoso, /DATASET/data of Fuseki,
    /repositories/NAME/rdf-graphs/service of GraphDB, /store of Oxigraph. The project is built first if need be. Each
    of its graphs replaces the graph of that name; other graphs stay as they are. Blank nodes become IRIs.

    CASUS_USER and CASUS_PASSWORD, or CASUS_TOKEN, say who writes. A password is sent only if that server asks for it,
    by digest if it can. A server that fails is asked again, five times at most.
    """
    from kg.graph_store import GraphStore, credentials_of
    from kg.publish import publish as run

    store = GraphStore(url, query_url=query_url, credentials=credentials_of())
    finished = _build(root)
    with _progress("publishing") as status:
        done = run(finished, store, prune=prune, on_graph=lambda name: status.update(f"sending {name} …"))
    click.echo(f"{len(done.graphs)} graphs, {sum(done.graphs.values())} triples")
    for name, count in done.others.items():
        state = "removed" if done.removed else "not of this build; --prune removes it"
        messages.print(f"<{name}>, {count} triples: {state}", markup=False)


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


def _console() -> Any:
    """Standard output for people. In a pipe there is no edge to fit: a row stays a line."""
    from rich.console import Console

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
