"""The pages for people: a query form, example questions, and answers as tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import render_template, url_for
from pyoxigraph import Literal, NamedNode

from kg.formats import GraphFormat
from kg.query import Answer, Term, readable
from kg.vocab import BASE, PREFIXES, XSD
from kg.web.protocol import Operation
from kg.web.questions import GENERAL, Question

#: Rows shown on a page; the downloads have them all.
MAX_ROWS = 1000


@dataclass(frozen=True)
class Site:
    """What the pages say about what is served."""

    title: str = "Casus"
    summary: str = "Who owed what to whom, under which article, and by what source: a knowledge graph of alliances."
    questions: tuple[Question, ...] = GENERAL


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
    return render_template("home.html", site=site, query=shown.query, chosen=chosen, prefixes=PREFIXES)


def answer(site: Site, operation: Operation, result: Answer) -> str:
    """An answer below the query that it answers.

    Raises:
        QueryError: the query cannot be evaluated.
    """
    rows = [[_cell(term) for term in row] for row in islice(result.rows, MAX_ROWS + 1)]
    return render_template(
        "answer.html",
        site=site,
        query=operation.query,
        result=result,
        rows=rows[:MAX_ROWS],
        more=len(rows) > MAX_ROWS,
        downloads=list(_downloads(operation, result)),
        prefixes=PREFIXES,
    )


def refusal(site: Site, query: str | None, title: str, message: str) -> str:
    """What is wrong, above the query to mend."""
    return render_template("refusal.html", site=site, query=query, title=title, message=message, prefixes=PREFIXES)


def _cell(term: Term | None) -> Cell:
    text = readable(term)
    if isinstance(term, NamedNode):
        return Cell(text.strip("<>"), _link(term.value), term.value)
    if isinstance(term, Literal):
        datatype = None if term.language or term.datatype.value == XSD + "string" else readable(term.datatype)
        return Cell(text, title=datatype, language=term.language)
    return Cell(text)


def _link(iri: str) -> str | None:
    """What is said of a thing of ours is here; others' things are elsewhere. Only web addresses become links."""
    if iri.startswith(BASE):
        return url_for("sparql", query=f"DESCRIBE <{iri}>")
    return iri if iri.startswith(("http://", "https://")) else None


def _downloads(operation: Operation, result: Answer) -> Iterator[tuple[str, str]]:
    parameters: dict[str, Any] = {
        "query": operation.query,
        "default-graph-uri": operation.default_graphs,
        "named-graph-uri": operation.named_graphs,
    }
    for form in result.formats:
        title = form.title if isinstance(form, GraphFormat) else form.name.upper()
        yield title, url_for("sparql", **parameters, format=form.name)
