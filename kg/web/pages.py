"""The pages for people: a query form, things and what is said of them, the dataset, examples, refusals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask import render_template, url_for
from pyoxigraph import Literal, NamedNode
from werkzeug.exceptions import NotFound

from kg.rdf.formats import GRAPH_FORMATS, RESULT_FORMATS
from kg.sparql.completeness import Completeness
from kg.terms import CASUS, Labels
from kg.web.cbd import Description, properties_of
from kg.web.containers import Container
from kg.web.markup import dataset_markup
from kg.web.mistakes import find_mistake
from kg.web.negotiation import SUFFIXES
from kg.web.questions import GENERAL, QuestionGroup
from kg.web.reader import Property, Reader
from kg.web.shapes import read_shapes
from kg.web.site import Library, Site
from kg.web.urls import absolute, on_day, page_of, path_of

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


def render_query(site: Site, library: Library, reader: Reader, question_name: str | None = None, find: str = "") -> str:
    """The page to write queries on, with a question's query in its form.

    Args:
        site: what is served.
        library: what can be said of it.
        reader: whom it is shown to.
        question_name: the question.
        find: the words of the questions to list; all are, without words.

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
        find=find,
        groups=[
            (_title(group, library, reader), group.questions)
            for group in (group.matching(find) for group in library.questions)
            if group.questions
        ],
        markup=dataset_markup(site, library, reader) if site.build is not None else None,
        result_forms=RESULT_FORMATS,
        graph_forms=GRAPH_FORMATS,
        prefixes=site.names.prefixes,
        endpoint=endpoint,
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
        "refusal.html",
        site=site,
        query=query,
        mistake=find_mistake(query, message) if query is not None else None,
        title=title,
        message=message,
        prefixes=site.names.prefixes,
    )


def _title(group: QuestionGroup, library: Library, reader: Reader) -> str | None:
    """What the part of the ontology is called that some questions are about, without the name of the whole."""
    if group.module is None:
        return None
    name = library.labels.name(group.module, *reader.languages)
    part = name.partition(": ")[2] or name
    return part[0].upper() + part[1:]


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
