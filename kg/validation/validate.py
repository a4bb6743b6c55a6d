"""Data and shapes to a report: SHACL Core, SHACL-SPARQL and SHACL Advanced Features, run by pySHACL.

Nothing is fetched: imports are not followed, JavaScript is off, and shapes whose queries reach outside are refused.
Each result is placed: at the statement at fault or, where the fault is that nothing is stated, at the first statement
about the thing at fault.
"""

from __future__ import annotations

import hashlib
import logging
import re
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from itertools import product
from pathlib import Path

import pyshacl
import rdflib
from pyoxigraph import Quad, Store
from pyshacl.entrypoints import meta_validate
from rdflib.extras.shacl import parse_shacl_path
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.term import BNode, Literal, Node, URIRef

from kg.cache import is_noted, note
from kg.errors import BadInput, join_errors
from kg.project import shipped_names
from kg.rdf.load import statements
from kg.rdf.turtle import literals_as_written, rdflib_graph
from kg.terms import Namespaces, Pattern, Term, from_rdflib
from kg.validation.queryable import queryable_graph
from kg.validation.report import RENDERERS, Report, Result

__all__ = ["RENDERERS", "Report", "Result", "validate"]

_SEVERITIES = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
_RANKS = {"violation": 0, "warning": 1, "info": 2}

#: How deep shapes may nest; pySHACL's own 15 does not even do for SHACL's shapes for shapes.
_DEPTH = 100

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

#: A statement to look for, as subject, predicate and object; None stands for anything.


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
    names = namespaces or shipped_names()
    # What is ignored is said of a literal that is not of its datatype, which is for shapes to say.
    with warnings.catch_warnings(action="ignore"):
        shapes_graph = rdflib_graph(shapes)
        _require_sound_once(shapes_graph, shape_files, names)
        _prepare(shapes_graph)
        data_graph = queryable_graph(data)
        graph = _run(pyshacl.validate, data_graph, shacl_graph=shapes_graph, advanced=True)
        nodes = list(graph.objects(None, SH.result))
        places = _places([list(_patterns(graph, node, data_graph)) for node in nodes], files)
        results = [
            replace(_result(graph, node, shapes_graph, names), file=file, line=line)
            for node, (file, line) in zip(nodes, places, strict=True)
        ]
        return Report(sorted(results, key=_order), graph)


def _order(result: Result) -> tuple[int, str, int, str]:
    return _RANKS.get(result.severity, 1), str(result.file or ""), result.line or 0, str(result)


def _require_sound_once(shapes: rdflib.Graph, files: Sequence[Path], names: Namespaces) -> None:
    """Refuse shapes that are broken or reach outside, unless the same files have been found sound before.

    Raises:
        BadInput: as `_require_sound`.
    """
    if not files or not all(file.is_file() for file in files):  # such as standard input, which is read but once
        _require_sound(shapes, files, names)
        return
    found = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in ("pyoxigraph", "pyshacl", "rdflib")).encode())
    for file in (Path(__file__), *files):
        found.update(hashlib.sha256(file.read_bytes()).digest())
    key = f"sound-shapes-{found.hexdigest()}"
    if not is_noted(key):
        _require_sound(shapes, files, names)
        note(key)


def _require_sound(shapes: rdflib.Graph, files: Sequence[Path], names: Namespaces) -> None:
    """Refuse shapes that are broken or reach outside.

    Raises:
        BadInput: with the cause of each, those that are no SHACL first.
    """
    faults: list[tuple[str, Node | None, Pattern]] = []
    for node, predicate, value in shapes:
        cause = _fault(node, predicate, value, shapes)
        if cause is not None:
            faults.append((cause, node, _pattern(*map(_named, (node, predicate, value)))))
    # SHACL's own shapes for shapes: https://www.w3.org/TR/shacl/#shacl-shacl
    report = _run(meta_validate, shapes, inference="none")
    causes: dict[Node | None, list[tuple[bool, str, Pattern]]] = defaultdict(list)
    for result in report.objects(None, SH.result):
        node, path, value = (report.value(result, name) for name in (SH.focusNode, SH.resultPath, SH.value))
        stated = (
            f"{_shown(path, names)} {_shown(value, names)}: " if isinstance(path, URIRef) and value is not None else ""
        )
        causes[node].append(
            (path is None, stated + _message(report, result), _pattern(*map(_named, (node, path, value))))
        )
    for node, said in causes.items():
        # What is said of a property is plainer than what is said of the shape as a whole.
        _, cause, pattern = min(said, key=lambda each: each[:2])
        faults.append((f"not well-formed SHACL: {cause}", node, pattern))
    if faults:
        raise _shape_error(faults, shapes, files, names)


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
    owners = [_owner(node, shapes) for _, node, _ in faults]
    wanted = [
        [pattern, _pattern(_named(owner)), _pattern(None, None, _named(owner))]
        for (_, _, pattern), owner in zip(faults, owners, strict=True)
    ]
    errors = [
        BadInput(f"{cause} ({_shown(owner, names)})", file=file, line=line)
        for (cause, _, _), owner, (file, line) in zip(faults, owners, _places(wanted, files), strict=True)
    ]
    return join_errors(sorted(errors, key=lambda error: (error.file or "", error.line or 0, error.message)))


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


def _run(run: Callable[..., tuple[bool, object, str]], data: rdflib.Graph, **options: object) -> rdflib.Graph:
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


def _result(report: rdflib.Graph, node: Node, shapes: rdflib.Graph, names: Namespaces) -> Result:
    asked = (SH.focusNode, SH.resultPath, SH.value, SH.resultSeverity, SH.sourceShape)
    focus, path, value, severity, shape = (report.value(node, name) for name in asked)
    owner = _owner(shape, shapes)
    return Result(
        severity=_SEVERITIES.get(severity, str(severity)),
        message=_message(report, node),
        focus=str(focus) if isinstance(focus, URIRef) else focus.n3(),
        path=_path(report, path) if path is not None else None,
        value=value.n3() if value is not None else None,
        source_shape=str(owner) if isinstance(owner, URIRef) else None,
        name=_shown(focus, names),
    )


def _message(report: rdflib.Graph, node: Node) -> str:
    """The messages of a result in English or in no language, or else in any, on one line."""
    messages = [message for message in report.objects(node, SH.resultMessage) if isinstance(message, Literal)]
    chosen = [message for message in messages if (message.language or "en").startswith("en")] or messages
    return "; ".join(sorted(" ".join(message.split()) for message in chosen))


def _path(report: rdflib.Graph, node: Node) -> str:
    return str(node) if isinstance(node, URIRef) else str(parse_shacl_path(report, node).n3())


def _owner(node: Node | None, graph: rdflib.Graph) -> Node | None:
    """The node itself if it has an IRI, else the nearest node above it that has one, if any."""
    seen: set[Node] = set()
    while isinstance(node, BNode) and node not in seen:
        seen.add(node)
        node = next(iter(graph.subjects(None, node)), node)
    return node


def _shown(node: Node | None, names: Namespaces) -> str:
    """A term as people read it."""
    if isinstance(node, URIRef):
        return names.shorten(node)
    return node.n3() if isinstance(node, Literal) else "a blank node"


def _patterns(report: rdflib.Graph, node: Node, data: rdflib.Graph) -> Iterator[Pattern]:
    """The statements that a result may be about, the likeliest first."""
    focus, path, value = (report.value(node, name) for name in (SH.focusNode, SH.resultPath, SH.value))
    if isinstance(path, URIRef):
        if value is not None:
            yield _pattern(focus, path, value)
        yield _pattern(focus, path)
    elif value is not None and value != focus:
        yield _pattern(focus, None, value)
        yield _pattern(value, None, focus)
        yield _pattern(value, focus)
    yield _pattern(focus)
    yield _pattern(None, focus)
    yield _pattern(None, None, focus)
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
                return _pattern(subject, predicate)
            nested = subject
    return None


def _telling(node: BNode, path: Node | None, value: Node | None, data: rdflib.Graph) -> Pattern:
    """The statement of a blank node that the fewest others share, the one at fault if it is among these."""
    stated = [each for each in data.predicate_objects(node) if not isinstance(each[1], BNode)]
    shared = {each: sum(1 for _ in data.subjects(*each)) for each in stated}
    predicate, told = min(stated, key=lambda each: (shared[each], each != (path, value), each), default=(path, value))
    return _pattern(None, predicate, told)


def _named(node: Node | None) -> Node | None:
    """A term that is called alike in the shapes graph and in its file, which a blank node is not."""
    return None if isinstance(node, BNode) else node


def _pattern(subject: Node | None, predicate: Node | None = None, value: Node | None = None) -> Pattern:
    def term(node: Node | None) -> Term | None:
        return None if node is None else from_rdflib(node)

    return Pattern(term(subject), term(predicate), term(value))


def _places(wanted: Sequence[Sequence[Pattern]], files: Sequence[Path]) -> list[tuple[Path | None, int | None]]:
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
