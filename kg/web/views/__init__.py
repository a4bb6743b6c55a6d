"""Pages that answer at sight: for people who write no SPARQL."""

from __future__ import annotations

from flask import Flask

from kg.web.service import Service
from kg.web.views.claims import add_claims
from kg.web.views.compare import add_compare
from kg.web.views.owed import add_owed
from kg.web.views.search import add_search

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
    if service.library.timeline is None:
        return
    add_claims(app, service)
    add_compare(app, service)
    add_search(app, service)
    add_owed(app, service)
