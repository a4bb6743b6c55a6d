"""Data flows one way: a module imports only from those before it, and so does a package."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import kg
from kg.project import BUILDING

PACKAGE = Path(kg.__file__).parent
NAMES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}


def imported(path: Path) -> set[str]:
    """The modules of the package that a module imports, at its top or within a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found & NAMES.keys() - {"kg"}


IMPORTS = {name: imported(path) for name, path in NAMES.items()}


def test_modules_import_one_another_one_way() -> None:
    TopologicalSorter(IMPORTS).prepare()  # raises CycleError, which names the modules


def test_packages_import_one_another_one_way() -> None:
    def package(name: str) -> str:
        return ".".join(name.split(".")[:2])

    packages: dict[str, set[str]] = {}
    for name, others in IMPORTS.items():
        packages.setdefault(package(name), set()).update({package(other) for other in others} - {package(name)})
    TopologicalSorter(packages).prepare()


def test_a_build_is_made_by_what_its_fingerprint_covers() -> None:
    """Else a build that other code made would be taken for this code's."""
    needed: set[str] = set()
    waiting = [name for name in IMPORTS if name.startswith("kg.build")]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += IMPORTS[name]
    assert {name.split(".")[1] for name in needed} == {name.removesuffix(".py") for name in BUILDING}


def test_the_order_is_the_one_that_contributing_draws() -> None:
    text = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    drawn = [word for word in text.split("```text\n")[1].split("```")[0].split() if word.isidentifier()]
    for name, others in IMPORTS.items():
        place = name.split(".")[1] if "." in name else None
        for other in others:
            earlier = other.split(".")[1]
            assert place is None or drawn.index(earlier) <= drawn.index(place), f"{name} imports {other}"
