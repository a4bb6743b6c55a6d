"""Queries that find the focus nodes that may violate shapes, kept from one validation to the next.

Most data conforms, and then no query finds any node: to say so takes neither pySHACL nor the shapes, only what these
were translated to.
"""

from __future__ import annotations

import hashlib
import pickle
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store, Triple

from kg.cache import note, noted
from kg.project import maker
from kg.rdf.load import to_ntriples
from kg.terms import Term
from kg.validation.literals import FUNCTIONS, marked_literals, state_marks
from kg.validation.queryable import prebound
from kg.validation.read_properties import may_name, reads_all

_MARKED = re.compile(r"GRAPH <urn:casus:\w+> \{ \?v\d+ \?v\d+ \?\w+ \}")


class Screen(NamedTuple):
    """A shape as queries.

    Attributes:
        query: gives each focus node ``?this``, and whether it may violate the shape by SHACL Core.
        prefixes: those of the query.
        constraints: queries that have a row for each node ``$this`` that violates the shape by SHACL-SPARQL.
        reads_all: whether one of them may read statements of any property.
    """

    query: str
    prefixes: Mapping[str, str]
    constraints: tuple[str, ...]
    reads_all: bool = True

    def may_read(self, properties: Iterable[NamedNode]) -> bool:
        """Whether it may find other nodes if statements of some properties are others."""
        texts = (self.query, *self.constraints)
        return self.reads_all or any(may_name(text, self.prefixes, each) for text in texts for each in properties)

    def suspects(self, data: Store) -> set[Term]:
        """The focus nodes that may violate the shape.

        Raises:
            NotImplementedError, RuntimeError, SyntaxError: Oxigraph cannot answer, or not as SHACL wants it.
        """
        answer = data.query(self.query, prefixes=dict(self.prefixes), custom_functions=dict(FUNCTIONS))
        assert isinstance(answer, QuerySolutions)
        return {
            node
            for node, suspect in answer
            if suspect.value == "true" or any(_has_row(data, query, node) for query in self.constraints)
        }


def _has_row(data: Store, query: str, node: Term) -> bool:
    answer = prebound(data, query, {"this": node})
    assert isinstance(answer, QuerySolutions)
    return any(True for _ in answer)


class Screens(NamedTuple):
    """All shapes of a graph as queries.

    Attributes:
        marks: the graphs for what the data says of some literals (`kg.validation.literals`), of data that they are for.
        screens: those of each shape that has targets.
    """

    marks: frozenset[str]
    screens: tuple[Screen, ...]

    def let_pass(self, data: Sequence[Quad], triples: bytes, changes: Sequence[Quad] | None) -> bool:
        """Whether no node is suspect, so that all conform.

        Args:
            data: what to validate, all its graphs taken together.
            triples: the same as N-Triples.
            changes: the statements in which it differs from data in which no node was suspect, if there was any.
        """
        values = {quad.object for quad in data}
        marked = marked_literals(values)
        if self.marks != _names(marked) or any(isinstance(value, Triple) for value in values):
            return False
        if changes is not None:
            changed = {quad.object for quad in changes}
            if changed & marked.keys() or marked_literals(changed):  # so that the marks may be others
                changes = None
        properties = {quad.predicate for quad in changes or ()}
        store = Store()
        store.bulk_load(triples, RdfFormat.N_TRIPLES, lenient=True)
        state_marks(store, marked)
        try:
            screens = (screen for screen in self.screens if changes is None or screen.may_read(properties))
            return not any(screen.suspects(store) for screen in screens)
        except (NotImplementedError, RuntimeError, SyntaxError):
            return False


def note_screens(shapes: Iterable[Quad], marked: Mapping[Term, NamedNode], screens: Iterable[Screen]) -> None:
    """Keep what shapes were translated to for data with such marks."""
    looked_at = (screen._replace(reads_all=_reads_all(screen)) for screen in screens)
    note(_key(shapes), pickle.dumps(Screens(_names(marked), tuple(looked_at))))


def noted_screens(shapes: Iterable[Quad]) -> Screens | None:
    """What shapes were translated to by the same code, if that is kept. The notes are the cache's own."""
    content = noted(_key(shapes))
    return None if content is None else pickle.loads(content)


def _reads_all(screen: Screen) -> bool:
    """Marks are read as well, but change with what is marked alone."""
    texts = (_MARKED.sub("", screen.query), *screen.constraints)
    return any(reads_all(text, screen.prefixes) for text in texts)


def _key(shapes: Iterable[Quad]) -> str:
    return "screens-" + hashlib.sha256((maker() + to_ntriples(shapes)).encode()).hexdigest()


def _names(marked: Mapping[Term, NamedNode]) -> frozenset[str]:
    return frozenset(graph.value for graph in marked.values())
