"""What a page about the graph is made with: its reader, how things are called, where they are, and what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from flask import render_template, request, url_for
from pyoxigraph import Literal, NamedNode
from werkzeug.exceptions import BadRequest

from kg.day import read_day
from kg.errors import BadInput
from kg.sparql.answer import Row
from kg.terms import Resource, Term
from kg.web.reader import Reader, reader_of
from kg.web.service import Service
from kg.web.urls import absolute, page_of
from kg.web.wording import Words

_QUERIES = Path(__file__).parent.parent / "queries"
#: How a day of each month is written in a sentence.
DAYS = (
    "%s January %s", "%s February %s", "%s March %s", "%s April %s", "%s May %s", "%s June %s",
    "%s July %s", "%s August %s", "%s September %s", "%s October %s", "%s November %s", "%s December %s",
)  # fmt: skip
#: A place in a query that a term of the page takes.
_PLACE = re.compile(r"\$(\w+)")


@dataclass(frozen=True)
class Option:
    """A choice in a form: what its address says, and what the reader sees."""

    value: str
    text: str


@dataclass(frozen=True)
class View:
    """One request for a page.

    Attributes:
        service: what is served.
        reader: whom the page is for.
    """

    service: Service
    reader: Reader

    @classmethod
    def of_request(cls, service: Service) -> View:
        """The view of the request that is being answered."""
        return cls(service, reader_of(service.site, request))

    @cached_property
    def say(self) -> Words:
        """The words of the page: called with an English text, it gives the text in the reader's language."""
        return Words(self.reader.language)

    def name(self, thing: Resource) -> str:
        """What a thing is called in the reader's language."""
        return self.service.library.labels.name(thing, *self.reader.languages)

    def text(self, values: Iterable[Term | None]) -> str | None:
        """Of a text in several languages, the one that the reader understands best; None if there is no text."""
        texts = {(value.language or "").lower(): value.value for value in values if isinstance(value, Literal)}
        wanted = (*self.reader.languages, "en", "")
        return next((texts[language] for language in wanted if language in texts), None) or next(
            iter(texts.values()), None
        )

    def link(self, thing: Resource, day: date | None = None) -> str | None:
        """The address of the page about a thing."""
        return page_of(self.service.site, thing.value, day)

    def code(self, thing: Resource) -> str:
        """How an address of this server names a thing: by the last part of its IRI below ``id/``, with its kind."""
        return thing.value.removeprefix(self.service.site.names.id)

    def select(self, query: str, **terms: Term | Iterable[Term]) -> list[Row]:
        """The rows of a query of ``queries/``, in which terms take the places that begin with a dollar sign."""
        return self.service.asker().select(filled(query, terms))

    def options(self, things: Iterable[Resource]) -> list[Option]:
        """Things as choices of a form, in the order of their names."""
        return sorted((Option(self.code(thing), self.name(thing)) for thing in things), key=lambda option: option.text)

    def thing(self, parameter: str, *folders: str) -> NamedNode | None:
        """The thing that a parameter names: by its code (``ARM``), its path (``state/ARM``) or its whole IRI.

        Args:
            parameter: the parameter.
            folders: where a bare code is looked for, for example ``state``.

        Raises:
            BadRequest: there is no such thing.
        """
        said = request.args.get(parameter, "").strip()
        if not said:
            return None
        base = self.service.site.names.id
        known = self.service.library.things
        candidates = [said, base + said, *(f"{base}{folder}/{said}" for folder in folders)]
        candidates += [f"{base}{folder}/{said.upper()}" for folder in folders]
        for candidate in candidates:
            if candidate in known:
                return NamedNode(candidate)
        raise BadRequest(
            f"{parameter}: nothing here is called {said[:100]!r}; {' or '.join(folders)} codes look like ARM"
        )

    def day(self, parameter: str) -> date | None:
        """The day that a parameter names.

        Raises:
            BadRequest: it is none.
        """
        said = request.args.get(parameter, "").strip()
        try:
            return read_day(said) if said else None
        except BadInput as error:
            raise BadRequest(f"{parameter}: {error}") from error

    def show_day(self, day: date) -> str:
        """A day as it is written in a sentence: 13 September 2022."""
        return self.say(DAYS[day.month - 1]) % (day.day, day.year)

    def written(self, day: str) -> str:
        """A date as it is written in a sentence, if its day is known; else as it is."""
        try:
            return self.show_day(read_day(day))
        except BadInput:
            return day

    def render(self, template: str, *, canonical: str | None = None, **values: Any) -> str:
        """A page.

        Args:
            template: its template, which extends ``layout.html``.
            canonical: the address under which it is to be known, if it has several.
            values: what the template shows.
        """
        return render_template(
            template, site=self.service.site, view=self, canonical=canonical or self.canonical(), **values
        )

    def canonical(self, **parameters: str | None) -> str:
        """The address of the page as the world knows it, with those parameters alone that decide what it shows."""
        assert request.endpoint is not None
        said: dict[str, Any] = {name: value for name, value in parameters.items() if value}
        return absolute(self.service.site, request.endpoint, **(request.view_args or {}), **said)


def address(endpoint: str, **parameters: str | date | None) -> str:
    """The address of a page, without the parameters that have no value."""
    said: dict[str, Any] = {name: str(value) for name, value in parameters.items() if value}
    return url_for(endpoint, **said)


def filled(query: str, terms: Mapping[str, Term | Iterable[Term]]) -> str:
    """A query of ``queries/`` with its terms, a single one or several in a row. KeyError if one is missing.

    Terms are written as N-Triples has them, so that nothing of a request can be anything but a term.
    """

    def written(place: re.Match[str]) -> str:
        given = terms[place[1]]
        return " ".join(map(str, given)) if isinstance(given, Iterable) else str(given)

    return _PLACE.sub(written, _read(query))


@cache
def _read(query: str) -> str:
    return (_QUERIES / f"{query}.rq").read_text(encoding="utf-8")
