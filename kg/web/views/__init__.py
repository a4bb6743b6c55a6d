"""Pages that answer at sight: for people who write no SPARQL."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from kg.pool.inquiry import Inquiry
from kg.terms import RDF
from kg.web.service import Service
from kg.web.views.case import add_case, example_case
from kg.web.views.case_proof import add_case_proof
from kg.web.views.cite import add_cite
from kg.web.views.claims import add_claims
from kg.web.views.compare import add_compare
from kg.web.views.owed import add_owed
from kg.web.views.proof import add_proof
from kg.web.views.search import add_search
from kg.web.views.tables import add_tables
from kg.web.views.what_if import add_what_if

#: What the head of every page leads to, by route and words; routes that are not there are left out.
NAVIGATION = (
    ("owed", "Who owed whom"),
    ("case", "The case"),
    ("compare", "Compare"),
    ("claims", "The article on trial"),
    ("what_if", "What if"),
    ("tables", "Data & R"),
    ("query_page", "Query"),
)


def add_views(app: Flask, service: Service) -> None:
    """Add the routes of the pages; they need a build with duties."""
    add_proof(app, service)
    if service.library.timeline is None:
        return
    add_cite(app, service)
    add_claims(app, service)
    add_compare(app, service)
    add_search(app, service)
    add_owed(app, service)
    add_tables(app, service)
    if service.desk is not None:
        add_case(app, service)
        add_case_proof(app, service)
        add_what_if(app, service)
        service.desk.prepare(_first_inquiries(service))


def _first_inquiries(service: Service) -> Iterator[Inquiry]:
    """The case that is shown where none is chosen, and a question that takes all the reasoning that proofs need."""
    example = example_case(service)
    if example is not None:
        yield Inquiry.of("case", "json", **example.arguments())
    known_to, word = service.library.currency.known_to, str(RDF.type)
    as_of = None if known_to is None else known_to.isoformat()
    yield Inquiry.of("explain", "json", subject=word, predicate=word, value=word, as_of=as_of)
