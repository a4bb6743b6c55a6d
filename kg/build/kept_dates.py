"""What follows by OWL 2 RL after dates have given way to others, from what followed before.

From a statement of a date follows that its subject is of the property's domain, as of any date, and the same statement
with the properties above. More follows only if an axiom says more of one of these, or if terms are the same as others.
So where none does, the new dates take the places of the old ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import cache
from typing import NamedTuple, TypeAlias

from pyoxigraph import Literal, NamedNode

from kg.terms import OWL, RDF, RDFS, XSD

#: Where a literal stands: its subject, property, graph and language.
LiteralPlace: TypeAlias = tuple[object, NamedNode, object, str | None]

_PLAIN_DATE = re.compile(r"(\d{4}-\d\d-\d\d)T00:00:00Z")
#: How dates end; how those do that are written in one way alone; and what may be the same as one.
_DATE, _PLAIN = f'"^^{XSD.dateTime} '.encode(), f'T00:00:00Z"^^{XSD.dateTime} '.encode()
_SAME = (f'"^^{XSD.dateTimeStamp} '.encode(), f" {OWL.sameAs} ".encode())
#: The vocabularies that the rules read.
_READ = tuple(f"<{vocabulary.iri}".encode() for vocabulary in (OWL, RDF, RDFS))
_ABOVE = str(RDFS.subPropertyOf).encode()
#: What can be said in them with a property, and of a property of dates, without more to follow from its values.
_HARMLESS = {
    _ABOVE,
    *(str(RDFS[name]).encode() for name in ("label", "comment", "seeAlso", "isDefinedBy", "domain")),
    *(str(OWL[name]).encode() for name in ("deprecated", "equivalentProperty")),
}
_OF_PROPERTY = {
    f"{term} {value}".encode()
    for term, value in (
        (RDF.type, RDF.Property),
        (RDF.type, OWL.DatatypeProperty),
        (RDFS.range, XSD.dateTime),
        (RDFS.range, RDFS.Literal),
    )
}
#: What can be said of their datatype.
_OF_DATATYPE = {
    f"{term} {value}".encode()
    for term, value in (
        (RDF.type, RDFS.Datatype),
        (RDFS.subClassOf, XSD.dateTime),
        (OWL.equivalentClass, XSD.dateTime),
    )
}


def with_other_dates(
    gone: Mapping[LiteralPlace, Literal],
    new: Mapping[LiteralPlace, Literal],
    before: bytes,
    after: bytes,
    inferred: bytes,
) -> bytes | None:
    """What follows from what is stated, as N-Quads, if what followed before shows it.

    Args:
        gone: the dates that are no more stated, by their places.
        new: those in the same places.
        before: all that was stated, without a contradiction, as N-Quads.
        after: the same with the new dates.
        inferred: what followed before.
    """
    known = before + inferred
    if len({place[0] for place in gone}) < len(gone) or not all(map(_is_plain, new.values())):
        return None
    for text in (known, after):
        if text.count(_DATE) != text.count(_PLAIN) or any(same in text for same in _SAME):
            return None
    about = (said for said in _with(str(XSD.dateTime).encode(), known) if said.is_of)
    if any(b"%b %b" % said[1:] not in _OF_DATATYPE for said in about):
        return None

    @cache
    def above(term: bytes) -> set[bytes]:
        return {term, *(said.value for said in _with(term, known) if said.is_of and said.term == _ABOVE)}

    for place, old in gone.items():
        subject, term = (str(each).encode() for each in place[:2])
        was, now = (f" {literal} ".encode() for literal in (old, new[place]))
        followed = _properties(subject, was, inferred)
        others = followed - above(term) | _properties(subject, was, after) | _properties(subject, now, known)
        if any(above(term) & above(other) for other in others):
            return None
        if not all(_concludes_nothing(each, known) for each in above(term)):
            return None
        for each in followed & above(term):
            begin = subject + b" " + each
            inferred = inferred.replace(begin + was, begin + now)
    return inferred


def _is_plain(literal: Literal) -> bool:
    found = _PLAIN_DATE.fullmatch(literal.value)
    with suppress(ValueError):  # the calendar has no such day
        return found is not None and bool(date.fromisoformat(found[1]))
    return False


def _properties(subject: bytes, literal: bytes, text: bytes) -> set[bytes]:
    """By which properties a subject has a literal, which has a space on either side."""
    return {*re.findall(re.escape(subject) + rb" (\S+)" + re.escape(literal), text)}


class _Mention(NamedTuple):
    """A statement of a term, or else with it as its value."""

    is_of: bool
    term: bytes
    value: bytes


def _with(term: bytes, text: bytes) -> Iterator[_Mention]:
    """The statements with a term as their subject or value."""
    for found in re.finditer(re.escape(term) + b" ", text):
        begin = text.rfind(b"\n", 0, found.start()) + 1
        place = text[begin : found.start()].split(b" ")
        if place == [b""] or (len(place) == 3 and not place[2]):
            _, predicate, value, _ = text[begin : text.index(b"\n", begin)].split(b" ", 3)
            yield _Mention(len(place) == 1, predicate, value)


def _concludes_nothing(term: bytes, text: bytes) -> bool:
    """Whether nothing that is said of a property lets more follow from its values."""
    return not term.startswith(_READ) and not any(
        said.term.startswith(_READ)
        and said.term not in _HARMLESS
        and not (said.is_of and b"%b %b" % said[1:] in _OF_PROPERTY)
        for said in _with(term, text)
    )
