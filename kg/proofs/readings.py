"""From which rows and columns of which tables statements were read, where the data say so.

A thing says by `casus:readFrom` from which rows of a table it was read, in the graph of what was read from that table.
A variable, which is a column, says by `casus:codes` which statements it codes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kg.terms import CASUS, RDF, Term, local_name

#: What a statement's graph is named by.
GraphName = NamedNode | BlankNode | DefaultGraph

#: The properties of the statements that `Readings` is told of.
OF_READINGS = frozenset({RDF.type, CASUS.readFrom, CASUS.codes, CASUS.codesAbout, CASUS.codesValue})
_FRAGMENT = "#row="


@dataclass(frozen=True)
class Reading:
    """Cells of a table that a statement was read from.

    Attributes:
        file: the name of the table's file.
        rows: the numbers of the rows as RFC 7111 writes them, the header being 1: ``2-7;9``.
        columns: the names of the columns, none if they are not known.
    """

    file: str
    rows: str
    columns: tuple[str, ...]

    def __str__(self) -> str:
        word = "row" if self.rows.isdecimal() else "rows"
        columns = f": {', '.join(self.columns)}" if self.columns else ""
        return f"{self.file}, {word} {self.rows.replace(';', ', ')}{columns}"


class Readings:
    """What the statements of a dataset were read from."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Term, GraphName], list[str]] = defaultdict(list)
        self._types: dict[Term, set[Term]] = defaultdict(set)
        self._variables: dict[Term, list[NamedNode]] = defaultdict(list)
        self._about: dict[Term, set[Term]] = defaultdict(set)
        self._values: dict[Term, set[Term]] = defaultdict(set)

    def add(self, quad: Quad) -> None:
        """Remember what a statement says of this."""
        predicate = quad.predicate
        if predicate == RDF.type:
            self._types[quad.subject].add(quad.object)
        elif predicate == CASUS.readFrom and isinstance(quad.object, Literal):
            self._rows[quad.subject, quad.graph_name].append(quad.object.value)
        elif predicate == CASUS.codes and isinstance(quad.subject, NamedNode):
            self._variables[quad.object].append(quad.subject)
        elif predicate == CASUS.codesAbout:
            self._about[quad.subject].add(quad.object)
        elif predicate == CASUS.codesValue:
            self._values[quad.subject].add(quad.object)

    def of(self, triple: Triple, graphs: Iterable[GraphName]) -> tuple[Reading, ...]:
        """What a statement was read from, in each of the graphs that state it."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for graph in graphs:
            for text in self._rows.get((triple.subject, graph), ()):
                found[_split(text)].update(())
            for variable in self._variables.get(triple.predicate, ()):
                thing = self._coded(variable, triple)
                for text in self._rows.get((thing, graph), ()) if thing else ():
                    found[_split(text)].add(local_name(variable))
        named = {key: columns for key, columns in found.items() if columns} or found
        return tuple(Reading(file, rows, tuple(sorted(columns))) for (file, rows), columns in sorted(named.items()))

    def _coded(self, variable: Term, triple: Triple) -> Term | None:
        """Of what a variable codes a statement: of its subject or of its object; None if it codes another."""
        if variable in self._values and triple.object not in self._values[variable]:
            return None
        about = self._about.get(variable)
        for thing in (triple.subject, triple.object):
            if about is None or about & self._types.get(thing, set()):
                return thing
        return None


def _split(text: str) -> tuple[str, str]:
    file, _, rows = text.partition(_FRAGMENT)
    return file, rows
