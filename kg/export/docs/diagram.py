"""The diagram of the ontology: its main classes and the properties between them, as SVG.

Where the classes stand is arranged by hand (templates/docs/diagram.toml), for no layout algorithm places twenty boxes
as well as a person does. What connects them is read from the ontology: from domains, ranges and inverses, and where
these are wider than the classes shown or not given at all, from what the data uses the property for.
"""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Quad
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDFS

from kg.terms import CASUS, RDF

_PLAN = Path(__file__).parent / "templates" / "diagram.toml"
_WIDTH, _HEIGHT, _COLUMN_GAP, _ROW_GAP, _MARGIN = 162, 44, 128, 48, 32
#: The heads of lines: an arrow for a property, a hollow triangle for a subclass, as in UML.
_HEADS = """\
<defs>
<marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">
<path class="head" d="M0 0L8 4L0 8z"/></marker>
<marker id="triangle" viewBox="0 0 12 12" refX="11.5" refY="6" markerWidth="12" markerHeight="12" orient="auto">
<path class="hollow" d="M1 1L11 6L1 11z"/></marker>
</defs>"""


@dataclass(frozen=True)
class Box:
    """A class in its place."""

    name: str
    column: int
    row: int
    rows: int = 1

    @property
    def left(self) -> float:
        """The x of its left side."""
        return _MARGIN + self.column * (_WIDTH + _COLUMN_GAP)

    @property
    def right(self) -> float:
        """The x of its right side."""
        return self.left + _WIDTH

    @property
    def top(self) -> float:
        """The y of its upper side."""
        return _MARGIN + self.row * (_HEIGHT + _ROW_GAP)

    @property
    def bottom(self) -> float:
        """The y of its lower side."""
        return self.top + self.rows * (_HEIGHT + _ROW_GAP) - _ROW_GAP

    def level(self, other: Box) -> float:
        """The y of the middle of that row of this box which is nearest to another box."""
        row = min(range(self.row, self.row + self.rows), key=lambda own: max(other.row - own, own - other.row_end))
        return _MARGIN + row * (_HEIGHT + _ROW_GAP) + _HEIGHT / 2

    @property
    def row_end(self) -> int:
        """The last row that it covers."""
        return self.row + self.rows - 1


@dataclass(frozen=True)
class Edge:
    """A property between two classes, or a class below another."""

    name: str
    start: Box
    end: Box
    leaves: str
    enters: str
    shift: tuple[float, float] = (0, 0)
    gap: float = 0.5
    is_subclass: bool = False


class _Connections:
    """Which of some classes each property connects."""

    def __init__(self, ontology: Graph, data: Iterable[Quad], classes: Sequence[str]) -> None:
        self._graph = ontology
        self._shown = {URIRef(CASUS.iri + name): name for name in classes}
        types: dict[object, set[str]] = defaultdict(set)
        self._statements: dict[str, set[tuple[object, object]]] = defaultdict(set)
        for quad in data:
            if quad.predicate == RDF.type and isinstance(quad.object, NamedNode):
                types[quad.subject].add(quad.object.value)
            else:
                self._statements[quad.predicate.value].add((quad.subject, quad.object))
        self._types = types

    def ends(self, name: str) -> tuple[str, str] | None:
        """The classes that a property leads from and to, or None if either is not among those shown."""
        start, end = self._end(name, RDFS.domain, RDFS.range, 0), self._end(name, RDFS.range, RDFS.domain, 1)
        return (start, end) if start and end else None

    def is_below(self, narrow: str, wide: str) -> bool:
        """Whether the ontology states that one class is a subclass of the other."""
        return (URIRef(CASUS.iri + narrow), RDFS.subClassOf, URIRef(CASUS.iri + wide)) in self._graph

    def _end(self, name: str, side: URIRef, other_side: URIRef, place: int) -> str | None:
        term = URIRef(CASUS.iri + name)
        stated = set(self._graph.objects(term, side))
        for inverse in (*self._graph.objects(term, OWL.inverseOf), *self._graph.subjects(OWL.inverseOf, term)):
            stated |= set(self._graph.objects(inverse, other_side))
        for cls in sorted(node for node in stated if isinstance(node, URIRef)):
            shown = self._lift(cls) or self._only_below(cls)
            if shown:
                return shown
        return self._most_used(str(term), place)

    def _lift(self, cls: URIRef) -> str | None:
        """The class, or else the nearest above it, that is shown."""
        level = {cls}
        while level:
            for candidate in sorted(level):
                if candidate in self._shown:
                    return self._shown[candidate]
            above = {wide for narrow in level for wide in self._graph.objects(narrow, RDFS.subClassOf)}
            level = {node for node in above if isinstance(node, URIRef)}
        return None

    def _only_below(self, cls: URIRef) -> str | None:
        below = set(self._graph.transitive_subjects(RDFS.subClassOf, cls)) & self._shown.keys()
        return self._shown[below.pop()] if len(below) == 1 else None

    def _most_used(self, iri: str, place: int) -> str | None:
        counts = Counter(
            shown
            for pair in self._statements[iri]
            for shown in {self._lift(URIRef(cls)) for cls in self._types[pair[place]]}
            if shown
        )
        return min(counts, key=lambda shown: (-counts[shown], shown), default=None)


def draw(
    ontology: Graph,
    data: Iterable[Quad],
    modules: Mapping[str, str],
    link: Callable[[str], str] | None = None,
    style: str = "",
) -> str:
    """The diagram as SVG text, or an empty text if the ontology has none of the classes that it shows.

    Args:
        ontology: the statements of the ontology.
        data: the statements of the data.
        modules: the terms by their local names, and the module that declares each.
        link: where a term's name leads; without it, nothing is linked.
        style: a style sheet to put into the drawing, for one that stands alone.
    """
    plan = tomllib.loads(_PLAN.read_text(encoding="utf-8"))
    boxes = {name: Box(name, **place) for name, place in plan["classes"].items() if name in modules}
    if not boxes:
        return ""
    edges = _edges(plan, boxes, _Connections(ontology, data, list(boxes)))
    width = max(box.right for box in boxes.values()) + _MARGIN
    height = max(box.bottom for box in boxes.values()) + _MARGIN
    role = "img" if link is None else "group"  # an image holds no links
    drawing = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="diagram" viewBox="0 0 {width:g} {height:g}" role="{role}" '
        'aria-label="The main classes of the ontology and the properties between them">',
        f"<style>{style}</style>" if style else "",
        _HEADS,
        *(_draw_line(edge) for edge in edges),
        *(_draw_box(box, modules[box.name], link) for box in boxes.values()),
        *(_draw_label(edge, link) for edge in edges if not edge.is_subclass),
        "</svg>",
    ]
    return "\n".join([*filter(None, drawing), ""])


def _edges(plan: dict[str, Any], boxes: dict[str, Box], connections: _Connections) -> list[Edge]:
    edges = []
    for name, sides in plan["properties"].items():
        ends = connections.ends(name)
        if ends is not None:
            edges.append(Edge(name, boxes[ends[0]], boxes[ends[1]], **sides))
    for name, sides in plan["subclasses"].items():
        for wide, box in boxes.items():
            if name in boxes and connections.is_below(name, wide):
                edges.append(Edge(name, boxes[name], box, is_subclass=True, **sides))
    return edges


def _points(edge: Edge) -> tuple[float, float, float, float, float | None]:
    """The two ends of a line, x and y each, and the x of its upright part if it has one."""
    start, end = edge.start, edge.end
    if edge.leaves in ("top", "bottom"):
        x = start.left + _WIDTH / 2
        return x, getattr(start, edge.leaves), x, getattr(end, edge.enters), None
    x1, x2 = getattr(start, edge.leaves), getattr(end, edge.enters)
    y1, y2 = start.level(end) + edge.shift[0], end.level(start) + edge.shift[1]
    turn = start.right + edge.gap * _COLUMN_GAP if edge.leaves == "right" else start.left - edge.gap * _COLUMN_GAP
    return x1, y1, x2, y2, None if y1 == y2 else turn


def _draw_line(edge: Edge) -> str:
    x1, y1, x2, y2, turn = _points(edge)
    path = f"M{x1:g} {y1:g}L{x2:g} {y2:g}" if turn is None else f"M{x1:g} {y1:g}H{turn:g}V{y2:g}H{x2:g}"
    head = "triangle" if edge.is_subclass else "arrow"
    return f'<path class="edge" d="{path}" marker-end="url(#{head})"/>'


def _draw_label(edge: Edge, link: Callable[[str], str] | None) -> str:
    x1, y1, x2, y2, turn = _points(edge)
    if turn is not None:  # beside the upright part, between the row that the line leaves and the next
        up = -1 if y2 < y1 else 1
        x, y, anchor = turn - 6, y1 - edge.shift[0] + up * (_HEIGHT + _ROW_GAP) / 2 + 4, "end"
        if edge.leaves == "left":
            x, anchor = turn + 6, "start"
    elif x1 == x2:
        x, y, anchor = x1 + 7, (y1 + y2) / 2 + 4, "start"
    else:
        x, y, anchor = (x1 + x2) / 2, y1 - 6, "middle"
    text = f'<text class="property" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(edge.name)}</text>'
    return _linked(text, edge.name, link)


def _draw_box(box: Box, module: str, link: Callable[[str], str] | None) -> str:
    middle = (box.top + box.bottom) / 2
    return _linked(
        f'<rect class="class {escape(module)}" x="{box.left:g}" y="{box.top:g}" width="{_WIDTH}" '
        f'height="{box.bottom - box.top:g}" rx="6"/>'
        f'<text class="class" x="{box.left + _WIDTH / 2:g}" y="{middle + 5:g}" text-anchor="middle">'
        f"{escape(box.name)}</text>",
        box.name,
        link,
    )


def _linked(drawing: str, name: str, link: Callable[[str], str] | None) -> str:
    return f'<a href="{escape(link(name))}">{drawing}</a>' if link else drawing
