"""What names and phrases of a statement mean: things by their names in all languages, properties by what they say."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from kg.checking.said import Assertion
from kg.errors import BadInput
from kg.finder import Finder, folded
from kg.terms import LABELS, OWL, RDF, XSD, Namespaces, Term

_PHRASES = Path(__file__).with_name("phrases.toml")
_PROPERTIES = frozenset({OWL.ObjectProperty, OWL.DatatypeProperty, RDF.Property})
#: Words that carry a phrase and say nothing.
_CARRIERS = frozenset(["a", "an", "the", "is", "was", "are", "were", "be", "been", "has", "had", "have", "does", "did"])
_NEGATIONS = frozenset(["not", "no", "never", "cannot", "не", "никогда"])
#: Names that are offered for one that is not known.
_OFFERED = 3


class Unread(Exception):
    """Part of a statement could not be read; the text says which and why."""


class Naming:
    """Reads the parts of statements."""

    def __init__(self, triples: Iterable[Triple], names: Namespaces) -> None:
        """Index what a graph calls its things and properties."""
        triples = list(triples)
        self._names = names
        self._finder = Finder(triples, names)
        properties = {
            triple.subject for triple in triples if triple.predicate == RDF.type and triple.object in _PROPERTIES
        }
        phrases: dict[str, dict[NamedNode, None]] = defaultdict(dict)
        for triple in triples:
            value, subject = triple.object, triple.subject
            if triple.predicate in LABELS and subject in properties and isinstance(value, Literal):
                assert isinstance(subject, NamedNode)
                phrases[_phrase(value.value.partition(" (")[0])][subject] = None
        for name, others in tomllib.loads(_PHRASES.read_text(encoding="utf-8")).items():
            term = names.read(name)
            if isinstance(term, NamedNode) and (term in properties or term == RDF.type):
                for other in others:
                    phrases[_phrase(other)][term] = None
        self._phrases: Mapping[str, dict[NamedNode, None]] = phrases

    def divided(self, said: Assertion) -> Assertion:
        """A sentence by its parts: of the phrases that it has, the longest is what it says.

        Raises:
            Unread: no phrase is known, or the sentence denies something.
        """
        if said.predicate:
            return said
        words = said.text.split()
        if len(words) == 3 and any(":" in word for word in words):
            return replace(said, subject=words[0], predicate=words[1], object=words[2])
        if _NEGATIONS & {word.casefold().strip(",.") for word in words}:
            raise Unread("denials are not read: check what they deny")
        spans = (
            (begin, end)
            for length in range(len(words) - 2, 0, -1)
            for begin in range(1, len(words) - length)
            for end in [begin + length]
            if words[begin:end] and _phrase(" ".join(words[begin:end])) in self._phrases
        )
        found = next(spans, None)
        if found is None:
            raise Unread("no property is said so; divide it by |: Russia | member of | CSTO | 2010")
        begin, end = found
        parts = (words[:begin], words[begin:end], words[end:])
        subject, predicate, value = (" ".join(_without_carriers(part)) or " ".join(part) for part in parts)
        return replace(said, subject=subject, predicate=predicate, object=value)

    def property_of(self, text: str) -> NamedNode:
        """The property that a phrase or a name means.

        Raises:
            Unread: there is none, or several.
        """
        known = self._written(text)
        if isinstance(known, NamedNode):
            return known
        found = list(self._phrases.get(_phrase(text), ()))
        if not found:
            raise Unread(f"no property is called {text!r}")
        relations = [one for one in found if not self._names.show(one).partition(":")[2].startswith("possibly")]
        if len(relations) > 1:
            raise Unread(f"{text!r} may mean {', '.join(map(self._names.show, relations))}")
        return relations[0] if relations else found[0]

    def things(self, text: str) -> list[NamedNode]:
        """What a name may mean, the likeliest first: a short name or IRI, a code, or a name in any language.

        Raises:
            Unread: nothing is called so.
        """
        known = self._written(text)
        if isinstance(known, NamedNode):
            return [known]
        hits = self._finder.find(text)
        exact = [hit.thing for hit in hits if hit.rank == 0]
        if not exact:
            offered = [hit.by for hit in hits[:_OFFERED]]
            raise Unread(f"nothing is called {text!r}" + (f"; perhaps {' or '.join(offered)}" if offered else ""))
        return exact

    def value(self, text: str) -> Term:
        """The value that a text means: a literal as in Turtle, or the text itself."""
        known = self._written(text)
        return Literal(text, datatype=XSD.string) if known is None else known

    def _written(self, text: str) -> Term | None:
        """A term that is written as one."""
        path = "/" in text and ":" not in text and not text.startswith(("id/", "<")) and " " not in text
        if path or ":" in text or text.startswith(("id/", "<", '"')) or text == "a":
            with suppress(BadInput):
                return self._names.read(f"<{text}>" if path else text)
        return None


def _phrase(text: str) -> str:
    """A phrase as it is compared."""
    return " ".join(_without_carriers(folded(text).split())) or folded(text)


def _without_carriers(words: list[str]) -> list[str]:
    return [word for word in words if word.casefold() not in _CARRIERS]
