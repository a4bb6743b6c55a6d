"""What is said of one thing: its concise bounded description, labels for what that mentions, and what points at it.

Concise Bounded Description, https://www.w3.org/submissions/CBD/.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.export.describe import DATASET
from kg.sparql.answer import readable
from kg.terms import CASUS, DCTERMS, ID, OWL, RDF, RDFS, SKOS, XSD, Term, shorten
from kg.web.client import Asker

_LABELS = (
    RDFS.label,
    SKOS.prefLabel,
    DCTERMS.title,
)
_PRECISIONS = {
    **dict.fromkeys((CASUS.begins.value, CASUS.inForceFrom.value, CASUS.signedOn.value), CASUS.beginPrecision),
    **dict.fromkeys((CASUS.ends.value, CASUS.terminatedOn.value), CASUS.endPrecision),
}
#: How many characters of an ISO 8601 date a precision leaves.
_LENGTHS = {ID + "precision/year": 4, ID + "precision/month": 7}
_DIGITS = re.compile(r"([0-9]+)")
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
#: Things shown for each property that points at a thing; a query gives the others.
INVERSE_SHOWN = 25

Labels: TypeAlias = dict[NamedNode, Literal]


@dataclass(frozen=True)
class Value:
    """A value as it is read: its text, what it links to if it is a thing, its parts if it has no name."""

    text: str
    iri: str | None = None
    language: str | None = None
    parts: list[Property] = field(default_factory=list)


@dataclass(frozen=True)
class Property:
    """A property with its values, or with the things it points from."""

    text: str
    iri: str
    values: list[Value]
    count: int = 0


@dataclass(frozen=True)
class Resource:
    """A thing as its page shows it."""

    iri: str
    label: str
    types: list[Value]
    properties: list[Property]
    sources: list[Value]
    inverse: list[Property]


def describe_resource(asker: Asker, thing: NamedNode) -> list[Triple]:
    """The concise bounded description of a thing, and the labels of all that it mentions."""
    return [*asker.graph(f"DESCRIBE {thing}"), *asker.graph(_labels_of(_mentioned(thing)))]


def read_resource(asker: Asker, thing: NamedNode) -> Resource:
    """A thing as its page shows it, with what points at it."""
    described = asker.graph(f"DESCRIBE {thing}")
    counts = asker.select(
        f"SELECT ?p (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s ?p {thing} }} GROUP BY ?p ORDER BY DESC(?n) ?p"
    )
    numbers = {p: int(n.value) for p, n in counts if isinstance(p, NamedNode) and isinstance(n, Literal)}
    pointing: dict[NamedNode, list[Term | None]] = defaultdict(list)
    if numbers:
        parts = " UNION ".join(
            f"{{ SELECT DISTINCT ?s (<{p.value}> AS ?p) WHERE {{ ?s {p} {thing} }} ORDER BY ?s LIMIT {INVERSE_SHOWN} }}"
            for p in numbers
        )
        for subject, predicate in asker.select(f"SELECT ?s ?p WHERE {{ {parts} }}"):
            assert isinstance(predicate, NamedNode)
            pointing[predicate].append(subject)
    mentions = _mentioned(thing) + (f" UNION {{ {parts} BIND(?s AS ?m) }} UNION {{ ?s ?m {thing} }}" if numbers else "")
    labels = best_labels([*described, *asker.graph(_labels_of(mentions))])
    about = [triple for triple in described if triple.subject == thing]
    # A class without a name is an axiom's; that everything is a thing is no news.
    types = {triple.object for triple in about if triple.predicate == RDF.type and isinstance(triple.object, NamedNode)}
    return Resource(
        thing.value,
        labels[thing].value if thing in labels else shorten(thing.value).strip("<>"),
        sorted((_value(term, labels) for term in types - {OWL.Thing}), key=lambda value: value.text),
        _properties(described, thing, labels, hidden={RDF.type, DCTERMS.source}),
        sorted((_value(triple.object, labels) for triple in about if triple.predicate == DCTERMS.source), key=_order),
        [
            Property(_name(p, labels), p.value, sorted((_value(s, labels) for s in pointing[p]), key=_order), count)
            for p, count in numbers.items()
        ],
    )


def best_labels(triples: Iterable[Triple]) -> Labels:
    """A label for each thing that has one: in English before other languages, rdfs:label before others."""
    best: dict[NamedNode, tuple[tuple[bool, int, str], Literal]] = {}
    for triple in triples:
        if triple.predicate in _LABELS and isinstance(triple.subject, NamedNode) and isinstance(triple.object, Literal):
            language = triple.object.language or "en"
            rank = (not language.startswith("en"), _LABELS.index(triple.predicate), triple.object.value)
            if triple.subject not in best or rank < best[triple.subject][0]:
                best[triple.subject] = (rank, triple.object)
    return {thing: label for thing, (_, label) in best.items()}


def properties_of(description: Iterable[Triple], labels: Labels) -> list[Property]:
    """What a description of the dataset says of it, without its statistics by class and property."""
    triples = [triple for triple in description if triple.subject == DATASET]
    shown = [triple for triple in triples if not triple.predicate.value.endswith("Partition")]
    return _properties(shown, DATASET, labels, hidden={RDF.type})


def _mentioned(thing: NamedNode) -> str:
    """A pattern that finds as ?m all that a description mentions; what has no name is read one step further."""
    return (
        f"{{ {thing} ?p ?m }} UNION {{ {thing} ?m ?o }} UNION {{ {thing} ?p ?b . ?b ?q ?m FILTER(isBlank(?b)) }} "
        f"UNION {{ {thing} ?p ?b . ?b ?m ?o FILTER(isBlank(?b)) }}"
    )


def _labels_of(pattern: str) -> str:
    """The labels of all that a pattern finds as ?m. By OPTIONAL the pattern runs first: most of a graph has labels."""
    wanted = ", ".join(map(str, _LABELS))
    return (
        f"CONSTRUCT {{ ?m ?by ?label }} WHERE {{ {{ SELECT DISTINCT ?m WHERE {{ {pattern} }} }} "
        f"OPTIONAL {{ ?m ?by ?label FILTER(?by IN ({wanted})) }} }}"
    )


def _properties(
    described: list[Triple], thing: NamedNode | BlankNode, labels: Labels, hidden: set[NamedNode], depth: int = 0
) -> list[Property]:
    values: dict[NamedNode, list[Value]] = defaultdict(list)
    about = [triple for triple in described if triple.subject == thing]
    precisions = {triple.predicate: triple.object for triple in about}
    for triple in about:
        if triple.predicate in hidden:
            continue
        term = triple.object
        if isinstance(term, BlankNode) and depth < 5:
            parts = _properties(described, term, labels, set(), depth + 1)
            values[triple.predicate].append(Value("", parts=parts))
        elif triple.predicate.value in _PRECISIONS:
            precision = precisions.get(_PRECISIONS[triple.predicate.value])
            length = _LENGTHS.get(precision.value) if isinstance(precision, NamedNode) else None
            values[triple.predicate].append(Value(readable(term)[:length]))
        else:
            values[triple.predicate].append(_value(term, labels))
    ordered = sorted(values, key=lambda p: (p not in _LABELS, _name(p, labels).lower()))
    return [Property(_name(p, labels), p.value, sorted(values[p], key=_order)) for p in ordered]


def _value(term: Term | None, labels: Labels) -> Value:
    if isinstance(term, NamedNode):
        label = labels.get(term)
        text = label.value if label is not None else shorten(term.value).strip("<>")
        return Value(text, term.value, label.language if label is not None else None)
    if isinstance(term, Literal) and term.datatype.value == XSD.boolean.value:
        return Value({"true": "yes", "false": "no"}.get(term.value, term.value))
    return Value(readable(term), language=term.language if isinstance(term, Literal) else None)


def _order(value: Value) -> tuple[bool, str, list[tuple[int, str]]]:
    """English first, then language by language; in each, article 2 before article 10."""
    parts = [(int(part) if part.isdecimal() else 0, part) for part in _DIGITS.split(value.text)]
    return value.language not in (None, "en"), value.language or "", parts


def _name(term: NamedNode, labels: Labels) -> str:
    """The label of a property; without one, the words of its name: rdfs:seeAlso is "see also"."""
    if term in labels:
        return labels[term].value
    prefix, colon, name = shorten(term.value).partition(":")
    return _WORDS.sub(" ", name).lower() if colon and not prefix.startswith("<") else term.value
