"""The ontology's documentation as HTML: an index, a page for each module and an entry for each term.

The pages hold no script and load nothing from elsewhere, and their links are relative, so that they read the same from
a folder and from a server. The index has an anchor for each term: https://w3id.org/casus/ontology#Term leads there once
https://w3id.org/casus/ontology leads to the index. The same statements give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from pathlib import Path
from typing import TypeAlias

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pyoxigraph import NamedNode, Quad
from rdflib import URIRef

from kg.export.docs.diagram import draw
from kg.export.docs.term_entries import Module, TermEntry, read_modules
from kg.export.protege import root_ontology
from kg.rdf.manchester import Expression
from kg.rdf.turtle import rdflib_graph
from kg.terms import CASUS, Namespaces

_TEMPLATES = Path(__file__).parent / "templates"


def documentation(
    names: Namespaces, ontology_graphs: Set[str], asserted: Iterable[Quad], inferred: Iterable[Quad] = ()
) -> dict[str, str]:
    """The documentation of a project's ontology, each file by its relative path.

    Args:
        names: the namespaces of the project.
        ontology_graphs: the graphs of the ontology's modules.
        asserted: the asserted statements, each in the graph of its file, as `kg.rdf.load.load_project` gives them.
        inferred: what follows from them; it counts in the numbers of individuals and statements.

    Returns:
        ``index.html``, a page for each module, ``diagram.svg`` to show elsewhere, and ``style.css``.
    """
    asserted = list(asserted)
    modules = read_modules(asserted, inferred, ontology_graphs, names)
    if not modules:
        return {}
    first = root_ontology((str(module.iri) for module in modules), names)
    root = next((module for module in modules if str(module.iri) == first), modules[-1])
    listed = [module for module in modules if module is not root or module.terms]
    render = _environment(_Links(modules, root, names), root=root, modules=listed).get_template
    diagram, drawing = _diagrams(asserted, modules, ontology_graphs)
    files = {
        "style.css": _text("style.css") + _text("diagram.css"),
        "index.html": render("index.html").render(
            diagram=Markup(diagram),
            drawn=[module.name for module in listed if f'"class {module.name}"' in diagram],
            trees=_class_trees(modules),
        ),
        **{f"{module.name}.html": render("module.html").render(module=module) for module in listed},
    }
    return files | ({"diagram.svg": drawing} if drawing else {})


_Tree: TypeAlias = tuple[TermEntry, list["_Tree"]]


class _Links:
    """Terms as they are shown: their names, with links to their entries or, if they have none, to their IRIs."""

    def __init__(self, modules: Iterable[Module], root: Module, names: Namespaces) -> None:
        self._names = names
        self._places = {term.iri: (module, term) for module in modules for term in module.terms}
        self._pages = {module.iri: f"{module.name}.html" for module in modules} | {root.iri: "index.html"}

    def link(self, iri: URIRef) -> Markup:
        """A term by its name."""
        if iri in self._places:
            module, term = self._places[iri]
            return Markup('<a href="{}.html#{}"><code>{}</code></a>').format(module.name, term.anchor, term.name)
        if iri in self._pages:
            return Markup('<a href="{}">{}</a>').format(self._pages[iri], iri)
        return Markup('<a href="{}"><code>{}</code></a>').format(iri, self._names.shorten(iri).strip("<>"))

    def show(self, parts: Expression) -> Markup:
        """An expression: its words as they are, its terms as links."""
        return Markup("").join(self.link(part) if isinstance(part, URIRef) else str(part) for part in parts)


def _environment(links: _Links, **shared: object) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters |= {"show": links.show, "link": links.link}
    environment.globals |= shared
    return environment


def _diagrams(asserted: Sequence[Quad], modules: Iterable[Module], ontology_graphs: Set[str]) -> tuple[str, str]:
    """The diagram as it stands in the index, with links, and as it stands alone, with its style."""
    ontology: list[Quad] = []
    data: list[Quad] = []
    for quad in asserted:
        graph_name = quad.graph_name
        of_ontology = isinstance(graph_name, NamedNode) and graph_name.value in ontology_graphs
        (ontology if of_ontology else data).append(quad)
    names = {term.name: module.name for module in modules for term in module.terms if term.iri.startswith(CASUS.iri)}
    graph = rdflib_graph(ontology)
    linked = draw(graph, data, names, link=lambda name: f"{names[name]}.html#{name}")
    return linked, draw(graph, data, names, style=_text("diagram.css"))


def _class_trees(modules: Iterable[Module]) -> list[_Tree]:
    """The project's own classes as trees: below each the classes that name it as a superclass."""
    classes = {term.iri: term for module in modules for term in module.terms if term.kind == "class"}
    above = {
        iri: {wide for row in term.rows if row.heading == "Superclasses" for (wide, *_) in row.values}
        for iri, term in classes.items()
    }

    def tree(iri: URIRef) -> _Tree:
        below = sorted(narrow for narrow, wide in above.items() if iri in wide)
        return classes[iri], [tree(narrow) for narrow in below]

    return [tree(iri) for iri in sorted(classes) if not above[iri] & classes.keys()]


def _text(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")
