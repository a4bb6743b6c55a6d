"""Whoever reads a page, and terms as they meet their eye: labels in a reader's languages, else short names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import Request
from pyoxigraph import Literal, NamedNode

from kg.sparql.answer import readable
from kg.terms import CONCEPTS, XSD, Labels, Namespaces, Term
from kg.web.site import Site

_DIGITS = re.compile(r"([0-9]+)")
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
#: How many characters of an ISO 8601 date a precision leaves.
_LENGTHS: dict[Term, int] = {CONCEPTS["precision/year"]: 4, CONCEPTS["precision/month"]: 7}
#: The parameter, and the cookie that remembers it, by which a reader chooses a language.
LANGUAGE = "lang"
#: Languages of a request that count.
_MOST = 10


@dataclass(frozen=True)
class ShownValue:
    """A value as it is read.

    Attributes:
        text: its text.
        iri: what it links to if it is a thing.
        language: the language of the text, if it is in one.
        parts: its parts if it has no name.
        term: how an address of this server names it, as `kg.terms.Namespaces.read` takes it again; None if none can.
    """

    text: str
    iri: str | None = None
    language: str | None = None
    parts: list[Property] = field(default_factory=list)
    term: str | None = None


@dataclass(frozen=True)
class Property:
    """A property with its values, or with the things it points from."""

    text: str
    iri: str
    values: list[ShownValue]
    count: int = 0


@dataclass(frozen=True)
class Reader:
    """Whoever reads a page: in which languages, the preferred first, and by which names.

    Attributes:
        names: the namespaces in whose short names terms are shown that have no label.
        languages: the reader's languages, and after them those of the data.
        language: the one of the data's languages that the reader likes best.
    """

    names: Namespaces
    languages: tuple[str, ...]
    language: str

    def name(self, term: NamedNode, labels: Labels) -> str:
        """The label of a property; without one, the words of its name: rdfs:seeAlso is "see also"."""
        label = labels.find(term, *self.languages)
        if label is not None:
            return label.value
        prefix, colon, name = self.names.shorten(term.value).partition(":")
        return _WORDS.sub(" ", name).lower() if colon and not prefix.startswith("<") else term.value

    def value(self, term: Term | None, labels: Labels) -> ShownValue:
        """A term as the reader meets it."""
        if isinstance(term, NamedNode):
            label = labels.find(term, *self.languages)
            text = label.value if label is not None else self.names.shorten(term.value).strip("<>")
            language = label.language if label is not None else None
            return ShownValue(text, term.value, language, term=self.names.show(term))
        if not isinstance(term, Literal):
            return ShownValue(readable(term, self.names))
        written = self.names.show(term)
        if term.datatype == XSD.boolean:
            return ShownValue({"true": "yes", "false": "no"}.get(term.value, term.value), term=written)
        return ShownValue(readable(term, self.names), language=term.language, term=written)

    def order(self, values: Iterable[ShownValue]) -> list[ShownValue]:
        """Values, those in the reader's languages first; in each language, article 2 before article 10."""

        def rank(value: ShownValue) -> tuple[int, str, list[tuple[int, str]]]:
            parts = [(int(part) if part.isdecimal() else 0, part) for part in _DIGITS.split(value.text)]
            language = (value.language or self.languages[0]).lower()
            known = self.languages.index(language) if language in self.languages else len(self.languages)
            return known, language, parts

        return sorted(values, key=rank)


def known_part(value: Term, precision: Term | None) -> str:
    """A date as far as it is known: the day, the month or the year, as its precision says."""
    return readable(value)[: _LENGTHS.get(precision) if precision is not None else None]


def chosen_language(site: Site, request: Request) -> str | None:
    """The language that the address names, or the one chosen on a page before; None if none was."""
    said = request.args.get(LANGUAGE) or request.cookies.get(LANGUAGE)
    return said if said in site.identity.languages else None


def reader_of(site: Site, request: Request) -> Reader:
    """Who asks for a page: by the language that was chosen, else by Accept-Language (RFC 9110, section 12.5.4)."""
    ours = site.identity.languages
    chosen = chosen_language(site, request)
    asked = [chosen] if chosen else []
    asked += [tag.lower() for tag, quality in request.accept_languages[:_MOST] if quality > 0 and tag != "*"]
    # Who reads Belarusian in Latin script reads Belarusian (RFC 4647, section 3.4).
    known = (tag for wanted in asked for tag in ours if f"{wanted}-".startswith(f"{tag.lower()}-"))
    languages = [part for tag in (*asked, *map(str.lower, ours)) for part in (tag, tag.partition("-")[0])]
    return Reader(site.names, tuple(dict.fromkeys(languages)), next(known, ours[0]))
