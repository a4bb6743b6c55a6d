"""A project is a folder that holds ``ontology/``, ``graph/`` and ``shapes/``; the shipped one is the default."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kg.errors import MissingFile, ProjectError
from kg.terms import GRAPH

_PACKAGE = Path(__file__).parent
#: What the built store depends on besides the files: another version of these may build another store.
_ENGINES = ("casus-kg", "clingo", "owlrl", "pyoxigraph", "pyshacl", "rdflib")


@dataclass(frozen=True)
class Project:
    """The folders of a project and the files in them, in a stable order."""

    root: Path

    @property
    def ontology(self) -> list[Path]:
        """The ontology's modules."""
        return self._turtle_files("ontology")

    @property
    def graph(self) -> list[Path]:
        """The data files."""
        return self._turtle_files("graph")

    @property
    def shapes(self) -> list[Path]:
        """The SHACL shapes."""
        return self._turtle_files("shapes")

    @property
    def sources(self) -> list[Path]:
        """All that is asserted: the ontology's modules and the data files."""
        return self.ontology + self.graph

    @property
    def questions(self) -> list[Path]:
        """The competency questions, each a ``.rq`` beside the ``.csv`` of its expected answer."""
        return sorted((self.root / "ontology" / "questions").glob("*.rq"))

    def graph_name(self, file: Path) -> str:
        """The IRI of the named graph that holds this file's statements."""
        return GRAPH + file.relative_to(self.root).as_posix()

    def fingerprint(self) -> str:
        """A hash of everything a build depends on: the files, the package's code and rules, the engines' versions."""
        # Slow to import, and only builds ask for it.
        import hashlib  # noqa: PLC0415
        from importlib.metadata import version  # noqa: PLC0415

        digest = hashlib.sha256()
        for name in _ENGINES:
            digest.update(f"{name} {version(name)}\n".encode())
        code = sorted(path for path in _PACKAGE.rglob("*") if path.suffix in (".py", ".lp", ".toml"))
        for root, files in ((_PACKAGE, code), (self.root, self.sources + self.shapes)):
            for file in files:
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                digest.update(f"{file.relative_to(root).as_posix()} {content}\n".encode())
        return digest.hexdigest()

    def _turtle_files(self, folder: str) -> list[Path]:
        return sorted((self.root / folder).rglob("*.ttl"))


def open_project(root: Path | None = None) -> Project:
    """The project in a folder, or the one shipped with the package.

    Raises:
        MissingFile: the folder does not exist.
        ProjectError: the folder lacks ``ontology/``, ``graph/`` or ``shapes/``.
    """
    if root is None:
        # In a wheel the project lies inside the package; in a checkout the package lies inside the project.
        shipped = _PACKAGE / "_project"
        root = shipped if shipped.is_dir() else _PACKAGE.parent
    root = root.resolve()
    if not root.is_dir():
        raise MissingFile("there is no such folder", file=root)
    for folder in ("ontology", "graph", "shapes"):
        if not (root / folder).is_dir():
            raise ProjectError(f"not a project: the folder {folder}/ is missing", file=root)
    return Project(root)
