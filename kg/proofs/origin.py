"""Where asserted statements stand: file and line, and the sources they cite."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.project import Project, shipped_names
from kg.proofs.readings import OF_READINGS, GraphName, Readings
from kg.proofs.step import Citation, Leaf
from kg.rdf.load import statements
from kg.reasoning.inconsistency import Statement
from kg.terms import CASUS, DCTERMS, Term

#: Rounds in which blank nodes learn of their neighbors; lists longer than this are told apart by their nearer parts.
_ROUNDS = 8
#: The properties that say where statements and sources are found.
_TELLING = OF_READINGS | {DCTERMS.source, DCTERMS.bibliographicCitation, CASUS.locator}


class Origins:
    """The files and sources of the statements of a dataset."""

    def __init__(self, quads: Iterable[Quad], project: Project | None = None, files: Sequence[Path] = ()) -> None:
        """Remember what each statement's graph and each subject's sources are.

        Args:
            quads: the statements.
            project: the project they were loaded from; the graphs are its files.
            files: the files they were loaded from, if not from a project.
        """
        self._namespaces = shipped_names() if project is None else project.names
        self._graphs: dict[Triple, list[GraphName]] = defaultdict(list)
        self._sources: dict[Term, list[str]] = defaultdict(list)
        self._citations: dict[str, str] = {}
        self._readings = Readings()
        located: list[tuple[Term, str]] = []
        telling: list[Quad] = []
        for quad in quads:
            self._graphs[quad.triple].append(quad.graph_name)
            if quad.predicate in _TELLING:
                telling.append(quad)
        for quad in telling:
            self._readings.add(quad)
            if quad.predicate == DCTERMS.source and isinstance(quad.object, NamedNode):
                self._sources[quad.subject].append(quad.object.value)
            elif quad.predicate == DCTERMS.bibliographicCitation and isinstance(quad.object, Literal):
                self._citations[getattr(quad.subject, "value", "")] = quad.object.value
            elif quad.predicate == CASUS.locator and isinstance(quad.object, Literal):
                located.append((quad.subject, quad.object.value))
        # The locator of a source says where the source is found.
        self._rows: dict[Term, set[str]] = defaultdict(set)
        for thing, place in located:
            if getattr(thing, "value", "") not in self._citations:
                self._rows[thing].add(place)
        self._project = project
        self._files = files
        self._lines: dict[Path, dict[object, int]] = {}

    @property
    def triples(self) -> Iterable[Triple]:
        """The statements, each once."""
        return self._graphs.keys()

    def leaf(self, statement: Statement) -> Leaf:
        """An asserted statement with its place and sources, as far as they are known.

        Raises:
            MissingFile, ParseError: a file cannot be read again.
        """
        triple = statement.triple()
        place = self._locate(triple) if triple else None
        iris = sorted(set(self._sources.get(statement.subject, ())))
        sources = tuple(Citation(iri, self._namespaces.shorten(iri), self._citations.get(iri, "")) for iri in iris)
        rows = set(self._rows.get(statement.subject, ()) if statement.subject is not None else ())
        rows |= set(map(str, self._readings.of(triple, self._graphs.get(triple, ())))) if triple else set()
        return Leaf(statement, place[0] if place else None, place[1] if place else None, sources, tuple(sorted(rows)))

    def _locate(self, triple: Triple) -> tuple[str, int] | None:
        for path in self._candidates(triple):
            line = self._read(path).get(self._descriptions.get(triple, triple))
            if line is not None:
                return self._shown(path), line
        return None

    def _shown(self, path: Path) -> str:
        return path.as_posix() if self._project is None else self._project.shown(path)

    def _candidates(self, triple: Triple) -> Sequence[Path]:
        if self._project is None:
            return self._files
        names = (getattr(graph, "value", "") for graph in self._graphs[triple])
        return [self._project_files[name] for name in names if name in self._project_files]

    def _read(self, path: Path) -> dict[object, int]:
        """The lines of a file's statements; those with blank nodes go by their descriptions, as labels may differ."""
        if path not in self._lines:
            read = [(line, quad.triple) for line, quad in statements(path)]
            described = _describe(triple for _, triple in read)
            self._lines[path] = {described.get(triple, triple): line for line, triple in reversed(read)}
        return self._lines[path]

    @cached_property
    def _project_files(self) -> dict[str, Path]:
        """The project's files by the graphs that hold their statements."""
        return {self._project.graph_name(path): path for path in self._project.sources} if self._project else {}

    @cached_property
    def _descriptions(self) -> dict[Triple, object]:
        return _describe(self._graphs)


def _describe(triples: Iterable[Triple]) -> dict[Triple, object]:
    """For triples with blank nodes, what they say if each blank node stands for all that is said of and with it."""
    unnamed = [triple for triple in triples if _blank_nodes(triple)]
    colors: dict[Term, object] = {node: 0 for triple in unnamed for node in _blank_nodes(triple)}
    for _ in range(_ROUNDS):
        said: dict[Term, set[object]] = defaultdict(set)
        for triple in unnamed:
            description = tuple(colors.get(term, term) for term in triple)
            for place, term in enumerate(triple):
                if term in colors:
                    said[term].add((place, description))
        colors = {node: hash(frozenset(descriptions)) for node, descriptions in said.items()}
    return {triple: tuple(colors.get(term, term) for term in triple) for triple in unnamed}


def _blank_nodes(triple: Triple) -> list[BlankNode]:
    return [term for term in (triple.subject, triple.object) if isinstance(term, BlankNode)]
