"""The pages for people: a query form, answers as tables, things and what is said of them, the dataset, examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import render_template, url_for
from pyoxigraph import Literal, NamedNode

from kg.formats import GRAPH_FORMATS, RESULT_FORMATS
from kg.querying.query import Term, readable
from kg.vocab import PREFIXES, XSD
from kg.web.address import absolute, page_of
from kg.web.asking import Table
from kg.web.protocol import Operation
from kg.web.questions import GENERAL
from kg.web.serving import downloads
from kg.web.site import Library, Site
from kg.web.things import Labels, Property, Thing, best_labels, properties_of

#: Rows shown on a page; the downloads have them all.
MAX_ROWS = 1000


@dataclass(frozen=True)
class Cell:
    """A term in a table: its short form, what it links to, and what a reader sees on pointing at it."""

    text: str
    link: str | None = None
    title: str | None = None
    language: str | None = None


def home(site: Site, question_name: str | None) -> str:
    """The first page, with a question's query in its form."""
    chosen = next((question for question in site.questions if question.name == question_name), None)
    shown = chosen or (site.questions or GENERAL)[0]
    endpoint = absolute(site, "sparql")
    return render_template(
        "home.html", site=site, query=shown.query, chosen=chosen, prefixes=PREFIXES, endpoint=endpoint
    )


def answer(site: Site, operation: Operation, table: Table) -> str:
    """An answer below the query that it answers."""
    return render_template(
        "answer.html",
        site=site,
        query=operation.query,
        day=operation.day,
        result=table,
        rows=[[_cell(site, term) for term in row] for row in table.rows[:MAX_ROWS]],
        more=len(table.rows) > MAX_ROWS,
        downloads=list(_downloads(operation, table)),
        prefixes=PREFIXES,
    )


def thing(site: Site, shown: Thing, document: str, day: str | None) -> str:
    """What is said of a thing, and what points at it.

    Args:
        site: what is served.
        shown: the thing.
        document: the address of the document about it, without a suffix.
        day: the day on which this is so.
    """
    return render_template(
        "thing.html",
        site=site,
        thing=shown,
        document=document,
        day=day,
        downloads=list(downloads()),
        link=lambda iri: page_of(site, iri),
        everything=lambda part: url_for("sparql", query=_pointing(part, shown)),
    )


def about(site: Site, library: Library, name: str) -> str:
    """The page about the dataset, the examples or the prefixes."""
    described: list[Property] = []
    if name == "dataset":
        labels: Labels = best_labels(quad.triple for quad in library.asserted)
        described = properties_of(library.description, labels)
    return render_template(
        f"{name}.html",
        site=site,
        described=described,
        document=url_for(name),
        downloads=list(downloads()),
        prefixes=PREFIXES,
        link=lambda iri: page_of(site, iri),
        endpoint=absolute(site, "sparql"),
        graphs=absolute(site, "graphs"),
        formats=GRAPH_FORMATS,
    )


def refusal(site: Site, query: str | None, title: str, message: str) -> str:
    """What is wrong, above the query to mend."""
    return render_template("refusal.html", site=site, query=query, title=title, message=message, prefixes=PREFIXES)


def _cell(site: Site, term: Term | None) -> Cell:
    text = readable(term)
    if isinstance(term, NamedNode):
        return Cell(text.strip("<>"), page_of(site, term.value), term.value)
    if isinstance(term, Literal):
        datatype = None if term.language or term.datatype.value == XSD + "string" else readable(term.datatype)
        return Cell(text, title=datatype, language=term.language)
    return Cell(text)


def _downloads(operation: Operation, table: Table) -> Iterator[tuple[str, str]]:
    parameters = operation.parameters()
    if table.kind == "graph":
        for graph_form in GRAPH_FORMATS:
            yield graph_form.title, url_for("sparql", **parameters, format=graph_form.name)
    else:
        for form in RESULT_FORMATS:
            yield form.name.upper(), url_for("sparql", **parameters, format=form.name)


def _pointing(part: Property, shown: Thing) -> str:
    return f"SELECT DISTINCT ?thing WHERE {{ ?thing <{part.iri}> <{shown.iri}> }} ORDER BY ?thing"
