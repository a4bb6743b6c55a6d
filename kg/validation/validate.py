"""Data and shapes to a report: SHACL Core, SHACL-SPARQL and SHACL Advanced Features, run by pySHACL.

Queries find the nodes that may violate shapes (`kg.validation.candidates`); pySHACL judges these and words the results.
Nothing is fetched: imports are not followed, JavaScript is off, and shapes whose queries reach outside are refused.
Each result is placed: at the statement at fault or, where the fault is that nothing is stated, at the first statement
about the thing at fault.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import rdflib
from pyoxigraph import Quad
from rdflib.extras.shacl import parse_shacl_path
from rdflib.namespace import OWL, SH
from rdflib.term import Node, URIRef

from kg.project import shipped_names
from kg.rdf.turtle import literals_as_written, rdflib_graph
from kg.terms import Namespaces
from kg.validation.places import find_places, named_owner, patterns_of_result, shown_node
from kg.validation.pyshacl_run import result_message, run_pyshacl
from kg.validation.queryable import to_quads
from kg.validation.report import RENDERERS, Report, Result
from kg.validation.soundness import require_sound_shapes

__all__ = ["RENDERERS", "Report", "Result", "validate"]

_SEVERITIES = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
_RANKS = {"violation": 0, "warning": 1, "info": 2}


@literals_as_written()
def validate(
    data: Iterable[Quad],
    shapes: Iterable[Quad],
    *,
    files: Sequence[Path] = (),
    shape_files: Sequence[Path] = (),
    namespaces: Namespaces | None = None,
) -> Report:
    """Validate data with shapes (https://www.w3.org/TR/shacl/, https://www.w3.org/TR/shacl-af/).

    Args:
        data: what to validate, all its graphs taken together. Class hierarchies are read from it too.
        shapes: the shapes graph.
        files: the files that the data came from, to place the results in.
        shape_files: the files that the shapes came from, to place errors in them. That the shapes of a file are sound
            is looked at once and noted in the cache folder.
        namespaces: those in which things are named, by default the shipped project's.

    Raises:
        BadInput: the shapes are not well-formed SHACL, reach outside or cannot be run.
        MissingFile, ParseError: one of the files cannot be read again.
    """
    names, shapes = namespaces or shipped_names(), list(shapes)
    # What is ignored is said of a literal that is not of its datatype, which is for shapes to say.
    with warnings.catch_warnings(action="ignore"):
        shapes_graph = rdflib_graph(shapes)
        require_sound_shapes(shapes_graph, shape_files, names)
        _prepare(shapes_graph)
        graph, data_graph = run_pyshacl(data, shapes_graph, advanced=True, noted_for=shapes)
        nodes = list(graph.objects(None, SH.result))
        places = find_places([list(patterns_of_result(graph, node, data_graph)) for node in nodes], files)
        results = [
            replace(_result(graph, node, shapes_graph, names), file=file, line=line)
            for node, (file, line) in zip(nodes, places, strict=True)
        ]
        return Report(sorted(results, key=_order), tuple(to_quads(graph)), unsuspected=not len(data_graph))


def _order(result: Result) -> tuple[int, str, int, str]:
    return _RANKS.get(result.severity, 1), str(result.file or ""), result.line or 0, str(result)


def _prepare(shapes: rdflib.Graph) -> None:
    """State in the shapes what SHACL says of them and pySHACL does not see."""
    # Prefixes may be declared by what is imported: https://www.w3.org/TR/shacl/#sparql-prefixes
    for node in set(shapes.objects(None, SH.prefixes)):
        for imported in set(shapes.transitive_objects(node, OWL.imports)) - {node}:
            for declaration in list(shapes.objects(imported, SH.declare)):
                shapes.add((node, SH.declare, declaration))
    # Only the literal true asks for it: https://www.w3.org/TR/shacl/#UniqueLangConstraintComponent
    for triple in list(shapes.triples((None, SH.uniqueLang, None))):
        if str(triple[2]) != "true":
            shapes.remove(triple)


def _result(report: rdflib.Graph, node: Node, shapes: rdflib.Graph, names: Namespaces) -> Result:
    asked = (SH.focusNode, SH.resultPath, SH.value, SH.resultSeverity, SH.sourceShape)
    focus, path, value, severity, shape = (report.value(node, name) for name in asked)
    owner = named_owner(shape, shapes)
    return Result(
        severity=_SEVERITIES.get(severity, str(severity)),
        message=result_message(report, node),
        focus=str(focus) if isinstance(focus, URIRef) else focus.n3(),
        path=_path(report, path) if path is not None else None,
        value=value.n3() if value is not None else None,
        source_shape=str(owner) if isinstance(owner, URIRef) else None,
        name=shown_node(focus, names),
    )


def _path(report: rdflib.Graph, node: Node) -> str:
    return str(node) if isinstance(node, URIRef) else str(parse_shacl_path(report, node).n3())
