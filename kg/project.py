"""A project is a folder that holds ``ontology/``, ``graph/`` and ``shapes/``; the shipped one is the default.

What it is called, how it names things and what it extends is said in its ``casus.toml``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from kg.errors import MissingFile, ProjectError
from kg.regex import late_regex
from kg.terms import STANDARD_PREFIXES, Namespaces

_PACKAGE = Path(__file__).parent
_FILE = "casus.toml"
_FOLDERS = ("ontology", "graph", "shapes")
#: The modules and packages that a build is made by; what asks it, serves it or writes of it changes nothing in it.
BUILDING = (
    "build", "cache.py", "collector.py", "day.py", "duties", "errors.py", "messages.py", "project.py", "rdf",
    "reasoning", "regex.py", "terms.py", "validation", "zstandard.py",
)  # fmt: skip
#: What the built store depends on besides the files: another version of these may build another store.
_ENGINES = ("casus-kg", "clingo", "duckdb", "owlrl", "pyoxigraph", "pyshacl", "rdflib")
#: What a project takes of the data of the one that it extends unless it says: the concepts that rules and shapes name.
_TAKEN = ("graph/concepts.ttl",)
#: Where a copy has the project's own files, and what it extends.
_OWN, _EXTENDED = "own", "extended"

_NAME = late_regex(r"[a-z][a-z0-9-]*")
_PREFIX = late_regex(r"[A-Za-z][\w-]*")
_LANGUAGE = late_regex(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_ABSOLUTE = late_regex(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|^`\\]+[/#]")
_BASE = late_regex(r"https?://[^\s<>\"{}|^`\\#?]+/")


@dataclass(frozen=True)
class Identity:
    """What a project is called and how it names things.

    Attributes:
        name: how the names of its released files begin.
        title: what it is called.
        summary: what it is, in a sentence.
        names: its namespaces.
        languages: those in which it is shown, the preferred first.
    """

    name: str
    title: str
    summary: str
    names: Namespaces
    languages: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The identity as JSON holds it."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Identity:
        """The identity that `to_json` has written."""
        names = Namespaces(said["names"]["base"], said["names"]["prefixes"])
        return cls(said["name"], said["title"], said["summary"], names, tuple(said["languages"]))


@dataclass(frozen=True)
class Project:
    """The folders of a project and the files in them, in a stable order, those it extends first."""

    root: Path
    #: The folders of the projects that extend this one, so that none extends itself.
    extending: tuple[Path, ...] = ()
    #: What it extends, where that is not to be looked for by what its ``casus.toml`` says.
    known_base: Project | None = None

    @cached_property
    def identity(self) -> Identity:
        """Who it is, by its ``casus.toml``; without one it speaks in the names of the shipped project.

        Raises:
            ProjectError: the file is not TOML, or does not say what it must.
        """
        return _shipped().identity if self._said is None else _identity(self._said, self.root / _FILE)

    @property
    def names(self) -> Namespaces:
        """How it names things; errors as for `identity`."""
        return self.identity.names

    @cached_property
    def extended(self) -> Project | None:
        """The project that it extends: whose ontology, shapes and concepts are its own as well.

        Raises:
            MissingFile, ProjectError: there is no such project.
        """
        extends = (self._said or {}).get("extends")
        if self.known_base is not None:
            return self.known_base
        if extends is None:
            return None
        if not isinstance(extends, str):
            raise ProjectError("'extends' is \"casus\" or the path of a project's folder", file=self.root / _FILE)
        if extends == _shipped().identity.name:
            return _shipped()
        root = (self.root / extends).resolve()
        if root in (self.root, *self.extending):
            raise ProjectError("it extends itself", file=self.root / _FILE)
        return _checked(Project(root, (self.root, *self.extending)))

    @property
    def ontology(self) -> list[Path]:
        """The ontology's modules."""
        return [*(self.extended.ontology if self.extended else ()), *self._turtle_files("ontology")]

    @property
    def graph(self) -> list[Path]:
        """The data files."""
        return [*self._taken, *self._turtle_files("graph")]

    @property
    def shapes(self) -> list[Path]:
        """The SHACL shapes."""
        return [*(self.extended.shapes if self.extended else ()), *self._turtle_files("shapes")]

    @property
    def sources(self) -> list[Path]:
        """All that is asserted: the ontology's modules and the data files."""
        return self.ontology + self.graph

    @property
    def questions(self) -> list[Path]:
        """The competency questions, each a ``.rq`` beside the ``.csv`` of its expected answer."""
        return sorted((self.root / "ontology" / "questions").glob("*.rq"))

    @property
    def versions(self) -> list[Path]:
        """Its ontology's former versions, each one file as it was published: ``versions/VERSION.ttl``."""
        return sorted((self.root / "versions").glob("*.ttl"))

    def graph_name(self, file: Path) -> str:
        """The IRI of the named graph that holds this file's statements: a name of its own, wherever the file lies.

        So projects that extend the same one can be in one store, each with the files as they were when it was built.
        """
        if self.extended is not None and not file.is_relative_to(self.root):
            theirs = self.extended.graph_name(file).removeprefix(self.extended.names.graph)
            return f"{self.names.graph}{self.extended.identity.name}/{theirs}"
        return self.names.graph + file.relative_to(self.root).as_posix()

    def shown(self, file: Path) -> str:
        """A file's path in its project; one of the project that it extends has that one's name before it."""
        if self.extended is not None and not file.is_relative_to(self.root):
            return f"{self.extended.identity.name}: {self.extended.shown(file)}"
        return file.relative_to(self.root).as_posix()

    def copy_to(self, folder: Path) -> None:
        """Copy what it asserts and is called into new folders below one, where `open_copy` opens it."""
        import shutil  # noqa: PLC0415 - slow to import, and only builds copy

        own = [*(path for path in self.sources if path.is_relative_to(self.root)), self.root / _FILE]
        for file in filter(Path.is_file, own):
            place = folder / _OWN / file.relative_to(self.root)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
        if self.extended is not None:
            self.extended.copy_to(folder / _EXTENDED)

    def fingerprint(self) -> str:
        """A hash of everything a build depends on: the files, the code and rules that build, the engines' versions."""
        import hashlib  # noqa: PLC0415 - slow to import, and only builds ask for it

        named = [(self.graph_name(path), path) for path in self.sources + self.shapes + self.questions]
        named += [(path.relative_to(self.root).as_posix(), path) for path in self.versions]
        named += [(_FILE, path) for path in [self.root / _FILE] if path.is_file()]
        return hashlib.sha256(f"{maker()}\n{_hashes(named)}".encode()).hexdigest()

    @cached_property
    def _taken(self) -> list[Path]:
        """The data files of the project that it extends which are its own as well."""
        said = (self._said or {}).get("takes")
        if self.extended is None:
            if said is not None:
                raise ProjectError(
                    "'takes' without 'extends': say what project to take the data of", file=self.root / _FILE
                )
            return []
        if said is not None and not (isinstance(said, list) and all(isinstance(name, str) for name in said)):
            raise ProjectError(
                "'takes' is a list of data files and folders, as [\"graph/states.ttl\"]", file=self.root / _FILE
            )
        # What that one takes itself goes by its place there.
        places = {path: PurePosixPath(self.extended.shown(path).rpartition(": ")[2]) for path in self.extended.graph}
        for name in said or ():
            if not any(place.is_relative_to(name) for place in places.values()):
                wrong = f"'takes' names {name!r}, and {self.extended.identity.name} has no such data"
                raise ProjectError(wrong, file=self.root / _FILE)
        wanted = _TAKEN if said is None else said
        return [path for path, place in places.items() if any(map(place.is_relative_to, wanted))]

    @cached_property
    def _said(self) -> dict[str, Any] | None:
        import tomllib  # noqa: PLC0415 - files of their own do without a project

        path = self.root / _FILE
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ProjectError(f"not TOML: {error}", file=path) from error
        except OSError as error:
            raise ProjectError(f"cannot be read: {error.strerror}", file=path) from error

    @property
    def files(self) -> list[Path]:
        """All files in its own folders, those in symlinked folders included; hidden ones aside."""
        return [path for folder in _FOLDERS for path in self._files(folder)]

    def _turtle_files(self, folder: str) -> list[Path]:
        return [path for path in self._files(folder) if path.suffix.lower() == ".ttl"]

    def _files(self, folder: str) -> list[Path]:
        found: list[Path] = []
        seen: set[str] = set()
        for directory, folders, names in os.walk(self.root / folder, followlinks=True):
            real = os.path.realpath(directory)  # a link may lead back to a folder above it
            folders[:] = [] if real in seen else [name for name in folders if not name.startswith(".")]
            if real not in seen:
                found += [Path(directory, name) for name in names if not name.startswith(".")]
            seen.add(real)
        return sorted(found)


def open_project(root: Path | None = None) -> Project:
    """The project in a folder, or the one shipped with the package.

    Raises:
        MissingFile: the folder does not exist.
        ProjectError: the folder lacks ``ontology/``, ``graph/`` or ``shapes/``, or its ``casus.toml`` is wrong.
    """
    return _checked(_shipped() if root is None else Project(root.resolve()))


@cache
def maker() -> str:
    """A hash of what builds are made by: the code, the rules, the engines' versions."""
    import hashlib  # noqa: PLC0415 - slow to import, as is the other
    from importlib.metadata import version  # noqa: PLC0415

    parts = [_PACKAGE / name for name in BUILDING]
    inside = (path for part in parts if part.is_dir() for path in part.rglob("*"))
    code = sorted(path for path in (*parts, *inside) if path.suffix in (".py", ".lp", ".toml"))
    engines = "".join(f"{name} {version(name)}\n" for name in _ENGINES)
    named = [(path.relative_to(_PACKAGE).as_posix(), path) for path in code]
    return hashlib.sha256(f"{engines}{_hashes(named)}".encode()).hexdigest()


def _hashes(named: Iterable[tuple[str, Path]]) -> str:
    """The names of files, each with a hash of what is in it."""
    import hashlib  # noqa: PLC0415

    return "".join(f"{name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n" for name, file in named)


def open_copy(folder: Path) -> Project:
    """The project that was copied to a folder by `Project.copy_to`, with what it extended at that time."""
    base = folder / _EXTENDED
    return Project(folder / _OWN, known_base=open_copy(base) if base.is_dir() else None)


def _checked(project: Project) -> Project:
    if not project.root.is_dir():
        raise MissingFile("there is no such folder", file=project.root)
    for folder in _FOLDERS:
        if not (project.root / folder).is_dir():
            raise ProjectError(f"not a project: the folder {folder}/ is missing", file=project.root)
    _ = project.identity, project._taken  # so that what is wrong with them is told now
    return project


def is_shipped(root: Path) -> bool:
    """Whether a folder is that of the project shipped with the package."""
    return root.resolve() == _shipped().root


def shipped_names() -> Namespaces:
    """How the shipped project names things: what those speak that serve, query or explain files without a project."""
    return _shipped().names


@cache
def _shipped() -> Project:
    # In a wheel the project lies inside the package; in a checkout the package lies inside the project.
    inside = _PACKAGE / "_project"
    return Project((inside if inside.is_dir() else _PACKAGE.parent).resolve())


def _identity(said: Mapping[str, Any], path: Path) -> Identity:
    def require(key: str, pattern: re.Pattern[str] | None, meaning: str) -> str:
        value = said.get(key)
        if not isinstance(value, str) or not value or (pattern is not None and not pattern.fullmatch(value)):
            found = "is missing" if value is None else f"is {value!r}"
            raise ProjectError(f"'{key}' {found}; it must be {meaning}", file=path)
        return value

    unknown = said.keys() - {"name", "title", "summary", "base", "languages", "prefixes", "extends", "takes"}
    if unknown:
        raise ProjectError(f"unknown: {', '.join(sorted(unknown))}", file=path)
    base = require("base", _BASE, "an IRI of HTTP that ends in a slash, as https://example.org/pacts/")
    title = require("title", None, "what the project is called")
    return Identity(
        require("name", _NAME, "lower-case letters, digits and hyphens, as file names begin with it"),
        title,
        require("summary", None, "a sentence") if "summary" in said else title,
        Namespaces(base, _prefixes(said.get("prefixes", {}), base, path)),
        _languages(said.get("languages", ["en"]), path),
    )


def _prefixes(said: object, base: str, path: Path) -> dict[str, str]:
    if not isinstance(said, dict):
        raise ProjectError("'prefixes' must be a table of prefixes and namespaces", file=path)
    own: dict[str, str] = {}
    for prefix, namespace in said.items():
        absolute = namespace if isinstance(namespace, str) and ":" in namespace else f"{base}{namespace}"
        if not _PREFIX.fullmatch(prefix) or not isinstance(namespace, str) or not _ABSOLUTE.fullmatch(absolute):
            rule = "a prefix is a word, and its namespace ends in / or #"
            raise ProjectError(f"the prefix {prefix!r} for {namespace!r}: {rule}", file=path)
        if absolute != STANDARD_PREFIXES.get(prefix, absolute):
            raise ProjectError(f"the prefix {prefix!r} is the standard one of {STANDARD_PREFIXES[prefix]}", file=path)
        own[prefix] = absolute
    return dict(sorted({**STANDARD_PREFIXES, "id": base + "id/", **own}.items()))


def _languages(said: object, path: Path) -> tuple[str, ...]:
    if not isinstance(said, list) or not said or not all(isinstance(s, str) and _LANGUAGE.fullmatch(s) for s in said):
        raise ProjectError('\'languages\' must be a list of language tags, as ["en", "ru"]', file=path)
    return tuple(said)
