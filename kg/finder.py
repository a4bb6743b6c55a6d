"""Finds things by what they are called: all names and codes, in all languages, whatever their case and accents."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from kg.terms import CASUS, DCTERMS, LABELS, OWL, RDF, RDFS, SKOS, Namespaces, Term


@dataclass(frozen=True, eq=False)  # each is one of a kind, and compared for each thing
class FoundKind:
    """A group in which things are shown: what its address says, its heading, and the classes of what is in it."""

    name: str
    text: str
    classes: tuple[NamedNode, ...]


#: The groups, in their order. A thing is in the first that has one of its classes; the last takes what is left.
FOUND_KINDS = (
    FoundKind("states", "States", (CASUS.State,)),
    FoundKind("organizations", "Organizations", (CASUS.Organization, CASUS.Organ)),
    FoundKind("treaties", "Treaties", (CASUS.Instrument,)),
    FoundKind("articles", "Articles and obligations", (CASUS.Provision, CASUS.Obligation)),
    FoundKind("events", "Events", (CASUS.Event, CASUS.ExerciseSeries)),
    FoundKind("claims", "Claims", (CASUS.Claim,)),
    FoundKind("persons", "Persons and offices", (CASUS.Person, CASUS.Office, CASUS.OfficeTenure)),
    FoundKind("sources", "Sources", (CASUS.Source, CASUS.ArticleSection)),
    FoundKind("episodes", "Memberships and parties", (CASUS.Episode,)),
    FoundKind(
        "terms", "Terms", (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, SKOS.Concept, SKOS.ConceptScheme)
    ),
    FoundKind("others", "Other things", ()),
)
#: The properties whose values are names, besides labels.
_NAMES = (*LABELS, SKOS.altLabel)
#: The properties whose values are codes: what stands for a thing in a list of the field.
_CODES = (
    *(DCTERMS.identifier, SKOS.notation, CASUS.isoAlpha2, CASUS.isoAlpha3, CASUS.unM49, CASUS.cowCode, CASUS.gwCode),
    *(CASUS.wikidataId, CASUS.codeValue, CASUS.atopId, CASUS.cowAllianceId, CASUS.unTreatySeries, CASUS.icbNumber),
    *(CASUS.midNumber, CASUS.ucdpId),
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Hit:
    """A thing that was found: its kind and classes, by which name or code, and how well that fits: 0 is best."""

    thing: NamedNode
    kind: FoundKind
    classes: tuple[Term, ...]
    by: str
    rank: int


@dataclass(frozen=True)
class _Called:
    text: str
    folded: str
    is_code: bool


@dataclass(frozen=True)
class _Indexed:
    """A thing with its names, and all of them in one text, which most searches look at alone."""

    thing: NamedNode
    kind: FoundKind
    classes: tuple[Term, ...]
    names: tuple[_Called, ...]
    joined: str


class Finder:
    """An index of names. A search looks at each thing, which takes some milliseconds for ten thousand of them."""

    def __init__(self, triples: Iterable[Triple], names: Namespaces) -> None:
        """Index what a project has named, and the terms of its ontology."""
        own = (names.id, names.ontology + "#", CASUS.iri)
        called: dict[NamedNode, dict[str, bool]] = defaultdict(dict)
        types: dict[Term, list[Term]] = defaultdict(list)
        above: dict[Term, list[Term]] = defaultdict(list)
        for subject, predicate, value in triples:
            if predicate == RDFS.subClassOf:
                above[subject].append(value)
            if not isinstance(subject, NamedNode) or not subject.value.startswith(own):
                continue
            if predicate == RDF.type:
                types[subject].append(value)
            elif isinstance(value, Literal) and (predicate in _NAMES or predicate in _CODES):
                called[subject].setdefault(value.value, predicate in _CODES)
        self._entries = [
            _indexed(thing, texts, types[thing], above, names) for thing, texts in sorted(called.items(), key=str)
        ]

    def find(self, text: str) -> list[Hit]:
        """What is called so, or has all the words of a text as beginnings or parts of its own; the best first."""
        asked = folded(text)
        if not asked:
            return []
        parts = asked.split()
        hits = []
        for entry in self._entries:
            if all(part in entry.joined for part in parts):
                rank, name = min(
                    ((_rank(name, asked, parts), name) for name in entry.names),
                    key=lambda ranked: (ranked[0], len(ranked[1].text)),
                )
                hits.append(Hit(entry.thing, entry.kind, entry.classes, name.text, rank))
        return sorted(hits, key=lambda hit: (hit.rank, FOUND_KINDS.index(hit.kind), len(hit.by), hit.by))

    def list(self, kind: FoundKind) -> list[Hit]:
        """All things of a kind."""
        return [
            Hit(entry.thing, kind, entry.classes, entry.names[0].text, 0)
            for entry in self._entries
            if entry.kind == kind
        ]


def folded(text: str) -> str:
    """A text as it is compared: its words, without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()))


def _indexed(
    thing: NamedNode, texts: dict[str, bool], types: list[Term], above: dict[Term, list[Term]], names: Namespaces
) -> _Indexed:
    # The name in the IRI is a code too: CST/article/4 below treaty/.
    own = thing.value.removeprefix(names.id).partition("/" if thing.value.startswith(names.id) else "#")[2]
    known = tuple(_Called(name, folded(name), is_code) for name, is_code in {own: True, **texts}.items() if name)
    return _Indexed(thing, _kind(types, above), tuple(types), known, " | ".join(name.folded for name in known))


def _kind(types: Iterable[Term], above: dict[Term, list[Term]]) -> FoundKind:
    classes = set(_and_above(types, above))
    return next((kind for kind in FOUND_KINDS if classes.intersection(kind.classes)), FOUND_KINDS[-1])


def _and_above(types: Iterable[Term], above: dict[Term, list[Term]]) -> Iterator[Term]:
    seen, waiting = set[Term](), list(types)
    while waiting:
        found = waiting.pop()
        if found not in seen:
            seen.add(found)
            waiting += above[found]
            yield found


def _rank(name: _Called, asked: str, parts: list[str]) -> int:
    """How well a name fits: it is what was asked for, has it as a word, begins so, and on to the worst."""
    spaced = f" {name.folded} "
    fits = (
        name.folded == asked,
        not name.is_code and spaced.startswith(f" {asked} "),
        not name.is_code and name.folded.startswith(asked),
        not name.is_code and f" {asked}" in spaced,
        not name.is_code and all(f" {part}" in spaced for part in parts),
        name.is_code and name.folded.startswith(asked),
        asked in name.folded,
        all(part in name.folded for part in parts),
        True,  # the words are in different names of the thing
    )
    return fits.index(True)
