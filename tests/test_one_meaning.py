"""A name has one meaning: what modules define at their top is called alike in two of them only if it is the same."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import kg

PACKAGE = Path(kg.__file__).parent
#: What is called alike because it is the same thing in several places.
MEANT = {
    "RENDERERS": "for each format that a result can be shown in, the function that does so",
    "as_rdf": "what a package has, as RDF",
    "command": "a command, in the module that is named as it",
    "main": "where a process begins",
    "messages": "the one `Messages` of a process",
    "query": "how a query is answered, by a store here and by one elsewhere",
    "render": "a result for people and programs",
    "rules": "the rules of a package, and what is done with them as such",
    "to_json": "a result in that format",
    "to_text": "a result in that format",
    "to_turtle": "a result in that format",
}


def defined(tree: ast.Module) -> Iterator[str]:
    """The functions, classes and constants of a module; an underscore does not tell one class from another."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield node.name.removeprefix("_")
        elif isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    is_type = target.id.removeprefix("_")[0].isupper() and not target.id.isupper()
                    yield target.id.removeprefix("_") if is_type else target.id


def place(name: str, parts: tuple[str, ...]) -> str:
    """Where something is defined: a module or package that is named for what it defines is one with it."""
    return ".".join(parts[: parts.index(name) + 1] if name in parts else parts)


def places() -> dict[str, set[str]]:
    """The places in which each name is defined."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        # A module of the commands or of the pages is named as what it puts before people.
        if parts and parts[0] not in ("cli", "web"):
            found[parts[-1]].add(place(parts[-1], parts))
        for name in defined(ast.parse(path.read_text(encoding="utf-8"))):
            if not name.startswith("_"):
                found[name].add(place(name, parts))
    return found


def test_a_name_has_one_meaning() -> None:
    several = {name: sorted(where) for name, where in places().items() if len(where) > 1}
    assert {name: where for name, where in several.items() if name not in MEANT} == {}
    assert MEANT.keys() <= several.keys(), "what is meant is there, so that the list grows no longer than it must"
