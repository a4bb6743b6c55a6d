"""What the pages of all kinds of things share: names, sources, the way to all that is said, and how they are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for
from pyoxigraph import Literal, NamedNode

from kg.rdf.formats import GRAPH_FORMATS
from kg.terms import CASUS, DCTERMS, OWL, RDFS, SKOS, Resource
from kg.web.negotiation import SUFFIXES
from kg.web.urls import absolute, on_day, page_of
from kg.web.views.record import Record, SourceList
from kg.web.views.view import View

#: The parameter, and its value, that ask for all that is said of a thing.
VIEW, PROPERTIES = "view", "properties"
_TITLES = {form.name: form.title for form in GRAPH_FORMATS}


@dataclass(frozen=True)
class Name:
    """A name in another language than the reader's."""

    text: str
    language: str | None


@dataclass(frozen=True)
class Thing:
    """The thing of a page.

    Attributes:
        record: what is said of it.
        day: the day that the address names.
        namesakes: the things whose IRIs have the same URI.
    """

    record: Record
    day: date | None
    namesakes: Sequence[NamedNode]
    sources: SourceList = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sources", SourceList(self.view))

    @property
    def view(self) -> View:
        """The request for the page."""
        return self.record.view

    @property
    def iri(self) -> NamedNode:
        """The name of the thing."""
        assert isinstance(self.record.thing, NamedNode)
        return self.record.thing

    @property
    def document(self) -> str:
        """The address of the document about it, without a form."""
        return url_for("document", path=self.iri.value.removeprefix(self.view.service.site.base))

    @property
    def other_names(self) -> list[Name]:
        """Its names that differ from the one in the reader's language, each once."""
        said = (*self.record.said.get(RDFS.label, ()), *self.record.said.get(SKOS.altLabel, ()))
        labels = [value for value in said if isinstance(value, Literal)]
        texts = {label.value: Name(label.value, label.language) for label in sorted(labels, key=str)}
        return [name for text, name in texts.items() if text != self.record.name]

    @property
    def kinds(self) -> list[NamedNode]:
        """The classes of the ontology to which it belongs, as far as they have names."""
        labels = self.view.service.library.labels
        named = (kind for kind in self.record.types if isinstance(kind, NamedNode) and kind != OWL.Thing)
        ours = (kind for kind in named if kind in CASUS or kind.value.startswith(self.view.service.site.names.ontology))
        return sorted((kind for kind in ours if kind in labels and kind != CASUS.DatedEntity), key=self.view.name)

    def link(self, thing: Resource) -> str | None:
        """The address of the page about another thing, of the same day if this page is of one."""
        return self.view.link(thing, self.day)

    def forms(self) -> list[tuple[str, str]]:
        """What is said of it in RDF, by title and address."""
        return [
            (_TITLES[form.format_name], on_day(self.document + suffix, self.day))
            for suffix, form in SUFFIXES.items()
            if form.format_name is not None
        ]

    def at_least(self, holds: NamedNode, day: date | None = None) -> bool:
        """Whether a list about it may lack something, by the class of what it holds."""
        return not self.view.service.library.completeness.is_complete(holds, self.iri, day)

    def render(self, template: str, summary: str, *, markup: str, **values: Any) -> str:
        """The page.

        Args:
            template: its template, which extends ``thing.html``.
            summary: what it tells, in a sentence.
            markup: the type of schema.org of which the thing is.
            values: what else the template shows.
        """
        site = self.view.service.site
        path = self.iri.value.removeprefix(site.base) + ".html"
        same = [thing.value for thing in self.record.things(SKOS.exactMatch)]
        return self.view.render(
            template,
            canonical=absolute(site, "document", path=path),
            thing=self,
            sources=self.sources,
            day=self.day,
            casus=CASUS,
            description=DCTERMS.description,
            summary=summary,
            everything=on_day(f"{self.document}.html?{VIEW}={PROPERTIES}", self.day),
            alike=[(node.value, page_of(site, node.value, self.day)) for node in self.namesakes],
            markup={
                "@context": "https://schema.org/",
                "@type": markup,
                "@id": self.iri.value,
                "name": self.record.name,
                "description": summary,
                "url": absolute(site, "document", path=path),
                **({"sameAs": same} if same else {}),
            },
            **values,
        )
