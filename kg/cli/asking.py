"""Commands that ask: query, explain, what-if, claims."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from kg.cli.common import (
    DAY,
    as_of_option,
    built,
    console,
    messages,
    opened,
    progress,
    project_option,
    write_out,
)
from kg.errors import BadInput, Inconsistent, MissingFile


@click.command()
@click.argument("query_text", metavar="TEXT|FILE.rq|-")
@click.option(
    "--format", "format_name", type=click.Choice(["table", "json", "csv", "tsv", "xml", "turtle"]),
    help="[default: table; turtle for CONSTRUCT and DESCRIBE]",
)  # fmt: skip
@as_of_option
@project_option
def query(query_text: str, format_name: str | None, day: date | None, root: Path | None) -> None:
    """Answer a SPARQL 1.1 query, given as text, as a file or on standard input.

    The project is built first if need be. The prefixes casus:, state:, organization:, treaty:, event:, source:, org:,
    skos:, prov:, dcterms: and the usual ones need no declaration, and <state/ARM> is read relative to
    https://w3id.org/casus/id/. The default graph is the merge of all graphs: asserted, inferred and derived.

    With --as-of, plain relations hold that held on the day: casus:memberOf, casus:partyTo, casus:owesDefenseTo,
    casus:alliedWith and so on, and casus:possiblyOwesDefenseTo and the like where sources leave it open.
    """
    from kg.sparql.query import run

    text = _read_query(query_text)
    answer = run(opened(root, day), text)
    if format_name is None:
        format_name = "turtle" if answer.kind == "graph" else "table"
    if format_name == "table":
        _print_table(answer)
    else:
        answer.write(format_name, sys.stdout.buffer)


@click.command()
@click.argument("statement", nargs=-1, metavar="[SUBJECT PREDICATE OBJECT]")
@click.option("--inconsistency", is_flag=True, help="Show how the project contradicts itself, if it does.")
@click.option(
    "--format", "format_name", type=click.Choice(["text", "json", "turtle", "dot"]), default="text", show_default=True
)
@as_of_option
@project_option
def explain(
    statement: Sequence[str], inconsistency: bool, format_name: str, day: date | None, root: Path | None
) -> None:
    """Show why a statement holds: its cheapest proof, down to files, lines and sources.

    Terms are prefixed names (state:ARM), paths (id/state/ARM), full IRIs, literals as in Turtle, or `a`. A statement
    that is asserted is said to be; for one that does not hold, what is missing nearest to it is shown. With --as-of,
    the relations of that day can be explained:

        kg explain state:RUS casus:owesDefenseTo state:KAZ --as-of 2020-01-01

    With --inconsistency and no statement, each contradiction is proved in the same way, and its proof ends in the lines
    of which one must be changed; with --as-of, also those among the relations of that day. Exits with 3 if there are
    any.
    """
    from kg.build.pipeline import load_asserted
    from kg.explain.explain_time import TimeExplainer
    from kg.explain.notation import parse_statement
    from kg.explain.proof import Contradictions
    from kg.explain.render import RENDERERS
    from kg.project import open_project

    if len(statement) != (0 if inconsistency else 3):
        raise click.UsageError("give a statement, SUBJECT PREDICATE OBJECT, or --inconsistency")
    asked = None if inconsistency else parse_statement(*statement)
    project = open_project(root)
    with progress("reasoning"):
        explainer = TimeExplainer(load_asserted(project), day, project=project)
        explanation = explainer.contradictions() if asked is None else explainer.explain(asked)
    write_out(RENDERERS[format_name](explanation), None)
    if isinstance(explanation, Contradictions) and explanation.roots:
        sys.exit(Inconsistent.exit_code)


@click.command("what-if")
@click.option("--remove", multiple=True, metavar="FILE", type=click.Path(path_type=Path), help="Without this file.")
@click.option("--add", multiple=True, metavar="FILE", type=click.Path(path_type=Path), help="With this file.")
@click.option("--without", metavar="IRI", help="Without this state, organization, treaty or episode.")
@click.option(
    "--from", "start", metavar="DATE", type=DAY, help="It is gone from this day on. Without a day, it never was."
)
@click.option(
    "--as-of", "day", metavar="DATE", type=DAY, help="The day to compare.  [default: that of --from, else all days]"
)
@click.option(
    "--format", "format_name", type=click.Choice(["text", "json", "turtle"]), default="text", show_default=True
)
@project_option
def what_if(
    remove: Sequence[Path],
    add: Sequence[Path],
    without: str | None,
    start: date | None,
    day: date | None,
    format_name: str,
    root: Path | None,
) -> None:
    """Show which duties and conclusions would be lost and gained if some statements were not there, or others were.

    Nothing is changed, but that the project is built first if need be. As Turtle, the answer is a patch. If Armenia
    left the CSTO and all else on 1 January 2027:

        kg what-if --without id/state/ARM --from 2027-01-01
    """
    from kg.explain.notation import parse_term
    from kg.project import open_project
    from kg.whatif.difference import what_if as run
    from kg.whatif.render import RENDERERS

    thing = parse_term(without) if without is not None else None
    project = open_project(root)
    build = built(root)
    with progress("reasoning"):
        difference = run(
            build.asserted(),
            remove=remove,
            add=add,
            without=thing,
            start=start,
            as_of=day,
            project=project,
            build=build,
        )
    write_out(RENDERERS[format_name](difference), None)


@click.command()
@click.option("--status", metavar="STATUS", help="Only claims of this status, for example disputed.")
@click.option("--section", metavar="NUMBER", type=int, help="Only the claims of this section, from 0 to 16.")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text", show_default=True)
@project_option
def claims(status: str | None, section: int | None, format_name: str, root: Path | None) -> None:
    """Show what the source article says, sentence by sentence, and how each statement stands against the evidence."""
    from kg.claims import claims_by_section, claims_to_json, print_claims

    sections = claims_by_section(opened(root, None), status=status, section=section)
    if format_name == "json":
        click.echo(claims_to_json(sections), nl=False)
    else:
        print_claims(sections, console())


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


def _print_table(answer: Any) -> None:
    """An answer as people read it: short names, plain dates, a count at the end."""
    from rich.table import Table
    from rich.text import Text

    from kg.sparql.answer import readable

    out = console()
    if answer.kind == "boolean":
        out.print("true" if answer.boolean else "false")
        return
    table = Table(*answer.variables)
    count = 0
    for row in answer.rows:
        table.add_row(*(Text(readable(term)) for term in row))
        count += 1
    out.print(table)
    messages.print(f"{count} {'row' if count == 1 else 'rows'}")
