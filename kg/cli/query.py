"""Answer a SPARQL 1.1 query, given as text, as a file or on standard input.

The project is built first if need be. Its prefixes need no declaration, nor do the usual ones: casus:, state:,
organization:, treaty:, event:, source:, org:, skos:, prov:, dcterms:. <state/ARM> is read relative to the namespace
of its individuals. The default graph is the merge of all graphs: asserted, inferred and derived.

With --as-of, plain relations hold that held on the day: casus:memberOf, casus:partyTo, casus:owesDefenseTo,
casus:alliedWith and so on, and casus:possiblyOwesDefenseTo and the like where sources leave it open, as they do of
every day after the one to which they reach. A query can state its day itself, in a comment at its head:
# As of: 2020-01-01.

Of most lists of the world, such as the treaties of a state, the graph may lack something. Rows are then at least so
many, and what an answer is drawn from that is not known to be complete is told on standard error.
"""

from __future__ import annotations

import sys
from datetime import date
from itertools import islice
from pathlib import Path

import click

from kg.build.questions import stated_day
from kg.cli.building import built
from kg.cli.interruptible import interruptible
from kg.cli.options import FormatChoice, as_of_option, project_option
from kg.cli.output import console, messages, proof_hinted
from kg.cli.table import print_table
from kg.errors import BadInput, MissingFile
from kg.graph import Graph
from kg.rdf.formats import GRAPH_FORMATS, RESULT_FORMATS
from kg.sparql.answer import Answer, readable
from kg.sparql.completeness import told
from kg.terms import Namespaces

#: Rows that a table shows. Its columns are as wide as what is in them, so it is drawn when all rows are in memory.
_SHOWN = 100_000
_QUERY_SUFFIXES = (".rq", ".sparql")


class _Query(click.ParamType[str]):
    """A query: its text, the name of its file, or a dash for standard input."""

    name = "query"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            if value == "-":
                return sys.stdin.buffer.read().decode("utf-8-sig")
            return Path(value).read_text(encoding="utf-8-sig") if _is_file_name(value) else value
        except UnicodeDecodeError as error:
            raise BadInput("not UTF-8", file=value) from error
        except OSError as error:
            raise MissingFile((error.strerror or "cannot be read").lower(), file=value) from error


@click.command("query", help=__doc__)
@click.argument("query_text", metavar="TEXT|FILE|-", type=_Query())
@click.option(
    "--format", "format_name", type=FormatChoice((*RESULT_FORMATS, *GRAPH_FORMATS), "table"),
    help="[default: table; turtle for CONSTRUCT and DESCRIBE]",
)  # fmt: skip
@as_of_option
@project_option
def command(query_text: str, format_name: str | None, day: date | None, root: Path | None) -> None:
    graph = built(root)
    with proof_hinted(root, day):
        graph.store(day)
    with interruptible():
        _answer(graph, query_text, format_name, day)
        sys.stdout.flush()


def _answer(graph: Graph, query_text: str, format_name: str | None, day: date | None) -> None:
    answer = graph.query(query_text, as_of=day)
    for name in answer.absent_graphs:
        messages.print(f"there is no graph <{name}>; it counts as empty", markup=False)
    if (caveat := graph.currency.caveat(day or stated_day(query_text))) is not None:
        messages.print(caveat)
    shorten = graph.names.shorten
    for iri, near in graph.unknown_terms(query_text, as_of=day):
        hint = f"; near it are {', '.join(map(shorten, near))}" if near else ""
        messages.print(f"the graph does not know {shorten(iri)}{hint}", markup=False)
    incomplete = told(graph.open_lists(query_text, as_of=day), graph.names)
    if incomplete is not None:
        messages.print(incomplete, markup=False)
    if format_name is None:
        format_name = "turtle" if answer.kind == "graph" else "table"
    if format_name == "table":
        _print_table(answer, graph.names, at_least=incomplete is not None)
    else:
        answer.write(format_name, sys.stdout.buffer)


def _is_file_name(text: str) -> bool:
    """Whether a file is meant: one that is there, or what cannot be a query and looks like a name."""
    try:
        if text and Path(text).exists():
            return True
    except (OSError, ValueError):  # too long to be a name, or with a character that none has
        return False
    if not text or "{" in text or "\n" in text:
        return False
    return text.lower().endswith(_QUERY_SUFFIXES) or not any(mark in text for mark in " \t<")


def _print_table(answer: Answer, names: Namespaces, *, at_least: bool) -> None:
    """An answer as people read it: short names, plain dates, a count at the end."""
    if answer.boolean is not None:
        console().print("true" if answer.boolean else "false")
        return
    rows = [[readable(term, names) for term in row] for row in islice(answer.rows, _SHOWN + 1)]
    shown = print_table(console(), answer.variables, rows[:_SHOWN])
    if len(rows) > shown:
        every = "nt" if answer.kind == "graph" else "csv"
        messages.print(f"the first {shown:,} rows; --format {every} writes all")
    else:
        messages.print(f"{'at least ' * at_least}{len(rows)} {'row' if len(rows) == 1 else 'rows'}")
