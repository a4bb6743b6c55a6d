"""Casus: a knowledge graph of alliances and of what they oblige states to do.

    import kg

    graph = kg.open()  # the shipped project, built if need be; kg.open("my/project")
    for row in graph.query("SELECT ?s { ?s casus:memberOf organization:NATO }", as_of="1990-01-01"):
        print(row["s"])
    print(graph.explain("state:RUS", "casus:owesDefenseTo", "state:KAZ", as_of="2020-01-01"))

    kg.reason(["a.ttl"])  # the OWL 2 RL closure of any RDF files
    kg.explain(["a.ttl"], "ex:a", "a", "ex:B")  # proofs on any files

Importing this package imports little and changes nothing of the process that does so. What can go wrong is in
`kg.errors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import (
    BadInput,
    Busy,
    CacheError,
    CasusError,
    Inconsistent,
    InvalidData,
    MissingFile,
    MissingLibrary,
    ParseError,
    ProjectError,
    PublishError,
    QueryError,
    QueryFailed,
    QueryTimeout,
    QueryTooLarge,
    ReasonerError,
    ReasonerLimit,
    ServeError,
    StoreError,
    UnknownFormat,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kg.graph import DayLike, Graph, PathName
    from kg.proofs.explainer import Explainer
    from kg.proofs.proof import Contradictions, Explanation
    from kg.reasoning.closure import Closure
    from kg.reasoning.grounder import ReasoningLimits
    from kg.terms import TermLike


#: What is imported when it is first named, and the modules that have it.
_LAZY = {"Graph": "kg.graph", "ReasoningLimits": "kg.reasoning.grounder"}


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(_LAZY[name]), name)


__all__ = [
    "BadInput",
    "Busy",
    "CacheError",
    "CasusError",
    "Graph",
    "Inconsistent",
    "InvalidData",
    "MissingFile",
    "MissingLibrary",
    "ParseError",
    "ProjectError",
    "PublishError",
    "QueryError",
    "QueryFailed",
    "QueryTimeout",
    "QueryTooLarge",
    "ReasonerError",
    "ReasonerLimit",
    "ReasoningLimits",
    "ServeError",
    "StoreError",
    "UnknownFormat",
    "contradictions",
    "explain",
    "open",
    "reason",
]


def open(  # noqa: A001 - as in gzip.open: it is called kg.open
    project: PathName | None = None, *, limits: ReasoningLimits | None = None
) -> Graph:
    """The graph of a project, which is built when something first needs it.

    Args:
        project: the project's folder; without it, the project that comes with the package.
        limits: what the reasoning of a build may take, by default ten million statements and half of the memory.

    Raises:
        MissingFile, ProjectError: the folder does not exist, or is no project.
    """
    from pathlib import Path  # noqa: PLC0415

    from kg.graph import Graph  # noqa: PLC0415
    from kg.project import open_project  # noqa: PLC0415

    return Graph(open_project(None if project is None else Path(project)), limits=limits)


def reason(
    files: PathName | Iterable[PathName], *, engine: str | None = None, limits: ReasoningLimits | None = None
) -> Closure:
    """The OWL 2 RL closure of RDF files, taken together: asserted, inferred, and the inconsistencies found.

    Args:
        files: a file or more in Turtle, TriG, N-Triples, N-Quads, RDF/XML, JSON-LD or Parquet, told by their suffix.
        engine: `clingo`, or `duckdb`, which is quicker for large graphs, by default one of them by size; or `owlrl`,
            which is slower and knows fewer rules.
        limits: what the first two may take, by default ten million statements and half of the memory.

    Raises:
        MissingFile, UnknownFormat, ParseError: a file cannot be read.
        BadInput: there is no such engine.
        ReasonerError: the engine failed.
        ReasonerLimit: a limit ended it.
    """
    from kg.graph import paths  # noqa: PLC0415
    from kg.rdf.load import load_files  # noqa: PLC0415
    from kg.reasoning.closure import close  # noqa: PLC0415
    from kg.reasoning.grounder import DEFAULT_LIMITS  # noqa: PLC0415

    return close(load_files(paths(files)), engine, limits or DEFAULT_LIMITS)


def explain(
    files: PathName | Iterable[PathName],
    subject: TermLike,
    predicate: TermLike,
    value: TermLike,
    *,
    as_of: DayLike | None = None,
    limits: ReasoningLimits | None = None,
) -> Explanation:
    """Why a statement follows from RDF files, down to file and line; or what is missing nearest to it.

    Args:
        files: the files, or one.
        subject: its subject: a prefixed name, an IRI, or a term of pyoxigraph's or rdflib's.
        predicate: its property.
        value: its object.
        as_of: a day, of whose relations the statement may be one.
        limits: how many statements may follow; time and memory are for whoever runs the process to limit.

    Raises:
        MissingFile, UnknownFormat, ParseError: a file cannot be read.
        BadInput: it is no statement, or no day.
        ReasonerError: the engine failed.
        ReasonerLimit: more statements follow.
    """
    from kg.project import shipped_names  # noqa: PLC0415
    from kg.reasoning.inconsistency import Statement  # noqa: PLC0415

    explainer, day = _explainer(files, as_of, limits)
    return explainer.explain(Statement.read(shipped_names(), subject, predicate, value), day)


def contradictions(
    files: PathName | Iterable[PathName], *, as_of: DayLike | None = None, limits: ReasoningLimits | None = None
) -> Contradictions:
    """How RDF files, taken together, contradict themselves, each with its proof; the rest is as for `explain`."""
    explainer, day = _explainer(files, as_of, limits)
    return explainer.contradictions(day)


def _explainer(
    files: PathName | Iterable[PathName], as_of: DayLike | None, limits: ReasoningLimits | None
) -> tuple[Explainer, date | None]:
    """What explains the files, and the day that is asked about, which is read before them."""
    from kg.graph import paths, read_any_day  # noqa: PLC0415
    from kg.proofs.explainer import Explainer  # noqa: PLC0415
    from kg.rdf.load import load_files  # noqa: PLC0415
    from kg.reasoning.grounder import DEFAULT_LIMITS  # noqa: PLC0415

    found = paths(files)
    day = read_any_day(as_of)
    return Explainer(load_files(found), files=found, limits=limits or DEFAULT_LIMITS), day
