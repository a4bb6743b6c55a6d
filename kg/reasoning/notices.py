"""What reasoning passes over without an error: imports that nobody follows, axioms outside OWL 2 RL.

OWL 2 Profiles, section 4.2 (https://www.w3.org/TR/owl2-profiles/#OWL_2_RL), says which axioms the rules are complete
for. Of the others those are named here that can be told by one or two triples.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.terms import OWL, RDF, RDFS

#: Properties of class expressions that no axiom of the profile has.
_OUTSIDE = (
    "cardinality",
    "minCardinality",
    "qualifiedCardinality",
    "minQualifiedCardinality",
    "hasSelf",
    "disjointUnionOf",
    "withRestrictions",
    "datatypeComplementOf",
)
_MAXIMA = ("maxCardinality", "maxQualifiedCardinality")
#: Class expressions that the profile does not have as a superclass, and as a subclass.
_NOT_ABOVE = ("someValuesFrom", "unionOf", "oneOf")
_NOT_BELOW = ("allValuesFrom", "complementOf", *_MAXIMA)
#: How the terms of OWL begin, and the two of RDFS that are looked for.
_OF_OWL, _SUBCLASS, _DATATYPE = f"<{OWL.iri}", str(RDFS.subClassOf), str(RDFS.Datatype)
_TYPE = str(RDF.type)
_NUMBER = re.compile(r'"\+?0*([0-9]+)"')


def notices(text: str, files: Iterable[Path] = ()) -> list[str]:
    """What of a graph is passed over, a line for each kind with how often it occurs.

    Args:
        text: N-Triples as pyoxigraph writes them.
        files: the files it is from; who imports one of these has what it wants.
    """
    typed: dict[str, set[str]] = defaultdict(set)
    spoken: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in _lines_with(text, _OF_OWL, _SUBCLASS, _DATATYPE):
        subject, predicate, rest = line.split(" ", 2)
        value = rest[:-2]
        if predicate == _TYPE and value.startswith((_OF_OWL, _DATATYPE)):
            typed[_local(value)].add(subject)
        elif predicate.startswith((_OF_OWL, _SUBCLASS)):
            spoken[_local(predicate)].append((subject, value))
    present = {
        *typed["Ontology"],
        *(version for _, version in spoken["versionIRI"]),
        *(f"<{path.resolve().as_uri()}>" for path in files),
    }
    imported = Counter(value for _, value in spoken["imports"] if value not in present)
    found = [f"owl:imports {iri} is not among the files and not followed ({n})" for iri, n in sorted(imported.items())]
    outside = Counter(_outside(spoken, typed))
    return found + [f"{what} is outside OWL 2 RL and passed over ({n})" for what, n in sorted(outside.items())]


def _lines_with(text: str, *words: str) -> Iterable[str]:
    """The lines that have one of some words, found in the text as a whole, for few have."""
    found: dict[int, str] = {}
    for word in words:
        place = text.find(word)
        while place >= 0:
            begin, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
            found[begin] = text[begin:end]
            place = text.find(word, end)
    return found.values()


def _local(term: str) -> str:
    return term[term.index("#") + 1 : -1]


def _outside(spoken: dict[str, list[tuple[str, str]]], typed: dict[str, set[str]]) -> Iterator[str]:
    for term in _OUTSIDE:
        yield from [f"owl:{term}"] * len(spoken[term])
    for term in _MAXIMA:
        for _, value in spoken[term]:
            number = _NUMBER.match(value)
            if number and number[1] not in ("0", "1"):
                yield f"owl:{term} of more than 1"
    yield from ["owl:ReflexiveProperty"] * len(typed["ReflexiveProperty"])
    for subject, _ in spoken["oneOf"]:
        if subject in typed["Datatype"]:
            yield "owl:oneOf of literals"
    kinds: dict[str, set[str]] = defaultdict(set)
    for term in {*_NOT_ABOVE, *_NOT_BELOW}:
        for subject, _ in spoken[term]:
            kinds[subject].add(term)
    equal = spoken["equivalentClass"] + [(value, subject) for subject, value in spoken["equivalentClass"]]
    for lower, upper in spoken["subClassOf"] + equal:
        yield from (f"owl:{term} in a superclass" for term in _NOT_ABOVE if term in kinds.get(upper, ()))
        yield from (f"owl:{term} in a subclass" for term in _NOT_BELOW if term in kinds.get(lower, ()))
