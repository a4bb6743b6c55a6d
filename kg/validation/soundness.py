"""Whether shapes are well-formed SHACL, can be run, and reach nothing outside the data."""

from __future__ import annotations

import hashlib
import pickle
import re
from collections import defaultdict
from collections.abc import Sequence
from importlib import resources
from importlib.metadata import version
from pathlib import Path

import rdflib
from pyoxigraph import Store
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.term import BNode, Node, URIRef

from kg.cache import note, noted
from kg.errors import BadInput, join_errors
from kg.terms import Namespaces, Pattern
from kg.validation.places import find_places, named_owner, pattern_of, shown_node, unless_blank
from kg.validation.pyshacl_run import result_message, run_pyshacl
from kg.validation.queryable import to_quads

#: Terms of the node expressions that SHACL Advanced Features got after rdflib's list of terms was made.
_EXPRESSION_TERM = re.compile(
    "count|desc|distinct|else|exists|groupConcat|if|limit|max|min|minus|offset|orderBy|separator|sum|then|values"
)

#: SERVICE calls another endpoint, and FROM makes rdflib read another graph from the web. Comments may stand in between.
_GAP = r"(?:\s|#[^\n]*\n)"
_OUTSIDE = re.compile(
    rf"(?<![\w?$:<-])(SERVICE|FROM)(?:{_GAP}*(?:(?:SILENT|NAMED){_GAP}*)?[<?$]|{_GAP}+(?:(?:SILENT|NAMED){_GAP}+)?[\w-]*:)",
    re.IGNORECASE,
)
#: SPARQL 1.1, section 19.2: a character may be written as its code point, even in a keyword.
_CODE_POINT = re.compile(r"\\u([0-9A-F]{4})|\\U000([0-9A-F]{5})", re.IGNORECASE)


def require_sound_shapes(shapes: rdflib.Graph, files: Sequence[Path], names: Namespaces) -> None:
    """Refuse shapes that are broken or reach outside, unless the same files have been found sound before.

    Raises:
        BadInput: with the cause of each, those that are no SHACL first.
    """
    if not files or not all(file.is_file() for file in files):  # such as standard input, which is read but once
        _require_sound(shapes, files, names)
        return
    found = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in ("pyoxigraph", "pyshacl", "rdflib")).encode())
    for file in (Path(__file__), *files):
        found.update(hashlib.sha256(file.read_bytes()).digest())
    key = f"sound-shapes-{found.hexdigest()}"
    if noted(key) is None:
        _require_sound(shapes, files, names)
        note(key)


def _require_sound(shapes: rdflib.Graph, files: Sequence[Path], names: Namespaces) -> None:
    """The same without looking whether they have been."""
    faults: list[tuple[str, Node | None, Pattern]] = []
    for node, predicate, value in shapes:
        cause = _fault(node, predicate, value, shapes)
        if cause is not None:
            faults.append((cause, node, pattern_of(*map(unless_blank, (node, predicate, value)))))
    report, _ = run_pyshacl(to_quads(shapes), _shapes_for_shapes())
    causes: dict[Node | None, list[tuple[bool, str, Pattern]]] = defaultdict(list)
    for result in report.objects(None, SH.result):
        node, path, value = (report.value(result, name) for name in (SH.focusNode, SH.resultPath, SH.value))
        stated = (
            f"{shown_node(path, names)} {shown_node(value, names)}: "
            if isinstance(path, URIRef) and value is not None
            else ""
        )
        causes[node].append(
            (path is None, stated + result_message(report, result), pattern_of(*map(unless_blank, (node, path, value))))
        )
    for node, said in causes.items():
        # What is said of a property is plainer than what is said of the shape as a whole.
        _, cause, pattern = min(said, key=lambda each: each[:2])
        faults.append((f"not well-formed SHACL: {cause}", node, pattern))
    if faults:
        raise _shape_error(faults, shapes, files, names)


def _shapes_for_shapes() -> rdflib.Graph:
    """SHACL's own (https://www.w3.org/TR/shacl/#shacl-shacl), which pySHACL brings along."""
    store, identifier = pickle.loads(resources.files("pyshacl").joinpath("assets", "shacl-shacl.pickle").read_bytes())
    return rdflib.Graph(store=store, identifier=identifier)


def _fault(node: Node, predicate: Node, value: Node, shapes: rdflib.Graph) -> str | None:
    """What is wrong with one statement of the shapes that SHACL's shapes for shapes do not look at."""
    if predicate.startswith(str(SH)) and predicate not in SH and _is_shacl(node, shapes):
        name = predicate.removeprefix(str(SH))
        return None if _EXPRESSION_TERM.fullmatch(name) else f"not well-formed SHACL: there is no sh:{name}"
    if predicate == SH.pattern:
        try:
            re.compile(value)
        except re.error as error:
            return f"not well-formed SHACL: sh:pattern {value.n3()} is no regular expression: {error}"
    if predicate in (SH.select, SH.ask, SH.construct):
        outside = _OUTSIDE.search(_CODE_POINT.sub(lambda match: chr(int(match[1] or match[2], 16)), value))
        if outside:
            return f"a query of the shapes reaches outside the data, which is not allowed: {outside.group(1).upper()}"
        try:
            Store().query(str(value), prefixes=_prefixes(shapes))
        except SyntaxError as error:
            cause = "a prefix is not declared" if "Prefix not found" in str(error) else "syntax error"
            place = re.match(r"error at (\d+):(\d+)", str(error))
            return f"not SPARQL: {cause}" + (f" in line {place[1]}, column {place[2]} of the query" if place else "")
        except RuntimeError:
            return None  # it calls a function that Oxigraph does not know, and the shapes may define
    return None


def _prefixes(shapes: rdflib.Graph) -> dict[str, str]:
    """The prefixes of the queries: those declared (https://www.w3.org/TR/shacl/#sparql-prefixes) and pySHACL's own."""
    prefixes = {"rdf": str(RDF), "rdfs": str(RDFS), "owl": str(OWL)}
    for node in shapes.objects(None, SH.declare):
        prefixes[str(shapes.value(node, SH.prefix))] = str(shapes.value(node, SH.namespace))
    return prefixes


def _is_shacl(node: Node, shapes: rdflib.Graph) -> bool:
    """Whether a node is a shape or a part of one. What shapes are about may stand in the same file."""
    stated = {*shapes.predicates(node), *shapes.objects(node, RDF.type)}
    return isinstance(node, BNode) or any(term in SH for term in stated if term.startswith(str(SH)))


def _shape_error(
    faults: Sequence[tuple[str, Node | None, Pattern]],
    shapes: rdflib.Graph,
    files: Sequence[Path],
    names: Namespaces,
) -> BadInput:
    """All that is wrong with the shapes, each at the statement at fault or else at the shape it is part of."""
    owners = [named_owner(node, shapes) for _, node, _ in faults]
    wanted = [
        [pattern, pattern_of(unless_blank(owner)), pattern_of(None, None, unless_blank(owner))]
        for (_, _, pattern), owner in zip(faults, owners, strict=True)
    ]
    errors = [
        BadInput(f"{cause} ({shown_node(owner, names)})", file=file, line=line)
        for (cause, _, _), owner, (file, line) in zip(faults, owners, find_places(wanted, files), strict=True)
    ]
    return join_errors(sorted(errors, key=lambda error: (error.file or "", error.line or 0, error.message)))
