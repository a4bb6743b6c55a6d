"""The pages for people: a query form, answers as tables, things and what is said of them, the dataset, examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from flask import render_template, url_for
from pyoxigraph import Literal, NamedNode
from werkzeug.exceptions import NotFound

from kg.rdf.formats import GRAPH_FORMATS, RESULT_FORMATS
from kg.sparql.answer import readable
from kg.sparql.completeness import Completeness
from kg.terms import CASUS, XSD, Labels, Term
from kg.web.cbd import Description, properties_of
from kg.web.client import Rows
from kg.web.containers import Container
from kg.web.markup import dataset_markup
from kg.web.negotiation import SUFFIXES
from kg.web.operation import Operation
from kg.web.questions import GENERAL
from kg.web.reader import Property, Reader
from kg.web.shapes import read_shapes
from kg.web.site import Library, Site
from kg.web.urls import absolute, on_day, page_of, path_of

#: Rows shown on a page; the downloads have them all.
MAX_ROWS = 1000
#: What the first page leads to without a query to write: classes, and what their things are called.
_LISTED = {
    "States": "State",
    "Organizations": "Organization",
    "Treaties": "Treaty",
    "Obligations": "Obligation",
    "Events": "Event",
    "Claims": "Claim",
    "Sources": "Source",
}
#: The classes of things of which more can be said as of a day: who belonged to what and owed what to whom.
_WITH_DAYS = {CASUS.State.value, CASUS.Organization.value, CASUS.Treaty.value}
#: Characters up to which a value in a table is not broken.
_ONE_LINE = 12


@dataclass(frozen=True)
class Cell:
    """A term in a table: its short form, what it links to, and what a reader sees on pointing at it."""

    text: str
    link: str | None = None
    title: str | None = None
    language: str | None = None

    @property
    def short(self) -> bool:
        """Whether it is better kept on one line, as a date is."""
        return len(self.text) <= _ONE_LINE


def render_query(site: Site, library: Library, question_name: str | None, reader: Reader) -> str:
    """The page to write queries on, with a question's query in its form.

    Raises:
        NotFound: there is no such question.
    """
    chosen = next((question for question in site.questions if question.name == question_name), None)
    if question_name and chosen is None:
        raise NotFound(f"there is no question {question_name[:100]!r}; /examples has all")
    shown = chosen or (site.questions or GENERAL)[0]
    endpoint = absolute(site, "sparql")
    lists = [(plural, url_for("sparql", query=_listing(name, reader))) for plural, name in _LISTED.items()]
    return render_template(
        "query.html",
        site=site,
        lists=lists if site.build is not None else [],
        query=shown.query,
        day=shown.day,
        chosen=chosen,
        markup=dataset_markup(site, library, reader) if site.build is not None else None,
        result_forms=RESULT_FORMATS,
        graph_forms=GRAPH_FORMATS,
        prefixes=site.names.prefixes,
        endpoint=endpoint,
    )


def render_answer(
    site: Site, operation: Operation, rows: Rows, absent_graphs: Iterable[str], open_lists: Iterable[NamedNode]
) -> str:
    """An answer below the query that it answers.

    Args:
        site: what is served.
        operation: the query.
        rows: the answer.
        absent_graphs: the graphs that it is asked of and that are not there.
        open_lists: the lists that it is drawn from and that are not known to be complete.
    """
    return render_template(
        "answer.html",
        site=site,
        query=operation.query,
        day=operation.day,
        result=rows,
        absent_graphs=absent_graphs,
        open_lists=[(site.names.shorten(holds.value), page_of(site, holds.value)) for holds in open_lists],
        rows=[[_cell(site, term, operation.day) for term in row] for row in rows.rows[:MAX_ROWS]],
        more=len(rows.rows) > MAX_ROWS,
        downloads=list(_downloads(operation, rows)),
        prefixes=site.names.prefixes,
    )


def render_resource(
    site: Site,
    shown: Description,
    namesakes: Iterable[NamedNode],
    reader: Reader,
    day: date | None,
    completeness: Completeness,
) -> str:
    """What is said of a thing, and what points at it.

    Args:
        site: what is served.
        shown: the thing.
        namesakes: the things whose IRIs have the same URI.
        reader: whom it is shown to.
        day: the day on which this is so.
        completeness: which lists are complete; of others the page shows at least what there is.
    """
    thing = NamedNode(shown.iri)
    document = url_for("document", path=shown.iri.removeprefix(site.base))
    return render_template(
        "resource.html",
        site=site,
        resource=shown,
        namesakes=[(node.value, page_of(site, node.value, day)) for node in namesakes],
        document=document,
        day=day,
        has_days=site.build is not None and any(kind.iri in _WITH_DAYS for kind in shown.types),
        forms=_forms(document, day),
        link=lambda iri: page_of(site, iri, day),
        everything=lambda part: on_day(url_for("sparql", query=_pointing(part, shown, reader)), day),
        at_least=lambda part: not completeness.has_all(NamedNode(part.iri), thing, day),
    )


def render_container(site: Site, shown: Container, reader: Reader, day: date | None) -> str:
    """The things below an IRI that names nothing itself."""
    labels = Labels(shown.labels)
    address = path_of(site, shown.iri.value) or ""
    rows = [
        *((node.value, None, on_day(path_of(site, node.value) or "", day)) for node in shown.containers),
        *((node.value, labels.find(node, *reader.languages), page_of(site, node.value, day)) for node in shown.things),
    ]
    return render_template(
        "container.html",
        site=site,
        iri=shown.iri.value,
        name=shown.iri.value.removeprefix(site.base),
        rows=rows,
        more=on_day(url_for("sparql", query=_below(shown)), day) if shown.more else None,
        forms=[(form.title, on_day(f"{address}?format={form.name}", day)) for form in GRAPH_FORMATS],
    )


def render_about(site: Site, library: Library, name: str, reader: Reader) -> str:
    """The page about the dataset, the examples, the prefixes or the shapes."""
    described = properties_of(library.description, library.labels, reader) if name == "dataset" else []
    return render_template(
        f"{name}.html",
        site=site,
        described=described,
        shapes=read_shapes(library.shapes) if name == "shapes" else [],
        markup=dataset_markup(site, library, reader) if name == "dataset" and site.build is not None else None,
        forms=_forms(url_for(name)),
        prefixes=site.names.prefixes,
        link=lambda iri: page_of(site, iri),
        shorten=site.names.shorten,
        endpoint=absolute(site, "sparql"),
        graphs=absolute(site, "graphs"),
        formats=GRAPH_FORMATS,
    )


def render_refusal(site: Site, query: str | None, title: str, message: str) -> str:
    """What is wrong, above the query to mend."""
    return render_template(
        "refusal.html", site=site, query=query, title=title, message=message, prefixes=site.names.prefixes
    )


def _cell(site: Site, term: Term | None, day: date | None) -> Cell:
    text = readable(term, site.names)
    if isinstance(term, NamedNode):
        return Cell(text.strip("<>"), page_of(site, term.value, day), term.value)
    if isinstance(term, Literal):
        datatype = (
            None if term.language or term.datatype.value == XSD.string.value else readable(term.datatype, site.names)
        )
        return Cell(text, title=datatype, language=term.language)
    return Cell(text)


def _downloads(operation: Operation, rows: Rows) -> Iterator[tuple[str, str]]:
    parameters = operation.parameters()
    for form in GRAPH_FORMATS if rows.kind == "graph" else RESULT_FORMATS:
        yield form.title, url_for("sparql", **parameters, format=form.name)


def _forms(address: str, day: date | None = None) -> list[tuple[str, str]]:
    """A document's forms for programs, by title and address."""
    titles = {form.name: form.title for form in GRAPH_FORMATS}
    return [
        (titles[form.format_name], on_day(address + suffix, day))
        for suffix, form in SUFFIXES.items()
        if form.format_name is not None
    ]


def _listing(name: str, reader: Reader) -> str:
    return (
        f"SELECT ?thing ?label WHERE {{\n  ?thing a casus:{name} ; rdfs:label ?label\n"
        f'  FILTER (lang(?label) = "{reader.language}")\n}}\nORDER BY ?label ?thing'
    )


def _pointing(part: Property, shown: Description, reader: Reader) -> str:
    return (
        f"SELECT DISTINCT ?thing ?label WHERE {{\n  ?thing <{part.iri}> <{shown.iri}>\n"
        f'  OPTIONAL {{ ?thing rdfs:label ?label FILTER (lang(?label) = "{reader.language}") }}\n}}\n'
        "ORDER BY ?label ?thing"
    )


def _below(shown: Container) -> str:
    return (
        "SELECT DISTINCT ?thing WHERE {\n  ?thing ?property ?value\n"
        f"  FILTER (STRSTARTS(STR(?thing), {Literal(shown.iri.value)}))\n}}\nORDER BY ?thing"
    )
