"""The focus nodes that may violate their shapes, found by a query for each shape: pySHACL need not walk all others.

A query names too many nodes rather than too few. A shape that cannot be translated keeps all its focus nodes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

import rdflib
from pyoxigraph import NamedNode, Store
from pyshacl import Shape, ShapesGraph
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import BNode, Node

from kg.terms import Term, to_rdflib
from kg.validation.expressions import Untranslatable, constant
from kg.validation.literals import state_marks
from kg.validation.screens import Screen
from kg.validation.translation import Translation

_TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)


def narrow_targets(
    shapes: rdflib.Graph, data: Store, marked: Mapping[Term, NamedNode], *, advanced: bool
) -> tuple[bool, list[Screen] | None]:
    """Aim shapes at those of their focus nodes alone that may violate them.

    Args:
        shapes: the shapes graph, whose targets are replaced.
        data: what is to be validated, as its default graph.
        marked: the graphs for what the data says of some literals (`kg.validation.literals`).
        advanced: whether the shapes are run with SHACL Advanced Features.

    Returns:
        Whether there are any such nodes, and the queries that find them, if there is one for each shape.
    """
    if (None, SH.rule, None) in shapes:  # rules change the data
        return True, None
    try:
        every = list(ShapesGraph(shapes).shapes)
    except Exception:  # without a common base; pySHACL will say the same of the shapes
        return True, None
    state_marks(data, marked)
    kept, translated = False, True
    screens: list[Screen] = []
    for shape in every:
        shape.set_advanced(advanced)
        targets = _targets(shape)
        if not targets or shape.deactivated:
            continue
        try:
            screen = _screen(shape, {*marked.values()}, advanced=advanced)
            found = _candidates(screen, data, marked)
        except Exception:  # from pySHACL or Oxigraph, without a common base either
            kept, translated = True, False
            continue
        screens.append(screen)
        kept = kept or bool(found)
        if found and isinstance(shape.node, BNode):  # of which the report repeats all that is stated
            continue
        for triple in targets:
            shapes.remove(triple)
        for node in found:
            shapes.add((shape.node, SH.targetNode, node))
    for graph in {*marked.values()}:
        data.remove_graph(graph)
    return kept, screens if translated else None


def _targets(shape: Shape) -> list[tuple[Node, Node, Node]]:
    """What is stated of the targets of a shape (https://www.w3.org/TR/shacl/#targets)."""
    graph = shape.sg.graph
    stated = [triple for name in _TARGETS for triple in graph.triples((shape.node, name, None))]
    if shape.implicit_class_targets():
        stated += graph.triples((shape.node, RDF.type, None))
    return stated


def _candidates(screen: Screen, data: Store, marked: Mapping[Term, NamedNode]) -> set[Node]:
    """The focus nodes that may violate a shape."""
    found = screen.suspects(data)
    if found & marked.keys():  # which may be written otherwise
        raise Untranslatable
    return {to_rdflib(node) for node in found}


def _screen(shape: Shape, marks: Set[NamedNode], *, advanced: bool) -> Screen:
    """The queries for them."""
    translation = Translation(shape, marks)
    prefixes = {"rdf": str(RDF), "rdfs": str(RDFS), "sh": str(SH)}
    focus = " UNION ".join(f"{{ {pattern}\n}}" for pattern in _focus(shape, prefixes, advanced=advanced))
    query = f"""SELECT ?this ?suspect WHERE {{
        {{ SELECT DISTINCT ?this WHERE {{ {focus} }} }}
        BIND({translation.may_violate} AS ?suspect)
    }}"""
    return Screen(query, prefixes, tuple(translation.queries))


def _focus(shape: Shape, prefixes: dict[str, str], *, advanced: bool) -> Iterator[str]:
    """Patterns for the focus nodes of a shape, and the prefixes that they use."""
    nodes, classes, implicit, objects_of, subjects_of = shape.target()
    yield f"VALUES ?this {{ {' '.join(map(constant, nodes))} }}"
    for each in {*classes, *implicit}:
        yield f"?this rdf:type/rdfs:subClassOf* {constant(each)}"
    for each in objects_of:
        yield f"?subject {constant(each)} ?this"
    for each in subjects_of:
        yield f"?this {constant(each)} ?object"
    for target in shape.advanced_target().values() if advanced else ():
        helper = target["qh"]
        for prefix, namespace in helper.prefixes.items():
            if prefixes.setdefault(prefix, str(namespace)) != str(namespace):
                raise Untranslatable
        yield helper.select_text
