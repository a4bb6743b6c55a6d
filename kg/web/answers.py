"""Answers for readers: rows as a table with links and labels or as a drawing, and the ways to take them along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from flask import render_template, url_for
from pyoxigraph import Literal, NamedNode

from kg.build.questions import stated_question
from kg.rdf.formats import GRAPH_FORMATS, RESULT_FORMATS
from kg.sparql.answer import readable
from kg.terms import XSD, Term
from kg.web.client import Rows
from kg.web.columns import Sheet
from kg.web.operation import VIEWS, Operation
from kg.web.pictures import Painter, Picture
from kg.web.reader import Reader
from kg.web.service import Service
from kg.web.snippets import snippets
from kg.web.urls import absolute, page_of
from kg.web.wording import Words

#: Rows shown on a page; the downloads have them all.
MAX_ROWS = 1000
#: Characters up to which a value in a table is not broken.
_ONE_LINE = 12
#: What shows an answer in a page of somebody else's.
_FRAME = '<iframe src="{}" title="{}" width="100%" height="520" loading="lazy"></iframe>'


@dataclass(frozen=True)
class Cell:
    """A term in a table.

    Attributes:
        text: its short form.
        link: what it links to.
        title: what a reader sees on pointing at it: the IRI, or the datatype.
        language: of its text.
        label: what the thing is called, unless the row says so.
    """

    text: str
    link: str | None = None
    title: str | None = None
    language: str | None = None
    label: Literal | None = None

    @property
    def short(self) -> bool:
        """Whether it is better kept on one line, as a date is."""
        return len(self.text) <= _ONE_LINE and self.label is None


@dataclass(frozen=True)
class ShownAnswer:
    """The answer to a query, to be shown to a reader.

    Attributes:
        service: what is served.
        operation: the query.
        rows: the answer, or its first `MAX_ROWS` rows and one more.
        absent_graphs: the graphs that it is asked of and that are not there.
        reader: whom it is shown to.
    """

    service: Service
    operation: Operation
    rows: Rows
    absent_graphs: Iterable[str]
    reader: Reader

    @property
    def title(self) -> str:
        """What the query asks, by its own word."""
        return stated_question(self.operation.query or "") or Words(self.reader.language)("The answer to a query")

    def picture(self, *, standalone: bool = False) -> Picture | None:
        """The answer as the drawing that is asked for; None if that is a table, or needs other columns."""
        if self.operation.view == VIEWS[0] or not self.rows.rows:
            return None
        rows = Rows(self.rows.kind, self.rows.variables, self.rows.rows[:MAX_ROWS])
        painter = Painter(self.service, self.reader, self.operation.day, rows, self.title, standalone)
        return painter.draw(self.operation.view)

    def page(self) -> str:
        """The answer below the query that it answers."""
        return self._render("answer.html", downloads=list(_downloads(self.operation, self.rows)))

    def embedded(self) -> str:
        """The answer alone, to stand in a page of somebody else's."""
        return self._render("embed.html")

    def _render(self, template: str, **values: Any) -> str:
        service, operation, rows, site = self.service, self.operation, self.rows, self.service.site
        assert operation.query is not None
        open_lists = service.library.completeness.open_lists(operation.query, operation.day, site.names)
        asked = {**operation.parameters(), "lang": self.reader.language}
        return render_template(
            template,
            site=site,
            query=operation.query,
            question=stated_question(operation.query),
            title=self.title,
            day=operation.day,
            view=operation.view,
            views=[(view, url_for("sparql", **operation.parameters(), view=view)) for view in VIEWS],
            picture=self.picture(),
            image=absolute(site, "picture", **asked, view=operation.view),
            frame=_FRAME.format(escape(absolute(site, "embed", **asked, view=operation.view)), escape(self.title)),
            address=absolute(site, "sparql", **operation.parameters(), view=operation.view),
            result=rows,
            absent_graphs=self.absent_graphs,
            open_lists=[(site.names.shorten(holds.value), page_of(site, holds.value)) for holds in open_lists],
            rows=list(_table(service, rows, operation.day, self.reader)),
            more=len(rows.rows) > MAX_ROWS,
            snippets=snippets(absolute(site, "sparql"), operation, rows.kind),
            prefixes=site.names.prefixes,
            **values,
        )


def _table(service: Service, rows: Rows, day: date | None, reader: Reader) -> Iterator[list[Cell]]:
    """The rows that a page shows. A name or code that stands for a thing leads to it, too, if its whole column does."""
    sheet = Sheet(rows.variables, rows.rows[:MAX_ROWS], service.library.register)
    named = {column.place for column in sheet.of("state", "thing")}
    for row in sheet.rows:
        said = {term.value for term in row if isinstance(term, Literal)}
        cells = []
        for place, term in enumerate(row):
            thing = service.library.register.named(term) if place in named else term
            label = service.library.labels.find(thing, *reader.languages) if isinstance(thing, NamedNode) else None
            needed = label is not None and label.value not in said and not getattr(term, "language", None)
            cells.append(_cell(service, term, thing, day, label if needed else None))
        yield cells


def _cell(service: Service, term: Term | None, thing: Term | None, day: date | None, label: Literal | None) -> Cell:
    """A term in a table; the thing that it is or names, if it is one."""
    site = service.site
    text = readable(term, site.names)
    language = term.language if isinstance(term, Literal) else None
    if isinstance(thing, NamedNode):
        return Cell(text.strip("<>"), page_of(site, thing.value, day), thing.value, language, label)
    if isinstance(term, Literal):
        datatype = None if language or term.datatype.value == XSD.string.value else readable(term.datatype, site.names)
        return Cell(text, title=datatype, language=language)
    return Cell(text)


def _downloads(operation: Operation, rows: Rows) -> Iterator[tuple[str, str]]:
    parameters = operation.parameters()
    for form in GRAPH_FORMATS if rows.kind == "graph" else RESULT_FORMATS:
        yield form.title, url_for("sparql", **parameters, format=form.name)
