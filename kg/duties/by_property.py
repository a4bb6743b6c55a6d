"""Statements by their property: what duties are read from is a few properties of many, and each reader's are others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad, Triple


class ByProperty:
    """A graph whose statements are found by their property."""

    def __init__(self, statements: Iterable[Quad | Triple]) -> None:
        """Sort statements, as triples or as quads, whose graph names are not looked at."""
        self._triples: dict[NamedNode, list[Triple]] = defaultdict(list)
        for statement in statements:
            triple = statement.triple if isinstance(statement, Quad) else statement
            self._triples[triple.predicate].append(triple)

    def of(self, properties: Iterable[NamedNode]) -> Iterator[Triple]:
        """The statements of some properties, those of each in the order in which they were given."""
        for each in properties:
            yield from self._triples.get(each, ())
