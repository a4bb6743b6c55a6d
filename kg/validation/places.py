"""Where a result stands: the statement at fault, or the first about the thing at fault, with its file and line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import rdflib
from rdflib.namespace import SH
from rdflib.term import BNode, Literal, Node, URIRef

from kg.rdf.load import statements
from kg.terms import Namespaces, Pattern, Term, from_rdflib


def named_owner(node: Node | None, graph: rdflib.Graph) -> Node | None:
    """The node itself if it has an IRI, else the nearest node above it that has one, if any."""
    seen: set[Node] = set()
    while isinstance(node, BNode) and node not in seen:
        seen.add(node)
        node = next(iter(graph.subjects(None, node)), node)
    return node


def shown_node(node: Node | None, names: Namespaces) -> str:
    """A term as people read it."""
    if isinstance(node, URIRef):
        return names.shorten(node)
    return node.n3() if isinstance(node, Literal) else "a blank node"


def patterns_of_result(report: rdflib.Graph, node: Node, data: rdflib.Graph) -> Iterator[Pattern]:
    """The statements that a result may be about, the likeliest first."""
    focus, path, value = (report.value(node, name) for name in (SH.focusNode, SH.resultPath, SH.value))
    if isinstance(path, URIRef):
        if value is not None:
            yield pattern_of(focus, path, value)
        yield pattern_of(focus, path)
    elif value is not None and value != focus:
        yield pattern_of(focus, None, value)
        yield pattern_of(value, None, focus)
        yield pattern_of(value, focus)
    yield pattern_of(focus)
    yield pattern_of(None, focus)
    yield pattern_of(None, None, focus)
    if isinstance(focus, BNode):  # whose label is another one in a build than in its file
        yield _way_to(focus, data) or _telling(focus, path, value, data)


def _way_to(node: BNode, data: rdflib.Graph) -> Pattern | None:
    """The statement about something with an IRI that a blank node is nested in, if any."""
    seen: set[Node] = set()
    nested: Node = node
    while nested not in seen:
        seen.add(nested)
        for subject, predicate in data.subject_predicates(nested):
            if isinstance(subject, URIRef):
                return pattern_of(subject, predicate)
            nested = subject
    return None


def _telling(node: BNode, path: Node | None, value: Node | None, data: rdflib.Graph) -> Pattern:
    """The statement of a blank node that the fewest others share, the one at fault if it is among these."""
    stated = [each for each in data.predicate_objects(node) if not isinstance(each[1], BNode)]
    shared = {each: sum(1 for _ in data.subjects(*each)) for each in stated}
    predicate, told = min(stated, key=lambda each: (shared[each], each != (path, value), each), default=(path, value))
    return pattern_of(None, predicate, told)


def unless_blank(node: Node | None) -> Node | None:
    """A term that is called alike in the shapes graph and in its file, which a blank node is not."""
    return None if isinstance(node, BNode) else node


def pattern_of(subject: Node | None, predicate: Node | None = None, value: Node | None = None) -> Pattern:
    """The statements to look for that have some terms of rdflib's; None stands for any."""

    def term(node: Node | None) -> Term | None:
        return None if node is None else from_rdflib(node)

    return Pattern(term(subject), term(predicate), term(value))


def find_places(wanted: Sequence[Sequence[Pattern]], files: Sequence[Path]) -> list[tuple[Path | None, int | None]]:
    """For each list of patterns, the first statement that matches its first pattern that has a match.

    The files are read once, however many results there are.
    """
    found: dict[Pattern, tuple[Path, int] | None] = {pattern: None for patterns in wanted for pattern in patterns}
    found.pop(Pattern(None, None, None), None)
    for path in files if found else ():
        for line, quad in statements(path):
            for pattern in product(*((term, None) for term in quad.triple)):
                if pattern in found and found[pattern] is None:
                    found[pattern] = path, line
    places = ((found[pattern] for pattern in patterns if found.get(pattern)) for patterns in wanted)
    return [next(matches, None) or (None, None) for matches in places]
