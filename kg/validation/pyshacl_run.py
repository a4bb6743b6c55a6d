"""pySHACL, run without a word on the terminal, and what its reports say."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable

import rdflib
from rdflib.namespace import SH
from rdflib.term import Literal, Node

from kg.errors import BadInput
from kg.rdf.turtle import literals_as_written

#: How deep shapes may nest; pySHACL's own 15 does not even do for SHACL's shapes for shapes.
_DEPTH = 100


def run_pyshacl(run: Callable[..., tuple[bool, object, str]], data: rdflib.Graph, **options: object) -> rdflib.Graph:
    """Run pySHACL and give its report graph."""
    # What it writes to the terminal is either in the error below or of no use to the reader.
    logging.getLogger("pyshacl-validate").disabled = True
    try:
        with warnings.catch_warnings(action="ignore"), literals_as_written():
            _, report, text = run(data, inplace=True, max_validation_depth=_DEPTH, **options)
    except Exception as error:  # what pySHACL raises on shapes it cannot run has no common base
        cause = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
        raise BadInput(f"the shapes cannot be run: {cause}") from error
    if not isinstance(report, rdflib.Graph):
        raise BadInput(f"the shapes cannot be run: {text.strip()}")
    return report


def result_message(report: rdflib.Graph, node: Node) -> str:
    """The messages of a result in English or in no language, or else in any, on one line."""
    messages = [message for message in report.objects(node, SH.resultMessage) if isinstance(message, Literal)]
    chosen = [message for message in messages if (message.language or "en").startswith("en")] or messages
    return "; ".join(sorted(" ".join(message.split()) for message in chosen))
