"""What is said of one thing: its concise bounded description, labels for what that mentions, and what points at it.

Concise Bounded Description, https://www.w3.org/submissions/CBD/.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.terms import CASUS, DCTERMS, LABELS, OWL, RDF, Labels, Term
from kg.web.client import Asker
from kg.web.reader import Property, Reader, ShownValue, known_part

_PRECISIONS = {
    **dict.fromkeys((CASUS.begins, CASUS.inForceFrom, CASUS.signedOn), CASUS.beginPrecision),
    **dict.fromkeys((CASUS.ends, CASUS.terminatedOn), CASUS.endPrecision),
}
_DIGITS = re.compile(r"([0-9]+)")
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
#: Properties by which one query asks what points at a thing: a query may be only so complex.
_AT_ONCE = 10
#: Things shown for each property that points at a thing; a query gives the others.
INVERSE_SHOWN = 25


@dataclass(frozen=True)
class Description:
    """What is said of a thing and what points at it, as its page shows it."""

    iri: str
    label: str
    types: list[ShownValue]
    properties: list[Property]
    sources: list[ShownValue]
    inverse: list[Property]


def bounded_description(asker: Asker, thing: NamedNode) -> list[Triple]:
    """The concise bounded description of a thing, and the labels of all that it mentions."""
    described = asker.graph(f"DESCRIBE {thing}")
    return [*described, *asker.labels(_named(described))]


def read_description(asker: Asker, thing: NamedNode, reader: Reader) -> Description:
    """A thing as its page shows it, with what points at it."""
    described = asker.graph(f"DESCRIBE {thing}")
    counts = asker.select(
        f"SELECT ?p (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s ?p {thing} }} GROUP BY ?p ORDER BY DESC(?n) ?p"
    )
    numbers = {p: int(n.value) for p, n in counts if isinstance(p, NamedNode) and isinstance(n, Literal)}
    pointing = _pointing(asker, thing, list(numbers))
    subjects = (subject for found in pointing.values() for subject in found if isinstance(subject, NamedNode))
    labels = Labels([*described, *asker.labels([*_named(described), *numbers, *subjects])])
    about = [triple for triple in described if triple.subject == thing]
    # A class without a name is an axiom's; that everything is a thing is no news.
    types = {triple.object for triple in about if triple.predicate == RDF.type and isinstance(triple.object, NamedNode)}
    return Description(
        thing.value,
        reader.value(thing, labels).text,
        reader.order(reader.value(term, labels) for term in types - {OWL.Thing}),
        _properties(described, thing, labels, reader, hidden={RDF.type, DCTERMS.source}),
        reader.order(reader.value(triple.object, labels) for triple in about if triple.predicate == DCTERMS.source),
        [
            Property(reader.name(p, labels), p.value, reader.order(reader.value(s, labels) for s in pointing[p]), count)
            for p, count in numbers.items()
        ],
    )


def properties_of(description: Iterable[Triple], labels: Labels, reader: Reader) -> list[Property]:
    """What a description of the dataset says of it, without its statistics by class and property."""
    dataset = NamedNode(reader.names.dataset)
    triples = [triple for triple in description if triple.subject == dataset]
    shown = [triple for triple in triples if not triple.predicate.value.endswith("Partition")]
    return _properties(shown, dataset, labels, reader, hidden={RDF.type})


def _pointing(asker: Asker, thing: NamedNode, properties: list[NamedNode]) -> dict[NamedNode, list[Term | None]]:
    """What points at a thing by some properties, not too much by each."""
    found: dict[NamedNode, list[Term | None]] = {p: [] for p in properties}
    for begin in range(0, len(properties), _AT_ONCE):
        parts = " UNION ".join(
            f"{{ SELECT DISTINCT ?s (<{p.value}> AS ?p) WHERE {{ ?s {p} {thing} }} ORDER BY ?s LIMIT {INVERSE_SHOWN} }}"
            for p in properties[begin : begin + _AT_ONCE]
        )
        for subject, predicate in asker.select(f"SELECT ?s ?p WHERE {{ {parts} }}"):
            assert isinstance(predicate, NamedNode)
            found[predicate].append(subject)
    return found


def _named(described: list[Triple]) -> list[NamedNode]:
    """All that a description mentions by name."""
    return list(dict.fromkeys(term for triple in described for term in triple if isinstance(term, NamedNode)))


def _properties(
    described: list[Triple],
    thing: NamedNode | BlankNode,
    labels: Labels,
    reader: Reader,
    hidden: set[NamedNode],
    depth: int = 0,
) -> list[Property]:
    values: dict[NamedNode, list[ShownValue]] = defaultdict(list)
    about = [triple for triple in described if triple.subject == thing]
    precisions = {triple.predicate: triple.object for triple in about}
    for triple in about:
        if triple.predicate in hidden:
            continue
        term = triple.object
        if isinstance(term, BlankNode) and depth < 5:
            parts = _properties(described, term, labels, reader, set(), depth + 1)
            values[triple.predicate].append(ShownValue("", parts=parts))
        elif triple.predicate in _PRECISIONS:
            precision = precisions.get(_PRECISIONS[triple.predicate])
            values[triple.predicate].append(ShownValue(known_part(term, precision), term=reader.names.show(term)))
        else:
            values[triple.predicate].append(reader.value(term, labels))
    ordered = sorted(values, key=lambda p: (p not in LABELS, reader.name(p, labels).lower()))
    return [Property(reader.name(p, labels), p.value, reader.order(values[p])) for p in ordered]
