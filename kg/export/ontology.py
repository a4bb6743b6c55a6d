"""The ontology as one document: what its root reaches by imports, under the header of the root."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.export.protege import merge_for_protege, root_ontology
from kg.rdf.turtle import format_turtle
from kg.terms import OWL, RDF, Namespaces


def reached_graphs(asserted: Iterable[Quad], names: Namespaces) -> list[NamedNode]:
    """The graphs of the ontology: of its root and of what that imports; of all its modules if there is no root.

    Alignments are not among them: they import the root, and not the root them.
    """
    graphs: dict[NamedNode, NamedNode] = {}
    imports: defaultdict[NamedNode, list[NamedNode]] = defaultdict(list)
    for quad in asserted:
        module, other, graph = quad.subject, quad.object, quad.graph_name
        if isinstance(module, NamedNode) and isinstance(other, NamedNode) and isinstance(graph, NamedNode):
            if quad.predicate == RDF.type and other == OWL.Ontology:
                graphs[module] = graph
            elif quad.predicate == OWL.imports:
                imports[module].append(other)
    root = NamedNode(names.ontology)
    own = [module for module, graph in graphs.items() if graph.value.startswith(names.ontology_graphs)]
    reached = [root] if root in graphs else own or list(graphs)
    for module in reached:
        reached += [other for other in imports[module] if other in graphs and other not in reached]
    return [graphs[module] for module in reached]


def versions(asserted: Sequence[Quad], former: Mapping[str, str], names: Namespaces) -> dict[str, str]:
    """The ontology's versions, each as one file in Turtle, by number.

    Args:
        asserted: the asserted statements, each in the graph of its file.
        former: the former versions as they were published.
        names: the namespaces of the project.
    """
    graphs = set(reached_graphs(asserted, names))
    merged = merge_for_protege((quad for quad in asserted if quad.graph_name in graphs), names)
    number = _version(merged, names)
    text = format_turtle((Quad(*triple) for triple in merged), names)
    return dict(former) if number is None else {**former, number: text}


def _version(merged: Iterable[Triple], names: Namespaces) -> str | None:
    headers = [(t.subject, t.object) for t in merged if t.predicate == OWL.versionInfo]
    root = NamedNode(root_ontology((node.value for node, _ in headers if isinstance(node, NamedNode)), names))
    return next((value.value for node, value in headers if node == root and isinstance(value, Literal)), None)
