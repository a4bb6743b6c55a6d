"""Making a project: the files of ``template/``, in its own names, put into a folder whole or not at all."""

from __future__ import annotations

import json
import os
import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from string import Template
from types import MappingProxyType
from urllib.parse import quote

from pyoxigraph import Literal

from kg.errors import BadInput, MissingFile, ProjectError
from kg.project import Project, open_project
from kg.terms import CONCEPTS

_TEMPLATE = Path(__file__).with_name("template")
#: Files of the template that are an example, which a project made for other data does without.
_EXAMPLES = ("graph/sources.ttl", "graph/states.ttl", "graph/treaties", "ontology/questions")
#: What only a project needs that is not shown in Russian.
_WITHOUT_RUSSIAN = "shapes/names.ttl"
#: The prefixes of the concepts that an example, or who begins with it, speaks of.
_PREFIXES = {
    name: f"{CONCEPTS.iri}{name}/"
    for name in (
        "condition", "confidence", "means", "precision", "role", "seen", "source-kind", "subject", "way-of-beginning",
        "way-of-ending",
    )
}  # fmt: skip
#: The prefixes of what it names itself.
_OWN = ("event", "organization", "source", "state", "treaty")
_FOLDERS = ("graph", "ontology/questions", "shapes")


def create_project(
    folder: Path,
    *,
    name: str | None = None,
    title: str | None = None,
    base: str | None = None,
    languages: Sequence[str] = ("en",),
    example: bool = True,
    known_to: date | None = None,
    takes: Sequence[str] = (),
    prefixes: Mapping[str, str] = MappingProxyType({}),
) -> Project:
    """Make a project that extends the shipped one, in a folder that is empty or not there yet.

    Args:
        folder: where.
        name: how the names of its released files begin; by default made of the folder's name.
        title: what it is called; by default made of the name.
        base: the IRI below which it names things; by default ``https://example.org/NAME/``.
        languages: those in which it is shown, the preferred first.
        example: whether it has a small treaty as an example, with a question.
        known_to: the day to which its sources reach; by default today.
        takes: the data of the shipped project that are its own as well, files or folders; by default the concepts.
        prefixes: further prefixes and their namespaces, or others for those that a new project has.

    Raises:
        ProjectError: the folder is not empty, or the project cannot be called so.
        MissingFile: the folder cannot be written.
    """
    root = folder.absolute()
    name = name or name_of_folder(root)
    title = title or name.replace("-", " ").capitalize()
    words = {
        "name": name,
        "title": _toml(title),
        "title_literal": str(Literal(title)),
        "summary": _toml(f"{title}: who owed what to whom, under which article, and by what source."),
        "base": base or f"https://example.org/{quote(name)}/",
        "languages": ", ".join(map(_toml, languages)),
        "today": (known_to or date.today()).isoformat(),
        "takes": f"\n# What it has of the data of Casus.\ntakes = [{', '.join(map(_toml, takes))}]" if takes else "",
        "own_prefixes": _table({name: f"id/{name}/" for name in _OWN if name not in prefixes}),
        "prefixes": _table({**_PREFIXES, **prefixes}),
    }
    russian = any(language.lower().partition("-")[0] == "ru" for language in languages)
    skipped = [*(() if example else _EXAMPLES), *((_WITHOUT_RUSSIAN,) if russian else ())]
    with made_whole(folder) as aside:
        try:
            _write(aside, words, skipped)
            if open_project(aside).identity.name == open_project().identity.name:
                raise ProjectError(f"{name!r} is the name of the project that it extends; give it another one")
        except ProjectError as error:  # of a file that nobody will find there
            raise ProjectError(error.message) from error
    return open_project(root)


@contextmanager
def made_whole(folder: Path) -> Iterator[Path]:
    """A folder beside one that is empty or not there yet, whose place it takes when the block ends without an error.

    Raises:
        ProjectError: the folder is not empty.
        MissingFile: it cannot be written.
    """
    root = folder.absolute()
    aside = root.with_name(f".{root.name}-{os.urandom(8).hex()}")
    try:
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise ProjectError("there is something already; a new project needs a folder that is empty", file=folder)
        yield aside
        _move(aside, root)
    except OSError as error:
        cause = (error.strerror or str(error)).lower()
        raise MissingFile(f"cannot be written: {cause}", file=folder) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def name_of_folder(folder: Path) -> str:
    """The name of a project in a folder: its letters without accents, digits, and hyphens for all else.

    Raises:
        BadInput: nothing of the folder's name can be in it.
    """
    plain = unicodedata.normalize("NFKD", folder.name).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).lstrip("-0123456789").rstrip("-")
    if not name:
        raise BadInput(f"the name of {folder.name!r} has no letters from a to z; name the project by --name")
    return name


def _write(folder: Path, words: dict[str, str], skipped: Iterable[str]) -> None:
    for needed in _FOLDERS:
        (folder / needed).mkdir(parents=True)
    for path in sorted(_TEMPLATE.rglob("*")):
        place = path.relative_to(_TEMPLATE)
        if path.is_file() and not any(place.is_relative_to(one) for one in skipped):
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8")
            (folder / place).write_text(Template(text).substitute(words), encoding="utf-8", newline="\n")


def _move(aside: Path, root: Path) -> None:
    if not root.exists():
        aside.replace(root)
        return
    for entry in aside.iterdir():  # the folder itself stays: somebody may stand in it
        entry.replace(root / entry.name)


def _table(values: Mapping[str, str]) -> str:
    return "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())


def _toml(text: str) -> str:
    """A text as TOML has it in quotes, which are those of JSON but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
