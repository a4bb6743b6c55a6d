"""pySHACL, run without a word on the terminal, and what its reports say."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Collection, Iterable

import pyshacl
import rdflib
from pyoxigraph import DefaultGraph, Quad, Store, Triple
from rdflib.namespace import SH
from rdflib.term import Literal, Node

from kg.errors import BadInput
from kg.rdf.turtle import literals_as_written
from kg.terms import to_rdflib
from kg.validation.candidates import narrow_targets
from kg.validation.literals import marked_literals
from kg.validation.queryable import queryable_graph
from kg.validation.screens import note_screens

#: How deep shapes may nest; pySHACL's own 15 does not even do for SHACL's shapes for shapes.
_DEPTH = 100
_MERGE = DefaultGraph()


def run_pyshacl(
    statements: Iterable[Quad],
    shapes: rdflib.Graph,
    *,
    advanced: bool = False,
    narrowed: bool = True,
    noted_for: Iterable[Quad] = (),
) -> tuple[rdflib.Graph, rdflib.Graph]:
    """Validate statements with shapes.

    Args:
        statements: the data, all its graphs taken together.
        shapes: the shapes graph, whose targets may be narrowed.
        advanced: whether to heed SHACL Advanced Features.
        narrowed: whether pySHACL only looks at the nodes that may violate a shape, which gives the same report.
        noted_for: the shapes as they are given, if what finds these nodes is to be noted for another time.

    Returns:
        The report, and the data, which is empty where nothing can be wrong with it.

    Raises:
        BadInput: the shapes cannot be run, or the data has a term that rdflib does not have.
    """
    # To make a statement anew takes as long as to store it, and in an order of hashes twice as long.
    data: Collection[Quad] = dict.fromkeys(
        quad if quad.graph_name == _MERGE else Quad(quad.subject, quad.predicate, quad.object) for quad in statements
    )
    store = Store()
    store.bulk_extend(data)
    values = {quad.object for quad in data}
    for value in values:
        if isinstance(value, Triple):
            to_rdflib(value)  # which says that rdflib has no such terms
    marked, screens = marked_literals(values), None
    if narrowed:
        is_any, screens = narrow_targets(shapes, store, marked, advanced=advanced)
        data = data if is_any else ()
    graph = queryable_graph((quad.triple for quad in data), store)
    # What it writes to the terminal is either in the error below or of no use to the reader.
    logging.getLogger("pyshacl-validate").disabled = True
    try:
        with warnings.catch_warnings(action="ignore"), literals_as_written():
            _, report, text = pyshacl.validate(
                graph, shacl_graph=shapes, inplace=True, max_validation_depth=_DEPTH, advanced=advanced
            )
    except Exception as error:  # what pySHACL raises on shapes it cannot run has no common base
        cause = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
        raise BadInput(f"the shapes cannot be run: {cause}") from error
    if not isinstance(report, rdflib.Graph):
        raise BadInput(f"the shapes cannot be run: {text.strip()}")
    if noted_for and screens is not None:
        note_screens(noted_for, marked, screens)
    return report, graph


def result_message(report: rdflib.Graph, node: Node) -> str:
    """The messages of a result in English or in no language, or else in any, on one line."""
    messages = [message for message in report.objects(node, SH.resultMessage) if isinstance(message, Literal)]
    chosen = [message for message in messages if (message.language or "en").startswith("en")] or messages
    return "; ".join(sorted(" ".join(message.split()) for message in chosen))
